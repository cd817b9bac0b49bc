// Where a request may go. The model map turns a model name into a tree of candidates; the balancer walks it and calls
// `call.attempt` with one target at a time.
import type { JsonObject } from './chat.ts';
import type { DialectName, Operation } from './dialect.ts';

/** How one of several equals is chosen. `latency`: the faster of two picked by chance (EWMA of the time to the first byte). */
export type Choice =
  | 'round-robin'
  | 'weighted'
  | 'random'
  | 'least-used'
  | 'least-busy'
  | 'latency'
  | 'cheapest'
  | 'sticky';

/** How a member of a group is chosen; the others follow when it fails. `conditional`: the first whose `when` holds, in order. */
export type Strategy = 'fallback' | 'conditional' | Choice;

/** How an account is picked among those of one provider and model. `fill-first` keeps to the first until it fails. */
export type AccountStrategy = 'fill-first' | Choice;

/** Why an attempt failed. Most of them are what `on:` of a model target may name (see `OnFailure`). */
export type FailureKind =
  | 'timeout'
  | 'connect'
  | 'rate-limit'
  | 'server'
  | 'auth'
  | 'model'
  /** The caller's fault, but another model could do better: it has more room, or another policy. */
  | 'context-length'
  | 'content-policy'
  | 'caller'
  /** The target's dialect cannot say the request: it was not asked. */
  | 'untranslatable'
  | 'gone';

export type OnFailure = 'timeout' | 'connect' | '429' | '5xx' | 'auth' | 'model' | 'context-length' | 'content-policy';

/** How much a model shall think: a step of effort, tokens, or as much as it likes (`auto`). */
export type Thinking = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'auto' | number;

/** One account of one provider, asked for one upstream model. */
export interface Target {
  readonly provider: string;
  readonly account: string;
  /** The model id the upstream knows; undefined for operations without a model. */
  readonly model: string | undefined;
  readonly priority: number;
  readonly weight: number;
  /** What it is asked in, where that is not what the caller speaks: the request is translated. */
  readonly lane?: Lane | undefined;
  /** Which credential the account has: with a new one it starts with a clean slate. */
  readonly credential?: string | undefined;
  /** Members of the upstream body's top level that the target sets, whatever the client sent. Null takes a member out. */
  readonly set?: JsonObject | undefined;
  /** What a suffix of the model's name asks for: `model(high)`. */
  readonly thinking?: Thinking | undefined;
}

/** Somebody who could have served the request by name, and why they were left out before any were chosen from. */
export interface Skipped {
  readonly provider: string;
  /** Undefined where it is all of the provider's. */
  readonly account: string | undefined;
  readonly model: string | undefined;
  /** `does not serve large`, `switched off in the configuration`. */
  readonly reason: string;
  /** The condition of its target that does not hold. For operators: clients are not told. */
  readonly when?: string | undefined;
}

/**
 * How a name of a model was found: as a name of `models:`, by one that ends with `*`, by its prefix, in the list of a
 * provider, or because a provider serves whatever is asked.
 */
export type FoundAs = 'alias' | 'wildcard' | 'pin' | 'listed' | 'any';

/** A dialect and what is asked in it. */
export interface Lane {
  readonly dialect: DialectName;
  readonly operation: Operation;
}

/** The accounts of one provider that can serve one model. */
export interface AccountPool {
  readonly kind: 'accounts';
  /** `provider/model`: names the shared cursor. */
  readonly name: string;
  readonly weight: number;
  readonly on: readonly OnFailure[] | undefined;
  readonly targets: readonly Target[];
  readonly foundAs?: FoundAs | undefined;
  /** As it was asked for, where that is not the name: with its suffix. */
  readonly asked?: string | undefined;
  /** Set at the root of a tree only. */
  readonly skipped?: readonly Skipped[] | undefined;
  /** How many more were skipped than are listed. */
  readonly skippedMore?: number | undefined;
}

/** A group of `models:`, its members in file order; those whose `when` does not hold for this call are left out already. */
export interface Group {
  readonly kind: 'group';
  readonly name: string;
  readonly strategy: Strategy;
  readonly weight: number;
  readonly on: readonly OnFailure[] | undefined;
  readonly members: readonly Candidates[];
  /** Milliseconds after which another member is asked beside the first; undefined: as the balancer is set. */
  readonly hedge?: number | undefined;
  readonly foundAs?: FoundAs | undefined;
  /** As it was asked for, where that is not the name: with its suffix, or what a wildcard was found for. */
  readonly asked?: string | undefined;
  /** Set at the root of a tree only. */
  readonly skipped?: readonly Skipped[] | undefined;
  /** How many more were skipped than are listed. */
  readonly skippedMore?: number | undefined;
}

export type Candidates = AccountPool | Group;
