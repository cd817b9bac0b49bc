// A configuration that has passed every check: plain data, references resolved, units turned into numbers. The control
// thread makes it, the channel carries it, each data thread compiles it into a snapshot.
import type { DialectName, JsonObject, Limit, OnFailure, Price, Strategy, Thinking } from '../core/index.ts';
import type { Household } from './credentials/owner.ts';
import type { LeftOut } from './credentials/told.ts';
import type { Vault } from './credentials/vault/vault.ts';
import type { CredentialSource } from './loaded-credential.ts';
import type { LoadedLogin } from './loaded-login.ts';
import type { Directory, ListedPrice, LoadedErrorRule, LoadedProvider, Settings, Timeouts } from './loaded-provider.ts';

export type * from './loaded-credential.ts';
export type * from './loaded-login.ts';
export type * from './loaded-provider.ts';

export interface LoadedListener {
  readonly name: string;
  readonly host: string;
  /** 0 while the system has not chosen one yet. */
  readonly port: number;
  readonly tls: LoadedTls | undefined;
  /** Addresses and ranges whose connections begin with a PROXY protocol header; undefined: nobody's do. */
  readonly proxyProtocol: readonly string[] | undefined;
  /** Addresses and ranges of proxies that are believed about the client. */
  readonly trustedProxies: readonly string[];
  /** Where they write its address. */
  readonly forwardedHeader: 'x-forwarded-for' | 'forwarded';
  /** Route names; all are given where the file names none. */
  readonly routes: readonly string[];
  readonly plugins: Overrides;
}

export interface LoadedTls {
  /** The first is shown to a client that names no host of the others. */
  readonly certificates: readonly LoadedCertificate[];
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
  readonly http2: boolean;
  /** `ca` is PEM text. */
  readonly clientCertificates: { readonly ca: string; readonly mode: 'require' | 'request' } | undefined;
}

/** PEM texts, and lower-case host names; `*.` stands for one label. */
export interface LoadedCertificate {
  readonly cert: string;
  readonly key: string;
  readonly hosts: readonly string[];
}

/** Plugin name -> off, or on with the settings this level sets (checked as laid over the chain's). Absent: unchanged. */
export type Overrides = Readonly<Record<string, 'off' | { readonly settings: Settings }>>;

export interface LoadedRoute {
  readonly name: string;
  readonly paths: readonly string[];
  readonly dialects: readonly DialectName[];
  /** Provider instances reachable here. */
  readonly providers: readonly string[];
  /** Patterns; undefined means all. */
  readonly models: readonly string[] | undefined;
  readonly url: string | undefined;
  readonly forward: LoadedForward;
  readonly limits: readonly Limit[];
  readonly plugins: Overrides;
  readonly onDisconnect: 'abort' | 'drain';
  /** Bytes. */
  readonly maxBody: number;
  /** Milliseconds for a request body to arrive; 0 is off. */
  readonly requestTimeout: number;
  /** Milliseconds for a whole call; 0 is off. */
  readonly timeout: number;
  /** Milliseconds; 0 is off. */
  readonly heartbeat: number;
  readonly timeouts: Timeouts;
  readonly onError: readonly LoadedErrorRule[];
  /** `provider/account`, `tag:eu`, `group:team-a`; undefined means all. */
  readonly accounts: readonly string[] | undefined;
}

/** How a route with `url:` forwards. */
export interface LoadedForward {
  readonly stripPrefix: boolean;
  /** RE2 patterns of paths; the first that matches is applied. */
  readonly rewrite: readonly { readonly from: string; readonly to: string }[];
  /** `upstream`, `client`, or a host name. */
  readonly host: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly mapRedirects: boolean;
  readonly websocket: boolean;
  /** Egress name, or `direct`. */
  readonly egress: string;
}

export interface LoadedPrices {
  /** What becomes of a model without a price: see `prices.unknown`. */
  readonly unknown: 'deny' | 'free' | 'default';
  readonly default: Price | undefined;
  readonly models: readonly ListedPrice[];
}

export interface LoadedModel {
  readonly name: string;
  readonly strategy: Strategy;
  readonly targets: readonly LoadedModelTarget[];
  readonly hidden: boolean;
  /** Milliseconds; undefined: as the balancer is set; 0: off. */
  readonly hedge?: number | undefined;
}

export interface LoadedModelTarget {
  /** Without its thinking suffix. */
  readonly model: string;
  readonly thinking?: Thinking | undefined;
  readonly weight: number;
  /** A CEL expression over the request. */
  readonly when?: string | undefined;
  readonly set?: JsonObject | undefined;
  /** `provider/account`, `tag:eu`, `group:team-a`; undefined means all. */
  readonly accounts?: readonly string[] | undefined;
  readonly on: readonly OnFailure[] | undefined;
}

export interface LoadedKey {
  readonly name: string;
  /** SHA-256 of the secret, hex. The secret itself does not leave config/. */
  readonly hash: string;
  readonly enabled: boolean;
  /** Epoch milliseconds. */
  readonly expiresAt: number | undefined;
  readonly routes: readonly string[] | undefined;
  readonly models: readonly string[] | undefined;
  /** `provider/account`, `tag:eu`, `group:team-a`; undefined means all. */
  readonly accounts?: readonly string[] | undefined;
  readonly limits: readonly Limit[];
  readonly tags?: readonly string[] | undefined;
  readonly plugins: Overrides;
}

export interface LoadedPlugin {
  readonly directory: Directory;
  /** False for `name: off`: only where an override switches it on. */
  readonly on: boolean;
  /** Defaults of its schema filled in. */
  readonly settings: Settings;
}

export interface LoadedEgress {
  readonly name: string;
  readonly url: string;
}

export interface LoadedControl {
  readonly host: string;
  readonly port: number;
  /** Undefined: the one kept in the state directory. */
  readonly token: string | undefined;
  /** The paths other gateways' tools know; undefined: they are not there. The key itself does not leave config/. */
  readonly management?: { readonly keyHash: string; readonly remote: boolean } | undefined;
  readonly metrics: 'open' | 'token';
  readonly config: 'read-write' | 'read-only';
  readonly history: number;
  /** Milliseconds. */
  readonly drain: number;
}

export interface LoadedStore {
  readonly kind: 'sqlite';
  /** Absolute; undefined: in the state directory. */
  readonly path: string | undefined;
  /** Answers kept for requests that go on from them: milliseconds (0: for ever) and bytes (0: none). */
  readonly responses: { readonly ttl: number; readonly maxBytes: number };
}

export interface LogOutput {
  readonly to: 'console' | 'file';
  readonly format: 'text' | 'json' | 'access-log';
  readonly kinds: readonly ('requests' | 'operations')[];
  /** Absolute. */
  readonly path: string | undefined;
  /** Bytes. */
  readonly maxSize: number;
  readonly maxFiles: number;
  readonly compress: boolean;
}

export interface LoadedConfig {
  /** Content hash of the file and its includes: 12 hex digits. */
  readonly revision: string;
  /** Hash of everything the configuration is made of: files, secrets, certificates, directories. */
  readonly digest: string;
  readonly listeners: readonly LoadedListener[];
  readonly routes: readonly LoadedRoute[];
  readonly providers: readonly LoadedProvider[];
  readonly models: readonly LoadedModel[];
  readonly keys: readonly LoadedKey[];
  readonly plugins: readonly LoadedPlugin[];
  readonly prices: LoadedPrices;
  /** Whose clock windows of limits stand on where they name none. */
  readonly timezone?: string;
  readonly egress: readonly LoadedEgress[];
  readonly control: LoadedControl;
  readonly store: LoadedStore;
  /** `auto` is not resolved yet. */
  readonly threads: 'auto' | number;
  readonly logging: { readonly level: 'error' | 'warn' | 'info' | 'debug'; readonly outputs: readonly LogOutput[] };
}

/** Something wrong (or doubtful) in a configuration. Lines and columns count from 1. */
export interface Issue {
  readonly severity: 'error' | 'warning';
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** `providers[0].accounts[1].apiKey`. */
  readonly path: string;
  /** What is wrong and, where there is one, the remedy: `unknown setting "prot"; did you mean "port"?`. */
  readonly message: string;
}

/** A file as read. */
export interface Document {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}

export interface LoadResult {
  /** Undefined when any issue is an error. */
  readonly config: LoadedConfig | undefined;
  /** All of them, in file order. */
  readonly issues: readonly Issue[];
  /** The main file first. Empty when it could not be read. */
  readonly documents: readonly Document[];
  /** Directories whose changes may change the result. */
  readonly watch: readonly string[];
  /** Resolved secret values, to be masked wherever text is shown. */
  readonly secrets: readonly string[];
  /** Token sets and service accounts, with their secrets. Undefined where none was looked for. */
  readonly credentials?: readonly CredentialSource[] | undefined;
  /** How people sign in, by instance, with the operator's client. Undefined where none was looked for. */
  readonly logins?: readonly LoadedLogin[] | undefined;
  /** `accounts.directory`, absolute. */
  readonly accountsHome?: string | undefined;
  /** All credential files of the configuration, absolute: those that accounts name, and those of the directory. */
  readonly accountFiles?: readonly string[] | undefined;
  /** Opens and seals them; one without keys where they are plain. Undefined where it cannot be opened, or none was looked for. */
  readonly accountsVault?: Vault | undefined;
  /** Whose a credential file is hangs on it. */
  readonly accountsHousehold?: Household | undefined;
  /** What of the directory became no account. */
  readonly accountsLeftOut?: readonly LeftOut[] | undefined;
}
