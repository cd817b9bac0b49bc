// Entries of `model_list`: each is an account of a provider instance and one model there.
import type { Tree } from '../importer.ts';
import { type Secrets, slug, uniquely } from '../secrets.ts';
import type { Source } from '../source.ts';
import { directories } from './directories.ts';

export interface Deployment {
  /** The name clients ask for. */
  readonly name: string;
  /** What it leads to: `provider/id`. */
  readonly target: string;
  /** `provider/account`. */
  readonly account: string;
  readonly weight: number | undefined;
  readonly order: number | undefined;
}

interface Instance {
  readonly name: string;
  readonly use: string;
  readonly baseUrl: string | undefined;
  readonly accounts: Map<string, Tree>;
  readonly models: Set<string>;
  readonly timeouts: Tree;
}

export class Deployments {
  readonly prices: Tree[] = [];
  readonly #secrets: Secrets;
  readonly #instances = new Map<string, Instance>();
  readonly #nameInstance = uniquely();
  readonly #nameAccount = uniquely();

  constructor(secrets: Secrets) {
    this.#secrets = secrets;
  }

  read(entry: Source): Deployment | undefined {
    const name = entry.at('model_name').text();
    const params = entry.at('litellm_params');
    const model = params.at('model').text();
    if (name === undefined || model === undefined) {
      entry.note('dropped', 'it has no model_name or no litellm_params.model');
      return undefined;
    }
    const { use, id } = directoryOf(model, params);
    if (use === undefined) {
      const prefix = model.split('/')[0];
      entry.note(
        'todo',
        `there is no provider directory for "${prefix}": add one, or name an OpenAI-compatible api_base`,
      );
      return undefined;
    }
    const instance = this.#instance(use, params);
    instance.models.add(id);
    this.#price(entry, instance.name, id);
    const account = this.#account(instance, name, id, params);
    const seconds = params.at('timeout').number();
    if (seconds !== undefined) instance.timeouts.total = seconds * 1000;
    const first = params.at('stream_timeout').number();
    if (first !== undefined) instance.timeouts.firstByte = first * 1000;
    return {
      name,
      target: `${instance.name}/${id}`,
      account: `${instance.name}/${account}`,
      weight: params.at('weight').number(),
      order: params.at('order').number(),
    };
  }

  /** `usual`: what holds for all of them. */
  providers(usual: Tree): Tree[] {
    return [...this.#instances.values()].map(({ name, use, baseUrl, accounts, models, timeouts }) => ({
      name,
      ...(use === name ? {} : { use }),
      ...(baseUrl === undefined ? {} : { baseUrl }),
      accounts: [...accounts.values()],
      models: models.has('*') ? '*' : [...models],
      ...usual,
      ...(Object.keys(timeouts).length === 0
        ? {}
        : { timeouts: { ...(usual.timeouts as Tree | undefined), ...timeouts } }),
    }));
  }

  #instance(use: string, params: Source): Instance {
    const baseUrl = params.at('api_base').text() ?? params.at('base_url').text();
    const version = params.at('api_version').text();
    const key = [use, baseUrl, version].join(' ');
    let instance = this.#instances.get(key);
    if (instance === undefined) {
      const name = this.#nameInstance(slug(use === 'openai-compatible' ? hostOf(baseUrl) : use));
      instance = {
        name,
        use,
        baseUrl: baseUrl && referred(baseUrl),
        accounts: new Map(),
        models: new Set(),
        timeouts: {},
      };
      this.#instances.set(key, instance);
    }
    if (version !== undefined)
      params
        .at('api_version')
        .note('changed', "set the API version in the provider's settings or base URL, where it needs one");
    return instance;
  }

  /** Deployments with one credential and no limits of their own share an account. */
  #account(instance: Instance, name: string, id: string, params: Source): string {
    const secret = params.at('api_key').text();
    const limits = limitsOf(params);
    const key = limits === undefined ? (secret ?? '') : `${secret} ${name} ${id}`;
    const known = instance.accounts.get(key);
    if (known !== undefined) return String(known.name);
    const account = this.#nameAccount(`${instance.name}/${slug(limits === undefined ? 'main' : name)}`).slice(
      instance.name.length + 1,
    );
    instance.accounts.set(key, {
      name: account,
      ...(secret === undefined ? {} : { apiKey: this.#secrets.reference(secret, `${instance.name}-${account}`) }),
      ...(limits === undefined ? {} : { limits, models: [id] }),
    });
    return account;
  }

  /** Dollars a token there, a million of them here. */
  #price(entry: Source, provider: string, model: string): void {
    const places = [entry.at('model_info'), entry.at('litellm_params')];
    const of = (name: string) => places.map((place) => place.at(name).number()).find((found) => found !== undefined);
    const million = (dollars: number | undefined) =>
      dollars === undefined ? undefined : Number((dollars * 1e6).toPrecision(12));
    const input = million(of('input_cost_per_token'));
    const output = million(of('output_cost_per_token'));
    const cacheRead = million(of('cache_read_input_token_cost'));
    const cacheWrite = million(of('cache_creation_input_token_cost'));
    if (input === undefined || output === undefined) return;
    this.prices.push({
      model,
      provider,
      input,
      output,
      ...(cacheRead === undefined ? {} : { cacheRead }),
      ...(cacheWrite === undefined ? {} : { cacheWrite }),
    });
  }
}

function limitsOf(params: Source): Tree | undefined {
  const rpm = params.at('rpm').number();
  const tpm = params.at('tpm').number();
  const concurrency = params.at('max_parallel_requests').number();
  if (rpm === undefined && tpm === undefined && concurrency === undefined) return undefined;
  return {
    ...(rpm === undefined ? {} : { requests: `${rpm}/m` }),
    ...(tpm === undefined ? {} : { tokens: `${tpm}/m` }),
    ...(concurrency === undefined ? {} : { concurrency }),
  };
}

/** `azure/my-gpt` -> the directory and the id; without a prefix it is OpenAI's. */
function directoryOf(model: string, params: Source): { use: string | undefined; id: string } {
  const custom = params.at('custom_llm_provider').text();
  const slash = model.indexOf('/');
  const prefix = custom ?? (slash < 0 ? 'openai' : model.slice(0, slash));
  const id = slash < 0 || (custom !== undefined && !model.startsWith(`${custom}/`)) ? model : model.slice(slash + 1);
  const use = directories[prefix];
  const other = params.at('api_base').given || params.at('base_url').given;
  if ((use === 'openai' || use === undefined) && other) return { use: 'openai-compatible', id };
  return { use, id };
}

function hostOf(url: string | undefined): string {
  return (url !== undefined && URL.parse(url)?.hostname) || 'openai-compatible';
}

function referred(url: string): string {
  const variable = /^os\.environ\/(\w+)$/.exec(url)?.[1];
  return variable === undefined ? url : `\${env:${variable}}`;
}
