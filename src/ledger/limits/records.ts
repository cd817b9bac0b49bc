// Who holds what: one record per reservation of tokens, money or concurrency, so that what a thread held can be let go when
// it dies or hangs. A thread takes records from chunks that are its own; each is written inside the lock of its slot's group.
import { chunkRecords, chunks, ownersAt, recordCell } from './layout.ts';

const amountAt = 1;
const endAt = 2;
/** What its thread held was let go while it hung. It gives the record back itself. */
const lapsed = -1;

export class Records {
  readonly #cells: Int32Array<SharedArrayBuffer>;
  readonly #numbers: Float64Array<SharedArrayBuffer>;
  readonly #owner: number;
  readonly #free: number[] = [];

  constructor(cells: Int32Array<SharedArrayBuffer>, numbers: Float64Array<SharedArrayBuffer>, thread: number) {
    this.#cells = cells;
    this.#numbers = numbers;
    this.#owner = thread + 1;
  }

  /** A record of this thread's that holds nothing yet. Throws when all are in use. */
  take(): number {
    return this.#free.pop() ?? this.#grow();
  }

  /** Gives back one that holds nothing (any more). */
  give(record: number): void {
    this.#cells[recordCell(record)] = 0;
    this.#free.push(record);
  }

  hold(record: number, slot: number, generation: number, amount: number, end: number): void {
    const cell = recordCell(record);
    this.#cells[cell + 1] = generation;
    this.#numbers[cell / 2 + amountAt] = amount;
    this.#numbers[cell / 2 + endAt] = end;
    this.#cells[cell] = slot + 1;
  }

  /** The slot it holds, or -1. */
  slot(record: number): number {
    const state = this.#cells[recordCell(record)] ?? 0;
    return state > 0 ? state - 1 : -1;
  }

  generation(record: number): number {
    return this.#cells[recordCell(record) + 1] ?? 0;
  }

  amount(record: number): number {
    return this.#numbers[recordCell(record) / 2 + amountAt] ?? 0;
  }

  /** Of the window that it was reserved in. */
  end(record: number): number {
    return this.#numbers[recordCell(record) / 2 + endAt] ?? 0;
  }

  letGo(record: number): void {
    this.#cells[recordCell(record)] = 0;
  }

  lapse(record: number): void {
    this.#cells[recordCell(record)] = lapsed;
  }

  /** Thread + 1; 0 or less for none that lives. */
  ownerOf(chunk: number): number {
    return Atomics.load(this.#cells, ownersAt + chunk);
  }

  /** Whether it was `from`'s until now. */
  passOn(chunk: number, from: number, to: number): boolean {
    return Atomics.compareExchange(this.#cells, ownersAt + chunk, from, to) === from;
  }

  #grow(): number {
    for (let chunk = 0; chunk < chunks; chunk += 1) {
      if (!this.passOn(chunk, 0, this.#owner)) continue;
      const first = chunk * chunkRecords;
      for (let record = first + chunkRecords - 1; record > first; record -= 1) this.#free.push(record);
      return first;
    }
    throw new Error(`the ledger has no room for another reservation: ${chunks * chunkRecords} are open or set aside`);
  }
}
