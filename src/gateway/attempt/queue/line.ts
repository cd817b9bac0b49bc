// Those of this thread who wait for one account, first come, first served. Only the first is called, when the account may
// have room; who waits in several lines leaves the others then.

import type { LoadedQueue } from '../../../config/loaded-provider.ts';
import type { Claim, Grant, Ledger, Limit, Refusal, Target } from '../../../core/index.ts';

/** One call in one line. */
export interface Waiting {
  readonly target: Target;
  /** The clock's ticks when the call began to wait: who was called and found no room keeps his place. */
  readonly since: number;
  /** His turn has come. */
  call(waiting: Waiting): void;
}

export class Line {
  /** Counts those who wait, in all threads. */
  readonly #claim: Claim;
  readonly waitMs: number;
  readonly #ledger: Ledger;
  readonly #places: readonly Claim[];
  #waiting: readonly Waiting[] = [];
  #watch: AbortController | undefined;

  /** `places`: what a request holds while it runs, of which nothing is left. */
  constructor(ledger: Ledger, name: string, queue: LoadedQueue, places: readonly Claim[]) {
    const limit: Limit = { kind: 'concurrency', amount: queue.size, window: undefined, burst: undefined };
    this.#claim = { subject: `queue:${name}`, limit, amount: 1 };
    this.waitMs = queue.wait;
    this.#ledger = ledger;
    this.#places = places;
  }

  /** Takes one of the places to wait in. */
  enter(): Promise<Grant | Refusal> {
    return this.#ledger.reserve([this.#claim]);
  }

  join(waiting: Waiting): void {
    const before = this.#waiting.filter(({ since }) => since <= waiting.since);
    this.#waiting = [...before, waiting, ...this.#waiting.slice(before.length)];
    if (this.#watch === undefined) void this.#serve(new AbortController());
  }

  leave(waiting: Waiting): void {
    this.#waiting = this.#waiting.filter((other) => other !== waiting);
    if (this.#waiting.length === 0) this.#watch?.abort();
  }

  async hasRoom(): Promise<boolean> {
    const readings = await this.#ledger.read(this.#places);
    return readings.every(({ remaining }) => remaining >= 1);
  }

  /** Calls one after the other as places become free, until nobody waits. */
  async #serve(watch: AbortController): Promise<void> {
    this.#watch = watch;
    while (this.#waiting.length > 0 && !watch.signal.aborted) {
      // Watched before it is asked: what is given back in between must not be missed.
      const round = new AbortController();
      const stop = () => round.abort();
      watch.signal.addEventListener('abort', stop);
      const freed = this.#ledger.freed(this.#places, round.signal);
      if (!(await this.hasRoom())) await freed;
      stop();
      watch.signal.removeEventListener('abort', stop);
      if (watch.signal.aborted) break;
      const [first] = this.#waiting;
      if (first === undefined || !(await this.hasRoom())) continue;
      this.leave(first);
      first.call(first);
      await soon();
    }
    this.#watch = undefined;
    // Somebody may have come while the last one left.
    if (this.#waiting.length > 0) void this.#serve(new AbortController());
  }
}

/** Who was called takes his place before the next one is. */
function soon(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
