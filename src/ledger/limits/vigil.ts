// Which threads that hold something have stopped. Counted in beats of one's own, not in time: a machine that slept must not
// take what was reserved before from threads that slept with it.
import { chunks, threadSlots } from './layout.ts';
import type { Records } from './records.ts';

/** Beats come every second: a lease lasts a minute beyond the last sign of life. */
const term = 60;

export class Vigil {
  readonly #own: number;
  readonly #seen = new Int32Array(threadSlots).fill(-1);
  readonly #still = new Int32Array(threadSlots);

  constructor(thread: number) {
    this.#own = thread;
  }

  /** Threads that have not beaten for a lease's term. Called at every beat of one's own. */
  look(records: Records, beatsOf: (thread: number) => number): readonly number[] {
    const absent = new Set<number>();
    for (const thread of holders(records)) {
      if (thread === this.#own) continue;
      const beats = beatsOf(thread);
      this.#still[thread] = this.#seen[thread] === beats ? (this.#still[thread] ?? 0) + 1 : 0;
      this.#seen[thread] = beats;
      if ((this.#still[thread] ?? 0) >= term) absent.add(thread);
    }
    return [...absent];
  }
}

function holders(records: Records): Set<number> {
  const holders = new Set<number>();
  for (let chunk = 0; chunk < chunks; chunk += 1) {
    const owner = records.ownerOf(chunk);
    if (owner > 0) holders.add(owner - 1);
  }
  return holders;
}
