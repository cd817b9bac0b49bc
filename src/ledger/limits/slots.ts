// The counts themselves. Everything here is called inside the lock of the slot's group.
import { type Identity, isConcurrency, isPassing, isRate } from './identity.ts';
import { dirtyAt, dirtyWords, evictionsAt, idCell, slotCell, ways } from './layout.ts';

const generationAt = 1;
const changedAt = 2;
const endAt = 2;
const usedAt = 3;
const heldAt = 4;

export class Slots {
  readonly #cells: Int32Array<SharedArrayBuffer>;
  readonly #numbers: Float64Array<SharedArrayBuffer>;

  constructor(cells: Int32Array<SharedArrayBuffer>, numbers: Float64Array<SharedArrayBuffer>) {
    this.#cells = cells;
    this.#numbers = numbers;
  }

  /** The slot of the count, or -1. */
  find(group: number, { high, low }: Identity): number {
    const first = idCell(group * ways);
    for (let way = 0; way < ways; way += 1) {
      const cell = first + way * 2;
      if (this.#cells[cell] === low && this.#cells[cell + 1] === high) return group * ways + way;
    }
    return -1;
  }

  /** The slot of the count; a free one, all zero, where it has none yet. -1 when the group is full of requests under way. */
  place(group: number, identity: Identity, now: number): number {
    const found = this.find(group, identity);
    if (found >= 0) return found;
    const slot = this.#vacancy(group, now);
    if (slot < 0) return -1;
    const cell = slotCell(slot);
    this.#cells[cell] = identity.form;
    this.#cells[cell + generationAt] = this.generation(slot) + 1;
    this.#cells[cell + changedAt] = 0;
    this.set(slot, 0, 0, 0);
    this.#cells[idCell(slot)] = identity.low;
    this.#cells[idCell(slot) + 1] = identity.high;
    return slot;
  }

  isFree(slot: number): boolean {
    return this.#cells[idCell(slot)] === 0 && this.#cells[idCell(slot) + 1] === 0;
  }

  identity(slot: number): Identity {
    const cell = idCell(slot);
    return { low: this.#cells[cell] ?? 0, high: this.#cells[cell + 1] ?? 0, form: this.form(slot) };
  }

  form(slot: number): number {
    return this.#cells[slotCell(slot)] ?? 0;
  }

  /** Another one whenever the slot goes to another count. */
  generation(slot: number): number {
    return this.#cells[slotCell(slot) + generationAt] ?? 0;
  }

  /** Epoch milliseconds at which nothing of it counts any more; 0 for concurrency. */
  end(slot: number): number {
    return this.#numbers[slotCell(slot) / 2 + endAt] ?? 0;
  }

  /** What is settled; of a rate, the level. */
  used(slot: number): number {
    return this.#numbers[slotCell(slot) / 2 + usedAt] ?? 0;
  }

  /** What is reserved or under way; of a rate, when the level was taken. */
  held(slot: number): number {
    return this.#numbers[slotCell(slot) / 2 + heldAt] ?? 0;
  }

  set(slot: number, end: number, used: number, held: number): void {
    const at = slotCell(slot) / 2;
    this.#numbers[at + endAt] = end;
    this.#numbers[at + usedAt] = used;
    this.#numbers[at + heldAt] = held;
  }

  setHeld(slot: number, held: number): void {
    this.#numbers[slotCell(slot) / 2 + heldAt] = held;
  }

  /** For the next checkpoint. */
  markChanged(slot: number): void {
    this.#cells[slotCell(slot) + changedAt] = 1;
    this.markDirty(slot >>> 4);
  }

  markDirty(group: number): void {
    const cell = dirtyAt + (group >>> 5);
    const bit = 1 << (group & 31);
    if ((Atomics.load(this.#cells, cell) & bit) === 0) Atomics.or(this.#cells, cell, bit);
  }

  /** Groups with something for the next checkpoint, which they are taken for herewith. */
  takeDirty(): readonly number[] {
    const groups: number[] = [];
    for (let word = 0; word < dirtyWords; word += 1) {
      if (Atomics.load(this.#cells, dirtyAt + word) === 0) continue;
      const bits = Atomics.exchange(this.#cells, dirtyAt + word, 0);
      for (let bit = 0; bit < 32; bit += 1) if ((bits & (1 << bit)) !== 0) groups.push(word * 32 + bit);
    }
    return groups;
  }

  takeChanged(slot: number): boolean {
    const cell = slotCell(slot) + changedAt;
    const changed = this.#cells[cell] === 1;
    this.#cells[cell] = 0;
    return changed;
  }

  #vacancy(group: number, now: number): number {
    let victim = -1;
    for (let slot = group * ways; slot < (group + 1) * ways; slot += 1) {
      if (this.isFree(slot) || this.#isOver(slot, now)) return slot;
      if (!isConcurrency(this.form(slot)) && (victim < 0 || this.#losesLess(slot, victim))) victim = slot;
    }
    if (victim >= 0) Atomics.add(this.#cells, evictionsAt, 1);
    return victim;
  }

  #isOver(slot: number, now: number): boolean {
    return isConcurrency(this.form(slot)) ? this.held(slot) === 0 : this.end(slot) <= now;
  }

  /** What nobody holds goes first, then one of many (who names a thousand users must not push out a budget), then what would be over soonest anyway. */
  #losesLess(slot: number, other: number): boolean {
    const reserved = this.#reserved(slot);
    const otherReserved = this.#reserved(other);
    if (reserved !== otherReserved) return !reserved;
    const passing = isPassing(this.form(slot));
    return passing === isPassing(this.form(other)) ? this.end(slot) < this.end(other) : passing;
  }

  #reserved(slot: number): boolean {
    return !isRate(this.form(slot)) && this.held(slot) > 0;
  }
}
