// What a dialect does for translation: six functions between its wire format and the canonical model, and what they are
// told. All of them are synchronous, keep no state but that of one stream, and never throw on what an upstream sends.
import type { Answer, Delta, Fault } from './answer.ts';
import type { Conversation, Extra, JsonObject, ReasoningWish } from './chat.ts';
import type { DialectName } from './dialect.ts';
import type { Usage } from './usage.ts';

/** What of a request may be impossible to say: canonical words. A codec tells its own for each in `Words`. */
export type Field =
  | Exclude<keyof Conversation, 'model' | 'stream' | 'turns' | 'state' | 'extra'>
  | 'reasoning.effort'
  | 'reasoning.budget'
  | 'reasoning.summary'
  | 'format.name'
  | 'format.description'
  | 'format.strict'
  | 'format.schema'
  | 'toolChoice.allowed'
  | 'tool'
  | 'tool.strict'
  | 'tool.parameters'
  | 'tool.format'
  | 'webSearch.allowedDomains'
  | 'webSearch.blockedDomains'
  | 'webSearch.maxUses'
  | 'webSearch.location'
  | 'webSearch.contextSize'
  | 'turn'
  | 'text.citations'
  | 'media.name'
  | 'media.title'
  | 'media.context'
  | 'media.detail'
  | 'media.citations'
  | 'part'
  | 'reasoning.text'
  | 'opaque'
  | 'toolCall'
  | 'toolCall.arguments'
  | 'toolResult'
  | 'toolResult.isError'
  | 'toolResult.media';

/** Where a node with `extra` stands. */
export type Place = 'request' | 'turn' | 'part' | 'tool' | 'format' | 'toolChoice' | 'citation';

/** A dialect's own names, for telling its clients what was left out: `stop` is `stop_sequences` in one of them. */
export interface Words {
  /** Fields the dialect can say; the others cannot come from it. Lists with `[]`: `messages[].content[].image_url.detail`. */
  readonly fields: Readonly<Partial<Record<Field, string>>>;
  /** Prefixes: `''`, `messages[]`, `tools[]`. */
  readonly places: Readonly<Record<Place, string>>;
}

/** Collects what the upstream was not told of the client's request. Each is noted once, in the client's words. */
export interface Notes {
  drop(field: Field): void;
  /** The unmodelled members of a node; nothing where they are of the dialect that is written. */
  dropExtra(place: Place, extra: Extra | undefined, into: DialectName): void;
}

/** What the gateway knows of a request besides its body. */
export interface Asked {
  /** From the path, where the dialect puts it there. */
  readonly model: string | undefined;
  readonly stream: boolean;
  readonly notes: Notes;
}

/** Where a conversation goes. */
export interface Destination {
  /** The name the upstream knows. */
  readonly model: string;
  readonly stream: boolean;
  /** Dialect and provider directory (`<dialect>/<directory>`): whose opaque blobs may be sent. */
  readonly origin: string;
  readonly notes: Notes;
  readonly facts: UpstreamFacts;
}

/** What a provider directory says of a dialect it speaks (`translate:` in provider.yaml); what it leaves out is the codec's own default. */
export interface UpstreamFacts {
  /** The name of the output cap in chat completions: `max_tokens` (the default: most vendors) or `max_completion_tokens`. */
  readonly maxTokensField?: 'max_tokens' | 'max_completion_tokens';
  /** What instructions are called: some vendors know only one of the two. */
  readonly instructionsRole?: 'system' | 'developer';
  /** Output cap sent where the client named none and the dialect demands one. Tokens. */
  readonly maxOutputTokens?: number;
  /** Takes JSON Schema as it is in tools (`parametersJsonSchema`). */
  readonly jsonSchema?: boolean;
  /** Images may be given as URLs. */
  readonly imageUrls?: boolean;
  /** Takes usage in streams (`stream_options.include_usage`). */
  readonly streamUsage?: boolean;
}

/** Where an answer comes from. */
export interface Origin {
  /** Dialect and provider directory: stamped on opaque blobs. */
  readonly origin: string;
}

/** What the client's codec may have to say besides the answer. */
export interface ReplyFacts {
  readonly callId: string;
  /** Model of the upstream, for answers that do not name one. */
  readonly model: string;
  /** Epoch seconds. */
  readonly now: number;
  readonly conversation: Conversation;
  /** Tokens of the input as far as they can be guessed: for dialects that tell them before the upstream does. */
  estimateInput(): number;
  /** Something of the answer that the client's dialect has no place for (`logprobs`, `bash_code_execution_tool_result`). */
  lost(what: string): void;
}

export interface StreamDecoder {
  /** One server-sent event: its `event:` name ('' if none) and its data. */
  event(event: string, data: string): readonly Delta[];
  /** The body has ended. Without the dialect's own end nothing is made up: no `finish`, no `answer-end`. */
  end(): readonly Delta[];
}

export interface StreamEncoder {
  /** Events with their framing; '' where nothing is to be said yet. `answer-end` brings the dialect's own end. Not for `fault`: see `Dialect.encodeStreamError`. */
  delta(delta: Delta): string;
}

/** What the caller's side of a translation needs. */
export interface CallerCodec {
  /** Where its clients say some things otherwise than those of its dialect's chat. */
  readonly words?: Words;
  /** Throws `GatewayError` (400, with `param`) where the body cannot be understood. */
  decodeRequest(body: JsonObject, asked: Asked): Conversation;
  encodeAnswer(answer: Answer, reply: ReplyFacts): JsonObject;
  encodeStream(reply: ReplyFacts): StreamEncoder;
}

/** The limits of a dialect that `fit` brings a conversation into before it is encoded. */
export interface Traits {
  /** Names of tools. */
  readonly toolName: { readonly pattern: RegExp; readonly longest: number };
  readonly callId: { readonly pattern: RegExp; readonly longest: number };
  /** Has tools that take free text. */
  readonly customTools: boolean;
  /** Has namespaces of tools. */
  readonly namespaces: boolean;
  /** Kinds of parts that have a place for an opaque blob. */
  readonly opaqueOn: readonly ('reasoning' | 'text' | 'tool-call')[];
  /** Can give several answers at once. */
  readonly manyAnswers: boolean;
}

export interface Codec extends CallerCodec {
  readonly traits: Traits;
  readonly words: Words;
  /** Throws `GatewayError` (`untranslatable`, 400, with `param`) where leaving something out would change the meaning. */
  encodeRequest(conversation: Conversation, to: Destination): JsonObject;
  /** Throws `GatewayError('upstream-invalid')` where the body is no answer at all. */
  decodeAnswer(body: JsonObject, from: Origin): Answer;
  decodeStream(from: Origin): StreamDecoder;
}

/** Counting tokens: the request is a conversation like any other. */
export interface CountCodec {
  decodeRequest(body: JsonObject, asked: Asked): Conversation;
  encodeRequest(conversation: Conversation, to: Destination): JsonObject;
  /** Undefined where the answer holds no count. */
  decodeAnswer(body: JsonObject): number | undefined;
  encodeAnswer(tokens: number): JsonObject;
}

export interface EmbeddingsRequest {
  readonly model: string;
  readonly inputs: readonly (string | readonly number[])[];
  readonly dimensions?: number;
  /** How the numbers are written: `base64` of little-endian floats. */
  readonly encoding?: 'float' | 'base64';
  /** What the vectors are for (`taskType`). */
  readonly task?: string;
  readonly title?: string;
  readonly user?: string;
  /** One vector was asked for in a form that holds one only. */
  readonly single: boolean;
}

export interface EmbeddingsAnswer {
  readonly vectors: readonly (readonly number[])[];
  readonly model?: string;
  readonly usage?: Usage;
}

export interface EmbeddingsCodec {
  decodeRequest(body: JsonObject, asked: Asked): EmbeddingsRequest;
  /** The body, and which of the dialect's paths it is for where there are several (`batchEmbedContents`). */
  encodeRequest(request: EmbeddingsRequest, to: Destination): { readonly body: JsonObject; readonly method?: string };
  decodeAnswer(body: JsonObject): EmbeddingsAnswer;
  encodeAnswer(answer: EmbeddingsAnswer, request: EmbeddingsRequest): JsonObject;
}

/** Reads an upstream's error answer, in the dialect's shape or in any of the many that vendors send. Never throws. */
export type DecodeError = (status: number, headers: Readonly<Record<string, string | string[]>>, text: string) => Fault;

/**
 * A body of this dialect, told how much the model shall think whatever it said of that itself, in the words that the model
 * takes, and with what else has to go with it. What the model cannot be told is noted.
 */
export type AskThinking = (body: JsonObject, wish: ReasoningWish, to: Destination) => JsonObject;

/** All that a dialect does for translation. */
export interface Codecs {
  readonly chat: Codec;
  /** Legacy completions, spoken by callers only: they reach chat models. */
  readonly completions?: CallerCodec;
  readonly counting?: CountCodec;
  readonly embeddings?: EmbeddingsCodec;
  readonly decodeError: DecodeError;
  readonly askThinking: AskThinking;
}
