// Settled counts as plain data, to be kept over a restart. What is only reserved or under way is not part of it: after a
// restart nobody is left to settle it.
import { groupOf, isConcurrency, isRate, readIdentity, writeIdentity } from './identity.ts';
import { ways } from './layout.ts';
import type { Table } from './table.ts';

export interface LedgerEntry {
  /** Identity of the count, hexadecimal. */
  readonly id: string;
  /** Epoch milliseconds from which it no longer counts; undefined for never. */
  readonly resetsAt: number | undefined;
  /** Requests, tokens or micro-dollars; of a rate, the level. */
  readonly used: number;
  /** Of a rate: when the level was taken, epoch milliseconds. */
  readonly at?: number | undefined;
}

/** Counts that have changed since the last call, in any thread. */
export function checkpoint(table: Table): readonly LedgerEntry[] {
  const entries: LedgerEntry[] = [];
  for (const group of table.slots.takeDirty()) collect(table, group, entries);
  return entries;
}

/** Puts the counts of an earlier life back. Of a count that has begun anew already the larger stands. */
export function restore(table: Table, entries: readonly LedgerEntry[]): void {
  for (const entry of entries) {
    const identity = readIdentity(entry.id);
    if (identity === undefined || isConcurrency(identity.form) || !isSound(entry, isRate(identity.form))) continue;
    const group = groupOf(identity);
    if (!table.locks.take(group)) throw new Error('the ledger is held by a thread that is gone');
    try {
      const now = table.clock.now();
      const end = entry.resetsAt ?? Number.POSITIVE_INFINITY;
      const slot = end <= now ? -1 : table.slots.place(group, identity, now);
      if (slot >= 0 && table.slots.used(slot) < entry.used) {
        table.slots.set(slot, end, entry.used, entry.at ?? table.slots.held(slot));
      }
    } finally {
      table.locks.free(group);
    }
  }
}

function collect({ locks, slots, clock }: Table, group: number, entries: LedgerEntry[]): void {
  if (!locks.take(group)) return slots.markDirty(group);
  try {
    const now = clock.now();
    for (let slot = group * ways; slot < (group + 1) * ways; slot += 1) {
      if (slots.isFree(slot) || !slots.takeChanged(slot) || slots.end(slot) <= now) continue;
      const end = slots.end(slot);
      entries.push({
        id: writeIdentity(slots.identity(slot)),
        resetsAt: end === Number.POSITIVE_INFINITY ? undefined : Math.ceil(end),
        used: slots.used(slot),
        ...(isRate(slots.form(slot)) && { at: slots.held(slot) }),
      });
    }
  } finally {
    locks.free(group);
  }
}

function isSound({ used, at, resetsAt }: LedgerEntry, rate: boolean): boolean {
  return used >= 0 && (resetsAt === undefined || resetsAt >= 0) && (!rate || (at !== undefined && at >= 0));
}
