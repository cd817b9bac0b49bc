// Deltas -> the events of a chat completion stream (grammar: wire.md 9.1).
import type {
  AnswerEnd,
  AnswerStart,
  Delta,
  Finished,
  JsonObject,
  ReplyFacts,
  StreamEncoder,
} from '../../../core/index.ts';
import { head, knownTier } from '../answer/encode.ts';
import { encodeFinish } from '../answer/finish.ts';
import { encodeOwnUsage, encodeUsage, type UsageRest } from '../answer/usage.ts';
import { formOf, own } from '../members.ts';
import { Spoken } from './spoken.ts';

export class ChatStreamEncoder implements StreamEncoder {
  readonly #reply: ReplyFacts;
  readonly #candidates = new Map<number, Spoken>();
  /** Whether the client wants to be told what it used. */
  readonly #tellsUsage: boolean;
  #head: JsonObject = {};
  /** A chunk up to the index of its choice, and from behind its choice. */
  #before = '';
  #after = '';

  constructor(reply: ReplyFacts) {
    this.#reply = reply;
    const options = formOf(reply.conversation.extra).streamOptions as JsonObject | undefined;
    this.#tellsUsage = options?.include_usage === true;
  }

  delta(delta: Delta): string {
    switch (delta.type) {
      case 'answer-start':
        return this.#start(delta);
      case 'part-start':
        return this.#opened(delta.candidate) + this.#said(delta.candidate, this.#of(delta.candidate).start(delta.part));
      case 'part-delta':
        return this.#said(delta.candidate, this.#of(delta.candidate).grow(delta));
      case 'part-end':
        return this.#said(delta.candidate, this.#of(delta.candidate).end(delta.set));
      case 'finish':
        return this.#opened(delta.candidate) + this.#finish(delta);
      case 'answer-end':
        return this.#end(delta);
      default:
        return '';
    }
  }

  #start(start: AnswerStart): string {
    const fields = start.extra?.dialect === own ? start.extra.fields : undefined;
    this.#head = { ...fields, ...head(start, this.#reply), object: 'chat.completion.chunk' };
    this.#before = `data: ${JSON.stringify(this.#head).slice(0, -1)},"choices":[{"index":`;
    // `usage: null` on all but the last, where usage was asked for.
    this.#after = this.#tellsUsage ? ',"usage":null}\n\n' : '}\n\n';
    return this.#opened(0);
  }

  #of(candidate: number): Spoken {
    let found = this.#candidates.get(candidate);
    if (found === undefined) {
      found = new Spoken(this.#reply);
      this.#candidates.set(candidate, found);
    }
    return found;
  }

  /** The first delta of a choice names the role: official clients throw without (wire.md 9.3). */
  #opened(candidate: number): string {
    if (this.#candidates.has(candidate)) return '';
    this.#of(candidate);
    return this.#chunk(candidate, '{"role":"assistant","content":""}');
  }

  #said(candidate: number, said: string): string {
    return said === '' ? '' : this.#chunk(candidate, said);
  }

  #chunk(candidate: number, delta: string): string {
    return `${this.#before}${candidate},"delta":${delta},"finish_reason":null}]${this.#after}`;
  }

  #finish({ candidate, finish, extra }: Finished): string {
    const { called, refused } = this.#of(candidate);
    const isOwn = extra?.dialect === own;
    const fields = isOwn && extra.fields !== undefined ? `${JSON.stringify(extra.fields).slice(1, -1)},` : '';
    const word = JSON.stringify(encodeFinish(finish, isOwn, called, refused));
    return `${this.#before}${candidate},${fields}"delta":{},"finish_reason":${word}}]${this.#after}`;
  }

  #end({ usage, serviceTier, extra }: AnswerEnd): string {
    const done = 'data: [DONE]\n\n';
    if (!this.#tellsUsage || usage === undefined) return done;
    const rest = formOf(extra).usage as UsageRest | undefined;
    const tier = extra?.dialect === own ? serviceTier : knownTier(serviceTier);
    const chunk = {
      ...this.#head,
      choices: [],
      ...(tier === undefined ? {} : { service_tier: tier }),
      usage: rest === undefined ? encodeUsage(usage) : encodeOwnUsage(usage, rest),
    };
    return `data: ${JSON.stringify(chunk)}\n\n${done}`;
  }
}
