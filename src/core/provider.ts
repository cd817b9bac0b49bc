// The contract of a provider directory: provider.yaml first, index.ts only for what YAML cannot say.
import type { RequestListener } from 'node:http';
import type { UpstreamFacts } from './codec.ts';
import type { DialectName, Operation } from './dialect.ts';
import type { FailureKind, Target } from './target.ts';

/** provider.yaml, validated against schemas/provider.schema.json. */
export interface ProviderManifest {
  readonly title: string;
  /** Where to read about the API. */
  readonly docs?: string;
  /** As the vendor's SDK takes it. Absent: the instance must name one. */
  readonly baseUrl?: string;
  readonly auth: ProviderAuth;
  /** The dialects it truly speaks. Paths replace those of the dialect, operation by operation; `{model}` is filled in. */
  readonly dialects: Partial<Record<DialectName, DialectSupport>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly models?: {
    /** Ids served when an instance lists none; `*` for whatever is asked. */
    readonly known?: readonly string[] | '*';
  };
  readonly parameters?: {
    /** Top-level fields to send under another name. */
    readonly rename?: Readonly<Record<string, string>>;
    /** Top-level fields not to send; noted in `x-portico-dropped`. */
    readonly drop?: readonly string[];
  };
  /** Advice added to the log when an upstream error matches. */
  readonly hints?: readonly ErrorHint[];
}

/** `optional`: requests may go without a credential too. */
export type ProviderAuth =
  | { readonly kind: 'none' }
  /** `authorization: Bearer <key>` is `{kind: header, name: authorization, prefix: 'Bearer '}`. */
  | { readonly kind: 'header'; readonly name: string; readonly prefix?: string; readonly optional?: boolean }
  | { readonly kind: 'query'; readonly name: string; readonly optional?: boolean };

export interface DialectSupport {
  /** Absent: of chat, completions, count-tokens, embeddings, moderations, rerank and models what the dialect has. */
  readonly operations?: readonly Operation[];
  readonly paths?: Partial<Record<Operation, string>>;
  /** The upstream takes `stream_options.include_usage`: ask for it, and keep the extra event from clients that did not. */
  readonly streamUsage?: boolean;
  /** False: the upstream keeps no responses, the gateway does it in its place. */
  readonly state?: boolean;
  /** What a translation into this dialect has to know of the upstream. */
  readonly translate?: Omit<UpstreamFacts, 'streamUsage'>;
}

export interface ErrorHint {
  readonly status?: number;
  /** Part of the upstream's error text. */
  readonly match?: string;
  readonly say: string;
}

/** The request about to be sent. `prepare` may change it. */
export interface UpstreamRequest {
  readonly target: Target;
  readonly dialect: DialectName;
  readonly operation: Operation;
  readonly method: string;
  /** Origin: `https://api.example.com`. */
  origin: string;
  /** Path and query. */
  path: string;
  /** Lower-case names. Credentials are already set. */
  headers: Record<string, string>;
}

export interface UpstreamError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** The first 64 KiB of the body. */
  readonly text: string;
}

export interface ProviderHost<Settings> {
  readonly name: string;
  readonly settings: Settings;
  /** Aborts when no call can use this instance any more. */
  readonly signal: AbortSignal;
}

export interface ProviderCode {
  /** Last word on a request before it is sent. Synchronous: the data path waits. */
  prepare?(request: UpstreamRequest): void;
  /** The kind of an upstream error, or undefined for the usual rules. */
  classify?(error: UpstreamError): FailureKind | undefined;
  /** An upstream that lives in the gateway: an ordinary node:http handler, reached over sockets in memory. */
  serve?: RequestListener;
}

export type ProviderFactory<Settings> = (host: ProviderHost<Settings>) => ProviderCode;

/** The default export of a provider's index.ts. */
export function provider<Settings = Record<string, never>>(
  factory: ProviderFactory<Settings>,
): ProviderFactory<Settings> {
  return factory;
}
