// What the gateway gives a plugin.

import type { ClientKey } from './call.ts';
import type { Clock } from './clock.ts';
import type { Health, RetryBudget } from './health.ts';
import type { Claim, Grant, Reading, Refusal } from './limit.ts';
import type { CallRecord } from './record.ts';

export type Level = 'error' | 'warn' | 'info' | 'debug';

/** Lines about operations. They are batched to the control thread; nothing here waits. */
export interface Log {
  error(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  debug(message: string, fields?: Fields): void;
}

export type Fields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** State that is exact across all data threads, in shared memory. */
export interface Ledger {
  /** The next number (0, 1, 2, …, wrapping at 2^31) of the cursor with this name, for round-robin that holds across threads. */
  next(name: string): number;
  /** What `next` would give, without taking it: for who asks what would happen. */
  peek(name: string): number;
  /** Reserves all of the claims or nothing. Throws when the ledger itself is full. */
  reserve(claims: readonly Claim[]): Promise<Grant | Refusal>;
  /** Where the limits of the claims stand; their amounts do not matter. One per claim. */
  read(claims: readonly Claim[]): Promise<readonly Reading[]>;
  /**
   * Resolves when something of the limits of these claims may have been given back since the call, in any thread, or when
   * `signal` aborts; never rejects. Says nothing of windows that turn: `Refusal.retryAfterMs` does.
   */
  freed(claims: readonly Claim[], signal: AbortSignal): Promise<void>;
}

export interface Metrics {
  /** Adds to a counter `portico_plugin_<plugin>_<name>_total`. Labels must have few values. */
  count(name: string, labels?: Readonly<Record<string, string>>, by?: number): void;
}

/** Values that outlive the instance. */
export interface Kv {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
  delete(key: string): void;
}

export interface Host {
  /** Name of the plugin. */
  readonly name: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: Ledger;
  readonly health: Health;
  readonly retries: RetryBudget;
  readonly metrics: Metrics;
  /** Per plugin and thread, kept across reloads while the plugin is in the chain; at most 10,000 entries, oldest out first. */
  readonly kv: Kv;
  /** Whose clock windows of limits stand on where they name none. */
  readonly timezone?: string | undefined;
  /** How to reach what has to be fetched: by the name of an egress, or `direct`. Undefined where no egress has that name. */
  wayOut(egress: string): WayOut | undefined;
  /** Aborts when the snapshot of this instance is retired: the destructor. */
  readonly signal: AbortSignal;
  /** State that survives a reload: made once per thread and key, disposed of when no snapshot asks for it any more. */
  keep<T>(key: string, make: () => T, dispose?: (value: T) => void): T;
  /** Hands a line about a request to the log sinks. */
  logRequest(record: CallRecord, extra?: Fields): void;
  /** The client key whose secret has this SHA-256 (hex), or undefined. */
  findKey(sha256: string): KeyEntry | undefined;
  /** The client key with this name, or undefined. For plugins that know otherwise whose call it is. */
  keyNamed(name: string): KeyEntry | undefined;
}

export interface WayOut {
  /** Another one when it leads elsewhere: part of the key of what `keep` holds. */
  readonly id: string;
  /** Connections of its own, until they are closed. */
  open(): Exit;
}

export interface Exit {
  fetch(
    url: string,
    options: Pick<RequestInit, 'redirect' | 'signal'> & { headers?: Record<string, string> },
  ): Promise<Response>;
  close(): void;
}

export interface KeyEntry extends ClientKey {
  readonly enabled: boolean;
  /** Epoch milliseconds; undefined for never. */
  readonly expiresAt: number | undefined;
}
