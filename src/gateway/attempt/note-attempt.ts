// What is kept of one attempt on the call's record.
import {
  type AttemptFailure,
  type AttemptRecord,
  micros,
  type Outcome,
  type Reply,
  type Target,
} from '../../core/index.ts';
import type { GatewayCall } from '../call/call.ts';
import { toldOf } from '../call/passed-over.ts';
import type { RunningAttempt } from './running-attempt.ts';

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

export function noteAttempt(
  call: GatewayCall,
  { target, outcome, sent, status, spanId, started }: Tried,
): AttemptRecord {
  const { provider, account, model, lane } = target;
  const record: AttemptRecord = {
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
  };
  call.passed = undefined;
  call.attempts.push(record);
  return record;
}

/** The same of an attempt that the engine runs. */
export function noteTried(running: RunningAttempt, outcome: Outcome, sent: boolean, status: number | undefined): void {
  const { call, target, spanId, started } = running;
  running.record = noteAttempt(call, { target, outcome, sent, status, spanId, started });
}

/** An account that was not asked is on the record all the same. */
export function notSent(running: RunningAttempt, outcome: AttemptFailure): AttemptFailure {
  running.started = running.call.clock.ticks();
  noteTried(running, outcome, false, undefined);
  return outcome;
}

function idOf(reply: Reply | undefined): string | undefined {
  if (reply === undefined) return undefined;
  for (const name of idHeaders) {
    const value = reply.headers[name];
    if (typeof value === 'string') return value.slice(0, longestId);
  }
  return undefined;
}
