// The contract of a provider directory: provider.yaml first, index.ts only for what YAML cannot say.
import type { RequestListener } from 'node:http';
import type { JsonObject } from './chat.ts';
import type { UpstreamFacts } from './codec.ts';
import type { DialectName, Operation } from './dialect.ts';
import type { Source } from './reply.ts';
import type { FailureKind, Target } from './target.ts';

/** provider.yaml, validated against schemas/provider.schema.json. */
export interface ProviderManifest {
  readonly title: string;
  /** Where to read about the API. */
  readonly docs?: string;
  /** As the vendor's SDK takes it. Absent: the instance must name one. */
  readonly baseUrl?: string;
  readonly auth: ProviderAuth & { readonly oauth?: TokenAuth };
  /** The dialects it truly speaks. Paths replace those of the dialect, operation by operation; `{model}` is filled in. */
  readonly dialects: Partial<Record<DialectName, DialectSupport>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly models?: {
    /** Ids served when an instance lists none; `*` for whatever is asked. */
    readonly known?: readonly string[] | '*';
    /** Where the API lists its models, if not where its first dialect has its list. */
    readonly discover?: ModelListing;
  };
  readonly parameters?: {
    /** Top-level fields to send under another name. */
    readonly rename?: Readonly<Record<string, string>>;
    /** Top-level fields not to send; noted in `x-portico-dropped`. */
    readonly drop?: readonly string[];
  };
  /** Advice added to the log when an upstream error matches. */
  readonly hints?: readonly ErrorHint[];
  /** How token sets of its accounts are refreshed. */
  readonly oauth?: ProviderOauth;
  /** Which credential files are of this vendor, and where in them the credential stands. */
  readonly accountFiles?: readonly AccountFileShape[];
}

export interface ModelListing {
  /** Below the base URL, or a URL of its own; `{region}` is the setting of that name. */
  readonly path: string;
  /** Dotted path of the list in the answer. Absent: as the dialect lists. */
  readonly items?: string;
  /** Dotted path of the id in an item. */
  readonly id?: string;
}

export interface ProviderOauth {
  /** Where `grant_type=refresh_token` is asked for. A credential file may name another. */
  readonly tokenUrl?: string;
  /** How client id and secret are sent. Absent: `body`. */
  readonly clientAuth?: 'body' | 'basic';
  /** What the token endpoint reads. Absent: `form`. */
  readonly body?: 'form' | 'json';
  readonly scopes?: readonly string[];
  /** How long before its end a token is refreshed: `5m`, or milliseconds. */
  readonly refreshAhead?: string | number;
  /** An authorization server that says its endpoints itself (OpenID Connect Discovery, RFC 8414). */
  readonly issuer?: string;
  readonly authorizeUrl?: string;
  /** RFC 8628. */
  readonly deviceUrl?: string;
  /** RFC 7009. */
  readonly revokeUrl?: string;
  /** Asked once after a login. */
  readonly userinfoUrl?: string;
  /** The usual one first. Absent: those whose endpoints are named. */
  readonly flows?: readonly LoginFlow[];
  /** Absent: true. */
  readonly pkce?: boolean;
  readonly devicePkce?: boolean;
  readonly callback?: LoginCallback;
  readonly authorizeParameters?: Readonly<Record<string, string>>;
  readonly tokenParameters?: Readonly<Record<string, string>>;
  readonly deviceParameters?: Readonly<Record<string, string>>;
  readonly loginFields?: Readonly<Partial<Record<CredentialField, LoginPath>>>;
  /** What to register, and where, to have a client id. */
  readonly register?: string;
  readonly exchange?: TokenExchange;
  /** Other words for it: those that other tools have. */
  readonly aliases?: readonly string[];
}

/** `code`: authorization code (RFC 6749, 4.1), with a browser. `device`: a code that is typed in elsewhere (RFC 8628). */
export type LoginFlow = 'code' | 'device';

/** The redirect URI registered at the vendor. `fixed`: another port can only be forwarded to. */
export interface LoginCallback {
  /** Absent: `localhost`. */
  readonly host?: 'localhost' | '127.0.0.1';
  readonly port: number;
  readonly path: string;
  readonly fixed?: boolean;
}

/** Dotted path, or its steps: starts with `response`, `idToken` or `userinfo`. */
export type LoginPath = string | readonly string[];

/** The login's token is traded for the one that requests carry. */
export interface TokenExchange {
  readonly url: string;
  /** Absent: `GET`. */
  readonly method?: 'GET' | 'POST';
  /** `{refreshToken}` is filled in. */
  readonly headers: Readonly<Record<string, string>>;
  /** Dotted paths in the answer. `lifetime` in seconds. */
  readonly fields: { readonly accessToken: string; readonly expiresAt?: string; readonly lifetime?: string };
}

/** What can be known of a credential. */
export type CredentialField =
  | 'apiKey'
  | 'accessToken'
  | 'refreshToken'
  | 'idToken'
  | 'expiresAt'
  | 'accountId'
  | 'email'
  | 'plan'
  | 'project'
  | 'location'
  | 'clientId'
  | 'clientSecret'
  | 'tokenUrl'
  | 'baseUrl'
  | 'serviceAccount';

/** Paths are dotted: `tokens.access_token`. */
export interface AccountFileShape {
  /** Values of the file's member `type`, in any case. */
  readonly type?: readonly string[];
  /** Paths that must hold something. */
  readonly has?: readonly string[];
  /** Where a field stands, where that is not its usual name. `.` is the whole. */
  readonly fields?: Readonly<Partial<Record<CredentialField, string>>>;
}

/**
 * How a token set is sent, where that is not as an API key. Values of `headers` may name fields of the credential
 * (`{accountId}`); a header whose field the credential lacks is not sent.
 */
export interface TokenAuth {
  readonly kind: 'header';
  readonly name: string;
  readonly prefix?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How requests of accounts with an `accessKey` are signed (Signature Version 4). `{region}`: the setting of that name. */
export interface SignedAuth {
  readonly service: string;
  /** A base URL whose host names another region is believed before it. */
  readonly region: string;
}

/** `optional`: requests may go without a credential too. */
export type ProviderAuth =
  | { readonly kind: 'none' }
  /** `authorization: Bearer <key>` is `{kind: header, name: authorization, prefix: 'Bearer '}`. */
  | {
      readonly kind: 'header';
      readonly name: string;
      readonly prefix?: string;
      readonly optional?: boolean;
      readonly oauth?: TokenAuth;
      readonly sigv4?: SignedAuth;
    }
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
  /** The answer is asked for as a stream. */
  readonly stream?: boolean;
  readonly method: string;
  /** Origin: `https://api.example.com`. */
  origin: string;
  /** Path and query. */
  path: string;
  /** Lower-case names. Credentials are already set. */
  headers: Record<string, string>;
}

/** What a body is about to be made for. */
export interface BodyRequest {
  readonly target: Target;
  readonly dialect: DialectName;
  readonly operation: Operation;
  readonly stream: boolean;
  /** The client's, lower-case names. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** The head of an answer. What is changed here is what the gateway goes by, and what the client gets. */
export interface AnswerHead {
  readonly target: Target;
  readonly dialect: DialectName;
  readonly operation: Operation;
  /** The client asked for a stream. */
  readonly stream?: boolean;
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Record<string, string | string[]>;
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
  /**
   * Members of a JSON body's top level to set, whatever the client sent; null takes one out. For APIs that have the model
   * or the version elsewhere. Synchronous, before `prepare`; the same members of `target.set` win.
   */
  body?(request: BodyRequest): JsonObject | undefined;
  /**
   * For an upstream whose answers are framed otherwise than the dialect's: the body as the dialect knows it, and its
   * content type in the head. Before anything else reads it, content encodings undone; undefined: it is as it should be.
   */
  answer?(head: AnswerHead): ((source: Source) => Source) | undefined;
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
