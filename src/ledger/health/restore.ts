// Putting back what an earlier life had put aside.
import { type Aside, isAside, writeAside } from './aside.ts';
import { accountKey, keysOf, type Who } from './identity.ts';
import { locked, type Table } from './table.ts';

/** Plain data. */
export interface HealthEntry extends Who {
  readonly aside: Aside;
}

/** What has been put aside anew already stands as it is. */
export function restore(table: Table, entries: readonly HealthEntry[]): void {
  for (const entry of entries) {
    const key = entry.aside.scope === 'account' ? accountKey(entry) : keysOf(entry).model;
    locked(table, key.group, () => {
      const slot = table.slots.place(key, table.clock.now());
      if (slot >= 0 && !isAside(table.slots, slot)) writeAside(table.slots, slot, entry.aside);
    });
  }
}
