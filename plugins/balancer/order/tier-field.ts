// The accounts of a tier, as strategies see them.
import type { Standings, Target, TokenPrice } from 'portico';
import type { Field } from '../choose/field.ts';
import { figureOf } from './price.ts';
import type { Tier } from './tiers.ts';

export class TierField implements Field {
  readonly items: readonly Target[];
  readonly cursor: string;
  readonly #hashes: readonly number[];
  readonly #standings: Standings;
  readonly #priceOf: (target: Target) => TokenPrice | undefined;
  #priced: Target | undefined;
  #figure: number | undefined;

  constructor(
    { targets, cursor, hashes }: Tier,
    standings: Standings,
    priceOf: (target: Target) => TokenPrice | undefined,
  ) {
    this.items = targets;
    this.cursor = cursor;
    this.#hashes = hashes;
    this.#standings = standings;
    this.#priceOf = priceOf;
  }

  usable(index: number, now?: number): boolean {
    const state = this.#standings.state(index, now);
    return state === 'usable' || state === 'trial';
  }

  inFlight(index: number): number {
    return this.#standings.inFlight(index);
  }

  used(index: number): number {
    return this.#standings.used(index);
  }

  firstByteMs(index: number, now?: number): number | undefined {
    return this.#standings.firstByteMs(index, now);
  }

  /** Most of a tier are of one provider, and so of one price. */
  price(index: number): number | undefined {
    const target = this.items[index];
    if (target === undefined) return undefined;
    if (target.provider !== this.#priced?.provider || target.model !== this.#priced.model) {
      this.#priced = target;
      this.#figure = figureOf(this.#priceOf(target));
    }
    return this.#figure;
  }

  hash(index: number): number {
    return this.#hashes[index] ?? 0;
  }
}
