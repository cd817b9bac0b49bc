// The members of a group, as strategies see them: each does as its accounts do together.
import type { AccountPool, Candidates, Group, Health, Standings, Target, TokenPrice } from 'portico';
import type { Field } from '../choose/field.ts';
import { hashOf } from './hash.ts';
import { figureOf } from './price.ts';

export class GroupField implements Field {
  readonly items: readonly Candidates[];
  readonly cursor: string;
  readonly #health: Health;
  readonly #priceOf: (target: Target) => TokenPrice | undefined;

  constructor(group: Group, health: Health, priceOf: (target: Target) => TokenPrice | undefined) {
    this.items = group.members;
    this.cursor = cursorOf(group);
    this.#health = health;
    this.#priceOf = priceOf;
  }

  /** Whether one of its accounts is. */
  usable(index: number): boolean {
    return this.#pools(index).some(({ targets }) => {
      const standings = this.#health.of(targets);
      return targets.some((_, at) => isUsable(standings, at));
    });
  }

  inFlight(index: number): number {
    return this.#sum(index, (standings, at) => standings.inFlight(at));
  }

  used(index: number): number {
    return this.#sum(index, (standings, at) => standings.used(at));
  }

  /** The mean of those that may be asked. */
  firstByteMs(index: number): number | undefined {
    let known = 0;
    const sum = this.#sum(index, (standings, at) => {
      const ms = isUsable(standings, at) ? standings.firstByteMs(at) : undefined;
      if (ms !== undefined) known += 1;
      return ms ?? 0;
    });
    return known === 0 ? undefined : sum / known;
  }

  /** The cheapest of those that may be asked. */
  price(index: number): number | undefined {
    let least: number | undefined;
    for (const { targets } of this.#pools(index)) {
      const standings = this.#health.of(targets);
      targets.forEach((target, at) => {
        const figure = isUsable(standings, at) ? figureOf(this.#priceOf(target)) : undefined;
        if (figure !== undefined && figure < (least ?? Number.POSITIVE_INFINITY)) least = figure;
      });
    }
    return least;
  }

  /** Members of one name are told apart by their order among themselves. */
  hash(index: number): number {
    const name = this.items[index]?.name ?? '';
    const before = this.items.findIndex((item) => item.name === name);
    return hashOf(before === index ? name : `${name}#${index - before}`);
  }

  #pools(index: number): readonly AccountPool[] {
    const member = this.items[index];
    return member === undefined ? [] : poolsOf(member);
  }

  #sum(index: number, measure: (standings: Standings, at: number) => number): number {
    let sum = 0;
    for (const { targets } of this.#pools(index)) {
      const standings = this.#health.of(targets);
      for (let at = 0; at < targets.length; at += 1) sum += measure(standings, at);
    }
    return sum;
  }
}

function isUsable(standings: Standings, at: number): boolean {
  const state = standings.state(at);
  return state === 'usable' || state === 'trial';
}

const pools = new WeakMap<Candidates, readonly AccountPool[]>();

/** All pools below, in file order. */
export function poolsOf(candidates: Candidates): readonly AccountPool[] {
  let found = pools.get(candidates);
  if (found === undefined) {
    found = candidates.kind === 'accounts' ? [candidates] : candidates.members.flatMap(poolsOf);
    pools.set(candidates, found);
  }
  return found;
}

const cursors = new WeakMap<Group, string>();

/** Its own for every set of members: which of them are left hangs on the request. */
function cursorOf(group: Group): string {
  let cursor = cursors.get(group);
  if (cursor === undefined) {
    cursor = `group:${group.name}:${group.members.map(({ name }) => name).join()}`;
    cursors.set(group, cursor);
  }
  return cursor;
}
