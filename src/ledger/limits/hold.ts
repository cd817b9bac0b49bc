// One claim on its way: where its count stands, whether there is room, what was taken. The arithmetic of limits is here,
// for every kind; all of it runs inside the lock of the claim's group.
import type { Claim, LimitWindow, Reading } from '../../core/index.ts';
import { lengthOf } from '../window/utc.ts';
import { windowAt } from '../window.ts';
import { groupOf, type Identity, identityOf } from './identity.ts';
import type { Slots } from './slots.ts';

/** Levels of rates are quotients: so much is rounding. */
const rounding = 1e-9;

export type Way = 'concurrency' | 'rate' | 'spent' | 'reserved';

export interface Taken {
  readonly generation: number;
  /** -1 for none: what is spent at once needs no lease. */
  readonly record: number;
  /** Of a rate, after it: at `at`. */
  level: number;
  readonly at: number;
}

export class Hold {
  readonly claim: Claim;
  readonly way: Way;
  readonly identity: Identity;
  readonly group: number;
  /** What may be used: of a rate, at once. */
  readonly cap: number;
  /** Of a rate: milliseconds per request. */
  readonly interval: number;
  /** As `look` found it: -1 where nothing is counted yet. */
  slot = -1;
  /** Settled and reserved when `look` was there. */
  used = 0;
  /** Of the window; of a rate, when it is empty again. */
  end = 0;
  /** Undefined until something was taken. */
  taken: Taken | undefined;

  constructor(claim: Claim) {
    const { limit, subject, amount, passing } = claim;
    if (!(amount >= 0)) throw new RangeError(`the amount of a claim must be 0 or more, not ${amount}`);
    const rate = limit.window?.shape === 'rate';
    this.claim = claim;
    this.identity = identityOf(subject, limit, passing);
    this.group = groupOf(this.identity);
    this.cap = rate ? (limit.burst ?? limit.amount) : limit.amount;
    this.interval = rate && limit.window !== undefined ? lengthOf(limit.window) / limit.amount : 0;
    this.way = wayOf(claim, rate);
  }

  look(slots: Slots, now: number): void {
    this.slot = slots.find(this.group, this.identity);
    if (this.way === 'rate') return this.#lookAtRate(slots, now);
    const { window } = this.claim.limit;
    if (window === undefined) {
      this.used = this.slot < 0 ? 0 : slots.held(this.slot);
      return;
    }
    const { end } = windowAt(window, now);
    const current = this.slot >= 0 && isCurrent(slots.end(this.slot), end, window);
    this.end = current ? slots.end(this.slot) : end;
    this.used = current ? slots.used(this.slot) + slots.held(this.slot) : 0;
  }

  /** Whether there is room, `ahead` of it spoken for. A claim of 0 asks for room for one. */
  fits(ahead: number): boolean {
    const { amount } = this.claim;
    if (this.way === 'rate') return this.used + ahead + (amount || 1) <= this.cap + rounding;
    return amount === 0 ? this.used + ahead < this.cap : this.used + ahead + amount <= this.cap;
  }

  /** Milliseconds until it fits if nobody else comes; undefined when time does not help. */
  waitMs(ahead: number, now: number): number | undefined {
    const { amount } = this.claim;
    if (this.way === 'concurrency' || amount > this.cap || this.end === Number.POSITIVE_INFINITY) return undefined;
    if (this.way !== 'rate') return Math.max(1, Math.ceil(this.end - now));
    if (this.cap < 1 && amount === 0) return undefined;
    return Math.max(1, Math.ceil((this.used + ahead + (amount || 1) - this.cap - rounding) * this.interval));
  }

  /** How it stands with `more` on top of what `look` found. */
  reading(more: number, now: number): Reading {
    const used = this.way === 'rate' ? Math.max(0, Math.ceil(this.used + more - rounding)) : this.used + more;
    return { limit: this.cap, used, remaining: Math.max(0, this.cap - used), resetsAt: this.#resetsAt(more, now) };
  }

  /** Whether both are of one count. */
  isOf({ identity: { high, low } }: Hold): boolean {
    return this.identity.low === low && this.identity.high === high;
  }

  #resetsAt(more: number, now: number): number | undefined {
    if (this.way === 'rate') return Math.ceil(now + (this.used + more) * this.interval);
    return this.way === 'concurrency' || this.end === Number.POSITIVE_INFINITY ? undefined : this.end;
  }

  #lookAtRate(slots: Slots, now: number): void {
    if (this.slot < 0) {
      this.used = 0;
      return;
    }
    const level = slots.used(this.slot);
    // Of a clock that was set back: from now on it drains again, or it would stand until the clock is where it was.
    if (slots.held(this.slot) > now) slots.set(this.slot, now + level * this.interval, level, now);
    this.used = levelAt(level, slots.held(this.slot), this.interval, now);
  }
}

/** What is left at `now` of a level taken at `at`: it drains by one per interval. A clock set back does not fill it. */
export function levelAt(level: number, at: number, interval: number, now: number): number {
  return Math.max(0, level - Math.max(0, now - at) / interval);
}

/**
 * Whether a slot's window is the one that ends at `end`. A clock set back a little goes on counting in the window that had
 * begun, which is the next; one set back further starts afresh.
 */
function isCurrent(slotEnd: number, end: number, window: LimitWindow): boolean {
  return slotEnd === end || (slotEnd > end && slotEnd <= windowAt(window, end).end);
}

function wayOf({ limit }: Claim, rate: boolean): Way {
  if (limit.kind === 'concurrency') return 'concurrency';
  if (rate) return 'rate';
  return limit.kind === 'requests' ? 'spent' : 'reserved';
}
