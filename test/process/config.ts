// A configuration as small as it can be, for tests that only hand it on.
import type { LoadedConfig, LoadedListener, LoadResult } from '../../src/config/loaded.ts';

export function configOf(revision: string, changes: Partial<LoadedConfig> = {}): LoadedConfig {
  return {
    revision,
    digest: `digest of ${revision}`,
    listeners: [listenerOf('api', 0)],
    routes: [],
    providers: [],
    models: [],
    keys: [],
    plugins: [],
    prices: { unknown: 'deny', default: undefined, models: [] },
    egress: [],
    control: {
      host: '127.0.0.1',
      port: 0,
      token: undefined,
      metrics: 'open',
      config: 'read-write',
      history: 5,
      drain: 1000,
    },
    store: { kind: 'sqlite', path: undefined, responses: { ttl: 60_000, maxBytes: 100_000 } },
    threads: 2,
    logging: { level: 'info', outputs: [] },
    ...changes,
  };
}

export function listenerOf(name: string, port: number): LoadedListener {
  return {
    name,
    host: '127.0.0.1',
    port,
    tls: undefined,
    proxyProtocol: undefined,
    trustedProxies: [],
    forwardedHeader: 'x-forwarded-for',
    routes: [],
    plugins: {},
  };
}

export function loadedOf(config: LoadedConfig | undefined): LoadResult {
  return {
    config,
    issues: [],
    documents: [{ path: '/gateway.yaml', text: config?.revision ?? '' }],
    watch: [],
    secrets: [],
  };
}
