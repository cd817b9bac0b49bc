// /health, /health/live, /health/ready on every data listener: no key needed, nothing secret told.
import { type Reply, replyWith } from '../../core/index.ts';
import type { Gateway } from '../gateway.ts';

/** The answer, or undefined when the path is not a health check. */
export function health(path: string, method: string, gateway: Gateway): Reply | undefined {
  if (!path.startsWith('/health') || (method !== 'GET' && method !== 'HEAD')) return undefined;
  if (path === '/health/live') return answer(200, { status: 'ok' });
  if (path !== '/health' && path !== '/health/ready') return undefined;
  const reasons = whyNotReady(gateway);
  if (path === '/health') {
    // Plain /health says that the process serves; whether it should get traffic is what /health/ready is for.
    const status = reasons.length === 0 ? 'ok' : 'degraded';
    return answer(200, { status, authenticated: gateway.current?.parts.authenticated ?? false, reasons });
  }
  if (reasons.length === 0) return answer(200, { status: 'ok', reasons });
  return answer(503, { status: 'unavailable', reasons });
}

function whyNotReady({ current, options }: Gateway): readonly string[] {
  if (options.ledger.draining()) return ['draining: the gateway is shutting down'];
  if (current === undefined) return ['no configuration is in service yet'];
  return current.parts.unusable;
}

function answer(status: number, body: Readonly<Record<string, boolean | string | readonly string[]>>): Reply {
  return replyWith(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }, JSON.stringify(body));
}
