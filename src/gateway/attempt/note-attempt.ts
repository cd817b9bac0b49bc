// What is kept of one attempt on the call's record.
import { micros, type Outcome, type Reply, type Target } from '../../core/index.ts';
import type { GatewayCall } from '../call/call.ts';
import { toldOf } from '../call/passed-over.ts';

/** Headers in which upstreams name a request, for when one has to talk to them about it. */
const idHeaders = ['x-request-id', 'request-id', 'apim-request-id', 'x-amzn-requestid', 'cf-ray'];
const longestId = 128;

export interface Tried {
  readonly target: Target;
  readonly outcome: Outcome;
  /** Whether the upstream was asked at all. */
  readonly sent: boolean;
  /** Status of the upstream's answer, if there was one. */
  readonly status: number | undefined;
  readonly spanId: string;
  /** The clock's ticks when it was sent. */
  readonly started: number;
}

export function noteAttempt(call: GatewayCall, { target, outcome, sent, status, spanId, started }: Tried): void {
  const { provider, account, model, lane } = target;
  call.attempts.push({
    provider,
    account,
    model,
    dialect: lane?.dialect ?? call.dialect,
    sent,
    status,
    failure: outcome.ok ? undefined : status === undefined ? outcome.kind : `${outcome.kind} (${status})`,
    reason: outcome.ok ? undefined : outcome.message,
    spanId,
    requestId: idOf(outcome.reply),
    startMs: micros(started - call.startedTicks),
    ms: micros(call.clock.ticks() - started),
    ...toldOf(call.passed),
  });
  call.passed = undefined;
}

function idOf(reply: Reply | undefined): string | undefined {
  if (reply === undefined) return undefined;
  for (const name of idHeaders) {
    const value = reply.headers[name];
    if (typeof value === 'string') return value.slice(0, longestId);
  }
  return undefined;
}
