// A clock that stands still until a test moves it.
import type { Alarm, Clock } from '../../src/core/index.ts';

interface Waiting {
  at: number;
  readonly ring: () => void;
}

export class ManualClock implements Clock {
  #now = 1_800_000_000_000;
  readonly #start = this.#now;
  readonly #waiting = new Set<Waiting>();

  now(): number {
    return this.#now;
  }

  ticks(): number {
    return this.#now - this.#start;
  }

  after(ms: number, ring: () => void): Alarm {
    const waiting = { at: this.#now + ms, ring };
    this.#waiting.add(waiting);
    return {
      restart: () => {
        waiting.at = this.#now + ms;
        this.#waiting.add(waiting);
      },
      cancel: () => void this.#waiting.delete(waiting),
    };
  }

  /** Milliseconds until each alarm that is set. */
  get pending(): number[] {
    return [...this.#waiting].map((waiting) => waiting.at - this.#now);
  }

  /** Moves time and rings what is due. */
  advance(ms: number): void {
    this.#now += ms;
    for (const waiting of this.#waiting) {
      if (waiting.at > this.#now) continue;
      this.#waiting.delete(waiting);
      waiting.ring();
    }
  }
}
