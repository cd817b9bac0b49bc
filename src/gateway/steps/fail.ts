// The one place where errors become answers: every throw below is rendered once, in the caller's dialect.
import type { Next } from 'koa';
import { GatewayError, replyWith } from '../../core/index.ts';
import { dialectNames, dialects } from '../../dialects/index.ts';
import { guessDialect } from '../../dialects/recognise.ts';
import type { GatewayCall } from '../call/call.ts';
import { failureOf } from '../call/failure-of.ts';
import type { StepContext } from './begin.ts';
import { logTrouble } from './log-trouble.ts';

export async function fail(ctx: StepContext, next: Next): Promise<void> {
  try {
    await next();
  } catch (thrown) {
    const { call } = ctx;
    const error = call.gone ?? (thrown instanceof GatewayError ? thrown : unforeseen(ctx, thrown));
    call.error = error.code;
    call.reason = error.message;
    call.outcome = error.code === 'client-closed' ? 'aborted' : 'error';
    call.reply = render(call, error);
  }
}

/** The error as a reply in the caller's dialect. */
function render(call: GatewayCall, error: GatewayError) {
  // Refused before it was matched: the path is all that tells whose client asks.
  const codec = call.match === undefined ? dialects[guessDialect(call.req.url ?? '/', dialectNames)] : call.codec;
  const { status, body } = codec.encodeError(failureOf(call, error));
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (error.retryAfterMs !== undefined)
    headers['retry-after'] = String(Math.max(1, Math.ceil(error.retryAfterMs / 1000)));
  if (error.code === 'method-not-allowed' && call.match?.allow !== undefined) headers.allow = call.match.allow;
  // RFC 9110 15.5.22. HTTP/2 knows neither header.
  if (error.code === 'websocket-required' && call.req.httpVersionMajor === 1)
    Object.assign(headers, { connection: 'Upgrade', upgrade: 'websocket' });
  return replyWith(status, headers, body);
}

function unforeseen(ctx: StepContext, thrown: unknown): GatewayError {
  logTrouble(ctx, thrown);
  return new GatewayError('internal', { cause: thrown });
}
