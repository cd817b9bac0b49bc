// Where a request may go. The model map turns a model name into a tree of candidates; the balancer walks it and calls
// `call.attempt` with one target at a time.
import type { DialectName, Operation } from './dialect.ts';

export type Strategy = 'fallback' | 'weighted' | 'round-robin' | 'random';

/** How an account is picked among those of one provider and model. `fill-first` keeps to the first until it fails. */
export type AccountStrategy = 'round-robin' | 'weighted' | 'random' | 'fill-first';

/** Why an attempt failed. The first six are what `on:` of a model target may name (see `movesOn`). */
export type FailureKind =
  | 'timeout'
  | 'connect'
  | 'rate-limit'
  | 'server'
  | 'auth'
  | 'model'
  | 'caller'
  /** The target's dialect cannot say the request: it was not asked. */
  | 'untranslatable'
  | 'gone';

export type OnFailure = 'timeout' | 'connect' | '429' | '5xx' | 'auth' | 'model';

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
}

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
}

/** A group of `models:`, its members in file order. */
export interface Group {
  readonly kind: 'group';
  readonly name: string;
  readonly strategy: Strategy;
  readonly weight: number;
  readonly on: readonly OnFailure[] | undefined;
  readonly members: readonly Candidates[];
}

export type Candidates = AccountPool | Group;
