// The model map: a name a client asks for -> the tree of targets that may serve it. Order of belief: a name of
// `models:`, a pin `provider/model`, an id that providers list, a wildcard of `models:`, a provider that serves anything.
import type { LoadedConfig, LoadedModel, LoadedModelTarget, LoadedProvider } from '../../config/loaded.ts';
import type {
  AccountPool,
  Candidates,
  DialectName,
  Group,
  ModelEntry,
  OnFailure,
  Operation,
  Target,
} from '../../core/index.ts';
import { laneTo } from './lanes.ts';
import { offers } from './offers.ts';

/** What a call needs of a target. */
export interface Need {
  readonly dialect: DialectName;
  readonly operation: Operation;
  /** Provider instances its route reaches. */
  readonly providers: readonly string[];
  /** Targets that speak another dialect will do. */
  readonly translates?: boolean;
}

export type Resolution =
  | { readonly found: 'candidates'; readonly candidates: Candidates }
  /** Nobody knows the name. */
  | { readonly found: 'nothing' }
  /** Known, but by no provider that offers this operation in this dialect. */
  | { readonly found: 'not-offered'; readonly dialects: readonly DialectName[] }
  /** Known and offered, but no account is usable; with the reason of each. */
  | { readonly found: 'no-account'; readonly reasons: readonly string[] };

/** Deeper than any sane configuration: wildcards can grow names in ways the checks at load cannot see. */
const deepest = 16;

export class ModelMap {
  readonly #named = new Map<string, LoadedModel>();
  readonly #wildcards: readonly LoadedModel[];
  readonly #providers: readonly LoadedProvider[];
  /** By the list of a route's providers, which is one object: asked for with every chat. */
  readonly #lanes = new WeakMap<readonly string[], Map<DialectName, boolean>>();

  constructor(config: LoadedConfig) {
    for (const model of config.models) if (!model.name.endsWith('*')) this.#named.set(model.name, model);
    this.#wildcards = config.models
      .filter((model) => model.name.endsWith('*'))
      .sort((a, b) => b.name.length - a.name.length);
    this.#providers = config.providers.filter((provider) => provider.enabled);
  }

  resolve(name: string, need: Need): Resolution {
    const search = new Search(need);
    const candidates = this.#find(name, search, 1, undefined, 0);
    if (candidates !== undefined) return { found: 'candidates', candidates };
    if (!search.known) return { found: 'nothing' };
    if (search.reasons.length > 0) return { found: 'no-account', reasons: search.reasons };
    return { found: 'not-offered', dialects: [...search.dialects] };
  }

  /** The providers that have an operation, whatever the state of their accounts. */
  offering({ dialect, operation, providers }: Need): string[] {
    const reached = this.#providers.filter(({ name }) => providers.includes(name));
    return reached.filter((provider) => offers(provider, dialect, operation)).map(({ name }) => name);
  }

  /** Whether chats in this dialect may have been answered in another: then their histories may hold what that one left. */
  hasLanes(dialect: DialectName, providers: readonly string[]): boolean {
    let known = this.#lanes.get(providers);
    if (known === undefined) {
      known = new Map();
      this.#lanes.set(providers, known);
    }
    let found = known.get(dialect);
    if (found === undefined) {
      const reached = this.#providers.filter(({ name }) => providers.includes(name));
      found = reached.some(
        (provider) => !offers(provider, dialect, 'chat') && laneTo(provider, dialect, 'chat') !== undefined,
      );
      known.set(dialect, found);
    }
    return found;
  }

  /** All accounts of the providers a route reaches, for operations that name no model. */
  anywhere(need: Need): Resolution {
    const search = new Search(need);
    const targets = this.#providers.flatMap((provider) => search.targets(provider, undefined));
    if (targets.length > 0) {
      return { found: 'candidates', candidates: { kind: 'accounts', name: '*', weight: 1, on: undefined, targets } };
    }
    return search.reasons.length > 0
      ? { found: 'no-account', reasons: search.reasons }
      : { found: 'not-offered', dialects: [...search.dialects] };
  }

  /** Names for model lists, those of `models:` first. */
  list(providers: readonly string[]): ModelEntry[] {
    const entries = new Map<string, ModelEntry>();
    for (const model of this.#named.values()) {
      if (!model.hidden) entries.set(model.name, { id: model.name, provider: 'portico', created: 0 });
    }
    for (const provider of this.#providers) {
      if (!providers.includes(provider.name)) continue;
      for (const id of Object.keys(provider.models.ids)) {
        if (!entries.has(id)) entries.set(id, { id, provider: provider.name, created: 0 });
      }
    }
    return [...entries.values()];
  }

  #find(name: string, search: Search, weight: number, on: On, depth: number): Candidates | undefined {
    if (depth > deepest) return undefined;
    const named = this.#named.get(name);
    if (named !== undefined) return this.#group(named, '', search, weight, on, depth);
    return (
      this.#pinned(name, search, weight, on) ??
      this.#pool(name, search, weight, on, ({ models }) => models.ids[name]) ??
      this.#wild(name, search, weight, on, depth) ??
      this.#pool(name, search, weight, on, ({ models }) => (models.any ? name : undefined))
    );
  }

  #pinned(name: string, search: Search, weight: number, on: On): AccountPool | undefined {
    const slash = name.indexOf('/');
    if (slash < 1) return undefined;
    const rest = name.slice(slash + 1);
    const idOf = (provider: LoadedProvider) =>
      provider.name === name.slice(0, slash) ? servedAs(provider, rest) : undefined;
    return this.#pool(name, search, weight, on, idOf);
  }

  #pool(name: string, search: Search, weight: number, on: On, idOf: IdOf): AccountPool | undefined {
    const targets: Target[] = [];
    for (const provider of this.#providers) {
      const id = idOf(provider);
      if (id !== undefined) targets.push(...search.targets(provider, id));
    }
    return targets.length > 0 ? { kind: 'accounts', name, weight, on, targets } : undefined;
  }

  #wild(name: string, search: Search, weight: number, on: On, depth: number): Candidates | undefined {
    for (const model of this.#wildcards) {
      const stem = model.name.slice(0, -1);
      if (name.startsWith(stem)) return this.#group(model, name.slice(stem.length), search, weight, on, depth);
    }
    return undefined;
  }

  #group(model: LoadedModel, ending: string, search: Search, weight: number, on: On, depth: number): Group | undefined {
    const members: Candidates[] = [];
    for (const target of model.targets) {
      const member = this.#member(model, target, ending, search, depth);
      if (member !== undefined) members.push(member);
    }
    search.known = true;
    if (members.length === 0) return undefined;
    return { kind: 'group', name: model.name, strategy: model.strategy, weight, on, members };
  }

  /** A target that carries the group's own name means what providers list under it, not the group again. */
  #member(model: LoadedModel, target: LoadedModelTarget, ending: string, search: Search, depth: number) {
    const name = target.model.endsWith('*') ? target.model.slice(0, -1) + ending : target.model;
    if (name === model.name) {
      return this.#pool(name, search, target.weight, target.on, (provider) => servedAs(provider, name));
    }
    return this.#find(name, search, target.weight, target.on, depth + 1);
  }
}

type On = readonly OnFailure[] | undefined;
type IdOf = (provider: LoadedProvider) => string | undefined;

function servedAs(provider: LoadedProvider, name: string): string | undefined {
  return provider.models.ids[name] ?? (provider.models.any ? name : undefined);
}

/** Collects why targets were left out while a name is looked up. */
class Search {
  known = false;
  readonly reasons: string[] = [];
  readonly dialects = new Set<DialectName>();
  readonly #need: Need;

  constructor(need: Need) {
    this.#need = need;
  }

  targets(provider: LoadedProvider, model: string | undefined): Target[] {
    const { dialect, operation, providers, translates = false } = this.#need;
    if (!providers.includes(provider.name)) return [];
    this.known = true;
    const native = offers(provider, dialect, operation);
    const lane = native || !translates ? undefined : laneTo(provider, dialect, operation);
    if (!native && lane === undefined) {
      for (const other of provider.dialects)
        if (other !== dialect && offers(provider, other, operation)) this.dialects.add(other);
      return [];
    }
    const usable = provider.accounts.filter((account) => account.disabled === undefined);
    for (const account of provider.accounts) {
      if (account.disabled !== undefined) this.reasons.push(`${provider.name}/${account.name}: ${account.disabled}`);
    }
    if (provider.accounts.length === 0) this.reasons.push(`${provider.name}: no account`);
    return usable.map(({ name, priority, weight }) => ({
      provider: provider.name,
      account: name,
      model,
      priority,
      weight,
      lane,
    }));
  }
}
