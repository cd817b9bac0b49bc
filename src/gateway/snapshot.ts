// A compiled configuration: frozen, pinned by every call that starts on it, retired when the last of them is done.
import type { LRUCache } from 'lru-cache';
import type { LoadedConfig, LoadedProvider, LoadedRoute } from '../config/loaded.ts';
import type { KeyEntry, PluginHandler, ProviderCode } from '../core/index.ts';
import type { SharedLedger } from '../ledger/memory.ts';
import type { Signer } from '../upstream/signing/sign.ts';
import type { AccountLimits } from './attempt/account-limits.ts';
import type { ErrorRule } from './attempt/error-rules.ts';
import type { CodeMap } from './compile/code.ts';
import type { HeldCredential } from './credentials.ts';
import type { ClientReader } from './door/client.ts';
import type { Matcher } from './door/match-path.ts';
import type { PartsOf } from './explain/steps.ts';
import type { Service } from './forward/service.ts';
import type { ModelMap } from './models/models.ts';
import type { Tree } from './models/tree.ts';
import type { Degraded, Outbox } from './outbox.ts';
import type { Prices } from './prices/prices.ts';
import type { KeptResponses } from './responses/kept.ts';

export interface Account {
  readonly name: string;
  readonly apiKey: string | undefined;
  /** A credential whose token changes, in the place of an API key. */
  readonly held?: HeldCredential | undefined;
  /** Signs its requests, where they are signed. */
  readonly signer?: Signer | undefined;
  readonly baseUrl: URL;
  /** Of it, worked out once: URL makes it anew each time it is asked. */
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly dispatcher: import('undici').Dispatcher;
  /** What follows on certain errors: its own rules, then its provider's. */
  readonly rules: readonly ErrorRule[];
  /** Its own and its provider's; undefined where there are none. */
  readonly limits: AccountLimits | undefined;
}

export interface Provider {
  readonly loaded: LoadedProvider;
  readonly code: ProviderCode;
  /** Usable ones, by name. */
  readonly accounts: ReadonlyMap<string, Account>;
}

export interface Route {
  readonly loaded: LoadedRoute;
  /** What follows on certain errors of upstreams. */
  readonly rules: readonly ErrorRule[];
  /** Of a route with `url:`. */
  readonly service: Service | undefined;
}

/** What one listener serves. */
export interface Door {
  readonly name: string;
  readonly match: Matcher;
  readonly client: ClientReader;
  /** Composed plugin chain by route name. */
  readonly chains: ReadonlyMap<string, PluginHandler>;
  /** By route name: whether a plugin that translates is on, for the key of this name. */
  readonly translating: ReadonlyMap<string, (key: string | undefined) => boolean>;
  /** For requests that are refused before their chain, by route name; the empty name is for those without a route. */
  readonly early: ReadonlyMap<string, PluginHandler | undefined>;
}

export interface SnapshotParts {
  readonly generation: number;
  /** This thread's view of the shared memory. */
  readonly ledger: SharedLedger;
  readonly outbox: Outbox;
  readonly config: LoadedConfig;
  readonly code: CodeMap;
  readonly degraded: readonly Degraded[];
  readonly providers: ReadonlyMap<string, Provider>;
  readonly routes: ReadonlyMap<string, Route>;
  readonly doors: ReadonlyMap<string, Door>;
  /** For explanations. */
  readonly chainParts: PartsOf;
  readonly keys: ReadonlyMap<string, KeyEntry>;
  readonly models: ModelMap;
  readonly prices: Prices;
  readonly candidates: LRUCache<string, Tree>;
  readonly responses: KeptResponses;
  /** Why nobody could be served; empty while at least one account is usable. */
  readonly unusable: readonly string[];
  /** What `/health` says of it. */
  readonly authenticated: boolean;
}

export class Snapshot {
  readonly parts: SnapshotParts;
  readonly #abort: AbortController;
  readonly #onIdle: (snapshot: Snapshot) => void;
  #calls = 0;
  #retired = false;

  constructor(parts: SnapshotParts, abort: AbortController, onIdle: (snapshot: Snapshot) => void) {
    this.parts = Object.freeze(parts);
    this.#abort = abort;
    this.#onIdle = onIdle;
  }

  get calls(): number {
    return this.#calls;
  }

  pin(): void {
    this.#calls += 1;
  }

  unpin(): void {
    this.#calls -= 1;
    if (this.#retired && this.#calls === 0) this.#onIdle(this);
  }

  /** Timers of its plugins stop now; `onIdle` follows when no call uses it any more. */
  retire(): void {
    if (this.#retired) return;
    this.#retired = true;
    this.#abort.abort();
    if (this.#calls === 0) this.#onIdle(this);
  }
}
