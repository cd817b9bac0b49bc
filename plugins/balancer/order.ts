// The order in which targets are tried: members of groups by the group's strategy, accounts of a pool by priority and
// then by the balancer's. Lazy, because most calls need only the first.
import type { AccountPool, Candidates, Group, Ledger, OnFailure, Target } from 'portico';
import { weightedSequence } from './weighted.ts';

export type Strategy = 'round-robin' | 'weighted' | 'random' | 'fill-first';

type Cursors = Pick<Ledger, 'next'>;

export interface Picked {
  readonly target: Target;
  /** After which failures of it the next is tried; undefined means all. */
  readonly on: readonly OnFailure[] | undefined;
}

export function* order(
  candidates: Candidates,
  strategy: Strategy,
  ledger: Cursors,
  outer?: readonly OnFailure[],
): Generator<Picked> {
  const on = candidates.on ?? outer;
  if (candidates.kind === 'accounts') {
    for (const target of accounts(candidates, strategy, ledger)) yield { target, on };
    return;
  }
  for (const member of members(candidates, ledger)) yield* order(member, strategy, ledger, on);
}

function members(group: Group, ledger: Cursors): readonly Candidates[] {
  if (group.strategy === 'fallback' || group.members.length < 2) return group.members;
  const { strategy } = group;
  if (strategy !== 'weighted' && strategy !== 'round-robin' && strategy !== 'random') return group.members;
  return arrange(group.members, strategy, `group:${group.name}`, ledger);
}

/** Higher priorities are exhausted before lower ones; of one priority those that need no translation come first. */
function* accounts(pool: AccountPool, strategy: Strategy, ledger: Cursors): Generator<Target> {
  for (const tier of tiersOf(pool)) {
    if (strategy === 'fill-first' || tier.length === 1) yield* tier;
    else yield* arrange(tier, strategy, cursorOf(pool, tier), ledger);
  }
}

function cursorOf({ name }: AccountPool, [first]: readonly Target[]): string {
  return `pool:${name}:${first?.priority}${first?.lane === undefined ? '' : ':translated'}`;
}

const tiers = new WeakMap<AccountPool, readonly (readonly Target[])[]>();

/** Highest priority first, and there the caller's own dialect first; worked out once per pool. */
function tiersOf(pool: AccountPool): readonly (readonly Target[])[] {
  let found = tiers.get(pool);
  if (found === undefined) {
    const grouped = Map.groupBy(pool.targets, ({ priority }) => priority);
    const byPriority = [...grouped.entries()].sort(([a], [b]) => b - a).map(([, targets]) => targets);
    found = byPriority.flatMap((tier) => {
      const own = tier.filter(({ lane }) => lane === undefined);
      return [own, tier.filter(({ lane }) => lane !== undefined)].filter((targets) => targets.length > 0);
    });
    tiers.set(pool, found);
  }
  return found;
}

type Weighted = { readonly weight: number };

function arrange<T extends Weighted>(
  items: readonly T[],
  strategy: 'round-robin' | 'weighted' | 'random',
  cursor: string,
  ledger: Cursors,
): readonly T[] {
  if (strategy === 'round-robin') return rotate(items, ledger.next(cursor) % items.length);
  if (strategy === 'random') return shuffle(items);
  const sequence = weightedSequence(items);
  const first = sequence[ledger.next(cursor) % sequence.length] ?? 0;
  const rest = items.filter((_, index) => index !== first).toSorted((a, b) => b.weight - a.weight);
  return [items[first] as T, ...rest];
}

function rotate<T>(items: readonly T[], by: number): readonly T[] {
  return by === 0 ? items : [...items.slice(by), ...items.slice(0, by)];
}

function shuffle<T>(items: readonly T[]): readonly T[] {
  const mixed = [...items];
  for (let at = mixed.length - 1; at > 0; at -= 1) {
    const other = Math.floor(Math.random() * (at + 1));
    [mixed[at], mixed[other]] = [mixed[other] as T, mixed[at] as T];
  }
  return mixed;
}
