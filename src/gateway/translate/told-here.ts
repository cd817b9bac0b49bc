// An upstream's error in the caller's dialect: its words, the status and code the caller's clients act on.
import { type AttemptFailure, type Failure, GatewayError, replyWith, type Target } from '../../core/index.ts';
import { broken, failure } from '../../upstream/attempt.ts';
import { kindOfFault } from '../../upstream/classify.ts';
import type { GatewayCall } from '../call/call.ts';
import { crossedHeaders } from './reply-in.ts';

/** The failure of an attempt in another dialect. A refused credential stays untold: the client's own key was right. */
export function toldHere(call: GatewayCall, outcome: AttemptFailure): AttemptFailure {
  const { fault, reply, retryAfterMs, code } = outcome;
  if (reply === undefined) return outcome;
  const told: Failure = {
    code,
    status: fault?.status ?? reply.status,
    message: fault?.message ?? outcome.message,
    param: fault?.param,
    callId: call.id,
    retryAfterMs,
    fault,
  };
  const { status, body } = call.codec.encodeError(told);
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  for (const [name, value] of Object.entries(crossedHeaders(reply.headers))) headers[name] ??= String(value);
  if (retryAfterMs !== undefined) headers['retry-after'] ??= String(Math.max(1, Math.ceil(retryAfterMs / 1000)));
  const message = fault === undefined ? outcome.message : `${outcome.message} ${fault.message}`;
  return { ...outcome, message, reply: replyWith(status, headers, body) };
}

/** What an answer that could not be told is. */
export function unusable(call: GatewayCall, target: Target, error: unknown): AttemptFailure {
  const fault = error instanceof GatewayError ? error.fault : undefined;
  if (fault === undefined) return broken({ target }, error);
  const kind = kindOfFault(fault);
  const reply = { status: fault.status, headers: {}, body: Buffer.alloc(0), eventStream: false };
  return toldHere(
    call,
    failure({ target }, kind, {
      message: 'The upstream answered with an error.',
      status: fault.status,
      retryAfterMs: fault.retryAfterMs,
      reply: kind === 'auth' ? undefined : reply,
      fault,
    }),
  );
}

/** The lane cannot say the request; another one might. */
export function unsaid(target: Target, { code, message, param }: GatewayError): AttemptFailure {
  return { ...failure({ target }, 'untranslatable', { code, message }), param };
}
