// What the balancer's order is worked out from, without a gateway around it: cursors, standings that a test sets, prices.
import { type OrderMeans, order } from '../../../plugins/balancer/order/order.ts';
import type {
  AccountPool,
  AccountStrategy,
  Candidates,
  Group,
  Standing,
  Standings,
  Target,
  TokenPrice,
} from '../../../src/core/index.ts';

export interface Doing {
  readonly state?: Standing['state'];
  readonly inFlight?: number;
  readonly used?: number;
  readonly firstByteMs?: number;
  readonly price?: TokenPrice;
}

/** By the account's name. */
export type Doings = Record<string, Doing>;

const cooled = { cause: 'rate-limit', scope: 'model', until: 1_700_000_042_000, status: 429 } as const;

class Told implements Standings {
  readonly #targets: readonly Target[];
  readonly #doings: Doings;

  constructor(targets: readonly Target[], doings: Doings) {
    this.#targets = targets;
    this.#doings = doings;
  }

  standing(index: number): Standing {
    const state = this.state(index);
    return state === 'usable' ? { state } : { state, ...cooled };
  }

  state(index: number): Standing['state'] {
    return this.#of(index).state ?? 'usable';
  }

  inFlight(index: number): number {
    return this.#of(index).inFlight ?? 0;
  }

  used(index: number): number {
    return this.#of(index).used ?? 0;
  }

  firstByteMs(index: number): number | undefined {
    return this.#of(index).firstByteMs;
  }

  #of(index: number): Doing {
    return this.#doings[this.#targets[index]?.account ?? ''] ?? {};
  }
}

/** A generator that is the same in every run (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let hash = Math.imul(state ^ (state >>> 15), 1 | state);
    hash = (hash + Math.imul(hash ^ (hash >>> 7), 61 | hash)) ^ hash;
    return ((hash ^ (hash >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** What the balancer decides by, all of it in the test's hand. */
export class TestMeans implements OrderMeans {
  readonly strategy: AccountStrategy;
  doings: Doings;
  session: string | undefined;
  readonly random = chance(1);
  readonly now = () => 1_700_000_000_000;
  readonly health = { of: (targets: readonly Target[]) => new Told(targets, this.doings) };
  readonly next: (cursor: string) => number;
  readonly priceOf = ({ account }: Target) => this.doings[account]?.price;

  /** `cursors`: those of other threads as well. */
  constructor(strategy: AccountStrategy, doings: Doings = {}, cursors = new Map<string, number>()) {
    this.strategy = strategy;
    this.doings = doings;
    this.next = (cursor) => {
      const at = cursors.get(cursor) ?? 0;
      cursors.set(cursor, at + 1);
      return at;
    };
  }

  /** Those that would be asked, in order, by the names of their accounts. */
  names(candidates: Candidates): string {
    const picks = [...order(candidates, this)].filter(({ state }) => state === 'usable' || state === 'trial');
    return picks.map(({ target }) => target.account).join('');
  }

  /** How often each would be the first to be asked. */
  firsts(candidates: Candidates, times: number): Record<string, number> {
    const counts: Record<string, number> = {};
    for (let time = 0; time < times; time += 1) {
      const first = this.first(candidates);
      counts[first] = (counts[first] ?? 0) + 1;
    }
    return counts;
  }

  first(candidates: Candidates): string {
    for (const { state, target } of order(candidates, this)) {
      if (state === 'usable' || state === 'trial') return target.account;
    }
    return '';
  }
}

export function pool(name: string, accounts: Record<string, Partial<Target>>): AccountPool {
  const base = { provider: 'p', model: 'm', priority: 0, weight: 1 };
  const targets = Object.entries(accounts).map(([account, more]) => ({ ...base, account, ...more }));
  return { kind: 'accounts', name, weight: 1, on: undefined, targets };
}

export function group(strategy: Group['strategy'], ...members: Candidates[]): Group {
  return { kind: 'group', name: 'g', strategy, weight: 1, on: undefined, members };
}
