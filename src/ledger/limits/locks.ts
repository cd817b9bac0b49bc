// One lock per group of slots, held for about a microsecond. Its cell names the thread that is inside, so that the lock of
// a dead one can be broken. The states of accounts have locks of the same kind.
import { lockCell } from './layout.ts';

const spins = 200;
/** A holder that lost its processor needs time, not spinning. */
const napMs = 0.05;
/** Some ten milliseconds. A lock that is held for longer belongs to a thread that is dead and not yet cleared. */
const naps = 100;

export class Locks {
  readonly #cells: Int32Array<SharedArrayBuffer>;
  readonly #holder: number;
  readonly #cellOf: (group: number) => number;

  /** `cellOf`: where the lock of a group lies. */
  constructor(cells: Int32Array<SharedArrayBuffer>, thread: number, cellOf = lockCell) {
    this.#cells = cells;
    this.#holder = thread + 1;
    this.#cellOf = cellOf;
  }

  /** False when it cannot be had in some milliseconds: try again later, and let the event loop turn meanwhile. */
  take(group: number): boolean {
    const cell = this.#cellOf(group);
    for (let spin = 0; spin < spins; spin += 1) {
      if (Atomics.compareExchange(this.#cells, cell, 0, this.#holder) === 0) return true;
    }
    for (let nap = 0; nap < naps; nap += 1) {
      const found = Atomics.compareExchange(this.#cells, cell, 0, this.#holder);
      if (found === 0) return true;
      Atomics.wait(this.#cells, cell, found, napMs);
    }
    return false;
  }

  free(group: number): void {
    Atomics.store(this.#cells, this.#cellOf(group), 0);
  }

  /** All or none. `groups` stand in ascending order, each once: two threads never wait for each other. */
  takeAll(groups: readonly number[]): boolean {
    for (let index = 0; index < groups.length; index += 1) {
      if (this.take(groups[index] ?? 0)) continue;
      for (let taken = 0; taken < index; taken += 1) this.free(groups[taken] ?? 0);
      return false;
    }
    return true;
  }

  freeAll(groups: readonly number[]): void {
    for (const group of groups) this.free(group);
  }

  /** Takes over a lock that a dead thread holds. */
  inherit(group: number, dead: number): boolean {
    const cell = this.#cellOf(group);
    // Looked at first: a compare-and-swap writes, and would make a page of memory real for every group.
    if (Atomics.load(this.#cells, cell) !== dead + 1) return false;
    return Atomics.compareExchange(this.#cells, cell, dead + 1, this.#holder) === dead + 1;
  }
}
