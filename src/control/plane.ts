// What the control API needs of the process around it. process/ implements it; control/ only speaks HTTP.
import type { CredentialStatus, Refreshed } from '../accounts/credential-status.ts';
import type { Change } from '../config/diff/diff.ts';
import type { HistoryEntry } from '../config/history/history.ts';
import type { Issue, LoadedControl } from '../config/loaded.ts';
import type { Clock } from '../core/index.ts';
import type { Explained, Question } from '../gateway/explain/explanation.ts';
import type { Degraded, Problem } from '../gateway/outbox.ts';
import type { ProbeResult, ProbeWish } from '../gateway/probe/probed.ts';
import type { Logins } from './logins/logins.ts';
import type { LogTail } from './logs/tail.ts';
import type { ThreadFigures } from './metrics.ts';
import type { AccountFigures } from './stats/accounts.ts';
import type { LimitFigures } from './stats/limits.ts';
import type { Recent } from './stats/recent.ts';

export interface ControlPlane {
  status(): Status;
  /** Empty when requests can be served; otherwise why not. */
  unready(): readonly string[];
  /** What requests may be served without: providers of which no account can be used. */
  impaired(): readonly string[];
  /** Whether one account at least can be used. */
  authenticated(): boolean;
  /** Undefined until the first configuration is served. */
  settings(): LoadedControl | undefined;
  /** Tokens that open the API: the configured one and that of the state directory. */
  tokens(): readonly string[];
  reload(): Promise<ReloadResult>;
  /**
   * What saving these files would change: text, or null for one to be deleted, by path from the main file's directory; ''
   * stands for the main file. Nothing is changed.
   */
  plan(files: Readonly<Record<string, string | null>>): Promise<Plan>;
  rollback(revision: string): Promise<Rollback>;
  /** Undefined: there is no such provider. */
  models(provider: string): ProviderModels | undefined;
  /** Asks the upstream for its list first. */
  refreshModels(provider: string): Promise<ProviderModels | undefined>;
  /** What would become of a request. Throws a 503 Refusal where no data thread answers. */
  explain(question: Question): Promise<Explained>;
  /** Asks an account whether it works. */
  probe(wish: ProbeWish): Promise<ProbeResult>;
  /** Every port that is bound, and those the configuration as last read wants besides. */
  ports(): Promise<readonly PortStatus[]>;
  history(): Promise<readonly HistoryEntry[]>;
  /** Every account and how it does. */
  accounts(): Promise<readonly AccountFigures[]>;
  /** Takes back what was put aside: all, or of one account, or of one for one model. Undefined: no such account. */
  resetAccounts(name?: AccountName): number | undefined;
  /** New tokens for its credential, now. Throws a Refusal that says why there are none. */
  refreshAccount(name: Omit<AccountName, 'model'>): Promise<Refreshed>;
  /** The last minute in figures. */
  stats(): Promise<Stats>;
  logs(): LogAccess;
  logins(): Logins;
  /** Text in the Prometheus exposition format, with its content type. */
  metrics(): Promise<{ readonly type: string; readonly text: string }>;
}

export interface AccountName {
  readonly provider: string;
  readonly account: string;
  /** As the upstream knows it. */
  readonly model: string | undefined;
}

/** Compact: asked for every second. */
export interface Stats extends Recent {
  readonly version: string;
  readonly revision: string;
  readonly uptimeMs: number;
  readonly draining: boolean;
  readonly inFlight: number;
  readonly threads: readonly ThreadFigures[];
  /** Those with the least left first; untouched ones are left out. */
  readonly limits: readonly LimitFigures[];
}

export interface LogAccess {
  readonly tail: LogTail;
  /** Names this run of the gateway. */
  readonly run: string;
  readonly clock: Clock;
}

export interface ReloadResult {
  /** `unchanged`: what is there is what is served. `rejected`: it was not taken, and service is as before. */
  readonly outcome: 'committed' | 'unchanged' | 'rejected';
  /** The revision that is served now. */
  readonly revision: string;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly ms: number;
  readonly issues: readonly Issue[];
  /** Why a valid configuration could not be served. */
  readonly problems: readonly Problem[];
  readonly degraded: readonly Degraded[];
}

export interface Plan {
  readonly valid: boolean;
  /** Undefined when it is not valid. */
  readonly revision: string | undefined;
  readonly changes: readonly Change[];
  readonly issues: readonly Issue[];
}

export type Rollback =
  | { readonly done: true; readonly revision: string; readonly result: ReloadResult }
  | { readonly done: false; readonly why: 'unknown' | 'invalid' | 'not-served'; readonly message: string }
  | {
      readonly done: false;
      readonly why: 'read-only';
      readonly message: string;
      readonly changes: readonly Change[];
      /** Unified diff from the files as they are to the revision, secrets masked. */
      readonly diff: string;
    };

export interface Status {
  readonly version: string;
  readonly pid: number;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly uptimeMs: number;
  readonly revision: string;
  readonly file: string;
  readonly draining: boolean;
  readonly ready: boolean;
  readonly unready: readonly string[];
  readonly config: {
    /** `current`: the file is served. `rejected`: it changed and was not taken. `last-good`: it was bad at the start. */
    readonly state: 'current' | 'rejected' | 'last-good';
    readonly last: ReloadResult | undefined;
    /** Why the newest revision could not be kept on disk, if it could not. */
    readonly historyError: string | undefined;
  };
  readonly threads: readonly ThreadFigures[];
  readonly listeners: readonly ListenerStatus[];
  readonly control: { readonly host: string; readonly port: number };
  readonly providers: readonly ProviderStatus[];
  readonly plugins: readonly { readonly name: string; readonly on: boolean; readonly digest: string }[];
  readonly degraded: readonly Degraded[];
  readonly store: StoreStatus | undefined;
  /** Log outputs, and why one cannot be written to. */
  readonly logging: readonly { readonly output: string; readonly error: string | undefined }[];
}

export interface StoreStatus {
  readonly kind: string;
  readonly path: string;
  /** Why counts of limits cannot be saved at the moment, if they cannot. */
  readonly error: string | undefined;
  /** When all counts had last been saved, epoch milliseconds. */
  readonly savedAt: number | undefined;
  /** Whether the configuration names another store by now, for the next start. */
  readonly restart: boolean;
}

export interface ListenerStatus {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}

export interface PortStatus {
  /** `listener api`, `control`, `callback acme`. */
  readonly what: string;
  readonly host: string;
  /** 0 while the system has not chosen one. */
  readonly port: number;
  readonly protocol: 'http' | 'https';
  /** Names of the routes served there. */
  readonly routes: readonly string[];
  /** `not-running`: nobody has bound it. `in-the-way`: another program has. `cannot-bind`: see `problem`. */
  readonly state: 'bound' | 'not-running' | 'in-the-way' | 'cannot-bind';
  /** Who has bound it, where the system tells. */
  readonly process?: { readonly pid: number; readonly name: string } | undefined;
  readonly problem?: string;
  /** Of a port that a login is answered at. */
  readonly callback?: CallbackOf;
}

/** Where a browser comes back to from the vendor. */
export interface CallbackOf {
  readonly provider: string;
  readonly path: string;
  /** Undefined while the system has not chosen the port. */
  readonly redirectUri: string | undefined;
  /** The vendor knows this redirect URI only: where the port is another, something has to forward to it. */
  readonly fixed: boolean;
  /** Three ways to another port: the option comes before the setting, that before the variable. */
  readonly change: { readonly option: string; readonly variable: string; readonly setting: string };
}

/** How the list of models of an upstream that is asked for it was come by. */
export interface DiscoveryStatus {
  /** `waiting`: never asked so far. `failing`: the last list, if there is one, stays in use. */
  readonly state: 'waiting' | 'current' | 'failing';
  /** Of the last good list. */
  readonly models: number;
  /** When that came, epoch milliseconds. */
  readonly time: number | undefined;
  readonly error: string | undefined;
  /** When it is asked next; undefined: only by hand. */
  readonly next: number | undefined;
}

export interface ProviderModels {
  readonly provider: string;
  /** Whatever is asked for, besides those listed. */
  readonly any: boolean;
  readonly models: readonly { readonly name: string; readonly id: string }[];
  /** Null: its upstream is not asked. */
  readonly discovery: DiscoveryStatus | null;
}

export interface ProviderStatus {
  readonly name: string;
  readonly use: string;
  readonly enabled: boolean;
  /** Where the upstream is asked for its models. */
  readonly discovery?: DiscoveryStatus | undefined;
  readonly accounts: readonly {
    readonly name: string;
    readonly usable: boolean;
    readonly reason: string | undefined;
    /** Of one that ends: until when it is good and how its refreshing goes. */
    readonly credential?: CredentialStatus | undefined;
  }[];
}
