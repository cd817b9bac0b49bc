// Deltas as events, in the order that clients insist on: one item open at a time, numbered without gaps, each told whole
// when it is done, and all of them again in the last event.
import type {
  AnswerEnd,
  AnswerStart,
  Delta,
  Finish,
  Part,
  PartDelta,
  PartEnd,
  PartStart,
  ReplyFacts,
  StreamEncoder,
} from '../../../core/index.ts';
import { refusalOf } from '../answer/encode.ts';
import { type Spoken, startsMessage } from '../answer/items-out.ts';
import { begun, ended, type Head } from '../answer/response.ts';
import { type Draft, formOf, own } from '../members.ts';
import { Events } from './events.ts';
import { type Growth, growthOf, type Output } from './items-out.ts';
import { Message } from './message-out.ts';

export function encodeStream(reply: ReplyFacts): StreamEncoder {
  return new Encoder(reply);
}

class Encoder implements StreamEncoder, Output {
  readonly reply: ReplyFacts;
  readonly events = new Events();
  readonly items: Draft[] = [];
  readonly #kinds: { readonly kind: Part['kind'] }[] = [];
  #head: Head | undefined;
  #message: Message | undefined;
  #growth: Growth | undefined;
  /** A piece of text of which nothing has been said yet: it may stay empty. */
  #quiet: Spoken | undefined;
  #finish: Finish = { reason: 'other' };

  constructor(reply: ReplyFacts) {
    this.reply = reply;
  }

  delta(delta: Delta): string {
    if (delta.type === 'answer-start') return this.#start(delta);
    if (delta.type === 'answer-end') return this.#end(delta);
    if (delta.type === 'fault') return '';
    if (delta.candidate !== 0) {
      this.reply.lost('further answers');
      return '';
    }
    switch (delta.type) {
      case 'part-start':
        return this.#begun() + this.#startPart(delta);
      case 'part-delta':
        return this.#grow(delta);
      case 'part-end':
        return this.#endPart(delta);
      default:
        this.#finish = delta.finish;
        return '';
    }
  }

  #start({ type: _, usage: __, ...head }: AnswerStart | { type: 'answer-start'; usage?: never }): string {
    if (this.#head !== undefined) return '';
    this.#head = head;
    const response = begun(head, this.reply);
    return (
      this.events.event('response.created', { response }) + this.events.event('response.in_progress', { response })
    );
  }

  #begun(): string {
    return this.#head === undefined ? this.#start({ type: 'answer-start' }) : '';
  }

  #startPart(start: PartStart): string {
    const { part } = start;
    this.#kinds.push(part);
    this.#quiet = undefined;
    if (part.kind === 'text' || part.kind === 'refusal') return this.#startPiece(part);
    const closed = this.#closeMessage();
    this.#growth = growthOf(start, this);
    return closed + (this.#growth?.opening ?? '');
  }

  #startPiece(part: Spoken): string {
    this.#growth = undefined;
    if (part.text !== '' || part.kind === 'refusal') return this.#speak(part);
    this.#quiet = part;
    return '';
  }

  #speak(part: Spoken): string {
    this.#quiet = undefined;
    const closed = startsMessage(part) ? this.#closeMessage() : '';
    const fresh = this.#message === undefined;
    const message = this.#message ?? new Message(this, part);
    this.#message = message;
    return closed + (fresh ? message.open() : '') + message.piece({ part }) + message.grow(part);
  }

  #grow(delta: PartDelta): string {
    const opened = this.#quiet === undefined ? '' : this.#speak(this.#quiet);
    if (this.#growth !== undefined) return this.#growth.grow(delta.text);
    const told = this.#message?.grow(delta) ?? '';
    return opened === '' ? told : opened + told;
  }

  #endPart(end: PartEnd): string {
    if (this.#growth !== undefined) {
      const told = this.#growth.end(end);
      this.#growth = undefined;
      return told;
    }
    const quiet = this.#quiet;
    this.#quiet = undefined;
    // Empty text of another dialect would be a message that says nothing, which clients take for the model's last word.
    const isOwn = quiet?.extra?.dialect === own || end.set?.extra?.dialect === own;
    const opened = quiet !== undefined && isOwn ? this.#speak(quiet) : '';
    if (quiet !== undefined && !isOwn) return '';
    const told = opened + (this.#message?.endPiece(end) ?? '');
    return formOf(end.set?.extra).end === undefined ? told : told + this.#closeMessage();
  }

  #closeMessage(): string {
    const told = this.#message?.close() ?? '';
    this.#message = undefined;
    return told;
  }

  #end({ usage, serviceTier, extra }: AnswerEnd): string {
    let told = this.#begun();
    for (const part of refusalOf(this.#finish, this.#kinds)) {
      told += this.#startPart({ type: 'part-start', candidate: 0, index: this.#kinds.length, part });
      told += this.#endPart({ type: 'part-end', candidate: 0, index: this.#kinds.length });
    }
    told += this.#closeMessage();
    const head = { ...this.#head, ...(extra === undefined ? {} : { extra }) };
    const finish = this.#finish;
    const response = ended({ head, output: this.items, finish, usage, serviceTier }, this.reply);
    return told + this.events.event(`response.${lastOf(response.status)}`, { response });
  }
}

function lastOf(status: unknown): string {
  return status === 'incomplete' || status === 'failed' ? status : 'completed';
}
