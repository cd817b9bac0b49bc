// A data plane in this process, built from a LoadedConfig that a test spells out only as far as it matters.
import { hash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { discover } from '../../src/config/directories/discover.ts';
import type {
  LoadedConfig,
  LoadedForward,
  LoadedKey,
  LoadedListener,
  LoadedModel,
  LoadedPlugin,
  LoadedProvider,
  LoadedRoute,
} from '../../src/config/loaded.ts';
import { type CallRecord, type Clock, systemClock } from '../../src/core/index.ts';
import { dialectNames } from '../../src/dialects/index.ts';
import type { ConnectionLimits } from '../../src/gateway/door/listeners.ts';
import { Gateway } from '../../src/gateway/gateway.ts';
import type { Line } from '../../src/gateway/outbox.ts';
import { createMemory, SharedLedger } from '../../src/ledger/memory.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const timeouts = { connect: 5000, firstByte: 5000, idle: 5000, total: 20_000 };
export const secret = 'sk-test-0123456789abcdef';

const plugins = await discover('plugins', [root]);
const none = { name: '', path: '', digest: '', code: false };

export const forward: LoadedForward = {
  stripPrefix: true,
  rewrite: [],
  host: 'upstream',
  headers: {},
  mapRedirects: true,
  websocket: true,
  egress: 'direct',
};

export interface Wanted {
  readonly providers?: readonly (Partial<LoadedProvider> & { name: string; url: string })[];
  readonly models?: readonly LoadedModel[];
  readonly keys?: readonly Partial<LoadedKey>[];
  readonly routes?: readonly (Partial<LoadedRoute> & { name: string })[];
  readonly plugins?: readonly LoadedPlugin[];
  readonly prices?: Partial<LoadedConfig['prices']>;
  readonly store?: Partial<LoadedConfig['store']>;
  readonly egress?: LoadedConfig['egress'];
  readonly timezone?: string;
  readonly generation?: number;
  readonly port?: number;
  readonly listener?: Partial<LoadedListener>;
}

/** What the schemas fill in where a test does not care. */
const unset: Readonly<Record<string, Record<string, unknown>>> = {
  translator: { media: { fetch: false, maxBytes: 1_000_000, timeout: 5000, networks: [] } },
  // Nothing is asked twice: tests that are not about that count requests.
  balancer: {
    strategy: 'round-robin',
    attempts: 5,
    retries: { same: 0, backoff: 0, maxBackoff: 0, budget: { share: 0.2, least: 3 } },
    hedge: 0,
    wait: 0,
    sessions: { headers: [] },
  },
};

export function pluginEntry(name: string, given: Record<string, unknown> = {}): LoadedPlugin {
  const directory = plugins.directories.find((entry) => entry.name === name);
  if (directory === undefined) throw new Error(`no plugin ${name}`);
  return { directory, on: true, settings: { ...unset[name], ...given } };
}

export const usualPlugins = [pluginEntry('auth', { query: true }), pluginEntry('translator'), pluginEntry('balancer')];

/** An account's settings that most tests do not care about. */
export const plainAccount = {
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

/** As the schema fills them in. */
export const breaker = { failures: 5, window: 60_000, open: 30_000 };
export const cooling = { most: 30 * 60_000 };

export function account(name: string, url: string, more: Partial<LoadedProvider['accounts'][number]> = {}) {
  const base = { name, apiKey: `up-${name}`, disabled: undefined, priority: 0, weight: 1, baseUrl: url };
  return { ...base, ...plainAccount, ...more };
}

function provider({ url, ...wanted }: Partial<LoadedProvider> & { name: string; url: string }): LoadedProvider {
  return {
    enabled: true,
    directory: { ...none, name: wanted.name },
    manifest: {
      title: wanted.name,
      auth: { kind: 'header', name: 'authorization', prefix: 'Bearer ' },
      dialects: Object.fromEntries(dialectNames.map((name) => [name, {}])),
    },
    accounts: [account('main', url)],
    models: { any: true, ids: { 'model-a': 'model-a' } },
    dialects: dialectNames,
    timeouts,
    prices: [],
    limits: [],
    onError: [],
    breaker,
    cooling,
    settings: {},
    ...wanted,
  };
}

export function configOf(wanted: Wanted): LoadedConfig {
  const providers = (wanted.providers ?? []).map(provider);
  const routes = (wanted.routes ?? [{ name: 'root' }]).map((route) => ({
    paths: ['/'],
    dialects: dialectNames,
    providers: providers.map(({ name }) => name),
    models: undefined,
    url: undefined,
    forward,
    limits: [],
    plugins: {},
    onDisconnect: 'abort' as const,
    maxBody: 32 * 1024 * 1024,
    requestTimeout: 300_000,
    timeout: 0,
    heartbeat: 0,
    timeouts,
    onError: [],
    accounts: undefined,
    ...route,
  }));
  const keys = (wanted.keys ?? [{}]).map((key) => ({
    name: 'test',
    hash: hash('sha256', secret, 'hex'),
    enabled: true,
    expiresAt: undefined,
    routes: undefined,
    models: undefined,
    limits: [],
    plugins: {},
    ...key,
  }));
  const names = routes.map(({ name }) => name);
  const listener = {
    name: 'api',
    host: '127.0.0.1',
    port: wanted.port ?? 0,
    tls: undefined,
    proxyProtocol: undefined,
    trustedProxies: [],
    forwardedHeader: 'x-forwarded-for' as const,
    routes: names,
    plugins: {},
    ...wanted.listener,
  };
  return {
    revision: `revision-${wanted.generation ?? 1}`,
    digest: `digest-${wanted.generation ?? 1}`,
    listeners: [listener],
    routes,
    providers,
    models: wanted.models ?? [],
    keys,
    plugins: wanted.plugins ?? usualPlugins,
    prices: { unknown: 'deny', default: undefined, models: [], ...wanted.prices },
    egress: wanted.egress ?? [],
    control: {
      host: '127.0.0.1',
      port: 0,
      token: undefined,
      metrics: 'open',
      config: 'read-write',
      history: 1,
      drain: 0,
    },
    store: { kind: 'sqlite', path: undefined, responses: { ttl: 60_000, maxBytes: 1_000_000 }, ...wanted.store },
    ...(wanted.timezone === undefined ? {} : { timezone: wanted.timezone }),
    threads: 1,
    logging: { level: 'info', outputs: [] },
  };
}

export class TestGateway implements AsyncDisposable {
  readonly gateway: Gateway;
  readonly records: CallRecord[] = [];
  readonly lines: Line[] = [];
  /** What plugins counted, by name and values of labels: `plugin_cors_refused POST`. */
  readonly counts = new Map<string, number>();
  readonly retired: number[] = [];
  readonly ledger: SharedLedger;
  url = '';
  #waiting: { count: number; resolve: () => void }[] = [];

  private constructor(clock: Clock, limits: Partial<ConnectionLimits> | undefined) {
    this.ledger = new SharedLedger(createMemory(), 0, clock);
    this.gateway = new Gateway({
      thread: 0,
      ledger: this.ledger,
      clock,
      outbox: {
        record: (record) => {
          this.records.push(record);
          this.#waiting = this.#waiting.filter(({ count, resolve }) => this.records.length < count || resolve());
        },
        line: (line) => this.lines.push(line),
        count: ({ name, labels, by }) => {
          const text = `${name} ${Object.values(labels).join(' ')}`.trim();
          this.counts.set(text, (this.counts.get(text) ?? 0) + by);
        },
      },
      reusePort: false,
      ...(limits === undefined ? {} : { limits }),
      onRetired: (generation) => this.retired.push(generation),
    });
  }

  static async start(
    wanted: Wanted,
    clock: Clock = systemClock,
    limits: Partial<ConnectionLimits> | undefined = undefined,
  ): Promise<TestGateway> {
    const test = new TestGateway(clock, limits);
    await test.load(wanted);
    test.url = `http://127.0.0.1:${test.gateway.ports()[0]}`;
    return test;
  }

  async load(wanted: Wanted): Promise<void> {
    const generation = wanted.generation ?? 1;
    await this.gateway.prepare(generation, configOf(wanted));
    this.gateway.commit(generation);
  }

  post(path: string, body: unknown, init: RequestInit = {}): Promise<Response> {
    const text = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${secret}`, ...init.headers };
    return fetch(this.url + path, { ...init, method: 'POST', headers, body: text as string });
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.url + path, { headers: { authorization: `Bearer ${secret}`, ...headers } });
  }

  /** Resolves once this many calls have been recorded. */
  recorded(count: number): Promise<void> {
    if (this.records.length >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gateway.drain(0);
  }
}
