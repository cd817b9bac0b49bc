// Validated configuration -> snapshot of closures. Loads plugin and provider code, makes instances, composes chains.
// Anything that throws here leaves the running snapshot as it is.
import { LRUCache } from 'lru-cache';
import { isAuthenticated } from '../../config/authenticated.ts';
import type { LoadedConfig, LoadedKey, LoadedProvider, LoadedRoute, Settings } from '../../config/loaded.ts';
import type { KeyEntry, PluginFactory, ProviderCode, ProviderFactory } from '../../core/index.ts';
import { Signer } from '../../upstream/signing/sign.ts';
import { accountLimits } from '../attempt/account-limits.ts';
import { compileRules } from '../attempt/error-rules.ts';
import { heldBy, noCredentials } from '../credentials.ts';
import { clientReader } from '../door/client.ts';
import { matcher } from '../door/match-path.ts';
import { serviceAt } from '../forward/service.ts';
import type { GatewayOptions } from '../gateway.ts';
import { conditionsOf } from '../models/conditions/conditions.ts';
import { ModelMap } from '../models/models.ts';
import { targetsOf } from '../models/targets.ts';
import type { Tree } from '../models/tree.ts';
import type { Problem } from '../outbox.ts';
import { Prices } from '../prices/prices.ts';
import type { KeptResponses } from '../responses/kept.ts';
import type { Account, Door, Provider, Route, SnapshotParts } from '../snapshot.ts';
import { Chains } from './chains.ts';
import { CodeLoader, type CodeMap } from './code.ts';
import type { Keep } from './keep.ts';
import { dispatcherFor } from './pools.ts';

const mostCandidates = 5000;
/** Clients make up names where a provider serves anything: with a thousand accounts each is a thousand targets. */
const mostTargets = 200_000;

/** A configuration that cannot be served; the old one stays. */
export class PrepareError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ where, message }) => `${where}: ${message}`).join('; '));
    this.name = 'PrepareError';
    this.problems = problems;
  }
}

export interface CompileOptions {
  readonly generation: number;
  readonly config: LoadedConfig;
  readonly previous: CodeMap;
  readonly keep: Keep;
  readonly holder: object;
  readonly signal: AbortSignal;
  readonly gateway: GatewayOptions;
  readonly responses: KeptResponses;
}

export async function compile(options: CompileOptions): Promise<SnapshotParts> {
  const { config } = options;
  const loader = new CodeLoader(options.previous);
  const problems: Problem[] = [];
  const keys = new Map(config.keys.map((key) => [key.hash, keyEntry(key)]));
  const providers = await compileProviders(options, loader, problems);
  const factories = new Map<string, PluginFactory<Settings> | undefined>();
  for (const { directory } of config.plugins) {
    factories.set(directory.name, (await loader.load('plugin', directory)) as PluginFactory<Settings> | undefined);
  }
  const { clock, outbox, ledger } = options.gateway;
  const { keep, holder, signal } = options;
  const keysByName = new Map([...keys.values()].map((key) => [key.name, key]));
  const { timezone, egress } = config;
  const parts = { clock, outbox, ledger, keep, holder, timezone, egress, signal, keys, keysByName };
  const chains = new Chains(config, factories, parts);
  const doors = compileDoors(config, chains);
  problems.push(...chains.problems);
  if (problems.length > 0) throw new PrepareError(problems);
  return {
    generation: options.generation,
    ledger,
    outbox,
    config,
    code: loader.loaded,
    degraded: loader.degraded,
    providers,
    routes: new Map(config.routes.map((route) => [route.name, compileRoute(route, options)])),
    doors,
    chainParts: (listener, route) => chains.parts(listener, route),
    keys,
    models: new ModelMap(config, await conditionsOf(config, (message) => warn(options, message))),
    prices: new Prices(config),
    candidates: new LRUCache({ max: mostCandidates, maxSize: mostTargets, sizeCalculation: sizeOf }),
    responses: options.responses,
    unusable: whyUnusable(config),
    authenticated: isAuthenticated(config),
  };
}

function sizeOf({ candidates }: Tree): number {
  return 1 + targetsOf(candidates).length;
}

function warn({ gateway: { clock, outbox } }: CompileOptions, message: string): void {
  outbox.line({ time: clock.now(), level: 'warn', source: 'gateway', message, fields: undefined, record: undefined });
}

async function compileProviders(options: CompileOptions, loader: CodeLoader, problems: Problem[]) {
  const providers = new Map<string, Provider>();
  for (const loaded of options.config.providers) {
    if (!loaded.enabled) continue;
    try {
      const code = await providerCode(loaded, loader, options.signal);
      if (code !== undefined)
        providers.set(loaded.name, { loaded, code, accounts: compileAccounts(loaded, code, options) });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      problems.push({ where: `providers/${loaded.directory.name}`, message });
    }
  }
  return providers;
}

/** Undefined when its code could not be loaded: the instance is then out of service, the rest is not. */
async function providerCode(
  loaded: LoadedProvider,
  loader: CodeLoader,
  signal: AbortSignal,
): Promise<ProviderCode | undefined> {
  if (!loaded.directory.code) return {};
  const factory = (await loader.load('provider', loaded.directory)) as ProviderFactory<Settings> | undefined;
  return factory?.({ name: loaded.name, settings: structuredClone(loaded.settings), signal });
}

function compileAccounts(loaded: LoadedProvider, code: ProviderCode, options: CompileOptions): Map<string, Account> {
  const accounts = new Map<string, Account>();
  for (const account of loaded.accounts) {
    if (account.disabled !== undefined) continue;
    const egressUrl = options.config.egress.find(({ name }) => name === account.egress)?.url;
    const dispatcher = dispatcherFor(options.keep, options.holder, {
      egressUrl,
      egressName: egressUrl && account.egress,
      connectMs: loaded.timeouts.connect,
      serve: code.serve,
    });
    const baseUrl = new URL(account.baseUrl);
    accounts.set(account.name, {
      name: account.name,
      apiKey: account.apiKey,
      signer: account.accessKey && new Signer(account.accessKey, options.gateway.clock),
      held: account.credential && heldBy(options.gateway.credentials ?? noCredentials, loaded.name, account.name),
      baseUrl,
      origin: baseUrl.origin,
      headers: account.headers,
      dispatcher,
      rules: compileRules(account.onError, loaded.onError),
      limits: accountLimits(loaded, account, options.gateway.ledger),
    });
  }
  return accounts;
}

function compileRoute(loaded: LoadedRoute, options: CompileOptions): Route {
  const { url, forward, timeouts } = loaded;
  const rules = compileRules(loaded.onError);
  if (url === undefined) return { loaded, rules, service: undefined };
  const egressUrl = options.config.egress.find(({ name }) => name === forward.egress)?.url;
  const key = { egressUrl, egressName: egressUrl && forward.egress, connectMs: timeouts.connect, serve: undefined };
  return { loaded, rules, service: serviceAt(url, forward, dispatcherFor(options.keep, options.holder, key)) };
}

function compileDoors(config: LoadedConfig, chains: Chains): Map<string, Door> {
  const doors = new Map<string, Door>();
  for (const listener of config.listeners) {
    const routes = config.routes.filter(({ name }) => listener.routes.includes(name));
    doors.set(listener.name, {
      name: listener.name,
      match: matcher(routes),
      client: clientReader(listener),
      chains: new Map(routes.map((route) => [route.name, chains.compose(listener, route)])),
      translating: new Map(routes.map((route) => [route.name, chains.translating(listener, route)])),
      early: new Map([undefined, ...routes].map((route) => [route?.name ?? '', chains.composeEarly(listener, route)])),
    });
  }
  return doors;
}

function keyEntry(key: LoadedKey): KeyEntry {
  const { name, enabled, expiresAt, routes, models, limits, tags, accounts } = key;
  return { name, enabled, expiresAt, routes, models, limits, tags, accounts };
}

/** Readiness: somebody must be able to answer. Forward routes need no account. Empty when somebody is. */
function whyUnusable(config: LoadedConfig): readonly string[] {
  if (config.routes.some(({ url }) => url !== undefined)) return [];
  const reasons: string[] = [];
  for (const provider of config.providers) {
    if (!provider.enabled) reasons.push(`${provider.name}: enabled: false`);
    else if (provider.accounts.length === 0) reasons.push(`${provider.name}: no account`);
    for (const account of provider.enabled ? provider.accounts : []) {
      if (account.disabled === undefined) return [];
      reasons.push(`${provider.name}/${account.name}: ${account.disabled}`);
    }
  }
  return ['no account is usable', ...(reasons.length === 0 ? ['no provider is configured'] : reasons)];
}
