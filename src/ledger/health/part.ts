// What one attempt has to do with one slot: that of its account, or that of the account for its model.
import type { CoolingScope } from '../../core/index.ts';
import { clear, coolingOf, isAside, isTried, trialMs } from './aside.ts';
import { forgetFailures } from './failures.ts';
import type { Key } from './identity.ts';
import { at } from './layout.ts';
import { locked, type Table } from './table.ts';

let trialsBegun = 0;

export class Part {
  readonly key: Key;
  readonly scope: CoolingScope;
  /** Of the cooldown that was the newest when the attempt began; -1: the target was not known. */
  #serial = -1;
  /** Names the trial; 0: it tries nothing. */
  #trial = 0;
  #trialHold = -1;
  #tried = false;
  #hold = -1;

  constructor(key: Key, scope: CoolingScope) {
    this.key = key;
    this.scope = scope;
  }

  get tries(): boolean {
    return this.#trial !== 0;
  }

  /** Whether it tried something, be that let go since: what it has to say may come when it is over. */
  get tried(): boolean {
    return this.#tried;
  }

  /** Counts the attempt. What cannot be had at once goes uncounted: nobody waits for it. */
  enter(table: Table, now: number): void {
    const { locks, slots, holds } = table;
    if (!locks.take(this.key.group)) return;
    try {
      const slot = slots.place(this.key, now);
      if (slot < 0) return;
      this.#hold = holds.take();
      if (this.#hold >= 0) {
        // Held before it is counted: whoever counts anew after a death goes by the holds.
        holds.set(this.#hold, slot + 1);
        slots.countInFlight(slot, 1);
      }
      slots.countUse(slot);
      slots.touch(slot, now);
      this.#meet(table, slot, now);
    } finally {
      locks.free(this.key.group);
    }
  }

  /** Sees how it stands, and tries it where that is due. */
  look(table: Table, now: number): void {
    const { locks, slots } = table;
    const slot = slots.find(this.key);
    if (slot < 0) return;
    this.#serial = slots.get(slot, at.serial);
    slots.touch(slot, now);
    if (!isAside(slots, slot) || !locks.take(this.key.group)) return;
    try {
      const still = slots.find(this.key);
      if (still >= 0) this.#meet(table, still, now);
    } finally {
      locks.free(this.key.group);
    }
  }

  leave(table: Table): void {
    if (this.#hold < 0) return;
    const hold = this.#hold;
    this.#hold = -1;
    locked(table, this.key.group, () => {
      const slot = table.holds.get(hold) - 1;
      if (slot >= 0) table.slots.countInFlight(slot, -1);
      table.holds.give(hold);
    });
  }

  /** The slot; where the target has none yet it gets one, if that can be had at once. */
  slotIn({ slots, locks }: Table, now: number): number {
    const found = slots.find(this.key);
    if (found >= 0 || !locks.take(this.key.group)) return found;
    try {
      return slots.place(this.key, now);
    } finally {
      locks.free(this.key.group);
    }
  }

  /** Whether the attempt began under the cooldown that there is now, or when there was none. */
  isFresh({ slots }: Table, slot: number): boolean {
    return this.#serial === slots.get(slot, at.serial);
  }

  /** Inside the lock. */
  clear({ slots }: Table, slot: number): void {
    clear(slots, slot);
    forgetFailures(slots, slot);
  }

  renew(table: Table, now: number): void {
    if (!this.tries) return;
    locked(table, this.key.group, () => {
      const slot = this.#ownTrial(table);
      if (slot < 0) return;
      table.slots.open(this.key.group);
      table.slots.setTime(slot, at.trialEnds, now + trialMs);
      table.slots.close(this.key.group);
    });
  }

  /** Whatever it tried, others may try it now. */
  letGo(table: Table): void {
    if (!this.tries) return;
    locked(table, this.key.group, () => {
      const slot = this.#ownTrial(table);
      if (slot >= 0) {
        table.slots.open(this.key.group);
        table.slots.set(slot, at.trial, 0);
        table.slots.close(this.key.group);
      }
      table.holds.give(this.#trialHold);
      this.#trial = 0;
    });
  }

  /** The slot, as long as the trial there is this attempt's. */
  #ownTrial({ slots }: Table): number {
    const slot = this.#trial === 0 ? -1 : slots.find(this.key);
    return slot >= 0 && slots.get(slot, at.trial) === this.#trial ? slot : -1;
  }

  /** Inside the lock. */
  #meet({ slots, holds, thread }: Table, slot: number, now: number): void {
    this.#serial = slots.get(slot, at.serial);
    if (!isAside(slots, slot) || coolingOf(slots, slot, now)) return;
    const trial = { trial: slots.get(slot, at.trial), trialEnds: slots.time(slot, at.trialEnds) };
    if (isTried(trial, now)) return;
    this.#trialHold = holds.take();
    // Nobody could free it if this thread died.
    if (this.#trialHold < 0) return;
    trialsBegun = (trialsBegun % 0x7ffffe) + 1;
    this.#trial = (trialsBegun << 8) | thread;
    this.#tried = true;
    holds.set(this.#trialHold, -(slot + 1));
    slots.open(slot >>> 4);
    slots.setTime(slot, at.trialEnds, now + trialMs);
    slots.set(slot, at.trial, this.#trial);
    slots.close(slot >>> 4);
  }
}
