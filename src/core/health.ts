// How targets do, as all threads see it: what is usable, what cools down until when and why, how busy and how fast each
// is. The engine notes what becomes of every attempt; whoever chooses reads it here.
import type { Target } from './target.ts';

/** Why a target is passed over for a time. `failing`: its circuit breaker is open. `rule`: an `onError` rule said so. */
export type CoolingCause =
  | 'credentials'
  | 'forbidden'
  | 'model'
  | 'rate-limit'
  | 'unavailable'
  | 'overloaded'
  | 'failing'
  | 'rule';

/** Whether it is the whole account that cools, or the account for one model only. */
export type CoolingScope = 'account' | 'model';

export interface Cooled {
  readonly cause: CoolingCause;
  readonly scope: CoolingScope;
  /** Epoch milliseconds; then one request may try it. */
  readonly until: number;
  /** Status of the upstream's answer that led to it, if there was one. */
  readonly status: number | undefined;
}

/**
 * `trial`: a cooldown is over, and the next request tries whether the target works again. `tried`: one request does so now;
 * others pass it over as long as another target can serve them. Both carry the cooldown that was.
 */
export type Standing = { readonly state: 'usable' } | ({ readonly state: 'cooling' | 'trial' | 'tried' } & Cooled);

/** How certain targets stand, by their index. Numbers are those of all threads and at most some instructions old. */
export interface Standings {
  standing(index: number): Standing;
  /** The state of `standing` alone, for loops over many: nothing is allocated. `now`: of the clock, asked once for all of them. */
  state(index: number, now?: number): Standing['state'];
  /** Requests under way at the account. */
  inFlight(index: number): number;
  /** Attempts at the account since the gateway's memory began. Wraps at 2^31. */
  used(index: number): number;
  /**
   * Moving average (EWMA) of the time to the first byte for this account and model; undefined before the first answer. Counts
   * as ever less once nobody has asked for a minute, so that what was slow is asked again some day.
   */
  firstByteMs(index: number, now?: number): number | undefined;
}

export interface Health {
  /** The same array gives the same view: ask once per list, not per call. */
  of(targets: readonly Target[]): Standings;
}

/** The part of requests under way that may be retries: a sick upstream must not be hammered. */
export interface RetryBudget {
  /**
   * Begins a retry, unless as many as `share` of the requests under way in all threads (and at least `least`) are retries
   * already. Call what it returns when the retry has ended; undefined: no retry now.
   */
  begin(share: number, least: number): (() => void) | undefined;
}
