// The accounts of a pool in tiers: of one priority, and of one kind of way (the caller's own dialect, or a translation).
// Worked out once per pool.
import type { AccountPool, Target } from 'portico';
import { hashOf } from './hash.ts';

export interface Tier {
  readonly targets: readonly Target[];
  readonly priority: number;
  readonly translated: boolean;
  /** Its own for every set of accounts: keys that may use other accounts take turns among theirs. */
  readonly cursor: string;
  /** Of the accounts' names, by index. */
  readonly hashes: readonly number[];
}

const known = new WeakMap<AccountPool, readonly Tier[]>();

/** Highest priority first, and there the caller's own dialect first. */
export function tiersOf(pool: AccountPool): readonly Tier[] {
  let tiers = known.get(pool);
  if (tiers === undefined) {
    tiers = sorted(pool);
    known.set(pool, tiers);
  }
  return tiers;
}

function sorted(pool: AccountPool): readonly Tier[] {
  const byPriority = [...Map.groupBy(pool.targets, ({ priority }) => priority)].sort(([a], [b]) => b - a);
  return byPriority.flatMap(([, targets]) => {
    const own = targets.filter(({ lane }) => lane === undefined);
    const others = targets.filter(({ lane }) => lane !== undefined);
    return [own, others].filter((some) => some.length > 0).map((some) => tierOf(pool, some));
  });
}

function tierOf(pool: AccountPool, some: readonly Target[]): Tier {
  // One list is asked after under one name: how its targets stand is looked up by it.
  const targets = some.length === pool.targets.length ? pool.targets : some;
  const names = targets.map(({ provider, account }) => `${provider}/${account}`);
  const { priority = 0, lane } = targets[0] ?? {};
  const translated = lane !== undefined;
  const which = hashOf(names.join()) >>> 0;
  return { targets, priority, translated, cursor: `pool:${pool.name}:${which}`, hashes: names.map(hashOf) };
}
