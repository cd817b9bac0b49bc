// What a model returned, in the canonical vocabulary of chat.ts: whole (answer), while it grows (delta), or an error in the
// upstream's own words (fault).
import type { Citation, Extra, Opaque, Part } from './chat.ts';
import type { Usage } from './usage.ts';

export interface Answer {
  readonly id?: string;
  /** As the upstream names it. */
  readonly model?: string;
  /** Epoch seconds. */
  readonly created?: number;
  readonly candidates: readonly Candidate[];
  readonly usage?: Usage;
  readonly serviceTier?: string;
  readonly extra?: Extra;
}

export interface Candidate {
  readonly index: number;
  readonly parts: readonly Part[];
  readonly finish: Finish;
  readonly extra?: Extra;
}

export type FinishReason =
  | 'end'
  | 'length'
  /** The context window is full. */
  | 'context'
  | 'stop-string'
  | 'tool'
  | 'filtered'
  | 'refusal'
  /** A tool of the vendor's is still at work: the client may ask to go on. */
  | 'paused'
  /** The model produced a call that could not be read. */
  | 'bad-call'
  | 'other';

export interface Finish {
  readonly reason: FinishReason;
  /** The dialect's own word. */
  readonly raw?: string;
  /** Which of the stop strings. */
  readonly stopString?: string;
  /** What the vendor says about it. */
  readonly message?: string;
}

/**
 * An answer while it grows. Per candidate: parts one after the other, index 0, 1, 2, …; each starts, may grow and ends
 * before the next starts; then `finish`. One `answer-start` first, one `answer-end` last. After `fault` nothing follows.
 */
export type Delta = AnswerStart | PartStart | PartDelta | PartEnd | Finished | AnswerEnd | Fault;

export interface AnswerStart {
  readonly type: 'answer-start';
  readonly id?: string;
  readonly model?: string;
  readonly created?: number;
  /** Input tokens, where the dialect tells them first. */
  readonly usage?: Usage;
  readonly extra?: Extra;
}

export interface PartStart {
  readonly type: 'part-start';
  readonly candidate: number;
  readonly index: number;
  /** What is known at once: text and arguments usually '' (what is given here is not repeated in deltas); other kinds whole. */
  readonly part: Part;
}

export interface PartDelta {
  readonly type: 'part-delta';
  readonly candidate: number;
  readonly index: number;
  /** Appended to text, reasoning, refusal or arguments. */
  readonly text: string;
  /** Added to those of a text part. */
  readonly citations?: readonly Citation[];
  readonly logprobs?: readonly unknown[];
}

export interface PartEnd {
  readonly type: 'part-end';
  readonly candidate: number;
  readonly index: number;
  /** Members that became known in the end (`opaque`, `id`, `extra`): they replace those of the start. */
  readonly set?: PartEnding;
}

export interface PartEnding {
  readonly opaque?: Opaque;
  readonly id?: string;
  readonly itemId?: string;
  readonly citations?: readonly Citation[];
  readonly redacted?: boolean;
  readonly extra?: Extra;
}

export interface Finished {
  readonly type: 'finish';
  readonly candidate: number;
  readonly finish: Finish;
  readonly extra?: Extra;
}

export interface AnswerEnd {
  readonly type: 'answer-end';
  /** All of the answer; cumulative, not a difference. */
  readonly usage?: Usage;
  readonly serviceTier?: string;
  readonly extra?: Extra;
}

/** What was wrong, where an upstream's own words allow to tell. Clients act on some of these. */
export type FaultReason =
  | 'invalid-request'
  | 'context-length'
  | 'unsupported-parameter'
  | 'content-policy'
  | 'credentials'
  | 'quota'
  | 'forbidden'
  | 'unknown-model'
  | 'not-found'
  | 'conflict'
  | 'too-large'
  | 'rate-limit'
  | 'overloaded'
  | 'timeout'
  | 'server';

/** An error in an upstream's own words: of a whole answer, or in band of a stream. */
export interface Fault {
  readonly type: 'fault';
  readonly reason: FaultReason;
  /** The HTTP status it came with, or would have come with. */
  readonly status: number;
  /** The upstream's text, without addresses or credentials. */
  readonly message: string;
  /** The upstream's own code or type (`context_length_exceeded`). */
  readonly code?: string;
  readonly param?: string;
  readonly retryAfterMs?: number;
  /** Tokens of the prompt and how many are allowed, where the text says (`prompt is too long`). */
  readonly tokens?: { readonly given: number; readonly allowed: number };
}
