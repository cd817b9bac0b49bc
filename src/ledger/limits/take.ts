// Taking what a hold claims, and putting the truth in its place. Inside the lock of the hold's group.
import { type Hold, levelAt } from './hold.ts';
import type { Table } from './table.ts';

/** After `look` and `fits`. Throws when there is no room in the ledger. */
export function take(hold: Hold, { slots, records }: Table, now: number): void {
  const { amount, subject } = hold.claim;
  if (amount === 0) return;
  const recorded = hold.way === 'concurrency' || hold.way === 'reserved';
  const slot = turnTo(hold, slots, now);
  if (slot < 0) throw new Error(`the ledger has no room to count ${subject}: too much of its group is under way`);
  const record = recorded ? records.take() : -1;
  const generation = slots.generation(slot);
  hold.taken = { generation, record, level: 0, at: now };
  if (hold.way === 'rate') {
    hold.taken.level = setLevel(hold, slots, levelNow(hold, slots, now) + amount, now);
  } else if (recorded) {
    // Recorded before it is counted: whoever counts anew after a death goes by the records.
    records.hold(record, slot, generation, amount, hold.end);
    slots.setHeld(slot, slots.held(slot) + amount);
  } else {
    spend(hold, slots, amount);
  }
}

/** Replaces what was taken by `truth`. True when that gave something back. */
export function settle(hold: Hold, table: Table, truth: number, now: number): boolean {
  const { amount } = hold.claim;
  if (hold.way === 'rate') return settleRate(hold, table, truth - amount, now);
  if (hold.way === 'spent') return settleSpent(hold, table, truth - amount, now);
  letGo(hold, table);
  if (hold.way === 'concurrency') return amount > 0;
  if (truth > 0) charge(hold, table, truth, now);
  return truth < amount;
}

function settleSpent(hold: Hold, table: Table, more: number, now: number): boolean {
  if (more > 0) charge(hold, table, more, now);
  if (more >= 0 || !isStill(hold, table)) return false;
  spend(hold, table.slots, more);
  return true;
}

/** What has drained since cannot be given back: others were let in for it. */
function settleRate(hold: Hold, { slots, ...table }: Table, more: number, now: number): boolean {
  if (more > 0) {
    if (turnTo(hold, slots, now) >= 0) setLevel(hold, slots, levelNow(hold, slots, now) + more, now);
    return false;
  }
  const { taken } = hold;
  if (more === 0 || taken === undefined || !isStill(hold, { slots, ...table })) return false;
  const back = Math.min(-more, levelAt(taken.level, taken.at, hold.interval, now));
  setLevel(hold, slots, Math.max(0, levelNow(hold, slots, now) - back), now);
  return back > 0;
}

/** Nothing of it is held any more, unless that was let go already. */
function letGo(hold: Hold, table: Table): void {
  const { slots, records } = table;
  const record = hold.taken?.record ?? -1;
  if (record < 0) return;
  const counted = records.slot(record) >= 0 && slots.generation(hold.slot) === hold.taken?.generation;
  if (counted && slots.end(hold.slot) === hold.end) {
    slots.setHeld(hold.slot, Math.max(0, slots.held(hold.slot) - hold.claim.amount));
  }
  records.give(record);
}

/** Charged to the window that runs now, whichever it was reserved in. */
function charge(hold: Hold, { slots }: Table, amount: number, now: number): void {
  hold.look(slots, now);
  if (turnTo(hold, slots, now) >= 0) spend(hold, slots, amount);
}

function spend({ slot, end }: Hold, slots: Slots, amount: number): void {
  slots.set(slot, end, Math.max(0, slots.used(slot) + amount), slots.held(slot));
  slots.markChanged(slot);
}

/** The slot of the hold's count, in the window that `look` saw. */
function turnTo(hold: Hold, slots: Slots, now: number): number {
  const slot = slots.place(hold.group, hold.identity, now);
  hold.slot = slot;
  if (slot >= 0 && hold.claim.limit.window?.shape === 'fixed' && slots.end(slot) !== hold.end) {
    slots.set(slot, hold.end, 0, 0);
  }
  return slot;
}

function isStill({ slot, taken, end, way }: Hold, { slots }: Table): boolean {
  if (slot < 0 || slots.generation(slot) !== taken?.generation) return false;
  return way === 'rate' || slots.end(slot) === end;
}

function levelNow(hold: Hold, slots: Slots, now: number): number {
  return levelAt(slots.used(hold.slot), slots.held(hold.slot), hold.interval, now);
}

function setLevel({ slot, interval }: Hold, slots: Slots, level: number, now: number): number {
  slots.set(slot, now + level * interval, level, now);
  slots.markChanged(slot);
  return level;
}

type Slots = Table['slots'];
