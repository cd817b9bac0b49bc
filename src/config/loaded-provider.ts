// A provider instance that has passed every check, joined with its directory, and its accounts.
import type { DialectName, Limit, Price, ProviderManifest } from '../core/index.ts';
import type { LoadedCredential } from './loaded-credential.ts';

export type Settings = Readonly<Record<string, unknown>>;

/** Milliseconds; 0 switches one off. */
export interface Timeouts {
  readonly connect: number;
  readonly firstByte: number;
  readonly idle: number;
  readonly total: number;
}

/** What follows on certain errors of an upstream, see `onError`. */
export interface LoadedErrorRule {
  /** Statuses from the first to the second, both included. */
  readonly statuses: readonly (readonly [number, number])[];
  /** Text to look for without regard to case, or `/pattern/` (RE2); undefined: every error. */
  readonly match: string | undefined;
  /** Undefined: what usually follows. */
  readonly then: 'stop' | 'retry' | 'next' | undefined;
  /** Milliseconds; 0 puts nothing aside; undefined: as usual. */
  readonly cool: number | undefined;
  /** Undefined: as usual; with `cool` the account for this model. */
  readonly scope: 'model' | 'account' | undefined;
}

/** Milliseconds; `failures` 0: never opens. */
export interface LoadedBreaker {
  readonly failures: number;
  readonly window: number;
  readonly open: number;
}

/** When accounts are asked whether they work. */
export interface LoadedProbe {
  /** Fields of cron. */
  readonly schedule: string;
  readonly timezone: string;
  /** Id the upstream knows. */
  readonly model: string | undefined;
  /** Milliseconds. */
  readonly timeout: number;
  readonly only: 'cooling' | 'all';
}

/** Requests that may wait for an account at its `concurrency`; `wait` in milliseconds. */
export interface LoadedQueue {
  readonly size: number;
  readonly wait: number;
}

/** A directory as discovered: where it is and what exactly is in it. */
export interface Directory {
  /** Its name: `acme`, `rate-limit`. */
  readonly name: string;
  readonly path: string;
  /** Hash of every file in it. A new digest is new code. */
  readonly digest: string;
  /** Whether there is an index.ts (or .js, .mjs) to load. */
  readonly code: boolean;
  /** Why this version must not be loaded into a data thread: it hung or crashed when it was rehearsed. */
  readonly broken?: { readonly where: string; readonly message: string };
}

export interface ListedPrice {
  /** Id the provider knows, or a pattern with `*`. */
  readonly model: string;
  /** Instance it is for; undefined for all. */
  readonly provider: string | undefined;
  readonly price: Price;
}

/** What requests are signed with (Signature Version 4). */
export interface LoadedAccessKey {
  readonly id: string;
  readonly secret: string;
  readonly session?: string;
  readonly service: string;
  readonly region: string;
}

/** The upstream's own list of models is asked for. */
export interface LoadedDiscovery {
  /** Whose list it is: with another directory or base URL it is another. */
  readonly key: string;
  /** Milliseconds. */
  readonly every: number;
}

export interface LoadedAccount {
  readonly name: string;
  readonly apiKey: string | undefined;
  readonly accessKey?: LoadedAccessKey | undefined;
  /** A token set or service account in the place of an API key; the token itself is told apart, see gateway/credentials.ts. */
  readonly credential?: LoadedCredential | undefined;
  /** Why it cannot be used (`enabled: false`, a missing variable), or undefined. */
  readonly disabled: string | undefined;
  readonly priority: number;
  readonly weight: number;
  readonly baseUrl: string;
  /** Provider's and account's merged, lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly limits: readonly Limit[];
  /** Egress name, or `direct`. */
  readonly egress: string;
  /** Which credential it is (not the credential): another one starts with a clean slate. */
  readonly fingerprint: string;
  /** Patterns over the names clients ask for; undefined means all of the provider's. */
  readonly models: readonly string[] | undefined;
  readonly exclude: readonly string[];
  /** Name clients ask for -> id this account knows it by. */
  readonly rename: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly groups: readonly string[];
  readonly note: string | undefined;
  readonly queue: LoadedQueue | undefined;
  readonly onError: readonly LoadedErrorRule[];
}

export interface LoadedProvider {
  readonly name: string;
  readonly enabled: boolean;
  readonly directory: Directory;
  readonly manifest: ProviderManifest;
  readonly accounts: readonly LoadedAccount[];
  /** Name clients ask for -> id the upstream knows; `*` serves whatever is asked besides `ids`. */
  readonly models: { readonly any: boolean; readonly ids: Readonly<Record<string, string>> };
  readonly discovery?: LoadedDiscovery | undefined;
  readonly dialects: readonly DialectName[];
  readonly timeouts: Timeouts;
  /** What its directory says the models cost. */
  readonly prices: readonly ListedPrice[];
  /** On all accounts together. */
  readonly limits: readonly Limit[];
  readonly onError: readonly LoadedErrorRule[];
  readonly breaker: LoadedBreaker;
  /** Undefined: nothing is put aside. `most` in milliseconds. */
  readonly cooling: { readonly most: number } | undefined;
  readonly probe?: LoadedProbe | undefined;
  readonly settings: Settings;
}
