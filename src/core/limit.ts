// Limits and what is counted against them: the vocabulary of the ledger. A limit says how much of something may be used
// in a window; a claim is one request's share of one limit; a grant is what was reserved and waits to be settled.

/** What is counted. `cost` is in micro-dollars. */
export type LimitKind = 'requests' | 'tokens' | 'cost' | 'concurrency';

export type WindowUnit = 'second' | 'minute' | 'hour' | 'day' | 'week' | 'month' | 'total';

/**
 * How far a limit reaches in time. `fixed` windows stand on the clock: 3 of `minute` begins at :00, :03, :06 …;
 * `rate` slides (GCRA): `amount` over the window on average, `burst` at once.
 */
export interface LimitWindow {
  readonly shape: 'fixed' | 'rate';
  readonly unit: WindowUnit;
  /** Whole units, 1 or more; always 1 for `month` and `total`. */
  readonly count: number;
  /** Whose clock a fixed window of an hour or longer stands on: name of a time zone; absent for UTC. */
  readonly zone?: string;
}

export interface Limit {
  readonly kind: LimitKind;
  /** Requests, tokens, micro-dollars, or requests at once. */
  readonly amount: number;
  /** Undefined for `concurrency` only. */
  readonly window: LimitWindow | undefined;
  /** For `rate`: how many may come at once; `amount` where the file does not say. */
  readonly burst: number | undefined;
}

/** One request's share of one limit. */
export interface Claim {
  /** Who is counted: `key:ci`, `route:chat`, `ip:192.0.2.1`. Together with the limit's kind and window it is the identity of the count: it holds across threads, reloads and restarts. */
  readonly subject: string;
  readonly limit: Limit;
  /** How much to reserve, in the limit's unit. 0 asks only whether something is left. */
  readonly amount: number;
  /** One of many that come with requests (an address, a user): where room is short, it makes room before others do. */
  readonly passing?: boolean | undefined;
}

/** Where one limit stands. */
export interface Reading {
  readonly limit: number;
  /** Settled and reserved together. */
  readonly used: number;
  readonly remaining: number;
  /** Epoch milliseconds at which all of it is free again; undefined for concurrency and `total`. */
  readonly resetsAt: number | undefined;
}

/** What was reserved: all claims or none. Held by a lease that is renewed while its thread lives, so a crash leaks nothing. */
export interface Grant {
  readonly granted: true;
  /** One per claim, after the reservation. */
  readonly readings: readonly Reading[];
  /** Puts the true amounts (in the order of the claims) in the place of the reserved ones and lets go of concurrency. Only the first call of `settle` or `release` counts. */
  settle(amounts: readonly number[]): void;
  /** Takes everything back as if it had not been asked for. */
  release(): void;
}

/** Nothing was reserved. */
export interface Refusal {
  readonly granted: false;
  /** One per claim, as they stand. */
  readonly readings: readonly Reading[];
  /** Indices of the claims for which too little is left. */
  readonly refused: readonly number[];
  /** Milliseconds after which all of the refused claims could be granted if nobody else came; undefined where only another request's end (concurrency) or nothing at all (`total`) can free them. */
  readonly retryAfterMs: number | undefined;
}
