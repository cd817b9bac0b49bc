// One request on its way through the gateway, as plugins and providers see it: `ctx.call`.
import type { Context } from 'koa';
import type { Delta, Fault } from './answer.ts';
import type { JsonObject } from './chat.ts';
import type { Clock } from './clock.ts';
import type { DialectName, Operation } from './dialect.ts';
import type { ErrorCode } from './errors.ts';
import type { Cooled } from './health.ts';
import type { Limit } from './limit.ts';
import type { PriceSource, TokenPrice } from './price.ts';
import type { AttemptRecord, CallRecord } from './record.ts';
import type { Reply } from './reply.ts';
import type { Candidates, FailureKind, Target } from './target.ts';
import type { Trace } from './trace.ts';
import type { Usage, UsageSource } from './usage.ts';

/** What the body says at its top level, found without parsing the rest. */
export interface Facts {
  /** The model asked for (from the path where the dialect puts it there). */
  readonly model: string | undefined;
  readonly stream: boolean;
  /** Bytes of the body after decompression; of one that is still arriving what was announced, or the most it may be. */
  readonly bytes: number;
}

export interface ClientKey {
  readonly name: string;
  readonly routes: readonly string[] | undefined;
  /** Patterns with `*`; undefined means all. */
  readonly models: readonly string[] | undefined;
  readonly limits: readonly Limit[];
  /** Names that rules may count it by. */
  readonly tags?: readonly string[] | undefined;
  /** The accounts it is bound to: `provider/account`, `tag:eu`, `group:team-a`; undefined means all. */
  readonly accounts?: readonly string[] | undefined;
}

/** What became of one attempt. */
export type Outcome = AttemptSuccess | AttemptFailure;

export interface AttemptSuccess {
  readonly ok: true;
  readonly target: Target;
  readonly reply: Reply;
}

export interface AttemptFailure {
  readonly ok: false;
  readonly target: Target;
  readonly kind: FailureKind;
  /**
   * `stop`: no other target could do better (the caller's fault, or the client left). `next`: another one might. `retry`: so
   * might this one, asked once more a moment later; what it was counts against the target only if that does not help.
   */
  readonly verdict: 'stop' | 'retry' | 'next';
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryAfterMs: number | undefined;
  /** The upstream's own answer, where the client should see it as it is. */
  readonly reply: Reply | undefined;
  /** The upstream's error, where it was read to be told in another dialect. */
  readonly fault?: Fault | undefined;
  /** The field of the request that was at fault. */
  readonly param?: string | undefined;
  /** Status of the upstream's answer, if there was one. */
  readonly status?: number | undefined;
  /** The account's token was refused and has been renewed: to ask it once more is no retry that needs a budget. */
  readonly refreshed?: boolean | undefined;
  /** What the target (or its account) is put aside for because of this. */
  readonly cooled?: Cooled | undefined;
  /** A limit of the account or its provider left no room: it was not asked. `60 requests per minute`. */
  readonly full?: string | undefined;
}

/** How one attempt is made. */
export interface AttemptOptions {
  /** Gives up this attempt alone: the loser of a hedge. Its outcome is a failure `gone`. */
  readonly signal?: AbortSignal | undefined;
}

/** How a call ended; `call.done` resolves with it and never rejects. */
export interface CallEnd {
  readonly outcome: 'ok' | 'error' | 'aborted';
  readonly status: number;
  readonly usage: Usage | undefined;
  readonly usageSource: UsageSource;
  /** Micro-dollars; undefined where usage or price is not known. */
  readonly costMicros: number | undefined;
  readonly priceSource: PriceSource;
  /** The answer came to its end and said nothing, nor what it used: it is not billed. */
  readonly empty?: boolean;
}

/** How images and documents given by URL may be fetched for upstreams that take the bytes only. */
export interface MediaFetch {
  /** Of all files of one request together. */
  readonly maxBytes: number;
  /** Milliseconds for one file. */
  readonly timeout: number;
  /** Whether an address may be asked although it is not public. */
  allows(address: string): boolean;
}

/** What a call will probably use. */
export interface Estimate {
  /** From the text of the body; what is attached to it counts a flat amount. */
  readonly inputTokens: number;
  /** The most the request itself allows, all its answers together; 0 for operations that write nothing; undefined where it sets no bound. */
  readonly outputTokens: number | undefined;
  /**
   * Micro-dollars with so many tokens of output, at the dearest price among the call's candidates. Ask only where a limit
   * on cost applies: throws `price-unknown` where one of them has no price and `prices.unknown` is `deny`.
   */
  microDollars(outputTokens: number): number;
}

export interface Call {
  /** Unique, sortable by time; sent as `x-portico-id`. */
  readonly id: string;
  readonly trace: Trace;
  readonly clock: Clock;
  /** Content hash of the configuration this call runs on. */
  readonly revision: string;
  readonly listener: string;
  readonly route: string;
  readonly dialect: DialectName;
  readonly operation: Operation;
  /** Those of the route. */
  readonly limits: readonly Limit[];
  /** The client's address, as trusted proxies name it; empty where one names something else. IPv4 is never mapped. */
  readonly clientIp: string;
  /** Aborts when the client leaves or the gateway gives the call up. */
  readonly signal: AbortSignal;
  /** Set by `auth`. Undefined where a route is open. */
  key: ClientKey | undefined;
  /** Set by whoever answers; the body flows once the chain has unwound. */
  reply: Reply | undefined;
  /** Set by `translator`. Undefined: nothing is fetched at a client's word. */
  mediaFetch: MediaFetch | undefined;
  readonly attempts: readonly AttemptRecord[];
  readonly done: Promise<CallEnd>;

  /** Reads the body (once) and says what it asks for. Throws 400/413/415 as `GatewayError`. */
  facts(): Promise<Facts>;
  /** The whole body, as received after decompression (on a plain forward: as sent). Costs a copy for large bodies; of an upload it waits for, and holds, all of it. */
  body(): Promise<Buffer>;
  /**
   * The JSON body is from now on what `change` makes of it: for facts and estimate, for limits, translation and every attempt.
   * Before `next()`. `change` gets the body parsed, must not mutate it, and returns it as it is or a copy: members of the top
   * level that are the same (===) keep their bytes, the others are written anew. `model` and `stream` may not change.
   * Resolves whether anything changed; false, without asking, where the body is no JSON object. Throws what `facts` throws,
   * `invalid-json`, `duplicate-field` (any name of the top level), and what `change` throws. Costs a parse of the whole body.
   */
  edit(change: (body: JsonObject) => JsonObject): Promise<boolean>;
  /** Reads the body and guesses (a millisecond or two, once per call): ask only where something depends on it. Throws what `facts` and `candidates` throw. */
  estimate(): Promise<Estimate>;
  /** Where this call may go. Throws `unknown-model`, `model-not-allowed`, `not-offered` or `no-account`. */
  candidates(): Promise<Candidates>;
  /** Performs exactly one upstream attempt; several may run at once. Does not throw for upstream failures. */
  attempt(target: Target, options?: AttemptOptions): Promise<Outcome>;
  /** Gives back an answer nobody wants: its upstream request is cancelled, what it may have cost is booked. */
  discard(outcome: AttemptSuccess): void;
  /** Says why a target is not tried: for the record, for messages, for who asks why. */
  pass(target: Target, reason: string): void;
  /**
   * Waits in the queues of these accounts, all of them full, until one may have room; undefined at once where none has a
   * queue or all queues are full, later when the time a queue allows is over. Throws when the call is given up.
   */
  room(targets: readonly Target[]): Promise<Target | undefined>;
  /**
   * Whose conversation this is, hashed (hexadecimal) with the key inside: the same for all requests of a session. Undefined
   * where nothing tells. `headers` (lower case) name it before the body does, which may be read. Throws what `facts` throws.
   */
  session(headers?: readonly string[]): Promise<string | undefined>;
  /** Whom the body says it is for (`safety_identifier`, `user`, `metadata.user_id`): what the client says, and no more than that. Reads the body; throws what `facts` throws. */
  user(): Promise<string | undefined>;
  /** What a target's tokens cost, where that is known. */
  priceOf(target: Target): TokenPrice | undefined;
  /** Makes an outcome the answer: sets `reply`, or throws the matching `GatewayError`. */
  answer(outcome: Outcome): void;
  /**
   * Tells `see` the answer as it passes, whole or streamed, in the canonical vocabulary; the bytes are not touched. Chat
   * only, and only until the body flows: ask before `next()` or right after it. What `see` throws ends the answer.
   */
  watch(see: (delta: Delta) => void): void;
  /**
   * The client is told what `change` makes of each delta. The answer is decoded and encoded again in the caller's dialect,
   * which costs; nothing else forces that. What `change` throws ends the answer with that error. Chat only.
   */
  rewrite(change: (delta: Delta) => Delta | readonly Delta[]): void;
  /** The record as it stands; complete once `done` has resolved. */
  record(): CallRecord;
}

/** Koa's context with the one property Portico adds. */
export type CallContext = Context & { call: Call };
