// A thread's view of the shared table of limits.
import type { Clock } from '../../core/index.ts';
import { Bell } from './bell.ts';
import { evictionsAt, limitBytes } from './layout.ts';
import { Locks } from './locks.ts';
import { Records } from './records.ts';
import { Slots } from './slots.ts';

export interface Table {
  readonly slots: Slots;
  readonly records: Records;
  readonly locks: Locks;
  readonly bell: Bell;
  readonly clock: Clock;
  /** Counts that had to make room for others while they still counted. */
  evictions(): number;
}

/** `offset`: where in `memory` the table begins, in bytes; a multiple of 8. */
export function openTable(memory: SharedArrayBuffer, offset: number, thread: number, clock: Clock): Table {
  const cells = new Int32Array(memory, offset, limitBytes / Int32Array.BYTES_PER_ELEMENT);
  const numbers = new Float64Array(memory, offset, limitBytes / Float64Array.BYTES_PER_ELEMENT);
  return {
    slots: new Slots(cells, numbers),
    records: new Records(cells, numbers, thread),
    locks: new Locks(cells, thread),
    bell: new Bell(cells, thread),
    clock,
    evictions: () => Atomics.load(cells, evictionsAt),
  };
}
