// Letting go what threads hold that will not do it themselves: those that are gone, at once; those that hang, when they have
// shown no sign of life for as long as a lease lasts.

import { isConcurrency, isRate } from './identity.ts';
import { chunkRecords, chunks, clearing, groups, ways } from './layout.ts';
import type { Table } from './table.ts';

/** For a thread that has ended: breaks its locks and lets go all it held. A new thread may take its number at once. */
export function clearThread(table: Table, thread: number): void {
  const { records, bell } = table;
  bell.forget(thread);
  const owned: number[] = [];
  for (let chunk = 0; chunk < chunks; chunk += 1) if (records.passOn(chunk, thread + 1, clearing)) owned.push(chunk);
  breakLocks(table, thread);
  letGoAll(table, owned, 0);
}

/** For a thread that hangs. What it settles in the end is charged nevertheless. */
export function lapse({ slots, records, locks, bell }: Table, thread: number): void {
  for (let chunk = 0; chunk < chunks; chunk += 1) {
    if (records.ownerOf(chunk) !== thread + 1) continue;
    for (let record = chunk * chunkRecords; record < (chunk + 1) * chunkRecords; record += 1) {
      const slot = records.slot(record);
      if (slot < 0 || !locks.take(slot >>> 4)) continue;
      // It may have woken up and settled meanwhile.
      if (records.slot(record) === slot) {
        subtract({ slots, records }, record, slot);
        records.lapse(record);
        bell.ring(slot >>> 4);
      }
      locks.free(slot >>> 4);
    }
  }
}

/** Whoever died inside a lock may have left its group half written: what is held there is counted anew from the records. */
function breakLocks(table: Table, thread: number): void {
  for (let group = 0; group < groups; group += 1) {
    if (!table.locks.inherit(group, thread)) continue;
    recount(table, group);
    table.bell.ring(group);
    table.locks.free(group);
  }
}

function recount({ slots, records }: Table, group: number): void {
  for (let slot = group * ways; slot < (group + 1) * ways; slot += 1) {
    if (!isRate(slots.form(slot))) slots.setHeld(slot, 0);
  }
  for (let chunk = 0; chunk < chunks; chunk += 1) {
    const owner = records.ownerOf(chunk);
    if (owner === 0) continue;
    for (let record = chunk * chunkRecords; record < (chunk + 1) * chunkRecords; record += 1) {
      const slot = records.slot(record);
      if (slot < 0 || slot >>> 4 !== group) continue;
      if (owner === clearing) records.letGo(record);
      else if (counts({ slots, records }, record, slot)) slots.setHeld(slot, slots.held(slot) + records.amount(record));
    }
  }
}

/** From the record `from` of the first chunk on; what is locked for long is tried again later. */
function letGoAll(table: Table, owned: readonly number[], from: number): void {
  const { records, locks, bell } = table;
  for (const [index, chunk] of owned.entries()) {
    const first = chunk * chunkRecords;
    for (let record = Math.max(first, index === 0 ? from : 0); record < first + chunkRecords; record += 1) {
      const slot = records.slot(record);
      if (slot >= 0) {
        if (!locks.take(slot >>> 4)) {
          setImmediate(() => letGoAll(table, owned.slice(index), record));
          return;
        }
        subtract(table, record, slot);
        bell.ring(slot >>> 4);
        locks.free(slot >>> 4);
      }
      records.letGo(record);
    }
    records.passOn(chunk, clearing, 0);
  }
}

function subtract({ slots, records }: Held, record: number, slot: number): void {
  if (counts({ slots, records }, record, slot)) {
    slots.setHeld(slot, Math.max(0, slots.held(slot) - records.amount(record)));
  }
}

/** Whether the slot still counts what the record holds: neither has it gone to another count nor has its window turned. */
function counts({ slots, records }: Held, record: number, slot: number): boolean {
  if (slots.generation(slot) !== records.generation(record)) return false;
  return isConcurrency(slots.form(slot)) || slots.end(slot) === records.end(record);
}

type Held = Pick<Table, 'slots' | 'records'>;
