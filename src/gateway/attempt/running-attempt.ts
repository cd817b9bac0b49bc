// One attempt of a call, from its start until the last byte of its answer has left or nobody wants it any more. Several
// may run at once: what belongs to one stands here, not on the call.
import type { LoadedProvider } from '../../config/loaded.ts';
import type { AttemptFailure, AttemptRecord, CallEnd, ErrorCode, Outcome, Source, Target } from '../../core/index.ts';
import type { Watch } from '../../ledger/health/health.ts';
import { failure } from '../../upstream/attempt.ts';
import { Unwanted } from '../../upstream/unwanted.ts';
import type { GatewayCall } from '../call/call.ts';
import { Findings } from '../call/findings.ts';
import { newSpanId } from '../call/trace.ts';
import { breakerOf } from './cooling.ts';

/** Tells the limits of the account that the attempt is over; `end` where it was the call's answer. */
export type Settle = (attempts: readonly AttemptRecord[], end: CallEnd | undefined) => void;

/** How an answer that was committed to ends where its upstream failed. */
const upstreamFaults: ReadonlySet<ErrorCode | undefined> = new Set<ErrorCode>([
  'upstream-truncated',
  'upstream-timeout',
  'upstream-failed',
  'upstream-invalid',
]);

export class RunningAttempt {
  readonly call: GatewayCall;
  readonly target: Target;
  readonly found = new Findings();
  readonly spanId = newSpanId();
  /** The clock's ticks when it was sent, or would have been. */
  started = 0;
  /** The token it was sent with, where that is one that changes. */
  token: string | undefined = undefined;
  record: AttemptRecord | undefined = undefined;
  settle: Settle | undefined = undefined;
  watch: Watch | undefined = undefined;
  /** Whose answer it is, once there is one to give. */
  answeredBy: LoadedProvider | undefined = undefined;
  /** Why it was given up, alone or with its call. */
  gone: Error | undefined;
  #source: Source | undefined = undefined;
  #over = false;

  constructor(call: GatewayCall, target: Target) {
    this.call = call;
    this.target = target;
    this.gone = call.gone;
  }

  /** The exchange that is under way, so that it can be stopped. */
  runs(source: Source): void {
    this.#source = source;
    if (this.gone !== undefined) source.abort(this.gone);
  }

  abort(reason: Error): void {
    this.gone ??= reason;
    this.#source?.abort(reason);
  }

  /** Another one was quicker: this one ends, its call goes on. */
  giveUp(): void {
    this.abort(new Unwanted());
  }

  get unwanted(): boolean {
    return this.gone instanceof Unwanted;
  }

  get isOver(): boolean {
    return this.#over;
  }

  /**
   * Nothing more comes of it. `end`: how its call ended, which is its own affair only where the answer was its own. Called once
   * more where it was still waiting for something then: what it has come to hold since is let go.
   */
  over(end?: CallEnd): void {
    const own = this.call.found === this.found ? end : undefined;
    this.watch?.end();
    if (!this.#over && own?.outcome === 'error') this.#brokeOff();
    this.#over = true;
    const { settle } = this;
    this.settle = undefined;
    settle?.(this.record === undefined ? [] : [this.record], own);
  }

  /** The answer was good when it was committed to, and then was not: that counts as a failure of its own. */
  #brokeOff(): void {
    const { call, answeredBy } = this;
    const breaker = answeredBy && breakerOf(answeredBy);
    if (breaker === undefined || call.gone !== undefined || !upstreamFaults.has(call.error)) return;
    const watch = call.snapshot.parts.ledger.health.begin(this.target);
    watch.failed(breaker, this.record?.status);
    watch.end();
  }
}

/** What becomes of one that was given up before anything was sent. */
export function givenUp(target: Target): AttemptFailure {
  return failure({ target }, 'gone', { message: new Unwanted().message });
}

/** The outcome, so that `runningOf` knows what it came of. */
export function markedBy(outcome: Outcome, running: RunningAttempt): Outcome {
  const marked: Outcome & { readonly running: RunningAttempt } = { ...outcome, running };
  return marked;
}

/** The attempt that an outcome came of, where the engine made it; plugins hand it on without seeing that. */
export function runningOf(outcome: Outcome): RunningAttempt | undefined {
  return (outcome as { readonly running?: RunningAttempt }).running;
}
