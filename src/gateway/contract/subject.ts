// The provider directory under test, and a configuration that has nothing but one instance of it.
import { basename, dirname } from 'node:path';
import { discover } from '../../config/directories/discover.ts';
import type { Definition } from '../../config/directories/inspect.ts';
import type { LoadedConfig, LoadedProvider, LoadedRoute, Settings } from '../../config/loaded.ts';
import type { DialectName, ProviderManifest } from '../../core/index.ts';
import { dialectNames } from '../../dialects/index.ts';
import { clientModel, upstreamModel } from './samples/sample.ts';

export const instanceName = 'under-test';
/** Long and odd enough to be found wherever it should not be. */
export const accountKey = 'account-secret-5Qm2vX';
export const clientSecret = 'client-secret-8Tz4kW';

const timeouts = { connect: 5000, firstByte: 5000, idle: 5000, total: 20_000 };

/** The directory as discovered. Undefined when there is none at this path. */
export async function findSubject(path: string): Promise<Definition | undefined> {
  const { definitions } = await discover('providers', [dirname(dirname(path))]);
  return [...definitions.values()].find(({ directory }) => directory.name === basename(path));
}

/** Where the double stands in for the API: its origin, with the path the directory's base URL has. */
export function baseUrlOf(manifest: ProviderManifest, origin: string): string {
  // Settings may stand in the host's name.
  const path = manifest.baseUrl === undefined ? '/base' : new URL(manifest.baseUrl.replace(/[{}]/g, '')).pathname;
  return origin + path.replace(/\/+$/, '');
}

export interface SubjectOptions {
  readonly definition: Definition;
  readonly manifest: ProviderManifest;
  readonly settings: Settings;
  readonly baseUrl: string;
  readonly port: number;
}

/** Each dialect has a route of its own, so that paths two of them share are told apart. */
export function configurationOf(options: SubjectOptions): LoadedConfig {
  const spoken = dialectNames.filter((dialect) => options.manifest.dialects[dialect] !== undefined);
  const routes = spoken.map(routeOf);
  const names = routes.map(({ name }) => name);
  return {
    revision: 'contract',
    digest: 'contract',
    listeners: [
      {
        name: 'contract',
        host: '127.0.0.1',
        port: options.port,
        tls: undefined,
        proxyProtocol: undefined,
        trustedProxies: [],
        forwardedHeader: 'x-forwarded-for',
        routes: names,
        plugins: {},
      },
    ],
    routes,
    providers: [instanceOf(options, spoken)],
    models: [],
    keys: [],
    plugins: [],
    prices: { unknown: 'deny', default: undefined, models: [] },
    egress: [],
    control: {
      host: '127.0.0.1',
      port: 0,
      token: undefined,
      metrics: 'token',
      config: 'read-only',
      history: 0,
      drain: 0,
    },
    store: { kind: 'sqlite', path: undefined, responses: { ttl: 0, maxBytes: 0 } },
    threads: 1,
    logging: { level: 'error', outputs: [] },
  };
}

function instanceOf(options: SubjectOptions, spoken: readonly DialectName[]): LoadedProvider {
  const { definition, manifest, baseUrl, settings } = options;
  const account = {
    name: 'account',
    apiKey: manifest.auth.kind === 'none' ? undefined : accountKey,
    disabled: undefined,
    priority: 0,
    weight: 1,
    baseUrl,
    headers: {},
    limits: [],
    egress: 'direct',
    fingerprint: '',
    models: undefined,
    exclude: [],
    rename: {},
    tags: [],
    groups: [],
    note: undefined,
    queue: undefined,
    onError: [],
  };
  return {
    name: instanceName,
    enabled: true,
    directory: definition.directory,
    manifest,
    accounts: [account],
    models: { any: false, ids: { [clientModel]: upstreamModel } },
    dialects: spoken,
    timeouts,
    prices: [],
    limits: [],
    onError: [],
    breaker: { failures: 0, window: 0, open: 0 },
    cooling: undefined,
    settings,
  };
}

function routeOf(dialect: DialectName): LoadedRoute {
  return {
    name: dialect,
    paths: [`/${dialect}`],
    dialects: [dialect],
    providers: [instanceName],
    models: undefined,
    url: undefined,
    forward: {
      stripPrefix: true,
      rewrite: [],
      host: 'upstream',
      headers: {},
      mapRedirects: true,
      websocket: false,
      egress: 'direct',
    },
    limits: [],
    plugins: {},
    onDisconnect: 'abort',
    maxBody: 1_048_576,
    requestTimeout: 60_000,
    timeout: 0,
    heartbeat: 0,
    timeouts,
    onError: [],
    accounts: undefined,
  };
}
