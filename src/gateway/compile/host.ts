// Builds the host a plugin instance gets: its window on the gateway.
import { LRUCache } from 'lru-cache';
import type { LoadedEgress } from '../../config/loaded.ts';
import type { Clock, Fields, Host, KeyEntry, Kv, Level, Log } from '../../core/index.ts';
import type { SharedLedger } from '../../ledger/memory.ts';
import type { Outbox } from '../outbox.ts';
import type { Keep } from './keep.ts';
import { wayOut } from './way-out.ts';

const mostEntries = 10_000;

export interface HostParts {
  readonly clock: Clock;
  readonly outbox: Outbox;
  readonly ledger: SharedLedger;
  readonly keep: Keep;
  /** Whom kept state is held by: the snapshot being compiled. */
  readonly holder: object;
  readonly timezone: string | undefined;
  readonly egress: readonly LoadedEgress[];
  readonly signal: AbortSignal;
  /** By the hash of their secrets. */
  readonly keys: ReadonlyMap<string, KeyEntry>;
  readonly keysByName: ReadonlyMap<string, KeyEntry>;
}

export function makeHost(plugin: string, parts: HostParts): Host {
  const { clock, outbox, keep, holder } = parts;
  return {
    name: plugin,
    clock,
    log: makeLog(plugin, clock, outbox),
    ledger: parts.ledger,
    health: parts.ledger.health,
    retries: parts.ledger,
    metrics: {
      count: (name, labels = {}, by = 1) =>
        outbox.count({ name: `plugin_${snake(plugin)}_${snake(name)}`, labels, by }),
    },
    kv: keep.get<Kv>(holder, `kv:${plugin}`, boxed),
    timezone: parts.timezone,
    wayOut: (name) => wayOut(parts.egress, name),
    signal: parts.signal,
    keep: (key, make, dispose) => keep.get(holder, `${plugin}:${key}`, make, dispose),
    logRequest: (record, extra) =>
      outbox.line({ time: clock.now(), level: 'info', source: plugin, message: 'request', fields: extra, record }),
    findKey: (sha256) => parts.keys.get(sha256),
    keyNamed: (name) => parts.keysByName.get(name),
  };
}

export function makeLog(source: string, clock: Clock, outbox: Outbox): Log {
  const at = (level: Level) => (message: string, fields?: Fields) =>
    outbox.line({ time: clock.now(), level, source, message, fields, record: undefined });
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
}

/** lru-cache refuses `undefined` as a value; a box lets plugins keep anything. */
function boxed(): Kv {
  const cache = new LRUCache<string, { readonly value: unknown }>({ max: mostEntries });
  return {
    get: (key) => cache.get(key)?.value,
    set: (key, value) => void cache.set(key, { value }),
    delete: (key) => void cache.delete(key),
  };
}

function snake(name: string): string {
  return name.replace(/[^A-Za-z0-9]+/g, '_').toLowerCase();
}
