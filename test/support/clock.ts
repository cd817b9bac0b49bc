// A clock that stands still until it is told to move.
import type { Alarm, Clock } from '../../src/core/index.ts';

interface Pending {
  at: number;
  readonly ms: number;
  readonly ring: () => void;
}

export class HandClock implements Clock {
  #now: number;
  readonly #pending = new Set<Pending>();

  constructor(now = 1_700_000_000_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  ticks(): number {
    return this.#now;
  }

  after(ms: number, ring: () => void): Alarm {
    const pending: Pending = { at: this.#now + ms, ms, ring };
    this.#pending.add(pending);
    return {
      restart: () => {
        pending.at = this.#now + ms;
        this.#pending.add(pending);
      },
      cancel: () => void this.#pending.delete(pending),
    };
  }

  /** Alarms that are set. */
  get waiting(): number {
    return this.#pending.size;
  }

  /** Moves time and rings what falls due, earliest first. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#pending].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#now = Math.max(this.#now, due.at);
      this.#pending.delete(due);
      due.ring();
    }
    this.#now = end;
  }
}
