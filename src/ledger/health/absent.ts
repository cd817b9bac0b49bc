// Letting go what a thread held that has ended: attempts it had under way, what it tried, locks it died in.
import { at, chunkHolds, chunks, clearing, groups, ways } from './layout.ts';
import { locked, type Table } from './table.ts';

/** A new thread may take its number at once. */
export function clearThread(table: Table, thread: number): void {
  const { holds } = table;
  const owned: number[] = [];
  for (let chunk = 0; chunk < chunks; chunk += 1) if (holds.passOn(chunk, thread + 1, clearing)) owned.push(chunk);
  breakLocks(table, thread);
  for (const chunk of owned) letGoAll(table, thread, chunk);
}

/** Whoever died inside a lock may have left a change half made: attempts are counted anew, from the holds. */
function breakLocks({ slots, holds, locks }: Table, thread: number): void {
  for (let group = 0; group < groups; group += 1) {
    if (!locks.inherit(group, thread)) continue;
    for (let slot = group * ways; slot < (group + 1) * ways; slot += 1) slots.forgetInFlight(slot);
    for (let chunk = 0; chunk < chunks; chunk += 1) {
      const owner = holds.ownerOf(chunk);
      if (owner === 0) continue;
      for (let hold = chunk * chunkHolds; hold < (chunk + 1) * chunkHolds; hold += 1) {
        const slot = holds.get(hold) - 1;
        if (slot < 0 || slot >>> 4 !== group) continue;
        if (owner === clearing) holds.set(hold, 0);
        else slots.countInFlight(slot, 1);
      }
    }
    if ((slots.sequence(group) & 1) === 0) slots.open(group);
    slots.close(group);
    locks.free(group);
  }
}

function letGoAll(table: Table, thread: number, chunk: number): void {
  const { slots, holds } = table;
  let left = 1;
  const done = () => {
    left -= 1;
    if (left === 0) holds.passOn(chunk, clearing, 0);
  };
  for (let hold = chunk * chunkHolds; hold < (chunk + 1) * chunkHolds; hold += 1) {
    const held = holds.get(hold);
    if (held === 0) continue;
    const slot = Math.abs(held) - 1;
    left += 1;
    locked(table, slot >>> 4, () => {
      // Counted anew meanwhile, when another thread died inside this lock.
      if (holds.get(hold) !== held) return done();
      if (held > 0) slots.countInFlight(slot, -1);
      else freeTrial(table, slot, thread);
      holds.set(hold, 0);
      done();
    });
  }
  done();
}

function freeTrial({ slots }: Table, slot: number, thread: number): void {
  const trial = slots.get(slot, at.trial);
  if (trial === 0 || (trial & 0xff) !== thread) return;
  slots.open(slot >>> 4);
  slots.set(slot, at.trial, 0);
  slots.close(slot >>> 4);
}
