// A configuration without errors -> LoadedConfig: names filled in, units as numbers, secrets of keys as hashes.
import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { type JsonObject, withoutSuffix } from '../../core/index.ts';
import type { Certificates, TlsFiles } from '../check/certificates.ts';
import type { ChainPlan } from '../check/chain.ts';
import type {
  LoadedConfig,
  LoadedControl,
  LoadedKey,
  LoadedListener,
  LoadedModel,
  LoadedModelTarget,
  LoadedRoute,
  LoadedTls,
  LogOutput,
  Timeouts,
} from '../loaded.ts';
import type { Draft } from '../read/entries.ts';
import { type Path, pointerOf } from '../read/places.ts';
import type { Control, Gateway, Key, Listener, LogOutput as LogOutputSetting, Model, Route } from '../types.gen.ts';
import { schemaAt } from '../validate/schema-path.ts';
import { gatewaySchema, momentOf } from '../validate/validate.ts';
import { errorRulesOf } from './error-rules.ts';
import { limitsOf } from './limits.ts';
import { lower, normaliseProvider } from './normalise-provider.ts';
import { pricesOf } from './prices.ts';
import { bytes, milliseconds } from './units.ts';

export interface Checked {
  readonly draft: Draft;
  readonly chain: ChainPlan;
  readonly certificates: Certificates;
}

export function normalise(checked: Checked, revision: string): Omit<LoadedConfig, 'digest'> {
  const tree = checked.draft.tree as unknown as Gateway;
  const routeNames = tree.routes.map((route) => route.name);
  const providerNames = tree.providers.map((provider) => provider.name);
  return {
    revision,
    listeners: tree.listeners.map((listener, index) => listenerOf(checked, listener, index, routeNames)),
    routes: tree.routes.map((route, index) => routeOf(checked, route, index, providerNames)),
    providers: tree.providers.map((provider, index) => normaliseProvider(checked.draft, provider, index)),
    models: tree.models.map(modelOf),
    keys: tree.keys.map((key, index) => keyOf(checked, key, index)),
    plugins: checked.chain.plugins,
    prices: pricesOf(tree.prices),
    timezone: tree.timezone,
    egress: tree.egress.map(({ name, url }) => ({ name, url })),
    control: controlOf(tree.control),
    store: {
      kind: tree.store.kind,
      path: fileAt(checked.draft, ['store', 'path'], tree.store.path),
      responses: {
        ttl: milliseconds(tree.store.responses.ttl),
        maxBytes: bytes(tree.store.responses.maxBytes),
      },
    },
    threads: tree.threads,
    logging: {
      level: tree.logging.level,
      outputs: tree.logging.outputs.map((output, index) => outputOf(checked.draft, output, index)),
    },
  };
}

function controlOf({ managementKey, managementRemote: remote, ...control }: Control): LoadedControl {
  const management = managementKey === undefined ? undefined : { keyHash: sha256(managementKey), remote };
  return { ...control, token: control.token, management, drain: milliseconds(control.drain) };
}

function listenerOf(checked: Checked, listener: Listener, index: number, all: readonly string[]): LoadedListener {
  const { name, host, port } = listener;
  const pointer = pointerOf(['listeners', index]);
  return {
    name,
    host,
    port,
    tls: tlsOf(listener.tls, checked.certificates.found.get(pointer)),
    proxyProtocol: senders(listener.proxyProtocol),
    trustedProxies: listener.trustedProxies,
    forwardedHeader: listener.forwardedHeader,
    routes: listener.routes ?? all,
    plugins: overridesAt(checked, ['listeners', index]),
  };
}

function tlsOf(tls: Listener['tls'], files: TlsFiles | undefined): LoadedTls | undefined {
  if (tls === undefined || files === undefined) return undefined;
  const { minVersion, http2, clientCertificates: client } = tls;
  const clientCertificates =
    client === undefined || files.ca === undefined ? undefined : { ca: files.ca, mode: client.mode };
  return { certificates: files.certificates, minVersion, http2, clientCertificates };
}

/** Whose connections must begin with a PROXY protocol header. */
function senders(setting: Listener['proxyProtocol']): readonly string[] | undefined {
  if (typeof setting === 'object') return setting.from;
  return setting ? everybody : undefined;
}

const everybody = ['0.0.0.0/0', '::/0'];

function routeOf(checked: Checked, route: Route, index: number, all: readonly string[]): LoadedRoute {
  return {
    name: route.name,
    paths: route.paths,
    dialects: route.dialects ?? allDialects,
    providers: route.providers ?? all,
    models: route.models,
    url: route.url,
    forward: { ...route.forward, headers: lower(route.forward.headers) },
    limits: limitsOf(checked.draft, route.limits),
    plugins: overridesAt(checked, ['routes', index]),
    onDisconnect: route.onDisconnect,
    maxBody: bytes(route.maxBody),
    requestTimeout: milliseconds(route.requestTimeout),
    timeout: milliseconds(route.timeout),
    heartbeat: milliseconds(route.heartbeat),
    timeouts: timeoutsOf(route.timeouts),
    onError: errorRulesOf(route.onError),
    accounts: route.accounts,
  };
}

const allDialects = (schemaAt(gatewaySchema, ['routes', 0, 'dialects', 0])?.enum ?? []) as LoadedRoute['dialects'];

function overridesAt(checked: Checked, path: Path) {
  return checked.chain.overrides.get(pointerOf([...path, 'plugins'])) ?? {};
}

export function timeoutsOf(
  timeouts: {
    readonly [Name in keyof Timeouts]: number | string;
  },
): Timeouts {
  return {
    connect: milliseconds(timeouts.connect),
    firstByte: milliseconds(timeouts.firstByte),
    idle: milliseconds(timeouts.idle),
    total: milliseconds(timeouts.total),
  };
}

function modelOf(model: Model): LoadedModel {
  const { name, strategy, hidden, hedge } = model;
  return {
    name,
    strategy,
    targets: model.targets.map(targetOf),
    hidden,
    hedge: hedge === undefined ? undefined : milliseconds(hedge),
  };
}

function targetOf(target: Model['targets'][number]): LoadedModelTarget {
  const written = typeof target === 'string' ? { model: target, weight: 1 } : target;
  const { name: model, thinking } = withoutSuffix(written.model);
  const { weight, when, accounts, set } = written;
  const on = written.on?.map((failure) => (failure === 429 ? '429' : failure));
  return { model, thinking, weight, when, set: set as JsonObject | undefined, accounts, on };
}

function keyOf(checked: Checked, key: Key, index: number): LoadedKey {
  const hash = key.hash?.slice('sha256:'.length) ?? sha256(key.key ?? '');
  return {
    name: key.name,
    hash,
    enabled: key.enabled,
    expiresAt: key.expires === undefined ? undefined : momentOf(key.expires),
    routes: key.routes,
    models: key.models,
    accounts: key.accounts,
    limits: limitsOf(checked.draft, key.limits),
    tags: key.tags,
    plugins: overridesAt(checked, ['keys', index]),
  };
}

function outputOf(draft: Draft, output: LogOutputSetting, index: number): LogOutput {
  const path = ['logging', 'outputs', index];
  const usual = (name: string) => schemaAt(gatewaySchema, [...path, name])?.['x-default'];
  return {
    to: output.to,
    format: output.format,
    kinds: output.kinds,
    path: fileAt(draft, [...path, 'path'], output.path),
    maxSize: bytes(output.maxSize ?? (usual('maxSize') as string)),
    maxFiles: output.maxFiles ?? (usual('maxFiles') as number),
    compress: output.compress ?? (usual('compress') as boolean),
  };
}

/** Relative to the file that names it. */
function fileAt(draft: Draft, path: Path, named: string | undefined): string | undefined {
  return named === undefined ? undefined : resolve(dirname(draft.report.places.valueAt(path).file), named);
}

/** Hex. */
function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
