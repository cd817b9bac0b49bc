// The order in which targets are tried: members of groups by the group's strategy, accounts of a pool by priority and
// then by the balancer's. Lazy, because most calls need only the first.
import type {
  AccountPool,
  AccountStrategy,
  Candidates,
  Group,
  Health,
  OnFailure,
  Standing,
  Standings,
  Strategy,
  Target,
  TokenPrice,
} from 'portico';
import { choosers } from '../choose/choose.ts';
import type { Means } from '../choose/field.ts';
import { GroupField } from './group-field.ts';
import { TierField } from './tier-field.ts';
import { type Tier, tiersOf } from './tiers.ts';

export interface OrderMeans extends Means {
  /** For accounts. */
  readonly strategy: AccountStrategy;
  readonly health: Health;
  priceOf(target: Target): TokenPrice | undefined;
}

/** What the groups around a pool say. */
interface Around {
  readonly group: Group;
  readonly outer: Around | undefined;
}

export class Picked {
  readonly target: Target;
  readonly pool: AccountPool;
  readonly tier: Tier;
  readonly #around: Around | undefined;
  readonly #standings: Standings;
  readonly #index: number;

  constructor(pool: AccountPool, tier: Tier, standings: Standings, index: number, around: Around | undefined) {
    this.target = tier.targets[index] as Target;
    this.pool = pool;
    this.tier = tier;
    this.#around = around;
    this.#standings = standings;
    this.#index = index;
  }

  /** As it is now, not as it was when it was picked. */
  get state(): Standing['state'] {
    return this.#standings.state(this.#index);
  }

  get standing(): Standing {
    return this.#standings.standing(this.#index);
  }

  /** After which failures of it the next is tried, by the nearest that says so; undefined means all. */
  get on(): readonly OnFailure[] | undefined {
    if (this.pool.on !== undefined) return this.pool.on;
    return nearest(this.#around, ({ on }) => on);
  }

  /** Milliseconds after which another is asked beside it; undefined: no group says. */
  get hedge(): number | undefined {
    return nearest(this.#around, ({ hedge }) => hedge);
  }

  /** The groups it stands in, outermost first. */
  get groups(): readonly Group[] {
    const groups: Group[] = [];
    for (let at = this.#around; at !== undefined; at = at.outer) groups.unshift(at.group);
    return groups;
  }
}

export function* order(candidates: Candidates, means: OrderMeans, outer?: Around): Generator<Picked> {
  if (candidates.kind === 'accounts') return yield* accounts(candidates, means, outer);
  const around = { group: candidates, outer };
  for (const member of members(candidates, means)) yield* order(member, means, around);
}

function* accounts(pool: AccountPool, means: OrderMeans, around: Around | undefined): Generator<Picked> {
  for (const tier of tiersOf(pool)) {
    const standings = means.health.of(tier.targets);
    const field = new TierField(tier, standings, means.priceOf);
    const indices = tier.targets.length === 1 ? [0] : choosers[means.strategy](field, means);
    for (const index of indices) yield new Picked(pool, tier, standings, index, around);
  }
}

function* members(group: Group, means: OrderMeans): Generator<Candidates> {
  const inOrder = group.members.length < 2 || isListed(group.strategy);
  if (inOrder) return yield* group.members;
  const field = new GroupField(group, means.health, means.priceOf);
  for (const index of choosers[group.strategy](field, means)) yield group.members[index] as Candidates;
}

function isListed(strategy: Strategy): boolean {
  return strategy === 'fallback' || strategy === 'conditional';
}

/** Whether the order hangs on whose conversation it is. */
export function asksForSession(candidates: Candidates, strategy: AccountStrategy): boolean {
  if (candidates.kind === 'accounts') return strategy === 'sticky' && candidates.targets.length > 1;
  return candidates.strategy === 'sticky' || candidates.members.some((member) => asksForSession(member, strategy));
}

function nearest<T>(around: Around | undefined, of: (group: Group) => T | undefined): T | undefined {
  for (let at = around; at !== undefined; at = at.outer) {
    const found = of(at.group);
    if (found !== undefined) return found;
  }
  return undefined;
}
