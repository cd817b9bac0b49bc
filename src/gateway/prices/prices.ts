// The price of a model at a provider. Order of belief: `prices.models` of the configuration, then the list in the
// provider's directory, then the default, where the policy is to fall back on it. Within each: the id as it is, then
// without its date, then patterns, the longest first; an entry for one provider before one for all.
import type { ListedPrice, LoadedConfig, LoadedPrices, LoadedProvider } from '../../config/loaded.ts';
import type { Price, PriceSource } from '../../core/index.ts';
import { allows } from '../models/patterns.ts';

export interface Priced {
  readonly price: Price;
  readonly source: PriceSource;
}

/** `-2025-08-07`, `-20250929`, `@20250929`, `-2411`, `-001`, `-latest`. */
const dated = /[-@](?:\d{4}-\d{2}-\d{2}|\d{8}|\d{4}|\d{3}|latest)$/;
/** Ids come from clients where a provider serves whatever is asked. */
const mostKnown = 2000;
const free: Priced = { price: { input: 0, output: 0 }, source: 'free' };

export class Prices {
  readonly unknown: LoadedPrices['unknown'];
  readonly #default: Priced | undefined;
  readonly #configured: ReadonlyMap<string, readonly ListedPrice[]>;
  readonly #listed: ReadonlyMap<string, readonly ListedPrice[]>;
  /** By provider: an id that some account has for a model -> the provider's own. */
  readonly #renamed: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly #known = new Map<string, Map<string, Priced | undefined>>();

  constructor({ prices, providers }: Pick<LoadedConfig, 'prices' | 'providers'>) {
    this.unknown = prices.unknown;
    this.#default = prices.default && { price: prices.default, source: 'default' };
    this.#configured = new Map(providers.map(({ name }) => [name, inOrder(prices.models, name)]));
    this.#renamed = new Map(providers.map((provider) => [provider.name, renamedAt(provider)]));
    this.#listed = new Map(providers.map(({ name, prices: listed }) => [name, inOrder(listed, name)]));
  }

  /** Undefined where nobody knows it. */
  of(provider: string, model: string): Priced | undefined {
    let known = this.#known.get(provider);
    if (known === undefined) {
      known = new Map();
      this.#known.set(provider, known);
    }
    if (known.has(model)) return known.get(model);
    if (known.size >= mostKnown) known.clear();
    const priced = this.#find(provider, model);
    known.set(model, priced);
    return priced;
  }

  /** What `prices.unknown` makes of a model without a price: undefined for `deny`. */
  get fallback(): Priced | undefined {
    if (this.unknown === 'default') return this.#default;
    return this.unknown === 'free' ? free : undefined;
  }

  #find(provider: string, model: string): Priced | undefined {
    const configured = match(this.#configured.get(provider), model);
    if (configured !== undefined) return { price: configured, source: 'configured' };
    const listed = match(this.#listed.get(provider), model);
    if (listed !== undefined) return { price: listed, source: 'listed' };
    const own = this.#renamed.get(provider)?.get(model);
    return own === undefined ? undefined : this.#find(provider, own);
  }
}

/** What one account calls otherwise costs the same. An id that the provider has itself is no other name. */
function renamedAt({ accounts, models }: LoadedProvider): ReadonlyMap<string, string> {
  const own = new Set(Object.values(models.ids));
  const renamed = new Map<string, string>();
  for (const [name, id] of accounts.flatMap(({ rename }) => Object.entries(rename))) {
    const base = models.ids[name] ?? name;
    // A name of no model that is listed, led in a circle by another account, has no price either way.
    if (!own.has(id) && !renamed.has(id) && !renamed.has(base)) renamed.set(id, base);
  }
  return renamed;
}

/** Those that speak of this provider, the most specific first. */
function inOrder(entries: readonly ListedPrice[], provider: string): readonly ListedPrice[] {
  const own = entries.filter((entry) => entry.provider === undefined || entry.provider === provider);
  return own.toSorted((a, b) => weight(b) - weight(a));
}

/** Ids before patterns, long patterns before short ones; of two alike the one for one provider. */
function weight({ model, provider }: ListedPrice): number {
  const literal = model.replaceAll('*', '').length;
  return (model.includes('*') ? literal : 1000 + literal) * 2 + (provider === undefined ? 0 : 1);
}

function match(entries: readonly ListedPrice[] = [], model: string): Price | undefined {
  const family = model.replace(dated, '');
  const exact =
    entries.find((entry) => entry.model === model) ??
    entries.find((entry) => entry.model === family) ??
    entries.find((entry) => entry.model.includes('*') && allows([entry.model], model));
  return exact?.price;
}
