// Tells those who wait, in whatever thread, that something of a group was given back. Each thread has at most one wait on
// shared memory under way, however many listen in it; one that stays behind keeps nobody alive.
import { bellAt, listenersAt, releasesCell } from './layout.ts';

interface Listener {
  /** Group -> how often something of it had been given back when the listener came. */
  readonly seen: ReadonlyMap<number, number>;
  readonly wake: () => void;
}

export class Bell {
  readonly #cells: Int32Array<SharedArrayBuffer>;
  readonly #own: number;
  readonly #listeners = new Set<Listener>();
  #waiting = false;

  constructor(cells: Int32Array<SharedArrayBuffer>, thread: number) {
    this.#cells = cells;
    this.#own = listenersAt + 1 + thread;
  }

  /** Resolves when something of one of the groups is given back from now on, and when the signal aborts. */
  freed(groups: readonly number[], signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    // Announced before it looks: what is given back from here on rings.
    Atomics.add(this.#cells, listenersAt, 1);
    Atomics.add(this.#cells, this.#own, 1);
    const wake = () => {
      if (!this.#listeners.delete(listener)) return;
      Atomics.sub(this.#cells, listenersAt, 1);
      Atomics.sub(this.#cells, this.#own, 1);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    // Before the counts are read: a ring after that is one the wait must see.
    const rung = Atomics.load(this.#cells, bellAt);
    const listener = { seen: new Map(groups.map((group) => [group, this.#releases(group)])), wake };
    this.#listeners.add(listener);
    signal.addEventListener('abort', wake);
    this.#wait(rung);
    return promise;
  }

  /** Something of the group was given back. */
  ring(group: number): void {
    Atomics.add(this.#cells, releasesCell(group), 1);
    if (Atomics.load(this.#cells, listenersAt) === 0) return;
    Atomics.add(this.#cells, bellAt, 1);
    Atomics.notify(this.#cells, bellAt);
    this.#wake();
  }

  /** Nobody listens in a thread that is gone. */
  forget(thread: number): void {
    const gone = Atomics.exchange(this.#cells, listenersAt + 1 + thread, 0);
    if (gone !== 0) Atomics.sub(this.#cells, listenersAt, gone);
  }

  #wait(rung: number): void {
    if (this.#waiting) return;
    this.#waiting = true;
    const { async, value } = Atomics.waitAsync(this.#cells, bellAt, rung);
    void (async ? value : Promise.resolve()).then(() => {
      this.#waiting = false;
      const now = Atomics.load(this.#cells, bellAt);
      this.#wake();
      if (this.#listeners.size > 0) this.#wait(now);
    });
  }

  #wake(): void {
    for (const listener of this.#listeners) {
      for (const [group, releases] of listener.seen) {
        if (this.#releases(group) !== releases) listener.wake();
      }
    }
  }

  #releases(group: number): number {
    return Atomics.load(this.#cells, releasesCell(group));
  }
}
