// Sections of API keys: entries that reach the same place with the same models are accounts of one provider instance.
import type { Tree } from '../importer.ts';
import { type Secrets, slug, uniquely } from '../secrets.ts';
import { isTree, type Source } from '../source.ts';
import type { Egresses } from './egresses.ts';

interface Instance {
  readonly name: string;
  readonly use: string;
  readonly baseUrl: string | undefined;
  readonly headers: Tree;
  /** Name clients ask for -> id; undefined: what the directory serves. */
  readonly models: Map<string, string> | undefined;
  readonly accounts: Tree[];
  enabled: boolean;
}

export class Providers {
  readonly #secrets: Secrets;
  readonly #egresses: Egresses;
  readonly #cooling: boolean;
  readonly #instances = new Map<string, Instance>();
  readonly #unique = uniquely();

  constructor(secrets: Secrets, egresses: Egresses, coolingOff: boolean) {
    this.#secrets = secrets;
    this.#egresses = egresses;
    this.#cooling = !coolingOff;
  }

  /** One of `gemini-api-key` and its like. */
  addKey(use: string, entry: Source): void {
    const models = modelsOf(entry.at('models'));
    const baseUrl = entry.at('base-url').text();
    const prefix = entry.at('prefix').text();
    const key = [use, prefix, baseUrl, models === undefined].join(' ');
    let instance = this.#instances.get(key);
    if (instance === undefined) {
      instance = this.#open(key, slug(prefix ?? use), use, baseUrl, models && new Map());
    }
    for (const [name, id] of models ?? []) instance.models?.set(name, id);
    this.#account(instance, entry, entry, models);
  }

  addCompatible(entry: Source): void {
    const name = entry.at('name').text() ?? 'compatible';
    const models = modelsOf(entry.at('models')) ?? new Map();
    const prefix = entry.at('prefix').text();
    const instance = this.#open(
      entry.place,
      slug(prefix ?? name),
      'openai-compatible',
      entry.at('base-url').text(),
      models,
    );
    Object.assign(instance.headers, headersOf(entry.at('headers')));
    if (entry.at('disabled').yes()) instance.enabled = false;
    for (const key of entry.at('api-key-entries').list()) this.#account(instance, key, entry, undefined);
  }

  all(): Tree[] {
    return [...this.#instances.values()].map(({ name, use, baseUrl, headers, models, accounts, enabled }) => ({
      name,
      ...(use === name ? {} : { use }),
      ...(enabled ? {} : { enabled }),
      ...(baseUrl === undefined ? {} : { baseUrl }),
      ...(Object.keys(headers).length === 0 ? {} : { headers }),
      accounts,
      ...(models === undefined
        ? {}
        : { models: models.size === 0 ? '*' : [...models].map(([as, id]) => (as === id ? id : { id, as })) }),
      ...(this.#egresses.usual === undefined ? {} : { egress: this.#egresses.usual }),
      ...(this.#cooling ? {} : { cooling: 'off' }),
    }));
  }

  #open(key: string, name: string, use: string, baseUrl: string | undefined, models: Instance['models']): Instance {
    const instance: Instance = {
      name: this.#unique(name),
      use,
      baseUrl,
      headers: {},
      models,
      accounts: [],
      enabled: true,
    };
    this.#instances.set(key, instance);
    return instance;
  }

  /** `section`: where the settings stand that all its keys share. */
  #account(instance: Instance, entry: Source, section: Source, models: ReadonlyMap<string, string> | undefined): void {
    const secret = entry.at('api-key').text();
    const name = `key-${instance.accounts.length + 1}`;
    const weight = entry.at('weight').number();
    const priority = entry.at('priority').number();
    const proxy = entry.at('proxy-url').text();
    const exclude = section.at('excluded-models').texts();
    const rules = section.at('request-scoped-errors').list().map(ruleOf);
    if (section.at('disable-cooling').yes())
      section
        .at('disable-cooling')
        .note('changed', 'set `cooling: off` at the provider: it is not a setting of one account here');
    const headers = entry === section ? headersOf(entry.at('headers')) : {};
    instance.accounts.push({
      name,
      ...(secret === undefined ? {} : { apiKey: this.#secrets.reference(secret, `${instance.name}-${name}`) }),
      ...(priority === undefined ? {} : { priority: Math.max(0, Math.min(1000, priority)) }),
      ...(weight === undefined ? {} : { weight: Math.min(1000, weight) }),
      ...(Object.keys(headers).length === 0 ? {} : { headers }),
      ...(models === undefined || models.size === 0 ? {} : { models: [...models.keys()] }),
      ...(exclude.length === 0 ? {} : { exclude }),
      ...(proxy === undefined ? {} : { egress: this.#egresses.named(proxy) }),
      ...(rules.length === 0 ? {} : { onError: rules }),
    });
  }
}

/** Undefined where none are listed. An alias may stand over several names: the first is taken, the others are told. */
function modelsOf(models: Source): Map<string, string> | undefined {
  const found = new Map<string, string>();
  for (const entry of models.list()) {
    const id = entry.at('name').text();
    if (id === undefined) continue;
    const alias = entry.at('alias').text() ?? id;
    if (found.has(alias))
      entry.note(
        'todo',
        `${alias} stands for ${found.get(alias)} already: make it a group in \`models\` to balance over both`,
      );
    else found.set(alias, id);
  }
  return found.size === 0 ? undefined : found;
}

/** Values that copy a header of the client's have no counterpart. */
function headersOf(headers: Source): Tree {
  const entries = headers.members().flatMap(([name, value]) => {
    if (typeof value.value === 'string' && value.value.startsWith('$')) {
      value.note('dropped', 'headers of the client are passed on by name, not copied under another');
      return [];
    }
    const text = value.text();
    return text === undefined ? [] : [[name, text] as const];
  });
  return Object.fromEntries(entries);
}

/** What follows, and whether the key is put aside. */
const actions: Readonly<Record<string, readonly [string, boolean]>> = {
  stop: ['stop', false],
  'stop-and-cooldown': ['stop', true],
  continue: ['next', false],
  'continue-and-cooldown': ['next', true],
};

function ruleOf(rule: Source): Tree {
  const texts = rule.at('match').texts();
  const patterns = rule.at('match-regexr').texts();
  const all = [...texts.map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')), ...patterns];
  const match =
    all.length === 0 ? undefined : all.length === 1 && patterns.length === 0 ? texts[0] : `/${all.join('|')}/`;
  const [then, cools] = actions[rule.at('action').text() ?? 'stop'] ?? ['stop', false];
  const status = rule.at('status').take();
  return {
    status: typeof status === 'number' || Array.isArray(status) || isTree(status) ? status : '4xx',
    ...(match === undefined ? {} : { match }),
    then,
    ...(cools ? {} : { cool: 0 }),
  };
}
