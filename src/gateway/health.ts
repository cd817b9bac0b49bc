// /health, /health/live, /health/ready on every data listener: no key needed, nothing secret told.
import { type Reply, replyWith } from '../core/index.ts';
import type { Gateway } from './gateway.ts';

/** The answer, or undefined when the path is not a health check. */
export function health(path: string, method: string, gateway: Gateway): Reply | undefined {
  if (!path.startsWith('/health') || (method !== 'GET' && method !== 'HEAD')) return undefined;
  if (path === '/health/live') return answer(200, { status: 'ok' });
  if (path !== '/health' && path !== '/health/ready') return undefined;
  const reason = whyNotReady(gateway);
  if (reason === undefined) return answer(200, { status: 'ok' });
  // Plain /health says that the process serves; whether it should get traffic is what /health/ready is for.
  return answer(path === '/health' ? 200 : 503, { status: path === '/health' ? 'degraded' : 'unavailable', reason });
}

function whyNotReady({ current, options }: Gateway): string | undefined {
  if (options.ledger.draining()) return 'draining: the gateway is shutting down';
  return current === undefined ? 'no configuration is in service yet' : current.parts.unusable;
}

function answer(status: number, body: Record<string, string>): Reply {
  return replyWith(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }, JSON.stringify(body));
}
