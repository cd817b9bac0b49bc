// The settings as the schema lets them pass: exactly one of the four kinds of key.

export type Wanted = true | string | number | readonly (string | number)[];

export interface Settings {
  readonly jwksUrl?: string;
  /** Name of an egress, or `direct`. */
  readonly egress: string;
  readonly jwks?: string;
  readonly publicKey?: string;
  readonly secret?: string;
  readonly algorithms: readonly string[];
  readonly issuer?: string | readonly string[];
  readonly audience?: string | readonly string[];
  readonly type?: string;
  /** Milliseconds. */
  readonly leeway: number;
  readonly claims?: Readonly<Record<string, Wanted>>;
  readonly key: KeyRule;
  readonly required: boolean;
  readonly cache: CacheSettings;
}

export interface KeyRule {
  readonly name?: string;
  readonly claim?: string;
  readonly map?: Readonly<Record<string, string>>;
  readonly otherwise?: string;
}

/** Milliseconds. */
export interface CacheSettings {
  readonly maxAge: number;
  readonly cooldown: number;
  readonly staleFor: number;
  readonly timeout: number;
}
