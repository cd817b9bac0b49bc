// A thread's view of the shared table of how accounts do.
import type { Clock } from '../../core/index.ts';
import { Locks } from '../limits/locks.ts';
import { Holds } from './holds.ts';
import { healthBytes, lockCell } from './layout.ts';
import { Slots } from './slots.ts';

export interface Table {
  readonly slots: Slots;
  readonly holds: Holds;
  readonly locks: Locks;
  readonly clock: Clock;
  readonly thread: number;
}

/** `offset`: where in `memory` the table begins, in bytes; a multiple of 4. */
export function openTable(memory: SharedArrayBuffer, offset: number, thread: number, clock: Clock): Table {
  const cells = new Int32Array(memory, offset, healthBytes / Int32Array.BYTES_PER_ELEMENT);
  return {
    slots: new Slots(cells),
    holds: new Holds(cells, thread),
    locks: new Locks(cells, thread, lockCell),
    clock,
    thread,
  };
}

/** Runs `change` inside the lock of the group: now, or as soon as whoever is inside has left or is known to be dead. */
export function locked({ locks }: Pick<Table, 'locks'>, group: number, change: () => void): void {
  if (!locks.take(group)) {
    setImmediate(() => locked({ locks }, group, change));
    return;
  }
  try {
    change();
  } finally {
    locks.free(group);
  }
}
