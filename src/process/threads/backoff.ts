// How long to wait before a dead thread is replaced: not at all, unless threads keep dying young.
import type { Clock } from '../../core/index.ts';

const youngMs = 60_000;
const firstMs = 100;
const longestMs = 10_000;

export class CrashBackoff {
  readonly #clock: Clock;
  #youngDeaths = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds to wait, after the death of a thread that started at `startedAt` (ticks). */
  afterDeath(startedAt: number): number {
    const young = this.#clock.ticks() - startedAt < youngMs;
    this.#youngDeaths = young ? this.#youngDeaths + 1 : 0;
    if (this.#youngDeaths <= 1) return 0;
    return Math.min(longestMs, firstMs * 2 ** (this.#youngDeaths - 2));
  }
}
