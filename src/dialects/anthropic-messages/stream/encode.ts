// Deltas -> a message stream: message_start, blocks one after the other, one message_delta, message_stop (wire.md, 9.1).
import type {
  AnswerEnd,
  AnswerStart,
  Delta,
  Finished,
  Part,
  PartStart,
  ReplyFacts,
  StreamEncoder,
  Usage,
} from '../../../core/index.ts';
import { asObject } from '../../json.ts';
import { plainUsage } from '../../usage.ts';
import { messageId, tierOf } from '../answer/encode.ts';
import { encodeAnswerPart } from '../answer/encode-part.ts';
import { encodeFinish } from '../answer/finish.ts';
import { encodeUsage } from '../answer/usage.ts';
import { type Draft, fieldsOf, formOf, own, written } from '../members.ts';
import { type Block, TextBlock, ThinkingBlock, ToolUseBlock } from './block.ts';
import { frame, messageStop } from './frames.ts';
import { wholeBlock } from './whole-block.ts';

/** Characters of a token, where nobody counted them. */
const charactersPerToken = 4;

export class MessageEncoder implements StreamEncoder {
  readonly #reply: ReplyFacts;
  #start: AnswerStart | undefined;
  /** What was said of the input at first. */
  #usage: Usage | undefined;
  #block: Block | undefined;
  /** Of the next block. */
  #index = 0;
  #calls = false;
  #characters = 0;
  /** A text of blanks only, which goes in front of the next. */
  #blanks = '';
  #finish: Finished | undefined;

  constructor(reply: ReplyFacts) {
    this.#reply = reply;
  }

  delta(delta: Delta): string {
    switch (delta.type) {
      case 'part-delta':
        if (delta.candidate !== 0 || this.#block === undefined) return '';
        this.#characters += delta.text.length;
        return this.#block.grow(delta);
      case 'answer-start':
        return this.#begin(delta);
      case 'part-start':
        return this.#open(delta);
      case 'part-end':
        return delta.candidate === 0 ? this.#close(delta.set) : '';
      case 'finish':
        if (delta.candidate === 0) this.#finish = delta;
        return '';
      case 'answer-end':
        return this.#end(delta);
      default:
        return '';
    }
  }

  #begin(start: AnswerStart): string {
    if (this.#start !== undefined) return '';
    this.#start = start;
    const { extra } = start;
    const verbatim = extra?.dialect === own;
    this.#usage = this.#input(start.usage);
    const { usage: more, ...fields } = fieldsOf(extra);
    const kept = { fields: asObject(more) ?? {}, form: asObject(formOf(extra).usage) ?? {} };
    const message = {
      id: messageId(start.id, extra, this.#reply),
      type: 'message',
      role: 'assistant',
      model: start.model ?? this.#reply.model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: encodeUsage(this.#usage, 'start', verbatim ? kept : undefined),
    };
    const told = verbatim
      ? written(message, { ...extra, fields })
      : { ...message, stop_details: null, container: null };
    return frame('message_start', `"message":${JSON.stringify(told)}`);
  }

  /** Clients show how full the context is from this: never zero (litellm#41406, CLIProxyAPI#1700). */
  #input(usage: Usage | undefined): Usage {
    if (usage !== undefined && usage.input > 0) return usage;
    return plainUsage(Math.max(1, Math.ceil(this.#reply.estimateInput())));
  }

  #open({ candidate, part }: PartStart): string {
    if (candidate !== 0) {
      this.#reply.lost('candidates');
      return '';
    }
    const before = this.#begin({ type: 'answer-start' }) + this.#close(undefined);
    const verbatim = this.#start?.extra?.dialect === own;
    const streamed = this.#streamed(part, verbatim);
    if (streamed === undefined) return before + this.#whole(part, verbatim);
    this.#block = streamed.block;
    const { text } = streamed;
    const citations = part.kind === 'text' ? part.citations : undefined;
    this.#characters += text.length;
    const opened = streamed.now || verbatim ? streamed.block.open() : '';
    return before + opened + streamed.block.grow({ text, ...(citations === undefined ? {} : { citations }) });
  }

  #streamed(
    part: Part,
    verbatim: boolean,
  ): { block: Block & { open(): string }; text: string; now: boolean } | undefined {
    const blanks = this.#blanks;
    // A blob that travels on a part of its own belongs to the next one.
    if (part.opaque?.carries === undefined) this.#blanks = '';
    if (part.kind === 'text' || part.kind === 'refusal') {
      return { block: new TextBlock(this.#index, part, this.#reply), text: blanks + part.text, now: false };
    }
    if (part.kind === 'tool-call') {
      this.#calls = true;
      return { block: new ToolUseBlock(this.#index, part), text: part.arguments, now: true };
    }
    if (part.kind !== 'reasoning' || part.redacted === true) return undefined;
    return { block: new ThinkingBlock(this.#index, part, verbatim), text: part.text, now: false };
  }

  #whole(part: Part, verbatim: boolean): string {
    let said = '';
    for (const block of encodeAnswerPart(part, this.#index, verbatim, this.#reply)) {
      said += wholeBlock(this.#index, block);
      this.#index += 1;
    }
    return said;
  }

  #close(set: Parameters<Block['end']>[0]): string {
    const block = this.#block;
    if (block === undefined) return '';
    this.#block = undefined;
    const said = block.end(set);
    if (block.opened) this.#index += 1;
    else if (block.held !== '') this.#blanks = block.held;
    return said;
  }

  #end(end: AnswerEnd): string {
    const before = this.#begin({ type: 'answer-start' }) + this.#close(undefined);
    const verbatim = this.#start?.extra?.dialect === own;
    const ending = this.#finish ?? { finish: { reason: 'other' } as const };
    const { stop_details: details, ...stop } = encodeFinish(ending, verbatim, this.#calls);
    const { usage: more, container, ...fields } = fieldsOf(end.extra);
    const delta: Draft = { ...stop, ...(details === null ? {} : { stop_details: details }) };
    if (container !== undefined) delta.container = container;
    const kept = verbatim ? { fields: asObject(more) ?? {} } : undefined;
    const counted = encodeUsage(end.usage ?? this.#estimated(), 'end', kept);
    const tier = tierOf({ ...end, ...(verbatim ? { extra: { dialect: own } } : {}) });
    const usage = { ...counted, ...tier };
    const others = Object.entries(fields).map(([name, value]) => `,${JSON.stringify(name)}:${JSON.stringify(value)}`);
    const members = `"delta":${JSON.stringify(delta)},"usage":${JSON.stringify(usage)}${others.join('')}`;
    return before + frame('message_delta', members) + messageStop;
  }

  /** The upstream told no counts, and this dialect's clients need some. */
  #estimated(): Usage {
    return { ...this.#input(this.#usage), output: Math.ceil(this.#characters / charactersPerToken) };
  }
}
