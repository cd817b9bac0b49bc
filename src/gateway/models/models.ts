// The model map: a name a client asks for -> the tree of targets that may serve it. Order of belief: a name of
// `models:`, a pin `provider/model`, an id that providers list, the name without its thinking suffix, a wildcard of
// `models:`, a provider that serves anything.
import type { LoadedConfig, LoadedModel, LoadedModelTarget, LoadedProvider } from '../../config/loaded.ts';
import {
  type AccountPool,
  type Candidates,
  type DialectName,
  type FoundAs,
  type Group,
  type ModelEntry,
  type Skipped,
  type Target,
  withoutSuffix,
} from '../../core/index.ts';
import { names } from './account-names.ts';
import type { Conditions, Guard } from './conditions/conditions.ts';
import { laneTo } from './lanes.ts';
import { offers } from './offers.ts';
import { type Need, Search } from './search.ts';
import { guardedTree, type Tree } from './tree.ts';
import { along, start, thinking, type Way } from './way.ts';

export type { Need } from './search.ts';

export interface Found {
  readonly found: 'candidates';
  readonly candidates: Candidates;
  /** Members of its groups that are candidates only where a condition holds. */
  readonly guarded: ReadonlyMap<Candidates, Guard>;
}

export type Resolution =
  | Found
  /** Nobody knows the name. */
  | { readonly found: 'nothing' }
  /** Known, but by no provider that offers this operation in this dialect. */
  | { readonly found: 'not-offered'; readonly dialects: readonly DialectName[] }
  /** Known and offered, but no account is usable; with the reason of each. */
  | { readonly found: 'no-account'; readonly skipped: readonly Skipped[]; readonly skippedMore: number };

/** Deeper than any sane configuration: wildcards can grow names in ways the checks at load cannot see. */
const deepest = 16;

export class ModelMap {
  readonly #named = new Map<string, LoadedModel>();
  readonly #wildcards: readonly LoadedModel[];
  readonly #providers: readonly LoadedProvider[];
  /** By the list of a route's providers, which is one object: asked for with every chat. */
  readonly #lanes = new WeakMap<readonly string[], Map<DialectName, boolean>>();

  readonly #conditions: Conditions;

  constructor(config: LoadedConfig, conditions: Conditions = new Map()) {
    this.#conditions = conditions;
    for (const model of config.models) if (!model.name.endsWith('*')) this.#named.set(model.name, model);
    this.#wildcards = config.models
      .filter((model) => model.name.endsWith('*'))
      .sort((a, b) => b.name.length - a.name.length);
    this.#providers = config.providers.filter((provider) => provider.enabled);
  }

  resolve(name: string, need: Need): Resolution {
    const search = new Search(need);
    const candidates = this.#find(name, search, start, 0);
    if (candidates === undefined && !search.known) return { found: 'nothing' };
    return settled(search, candidates);
  }

  /** What was found, as it is chosen from call by call. */
  treeOf({ candidates, guarded }: Found): Tree {
    return guarded.size === 0 ? { candidates } : guardedTree(candidates, guarded);
  }

  /** The name whose model is meant: without a suffix that says how much it shall think, unless it is known with it. */
  nameOf(asked: string): string {
    if (!asked.endsWith(')')) return asked;
    const { name, thinking: suffix } = withoutSuffix(asked);
    return suffix === undefined || this.#isKnown(asked) ? asked : name;
  }

  /** The providers that have an operation, and an account the call may use, whatever its state. */
  offering({ dialect, operation, providers, key, route }: Need): string[] {
    const reached = this.#providers.filter(({ name }) => providers.includes(name));
    const bound = reached.filter(({ name, accounts }) =>
      [key, route].every((list) => list === undefined || accounts.some((account) => names(list, name, account))),
    );
    return bound.filter((provider) => offers(provider, dialect, operation)).map(({ name }) => name);
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
    const targets = this.#providers.flatMap((provider) => search.targets(provider, undefined, start));
    const pool: AccountPool = { kind: 'accounts', name: '*', weight: 1, on: undefined, targets };
    return settled(search, targets.length > 0 ? pool : undefined);
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

  #find(name: string, search: Search, way: Way, depth: number): Candidates | undefined {
    if (depth > deepest) return undefined;
    const named = this.#named.get(name);
    if (named !== undefined) return this.#group(named, name, search, way, depth);
    const bare = this.nameOf(name);
    if (bare !== name) {
      const { thinking: suffix = 'auto' } = withoutSuffix(name);
      const found = this.#find(bare, search, thinking(way, suffix), depth + 1);
      return found && { ...found, asked: name };
    }
    const pin = this.#pinOf(name, search.need);
    if (pin !== undefined) return this.#pool(name, search, way, 'pin', pin);
    return (
      this.#pool(name, search, way, 'listed', listed) ??
      this.#wild(name, search, way, depth) ??
      this.#pool(name, search, way, 'any', ({ models }) => (models.any ? name : undefined))
    );
  }

  /** Whether somebody lists the name just so, or the configuration says where it leads. */
  #isKnown(name: string): boolean {
    if (this.#named.has(name)) return true;
    const slash = name.indexOf('/');
    return this.#providers.some((provider) => {
      if (listed(provider, name) !== undefined) return true;
      return provider.name === name.slice(0, slash) && listed(provider, name.slice(slash + 1)) !== undefined;
    });
  }

  /** Who names a provider means no other, whatever the state of its accounts. Undefined: the prefix is no provider's. */
  #pinOf(name: string, { providers }: Need): IdOf | undefined {
    const slash = name.indexOf('/');
    const prefix = name.slice(0, slash);
    const pinned = this.#providers.find((provider) => provider.name === prefix);
    if (slash < 1 || pinned === undefined || !providers.includes(prefix)) return undefined;
    const id = servedAs(pinned, name.slice(slash + 1));
    return id === undefined ? undefined : (provider) => (provider === pinned ? id : undefined);
  }

  #pool(name: string, search: Search, way: Way, foundAs: FoundAs, idOf: IdOf): AccountPool | undefined {
    const model = foundAs === 'pin' ? name.slice(name.indexOf('/') + 1) : name;
    const targets: Target[] = [];
    for (const provider of this.#providers) {
      const id = idOf(provider, name);
      if (id !== undefined)
        targets.push(...search.targets(provider, { name: model, id, isGuess: foundAs === 'any' }, way));
    }
    if (targets.length === 0) return undefined;
    return { kind: 'accounts', name, weight: way.weight, on: way.on, targets, foundAs };
  }

  #wild(name: string, search: Search, way: Way, depth: number): Candidates | undefined {
    const model = this.#wildcards.find((wildcard) => name.startsWith(wildcard.name.slice(0, -1)));
    return model && this.#group(model, name, search, way, depth);
  }

  #group(model: LoadedModel, asked: string, search: Search, way: Way, depth: number): Group | undefined {
    const { name, strategy, hedge } = model;
    const members: Candidates[] = [];
    for (const target of model.targets) {
      const member = this.#member(model, target, asked, search, along(way, target), depth);
      if (member === undefined) continue;
      members.push(member);
      const condition = target.when === undefined ? undefined : this.#conditions.get(target.when);
      if (condition !== undefined) search.guarded.set(member, condition);
    }
    // What a wildcard stands for is known only where somebody knows it: those that serve it said so.
    if (name === asked) search.known = true;
    if (members.length === 0) return undefined;
    const found = name === asked ? { foundAs: 'alias' as const } : { foundAs: 'wildcard' as const, asked };
    return { kind: 'group', name, strategy, weight: way.weight, on: way.on, members, hedge, ...found };
  }

  /** A target that carries the group's own name means what providers list under it, not the group again. */
  #member(model: LoadedModel, target: LoadedModelTarget, asked: string, search: Search, way: Way, depth: number) {
    const ending = asked.slice(model.name.length - 1);
    const name = target.model.endsWith('*') ? target.model.slice(0, -1) + ending : target.model;
    if (name === model.name) return this.#pool(name, search, way, 'listed', servedAs);
    return this.#find(name, search, way, depth + 1);
  }
}

type IdOf = (provider: LoadedProvider, name: string) => string | undefined;

function listed({ models }: LoadedProvider, name: string): string | undefined {
  return Object.hasOwn(models.ids, name) ? models.ids[name] : undefined;
}

function servedAs(provider: LoadedProvider, name: string): string | undefined {
  return listed(provider, name) ?? (provider.models.any ? name : undefined);
}

function settled(search: Search, candidates: Candidates | undefined): Resolution {
  const { told: skipped, more: skippedMore } = search.skipped;
  if (candidates !== undefined) {
    const root = skipped.length === 0 ? candidates : { ...candidates, skipped, skippedMore };
    return { found: 'candidates', candidates: root, guarded: search.guarded };
  }
  if (search.hasAccountsOut) return { found: 'no-account', skipped, skippedMore };
  return { found: 'not-offered', dialects: [...search.dialects] };
}
