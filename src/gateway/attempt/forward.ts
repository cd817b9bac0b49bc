// A route with `url:`: everything below its prefix goes to one HTTP service, the prefix removed.
import type { Target } from '../../core/index.ts';
import { dialects } from '../../dialects/index.ts';
import { attempt } from '../../upstream/attempt.ts';
import { upstreamHeaders } from '../../upstream/headers.ts';
import type { GatewayCall } from '../call/call.ts';
import { newSpanId, passTrace } from '../call/trace.ts';
import { noteAttempt } from './note-attempt.ts';

export async function forward(call: GatewayCall): Promise<void> {
  const { match, req } = call;
  const route = match && call.snapshot.parts.routes.get(match.route.name);
  if (match === undefined || route?.forward === undefined) return;
  const { url, dispatcher } = route.forward;
  const body = await call.request.read(call);
  call.mustGoOn();
  const target: Target = { provider: match.route.name, account: url.host, model: undefined, priority: 0, weight: 1 };
  const started = call.clock.ticks();
  const spanId = newSpanId();
  const { outcome, status } = await attempt({
    target,
    dispatcher,
    outgoing: {
      origin: url.origin,
      path: url.pathname.replace(/\/+$/, '') + match.rest + queryOf(req.url ?? ''),
      method: req.method ?? 'GET',
      headers: headersFor(call, body.bytes, spanId),
      body: body.chunks,
    },
    timeouts: route.loaded.timeouts,
    clock: call.clock,
    dialect: dialects[match.dialect.name],
    operation: 'forward',
    classify: undefined,
    started: (source) => call.runs(source),
    filter: undefined,
  });
  noteAttempt(call, { target, outcome, sent: true, status, spanId, started });
  call.answer(outcome);
}

function headersFor(call: GatewayCall, bytes: number, spanId: string): Record<string, string> {
  const { req } = call;
  const headers = upstreamHeaders(req.headers);
  passTrace(headers, call.trace, spanId);
  headers['x-forwarded-for'] = call.clientIp;
  headers['x-forwarded-host'] = req.headers.host ?? '';
  headers['x-forwarded-proto'] = 'encrypted' in req.socket ? 'https' : 'http';
  if (bytes > 0 || (req.method !== 'GET' && req.method !== 'HEAD')) headers['content-length'] = String(bytes);
  return headers;
}

function queryOf(url: string): string {
  const at = url.indexOf('?');
  if (at < 0) return '';
  const query = new URLSearchParams(url.slice(at + 1));
  if (!query.has('key')) return url.slice(at);
  query.delete('key');
  return query.size > 0 ? `?${query}` : '';
}
