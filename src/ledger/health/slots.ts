// The slots themselves. Cells are read by anybody at any time; what says how a target stands is written inside the lock of
// its group and between `open` and `close`, so that a reader notices that it saw only half of a change.
import { coolingOf, isAside } from './aside.ts';
import type { Key } from './identity.ts';
import {
  at,
  evictionsAt,
  idCell,
  inFlightCell,
  sequenceCell,
  slotCell,
  timesKept,
  usedCell,
  versionAt,
  ways,
} from './layout.ts';

const half = 2 ** 32;

export class Slots {
  readonly #cells: Int32Array<SharedArrayBuffer>;

  constructor(cells: Int32Array<SharedArrayBuffer>) {
    this.#cells = cells;
  }

  /** The slot of the key, or -1. */
  find(key: Key): number {
    if (key.slot >= 0 && this.#is(key.slot, key)) return key.slot;
    for (let slot = key.group * ways; slot < (key.group + 1) * ways; slot += 1) {
      if (this.#is(slot, key)) {
        key.slot = slot;
        return slot;
      }
    }
    return -1;
  }

  /** The slot of the key; one that was free or not needed where it has none yet; -1 where there is none. Inside the lock. */
  place(key: Key, now: number): number {
    const found = this.find(key);
    if (found >= 0) return found;
    const slot = this.#vacancy(key.group, now);
    if (slot < 0) return -1;
    if (!this.isFree(slot)) Atomics.add(this.#cells, evictionsAt, 1);
    this.open(key.group);
    const serial = this.get(slot, at.serial);
    for (let cell = 0; cell < at.times + timesKept; cell += 1) this.set(slot, cell, 0);
    this.forgetInFlight(slot);
    Atomics.store(this.#cells, usedCell(slot), 0);
    // Goes on counting: who knew the target that was here before must not take this one's cooldown for its own.
    this.set(slot, at.serial, serial);
    this.set(slot, at.touched, seconds(now));
    this.set(slot, at.parent, key.parent?.low ?? 0);
    this.set(slot, at.parent + 1, key.parent?.high ?? 0);
    Atomics.store(this.#cells, idCell(slot), key.low);
    Atomics.store(this.#cells, idCell(slot) + 1, key.high);
    this.close(key.group);
    key.slot = slot;
    return slot;
  }

  get(slot: number, field: number): number {
    return Atomics.load(this.#cells, slotCell(slot) + field);
  }

  /** Some instructions old: for loops over many. */
  inFlight(slot: number): number {
    return this.#cells[inFlightCell(slot)] ?? 0;
  }

  /** As `inFlight`. Wraps at 2^31. */
  used(slot: number): number {
    return (this.#cells[usedCell(slot)] ?? 0) & 0x7fffffff;
  }

  /** Inside the lock. */
  countInFlight(slot: number, by: number): void {
    Atomics.add(this.#cells, inFlightCell(slot), by);
  }

  /** Inside the lock. */
  forgetInFlight(slot: number): void {
    Atomics.store(this.#cells, inFlightCell(slot), 0);
  }

  countUse(slot: number): void {
    Atomics.add(this.#cells, usedCell(slot), 1);
  }

  set(slot: number, field: number, value: number): void {
    Atomics.store(this.#cells, slotCell(slot) + field, value);
  }

  /** Epoch milliseconds. */
  time(slot: number, field: number): number {
    const cell = slotCell(slot) + field;
    return Atomics.load(this.#cells, cell + 1) * half + (Atomics.load(this.#cells, cell) >>> 0);
  }

  setTime(slot: number, field: number, time: number): void {
    const cell = slotCell(slot) + field;
    Atomics.store(this.#cells, cell, (time % half) | 0);
    Atomics.store(this.#cells, cell + 1, Math.floor(time / half));
  }

  touch(slot: number, now: number): void {
    this.set(slot, at.touched, seconds(now));
  }

  isFree(slot: number): boolean {
    return Atomics.load(this.#cells, idCell(slot)) === 0;
  }

  /** Whether the slot is that of the account, or of one of its models. */
  belongsTo(slot: number, account: Key): boolean {
    if (this.#is(slot, account)) return true;
    return this.get(slot, at.parent) === account.low && this.get(slot, at.parent + 1) === account.high;
  }

  /** A change of how a target of the group stands begins. */
  open(group: number): void {
    Atomics.add(this.#cells, sequenceCell(group), 1);
  }

  /** It is complete: whoever remembers how targets stood must look again. */
  close(group: number): void {
    Atomics.add(this.#cells, sequenceCell(group), 1);
    Atomics.add(this.#cells, versionAt, 1);
  }

  /** Odd while a change is under way; the same before and after reading: what was read is of one moment. */
  sequence(group: number): number {
    return Atomics.load(this.#cells, sequenceCell(group));
  }

  version(): number {
    return Atomics.load(this.#cells, versionAt);
  }

  /** As `version`, some instructions old: ten times as fast. */
  roughVersion(): number {
    return this.#cells[versionAt] ?? 0;
  }

  evictions(): number {
    return Atomics.load(this.#cells, evictionsAt);
  }

  #is(slot: number, { low, high }: Key): boolean {
    const cell = idCell(slot);
    return Atomics.load(this.#cells, cell) === low && Atomics.load(this.#cells, cell + 1) === high;
  }

  /** One that is free, else of those nobody uses the one that is missed least; -1 where there is none. */
  #vacancy(group: number, now: number): number {
    let victim = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let slot = group * ways; slot < (group + 1) * ways; slot += 1) {
      if (this.isFree(slot)) return slot;
      const missed = this.#missed(slot, now);
      if (missed < least) [victim, least] = [slot, missed];
    }
    return victim;
  }

  /**
   * First goes what is usable, then what may be tried again, then an account that cools for one model: clients can make up
   * models, and must not fill the table with them. Of equals the one that was used longest ago. Never what is under way, or an
   * account that cools.
   */
  #missed(slot: number, now: number): number {
    if (this.inFlight(slot) > 0) return Number.POSITIVE_INFINITY;
    const age = this.get(slot, at.touched) >>> 0;
    if (!isAside(this, slot)) return age;
    if (!coolingOf(this, slot, now)) return age + half;
    const ofModel = this.get(slot, at.parent) !== 0;
    return ofModel ? age + 2 * half : Number.POSITIVE_INFINITY;
  }
}

function seconds(now: number): number {
  return (now / 1000) | 0;
}
