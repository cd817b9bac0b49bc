// What the circuit breaker counts: the times of the last failures of a slot. A success in between takes none of them away;
// opening the circuit and closing it again takes all. Inside the lock of the slot's group.
import { at, timesKept } from './layout.ts';
import type { Slots } from './slots.ts';

/** Times are kept modulo this, which is 24 days; 0 stands for none. */
const turn = 0x7fffffff;

/** Counts one more. Whether there are `most` within `windowMs` now; beyond sixteen to a sixteenth. */
export function countFailure(slots: Slots, slot: number, most: number, windowMs: number, now: number): boolean {
  const each = Math.ceil(most / timesKept);
  const uncounted = slots.get(slot, at.uncounted) + 1;
  if (uncounted < each) {
    slots.set(slot, at.uncounted, uncounted);
    return false;
  }
  slots.set(slot, at.uncounted, 0);
  const next = slots.get(slot, at.nextTime) % timesKept;
  slots.set(slot, at.times + next, now & turn || 1);
  slots.set(slot, at.nextTime, (next + 1) % timesKept);
  let within = 0;
  for (let index = 0; index < timesKept; index += 1) {
    const time = slots.get(slot, at.times + index);
    if (time === 0) continue;
    // A clock that was set back makes the difference huge: such a time is none any more.
    if (((now - time) & turn) < windowMs) within += 1;
    else slots.set(slot, at.times + index, 0);
  }
  return within >= Math.ceil(most / each);
}

export function forgetFailures(slots: Slots, slot: number): void {
  slots.set(slot, at.uncounted, 0);
  for (let index = 0; index < timesKept; index += 1) slots.set(slot, at.times + index, 0);
}
