// The one thing Koa's context gains: a request on its way through the gateway.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type {
  AttemptOptions,
  AttemptRecord,
  AttemptSuccess,
  Call,
  CallEnd,
  CallRecord,
  Candidates,
  ClientKey,
  Clock,
  Delta,
  Dialect,
  DialectName,
  ErrorCode,
  Estimate,
  Facts,
  Limit,
  MediaFetch,
  Operation,
  Outcome,
  Reply,
  Target,
  TokenPrice,
  Trace,
} from '../../core/index.ts';
import { type GatewayError, systemClock } from '../../core/index.ts';
import { dialects } from '../../dialects/index.ts';
import { reportsUsage } from '../../dialects/operations.ts';
import { attemptOnce, discardAnswer } from '../attempt/attempt.ts';
import { settleUnproven, type Unproven } from '../attempt/judge.ts';
import { roomFor } from '../attempt/queue/room.ts';
import type { Match } from '../door/match-path.ts';
import { type Cost, costOfCall, noCost } from '../prices/cost-of-call.ts';
import { sessionOf } from '../session/session.ts';
import type { Door, Snapshot } from '../snapshot.ts';
import { estimateCall } from '../tokens/estimate.ts';
import { settleUsage } from '../tokens/settle-usage.ts';
import { type Change, type Onlookers, withRewrite, withWatch } from '../translate/onlookers.ts';
import type { Understood } from '../translate/spoken.ts';
import { Abandonment } from './abandonment.ts';
import { answerWith } from './answer.ts';
import { newCallId } from './call-id.ts';
import { candidatesOf } from './candidates.ts';
import type { BodyChange } from './edit-body.ts';
import { Findings } from './findings.ts';
import { alsoPassed, type Passed } from './passed-over.ts';
import { recordOf } from './record-of.ts';
import { emptyRequest, type RequestBody } from './request-body.ts';
import { traceOf } from './trace.ts';
import { UnderWay, type Work } from './under-way.ts';
import { userOf } from './user-of.ts';

const nothing: readonly string[] = [];

export class GatewayCall implements Call {
  readonly id: string;
  readonly clock: Clock;
  readonly startedAt: number;
  readonly startedTicks: number;
  readonly snapshot: Snapshot;
  readonly door: Door;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly clientIp: string;
  readonly attempts: AttemptRecord[] = [];
  /** Who was passed over since the last attempt. */
  passed: Passed | undefined;
  readonly done: Promise<CallEnd>;
  key: ClientKey | undefined;
  mediaFetch: MediaFetch | undefined;
  reply: Reply | undefined;
  match: Match | undefined;
  request: RequestBody = emptyRequest;
  /** What is known of the answer besides its bytes. */
  found = new Findings();
  /** The end of an answer that did not say in the end what it used, to be estimated from. */
  unread: Buffer | undefined;
  cost: Cost = noCost;
  /** A fault of the gateway's own, for the log. */
  trouble: unknown;
  /** What the client said, once somebody had to understand it. */
  spoken: Promise<Understood> | undefined;
  /** Who asked to see the answer, or to change it. */
  onlookers: Onlookers | undefined;
  error: ErrorCode | undefined;
  /** `error` in words, where there is more to say than its table does. */
  reason: string | undefined;
  asked: string | undefined;
  streams = false;
  /** The client wants a WebSocket instead of an answer. */
  upgrades = false;
  bytesIn = 0;
  bytesOut = 0;
  firstByteAt: number | undefined;
  outcome: CallEnd['outcome'] = 'ok';
  /** Why the call was given up, if it was. */
  gone: GatewayError | undefined;
  readonly abandonment = new Abandonment();
  /** Asked when the client leaves: true when the body is read on without it. */
  leaves: (() => boolean) | undefined;
  /** Where the gateway keeps it among the calls under way. */
  place = -1;
  /** A failure that the next attempt may take back. */
  unproven: Unproven | undefined;
  /** The clock's ticks when it began to wait for an account. */
  waitsSince: number | undefined;
  /** Accounts whose tokens were refused and renewed on the way. */
  renewed: readonly string[] = nothing;
  readonly #finish: (end: CallEnd) => void;
  readonly #underWay = new UnderWay();
  #abort: AbortController | undefined;
  #estimate: Promise<Estimate> | undefined;
  #endedTicks: number | undefined;
  #trace: Trace | undefined;
  #record: CallRecord | undefined;

  constructor(snapshot: Snapshot, door: Door, req: IncomingMessage, res: ServerResponse, clock: Clock = systemClock) {
    this.snapshot = snapshot;
    this.door = door;
    this.req = req;
    this.res = res;
    this.clock = clock;
    this.startedAt = clock.now();
    this.startedTicks = clock.ticks();
    this.id = newCallId(this.startedAt);
    this.clientIp = door.client.address(req);
    const { promise, resolve } = Promise.withResolvers<CallEnd>();
    this.done = promise;
    this.#finish = resolve;
  }

  get trace(): Trace {
    this.#trace ??= traceOf(this.req.headers);
    return this.#trace;
  }

  get revision(): string {
    return this.snapshot.parts.config.revision;
  }

  get listener(): string {
    return this.door.name;
  }

  get route(): string {
    return this.match?.route.name ?? '';
  }

  get codec(): Dialect {
    return this.match?.dialect ?? dialects['openai-chat'];
  }

  get dialect(): DialectName {
    return this.codec.name;
  }

  get operation(): Operation {
    if (this.match?.endpoint !== undefined) return this.match.endpoint.operation;
    return this.match?.route.url === undefined ? 'opaque' : 'forward';
  }

  /** Whether targets in other dialects are candidates: the chain translates. */
  get translates(): boolean {
    return this.door.translating.get(this.route)?.(this.key?.name) ?? false;
  }

  get limits(): readonly Limit[] {
    return this.match?.route.limits ?? [];
  }

  /** Whether a figure in the answer is what this call has used; not where no upstream made it. */
  get reportsUsage(): boolean {
    return this.attempts.length > 0 && this.match?.endpoint !== undefined && reportsUsage(this.operation);
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.gone !== undefined) this.#abort.abort(this.gone);
    }
    return this.#abort.signal;
  }

  facts(): Promise<Facts> {
    return this.request.facts(this);
  }

  body(): Promise<Buffer> {
    return this.request.whole(this);
  }

  edit(change: BodyChange): Promise<boolean> {
    this.#estimate = undefined;
    return this.request.edit(this, change);
  }

  estimate(): Promise<Estimate> {
    this.#estimate ??= estimateCall(this);
    return this.#estimate;
  }

  candidates(): Promise<Candidates> {
    return candidatesOf(this);
  }

  attempt(target: Target, options?: AttemptOptions): Promise<Outcome> {
    return attemptOnce(this, target, options);
  }

  discard(outcome: AttemptSuccess): void {
    discardAnswer(outcome);
  }

  pass(target: Target, reason: string): void {
    this.passed = alsoPassed(this.passed, target, reason);
  }

  room(targets: readonly Target[]): Promise<Target | undefined> {
    return roomFor(this, targets);
  }

  session(headers: readonly string[] = []): Promise<string | undefined> {
    return sessionOf(this, headers);
  }

  user(): Promise<string | undefined> {
    return userOf(this);
  }

  priceOf({ provider, model }: Target): TokenPrice | undefined {
    return model === undefined ? undefined : this.snapshot.parts.prices.of(provider, model)?.price;
  }

  answer(outcome: Outcome): void {
    answerWith(this, outcome);
  }

  watch(see: (delta: Delta) => void): void {
    this.onlookers = withWatch(this.onlookers, see);
  }

  rewrite(change: Change): void {
    this.onlookers = withRewrite(this.onlookers, change);
  }

  /** Something upstream is under way for the call, so that it can be stopped. */
  runs(work: Work): void {
    this.#underWay.add(work);
    if (this.gone !== undefined) work.abort(this.gone);
  }

  /** It is no more. */
  ran(work: Work): void {
    this.#underWay.delete(work);
  }

  /** Gives the call up: nothing upstream goes on, nobody waits any more. */
  abandon(reason: GatewayError): void {
    if (this.gone !== undefined || this.#endedTicks !== undefined) return;
    this.gone = reason;
    this.#underWay.abort(reason);
    this.abandonment.abort();
    this.#abort?.abort(reason);
  }

  record(): CallRecord {
    return this.#record ?? this.#take();
  }

  #take(): CallRecord {
    return recordOf(this, (this.#endedTicks ?? this.clock.ticks()) - this.startedTicks);
  }

  /** The last byte has left, or the client has. Resolves `done`. */
  end(): CallRecord {
    this.#endedTicks = this.clock.ticks();
    // An answer that nobody delivered (a plugin threw after it, or replaced it) must not hold its connection.
    this.#underWay.stop();
    this.request.close?.(this);
    settleUsage(this);
    this.cost = costOfCall(this);
    const record = this.#take();
    // One object for all who ask: a batch that holds it twice carries it once.
    this.#record = record;
    const { outcome, status, usage, usageSource, costMicros, priceSource } = record;
    const end = { outcome, status, usage, usageSource, costMicros, priceSource, empty: this.found.empty };
    settleUnproven(this, undefined);
    this.#underWay.end(end);
    this.#finish(end);
    return record;
  }

  /** Throws when nobody waits for the answer any more. */
  mustGoOn(): void {
    if (this.gone !== undefined) throw this.gone;
  }
}
