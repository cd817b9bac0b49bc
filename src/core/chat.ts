// The canonical model: what the four dialects mean, in one vocabulary. A codec turns its dialect's words into these and
// back; nobody else reads wire formats. Plain data, never changed in place.
//
//   conversation   a chat request            turn        what one side says at a time
//   part           a piece of a turn         answer      what a model returned (answer.ts)
//   opaque         a blob only its issuer reads (signature, encrypted reasoning)
//   extra          what the model has no word for: kept for the dialect it came from, dropped with a note elsewhere
import type { DialectName } from './dialect.ts';

export type JsonObject = { readonly [key: string]: unknown };

/** What a node carried beyond the canonical words. It returns when its dialect does. */
export interface Extra {
  readonly dialect: DialectName;
  /** Members without a canonical word, as they were. In another dialect each is a drop. */
  readonly fields?: JsonObject;
  /** Those of `fields` without which the request means something else: another dialect refuses it. */
  readonly needed?: readonly string[];
  /** Which of several spellings of the same meaning was used (text as a string or as a list). Private to the codec; never a drop. */
  readonly form?: JsonObject;
}

/** A signature or encrypted reasoning. Whoever did not issue it must not be sent it. */
export interface Opaque {
  /** `<dialect>/<provider directory>` that issued it; undefined for a client's own, taken as its dialect's. */
  readonly origin: string | undefined;
  /** As issued. */
  readonly data: string;
  /**
   * The part that brings it says nothing else: it carries the blob of the part that follows (`next`), or one of a text
   * part that was empty (`alone`). For dialects that have a place for blobs on reasoning only.
   */
  readonly carries?: 'next' | 'alone';
  /** The reasoning itself is withheld (`redacted_thinking`): for dialects that say so nowhere else. */
  readonly redacted?: boolean;
}

export interface Conversation {
  /** As the client asked. */
  readonly model: string;
  readonly stream: boolean;
  /** Instructions (`system`, `developer`) stand among them, usually first. Not merged: one for each message, item or content. */
  readonly turns: readonly Turn[];
  readonly tools: readonly Tool[];
  readonly toolChoice?: ToolChoice;
  readonly parallelToolCalls?: boolean;
  /** Tokens, reasoning included. */
  readonly maxOutputTokens?: number;
  /** How many answers (`n`); absent: one. */
  readonly answers?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly stop?: readonly string[];
  readonly seed?: number;
  readonly frequencyPenalty?: number;
  readonly presencePenalty?: number;
  readonly logitBias?: JsonObject;
  /** Log probabilities are wanted, with so many alternatives (0: of the chosen tokens only). */
  readonly logprobs?: number;
  readonly reasoning?: ReasoningWish;
  readonly format?: OutputFormat;
  readonly verbosity?: string;
  readonly serviceTier?: ServiceTier;
  /** An opaque id of the end user. */
  readonly user?: string;
  readonly metadata?: JsonObject;
  /** Responses only: state that the server is asked to keep or to go on from. */
  readonly state?: StateWish;
  readonly extra?: Extra;
}

export interface StateWish {
  readonly previousResponseId?: string;
  readonly conversationId?: string;
  readonly store?: boolean;
  readonly background?: boolean;
}

export type ServiceTier = 'auto' | 'default' | 'flex' | 'priority';

export type Effort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';

export interface ReasoningWish {
  /** False: the model shall not reason. Absent: the model's own habit. */
  readonly enabled?: boolean;
  readonly effort?: Effort;
  /** Tokens. -1: as many as the model sees fit. */
  readonly budget?: number;
  /** The effort is the model's own choice (`adaptive`). */
  readonly adaptive?: boolean;
  /** Whether the client wants to read it, and how detailed (`auto`, `concise`, `detailed`). `none`: hidden. */
  readonly summary?: 'auto' | 'concise' | 'detailed' | 'none';
}

export interface OutputFormat {
  /** `json`: an object, whichever. */
  readonly kind: 'text' | 'json' | 'schema';
  readonly name?: string;
  readonly description?: string;
  /** JSON Schema. */
  readonly schema?: JsonObject;
  readonly strict?: boolean;
  readonly extra?: Extra;
}

export interface Turn {
  readonly role: 'system' | 'developer' | 'user' | 'assistant';
  /** Tool results are parts of a `user` turn. */
  readonly parts: readonly Part[];
  /** Item or message id, where the dialect gives one. */
  readonly id?: string;
  readonly extra?: Extra;
}

interface PartBase {
  readonly opaque?: Opaque;
  readonly extra?: Extra;
}

export type Part =
  | TextPart
  | RefusalPart
  | MediaPart
  | ReasoningPart
  | ToolCallPart
  | ToolResultPart
  | SearchPart
  | NativePart;

export interface TextPart extends PartBase {
  readonly kind: 'text';
  readonly text: string;
  readonly citations?: readonly Citation[];
  /** In the shape of `logprobs.content` of chat completions. */
  readonly logprobs?: readonly unknown[];
}

/** The model declines in words of its own. */
export interface RefusalPart extends PartBase {
  readonly kind: 'refusal';
  readonly text: string;
}

export interface MediaPart extends PartBase {
  readonly kind: 'media';
  readonly media: 'image' | 'audio' | 'video' | 'document';
  readonly source: MediaSource;
  /** File name. */
  readonly name?: string;
  readonly title?: string;
  /** What the model is told about a document besides its content. */
  readonly context?: string;
  /** `low`, `high`, `auto`, `original`. */
  readonly detail?: string;
  readonly citations?: boolean;
}

export type MediaSource =
  | { readonly type: 'data'; readonly mimeType: string; readonly base64: string }
  | { readonly type: 'url'; readonly url: string; readonly mimeType?: string }
  /** A file that one vendor keeps: never portable. */
  | { readonly type: 'file'; readonly id: string; readonly mimeType?: string }
  | { readonly type: 'text'; readonly text: string; readonly mimeType?: string }
  /** A document given as parts (text, images). */
  | { readonly type: 'parts'; readonly parts: readonly Part[] };

export interface ReasoningPart extends PartBase {
  readonly kind: 'reasoning';
  /** Segments are joined with a blank line; '' where only the blob is given. */
  readonly text: string;
  /** `text` is a summary the vendor wrote, not the reasoning itself. */
  readonly summarised?: boolean;
  /** Withheld by the vendor: nothing but the blob (`redacted_thinking`). */
  readonly redacted?: boolean;
  /** Item id, where the dialect gives one. */
  readonly id?: string;
}

export interface ToolCallPart extends PartBase {
  readonly kind: 'tool-call';
  /** What its result refers to; '' where the dialect gave none (fit.ts then makes one up, always the same). */
  readonly id: string;
  readonly name: string;
  /** Codex groups tools in namespaces. */
  readonly namespace?: string;
  /** JSON text of an object ('{}' for none; a model may produce invalid JSON); of a `custom` call any text. */
  readonly arguments: string;
  readonly custom?: boolean;
  /** Item id, where the dialect gives one besides the call's. */
  readonly itemId?: string;
}

export interface ToolResultPart extends PartBase {
  readonly kind: 'tool-result';
  readonly callId: string;
  /** Where the dialect says it. */
  readonly name?: string;
  /** Text, media, native parts. */
  readonly content: readonly Part[];
  readonly isError?: boolean;
  readonly custom?: boolean;
}

/** A web search that the vendor ran itself. */
export interface SearchPart extends PartBase {
  readonly kind: 'search';
  readonly id: string;
  readonly queries: readonly string[];
  /** Undefined where the dialect does not say what was found. */
  readonly results?: readonly { readonly url: string; readonly title?: string }[];
}

/** Something only its own dialect knows (code execution, compaction, computer use). Elsewhere a drop. */
export interface NativePart extends PartBase {
  readonly kind: 'native';
  readonly dialect: DialectName;
  /** The dialect's own name for it. */
  readonly type: string;
  readonly raw: JsonObject;
}

export interface Citation {
  readonly url?: string;
  readonly title?: string;
  /** The words cited. */
  readonly quote?: string;
  /** Offsets into the text of the part, in UTF-16 code units; the end is exclusive. */
  readonly start?: number;
  readonly end?: number;
  readonly extra?: Extra;
}

export type Tool = FunctionTool | CustomTool | WebSearchTool | NativeTool;

export interface FunctionTool {
  readonly kind: 'function';
  readonly name: string;
  readonly namespace?: string;
  readonly description?: string;
  /** JSON Schema in lower-case types; undefined where the tool takes nothing. */
  readonly parameters?: JsonObject;
  readonly strict?: boolean;
  readonly extra?: Extra;
}

/** Takes free text instead of JSON. */
export interface CustomTool {
  readonly kind: 'custom';
  readonly name: string;
  readonly namespace?: string;
  readonly description?: string;
  /** `{type: 'grammar', syntax, definition}` or `{type: 'text'}`. */
  readonly format?: JsonObject;
  readonly extra?: Extra;
}

export interface WebSearchTool {
  readonly kind: 'web-search';
  readonly allowedDomains?: readonly string[];
  readonly blockedDomains?: readonly string[];
  readonly maxUses?: number;
  /** `{city, region, country, timezone}`. */
  readonly location?: JsonObject;
  /** `low`, `medium`, `high`. */
  readonly contextSize?: string;
  readonly extra?: Extra;
}

/** A tool only its own dialect has. */
export interface NativeTool {
  readonly kind: 'native';
  readonly dialect: DialectName;
  readonly type: string;
  readonly raw: JsonObject;
}

export type ToolChoice =
  | { readonly mode: 'auto' | 'none' | 'required'; readonly extra?: Extra }
  | { readonly mode: 'tool'; readonly name: string; readonly namespace?: string; readonly extra?: Extra }
  /** One of these: some (`required`) or none. */
  | { readonly mode: 'allowed'; readonly names: readonly string[]; readonly required: boolean; readonly extra?: Extra };
