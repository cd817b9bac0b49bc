// Taking back by hand what was put aside. The slots are all looked at: which models an account has been asked for only they
// know.
import { clear, isAside } from './aside.ts';
import { forgetFailures } from './failures.ts';
import { accountKey, type Key, keysOf, type Who } from './identity.ts';
import { groups, ways } from './layout.ts';
import { locked, type Table } from './table.ts';

export function reset(table: Table, who: Who | undefined): number {
  if (who?.model !== undefined) return resetOne(table, keysOf(who).model);
  const { slots } = table;
  const account = who === undefined ? undefined : accountKey(who);
  let taken = 0;
  for (let slot = 0; slot < groups * ways; slot += 1) {
    if (slots.isFree(slot) || (account !== undefined && !slots.belongsTo(slot, account))) continue;
    locked(table, slot >>> 4, () => {
      if (account !== undefined && !slots.belongsTo(slot, account)) return;
      if (takeBack(table, slot)) taken += 1;
    });
  }
  return taken;
}

function resetOne(table: Table, key: Key): number {
  let taken = 0;
  locked(table, key.group, () => {
    const slot = table.slots.find(key);
    if (slot >= 0 && takeBack(table, slot)) taken = 1;
  });
  return taken;
}

/** Inside the lock. */
function takeBack({ slots }: Table, slot: number): boolean {
  const aside = isAside(slots, slot);
  if (aside) clear(slots, slot);
  forgetFailures(slots, slot);
  return aside;
}
