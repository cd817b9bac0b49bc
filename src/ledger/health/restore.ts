// Putting back what an earlier life had put aside.
import { isAside, writeAside } from './aside.ts';
import type { AsideEntry } from './change.ts';
import { readKey } from './identity.ts';
import { locked, type Table } from './table.ts';

/** What has been put aside anew already stands as it is; an entry that says nothing sensible is left out. */
export function restore(table: Table, entries: readonly AsideEntry[]): void {
  for (const { id, accountId, aside } of entries) {
    const key = readKey(id, id === accountId ? undefined : readKey(accountId));
    if (key === undefined || !isSound(aside)) continue;
    locked(table, key.group, () => {
      const slot = table.slots.place(key, table.clock.now());
      if (slot >= 0 && !isAside(table.slots, slot)) writeAside(table.slots, slot, aside);
    });
  }
}

function isSound({ until, since, level }: AsideEntry['aside']): boolean {
  return [until, since, level].every((number) => Number.isInteger(number) && number >= 0);
}
