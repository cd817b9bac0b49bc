// What Portico knows of an API family without translating it: its paths, where the model stands, how it streams, how
// it reports usage and errors, how it lists models. One directory each under src/dialects/.
import type { Fault } from './answer.ts';
import type { ErrorCode } from './errors.ts';
import type { Usage } from './usage.ts';

export type DialectName = 'openai-chat' | 'openai-responses' | 'anthropic-messages' | 'gemini';

export type Operation =
  | 'chat'
  | 'completions'
  | 'count-tokens'
  | 'embeddings'
  | 'moderations'
  | 'rerank'
  | 'images'
  | 'image-edits'
  | 'image-variations'
  | 'speech'
  | 'transcriptions'
  | 'translations'
  | 'files'
  | 'uploads'
  | 'batches'
  | 'caches'
  | 'responses'
  | 'compact'
  | 'session'
  | 'realtime'
  | 'models'
  | 'opaque'
  | 'forward';

/** A path a dialect answers at, below the prefix of a route. */
export interface Endpoint {
  readonly operation: Operation;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/v1/chat/completions`, with one model in it (`/v1beta/models/{model}:generateContent`) or one id (`/v1/files/{id}`). */
  readonly path: string;
  /** Below the provider's base URL, which is what the vendor's SDK takes; `{model}` and `{id}` are filled in. */
  readonly upstream: string;
  /** What a client sends. Absent: JSON. `form`: multipart/form-data, or JSON all the same. `any`: not read on its way. */
  readonly body?: 'form' | 'any';
  /** Headers of the answer that hold a URL of the upstream which the client will follow: it is led back here. */
  readonly links?: readonly string[];
  /** The same for URLs in a JSON answer: those that begin with this path. */
  readonly bodyLinks?: string;
  /** `name=value` in the query that makes the upstream tell a stream as events; without it a client is told one JSON array. */
  readonly events?: string;
  /** Where the client says whether it wants a stream. */
  readonly stream: 'body' | 'always' | 'never';
}

/** An error about to be told, already free of secrets. */
export interface Failure {
  readonly code: ErrorCode;
  readonly status: number;
  readonly message: string;
  readonly param: string | undefined;
  readonly callId: string;
  /** Milliseconds until a retry makes sense, for dialects that say it in the body. */
  readonly retryAfterMs?: number | undefined;
  /** What an upstream of another dialect said: told in its place, with the status and code this dialect has for it. */
  readonly fault?: Fault | undefined;
}

export interface ModelEntry {
  readonly id: string;
  readonly provider: string;
  /** Epoch milliseconds; 0 when not known. */
  readonly created: number;
}

/** A page of an upstream's list of models. */
export interface ModelPage {
  readonly ids: readonly string[];
  /** Query of the page that follows; undefined: there is none. */
  readonly next: Readonly<Record<string, string>> | undefined;
}

export interface Page {
  /** Raw query of the request: `limit=…&after_id=…`, `pageSize=…&pageToken=…`. */
  readonly query: URLSearchParams;
}

/** What one event of a stream means to the gateway. */
export interface EventMeaning {
  /** Announces without saying anything yet (a role, `message_start`, `response.created`): may be held back. */
  readonly lifecycle: boolean;
  /** The dialect's own end of stream. */
  readonly terminal: boolean;
  /** An error in band: its message. */
  readonly error: string | undefined;
  readonly usage: Usage | undefined;
}

/** A dialect that is spoken over a WebSocket as well: the client's messages are requests, the answers' events are frames. */
export interface SessionWords {
  /** Headers that each request of a session carries, from those of its upgrade. Lower-case names. */
  requestHeaders(upgrade: Readonly<Record<string, string | string[] | undefined>>): Record<string, string>;
  open(facts: SessionFacts): SessionTalk;
}

export interface SessionFacts {
  /** Epoch milliseconds. */
  now(): number;
  /** An id for an answer that is made here. */
  newId(): string;
}

/** What a client's message asks for. */
export type Heard =
  /** The body of a request of its own. */
  | { readonly kind: 'request'; readonly body: string }
  /** Answered at once. */
  | { readonly kind: 'answer'; readonly frames: readonly string[] }
  | { readonly kind: 'nothing' };

/** One connection, one request after the other. */
export interface SessionTalk {
  /** Throws GatewayError where the message asks for nothing that can be done. */
  hear(message: string): Heard;
  /** The data of one event of an answer as a frame, or undefined. */
  event(data: string): string | undefined;
  /** An answer that is no stream: an error, or a whole one. */
  answer(
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
    body: string,
  ): readonly string[];
}

export interface Dialect {
  readonly name: DialectName;
  readonly endpoints: readonly Endpoint[];
  /** Status as this dialect's clients expect it (529 for an overload in one of them) and the JSON body. */
  encodeError(failure: Failure): { readonly status: number; readonly body: string };
  /** An in-band error event, framing included. */
  encodeStreamError(failure: Failure): string;
  /** A piece that every client of this dialect ignores; sent only between events. */
  readonly heartbeat: string;
  /** Reads one server-sent event: its `event:` name ('' if none) and its data. Never throws. */
  readEvent(event: string, data: string): EventMeaning;
  /** Usage of a whole JSON answer, or undefined. Never throws. */
  readUsage(answer: unknown): Usage | undefined;
  encodeModels(models: readonly ModelEntry[], page: Page): unknown;
  encodeModel(model: ModelEntry): unknown;
  /** Reads an upstream's list; undefined where it is none. Never throws. */
  readModels(list: unknown): ModelPage | undefined;
  /** Asks an upstream for pages as large as it gives. */
  readonly modelsQuery: Readonly<Record<string, string>>;
  /** For the operation `session`. */
  readonly session?: SessionWords;
}
