// Who is at what: one hold per attempt under way, and one per trial, so that those of a thread that dies can be let go.
// A thread takes holds from chunks that are its own; each is written inside the lock of its slot's group.
import { chunkHolds, chunks, holdCell, ownersAt } from './layout.ts';

export class Holds {
  readonly #cells: Int32Array<SharedArrayBuffer>;
  readonly #owner: number;
  readonly #free: number[] = [];

  constructor(cells: Int32Array<SharedArrayBuffer>, thread: number) {
    this.#cells = cells;
    this.#owner = thread + 1;
  }

  /** A hold of this thread's on nothing yet; -1 when all are in use. */
  take(): number {
    return this.#free.pop() ?? this.#grow();
  }

  /** Gives back one that holds nothing any more. */
  give(hold: number): void {
    this.set(hold, 0);
    this.#free.push(hold);
  }

  /** A slot plus 1, negative for a trial; 0 for nothing. */
  get(hold: number): number {
    return Atomics.load(this.#cells, holdCell(hold));
  }

  set(hold: number, value: number): void {
    Atomics.store(this.#cells, holdCell(hold), value);
  }

  /** Thread + 1; 0 or less for none that lives. */
  ownerOf(chunk: number): number {
    return Atomics.load(this.#cells, ownersAt + chunk);
  }

  /** Whether it was `from`'s until now. */
  passOn(chunk: number, from: number, to: number): boolean {
    if (this.ownerOf(chunk) !== from) return false;
    return Atomics.compareExchange(this.#cells, ownersAt + chunk, from, to) === from;
  }

  #grow(): number {
    for (let chunk = 0; chunk < chunks; chunk += 1) {
      if (!this.passOn(chunk, 0, this.#owner)) continue;
      const first = chunk * chunkHolds;
      for (let hold = first + chunkHolds - 1; hold > first; hold -= 1) this.#free.push(hold);
      return first;
    }
    return -1;
  }
}
