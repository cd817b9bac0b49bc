// Turns -> messages. Those of this dialect become what they were, one for one; those of others are brought into its order:
// one assistant message with all its tool calls, the results right after it, everything else behind them.
import type { Conversation, Destination, JsonObject, Part, ToolResultPart, Turn } from '../../../core/index.ts';
import { mayReturn } from '../../canonical/envelope.ts';
import { complete, formOf, own } from '../members.ts';
import { encodeAnnotation } from '../message/citations.ts';
import { unsealed } from '../message/details.ts';
import { encodeAssistant, type Voice } from '../message/encode-assistant.ts';
import { encodeImage } from '../message/encode-media.ts';
import { asContent, encodeParts } from './encode-parts.ts';
import { encodeResult } from './encode-result.ts';

export function encodeTurns(conversation: Conversation, to: Destination): JsonObject[] {
  const messages = new Messages(conversation, to);
  for (const turn of conversation.turns) messages.add(turn);
  return messages.finish();
}

class Messages {
  readonly #to: Destination;
  readonly #from: string | undefined;
  readonly #out: JsonObject[] = [];
  /** Assistant turns that become one message. */
  #spoken: Turn[] = [];
  /** Ids of calls whose result has not come yet. */
  #open = new Set<string>();
  /** What must wait until it has. */
  #held: JsonObject[] = [];

  constructor(conversation: Conversation, to: Destination) {
    this.#to = to;
    this.#from = conversation.extra?.dialect;
  }

  add(turn: Turn): void {
    const isOwn = turn.extra?.dialect === own;
    if (turn.role === 'assistant' && !isOwn) {
      this.#to.notes.dropExtra('turn', turn.extra, own);
      this.#spoken.push(turn);
      return;
    }
    this.#speak();
    if (isOwn) {
      this.#release();
      this.#out.push(this.#own(turn));
      return;
    }
    this.#to.notes.dropExtra('turn', turn.extra, own);
    if (turn.role === 'system' || turn.role === 'developer') this.#instruct(turn);
    else this.#ask(turn);
  }

  finish(): JsonObject[] {
    this.#speak();
    this.#release();
    return this.#out;
  }

  #own(turn: Turn): JsonObject {
    const { role, parts, extra } = turn;
    const form = formOf(extra);
    if (role === 'assistant') return this.#assistant(parts, turn);
    const [result] = parts;
    if (result?.kind === 'tool-result' && parts.length === 1) {
      const { callId, name, content } = result;
      const told = asContent(content, form, this.#to);
      const out = {
        role: form.legacy === true ? 'function' : 'tool',
        ...(callId === '' || form.legacy === true ? {} : { tool_call_id: callId }),
        ...(name === undefined ? {} : { name }),
        ...(told === undefined ? {} : { content: told }),
      };
      return complete(out, extra);
    }
    const content = asContent(parts, form, this.#to);
    return complete({ ...this.#role(turn), ...(content === undefined ? {} : { content }) }, extra);
  }

  /** An unknown role of a vendor stands among the members kept. */
  #role({ role, extra }: Turn): { role?: string } {
    if (extra?.fields?.role !== undefined) return {};
    if (role === 'user') return { role };
    return { role: this.#to.facts.instructionsRole ?? role };
  }

  /** They may stand anywhere; compatible vendors know `system` only, unless they say otherwise. */
  #instruct({ parts }: Turn): void {
    for (const { kind } of parts) if (kind !== 'text') this.#to.notes.drop('part');
    const texts = parts.flatMap((part) => (part.kind === 'text' && part.text !== '' ? part.text : []));
    if (texts.length === 0) return;
    this.#say({ role: this.#to.facts.instructionsRole ?? 'system', content: texts.join('\n\n') });
  }

  #ask({ parts }: Turn): void {
    const results = parts.filter((part) => part.kind === 'tool-result');
    const attached: JsonObject[] = [];
    for (const result of results) attached.push(...this.#answer(result));
    // Texts without text say nothing, and vendors refuse them.
    const others = parts.filter((part) => part.kind !== 'tool-result' && (part.kind !== 'text' || part.text !== ''));
    const content = [...attached, ...encodeParts(others, this.#to)];
    const [only] = content;
    if (only === undefined) return;
    const plain = content.length === 1 && only.type === 'text' && Object.keys(only).length === 2;
    this.#say({ role: 'user', content: plain ? only.text : content });
  }

  /** A tool message, and what of the result only a user message can hold. */
  #answer(result: ToolResultPart): readonly JsonObject[] {
    const { message, attached } = encodeResult(result, this.#to);
    this.#out.push(message);
    this.#open.delete(result.callId);
    return attached;
  }

  #say(message: JsonObject): void {
    if (this.#open.size > 0) this.#held.push(message);
    else {
      this.#release();
      this.#out.push(message);
    }
  }

  #speak(): void {
    const turns = this.#spoken;
    if (turns.length === 0) return;
    this.#spoken = [];
    this.#release();
    const message = this.#assistant(together(turns), undefined);
    // Nothing of it could be said, and vendors refuse an empty message.
    const silent = (message.content === '' || message.content === null) && Object.keys(message).length === 2;
    if (silent) return;
    this.#out.push(message);
    const calls = turns.flatMap(({ parts }) => parts.flatMap((part) => (part.kind === 'tool-call' ? part.id : [])));
    this.#open = new Set(calls);
  }

  #release(): void {
    this.#out.push(...this.#held);
    this.#held = [];
    this.#open.clear();
  }

  #assistant(parts: readonly Part[], turn: Turn | undefined): JsonObject {
    return complete({ role: 'assistant', ...encodeAssistant(parts, turn?.extra, this.#voice(turn)) }, turn?.extra);
  }

  #voice(turn: Turn | undefined): Voice {
    const { notes, origin } = this.#to;
    const isOwn = turn?.extra?.dialect === own;
    const may = (opaque: Parameters<typeof mayReturn>[0], part: Part) => {
      const cameFrom = part.extra?.dialect ?? turn?.extra?.dialect ?? this.#from ?? own;
      const allowed = mayReturn(opaque, origin, cameFrom);
      if (!allowed) notes.drop('opaque');
      return allowed;
    };
    return {
      details: (opaque, part) => (may(opaque, part) ? unsealed(opaque) : undefined),
      signature: (opaque, part) => (may(opaque, part) ? opaque.data : undefined),
      // `fit` has given every call an id; one of this dialect without any stays so.
      callId: () => '',
      lost: () => notes.drop('part'),
      cite: (citation, offset, length) => {
        if (isOwn) return encodeAnnotation(citation, offset, length);
        notes.drop('text.citations');
      },
      picture: (part) => (isOwn ? encodeImage(part) : undefined),
    };
  }
}

/** The parts of several turns: where one ends with a text and the next begins with one, these are two texts. */
function together(turns: readonly Turn[]): readonly Part[] {
  const all: Part[] = [];
  for (const { parts } of turns) {
    const ended = all.findLast(saysSomething);
    const begun = parts.find(saysSomething);
    for (const part of parts) {
      const parted = part === begun && part.kind === 'text' && ended?.kind === 'text';
      all.push(parted ? { ...part, text: `\n\n${part.text}` } : part);
    }
  }
  return all;
}

function saysSomething(part: Part): boolean {
  return !('text' in part) || part.text !== '';
}
