// Shorthands for the tests of this dialect's codec.

import type {
  Answer,
  Conversation,
  Delta,
  JsonObject,
  Part,
  ReplyFacts,
  Turn,
  UpstreamFacts,
} from '../../../src/core/index.ts';
import { Fold } from '../../../src/dialects/canonical/fold.ts';
import { Dropped } from '../../../src/dialects/canonical/notes.ts';
import { codecs } from '../../../src/dialects/gemini/codecs.ts';
import { EventSplitter } from '../../../src/dialects/sse.ts';

export const { chat } = codecs;
export const origin = 'gemini/gemini';

export function decode(body: JsonObject): Conversation {
  return chat.decodeRequest(body, { model: 'm', stream: false, notes: new Dropped(chat.words) });
}

interface Encoded {
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies at will
  readonly body: any;
  /** Canonical names, for the most part: the notes speak this dialect's own words where it has them. */
  readonly dropped: readonly string[];
}

export function encode(conversation: Conversation, model = 'gemini-2.5-flash', facts: UpstreamFacts = {}): Encoded {
  const notes = new Dropped(chat.words);
  const body = chat.encodeRequest(conversation, { model, stream: false, origin, notes, facts });
  return { body: JSON.parse(JSON.stringify(body)), dropped: notes.names() };
}

/** A conversation as another dialect's codec would give it. */
export function conversation(turns: readonly Turn[], more: Partial<Conversation> = {}): Conversation {
  return { model: 'm', stream: false, turns, tools: [], ...more };
}

export const text = (words: string): Part => ({ kind: 'text', text: words });
export const user = (...parts: (Part | string)[]): Turn => turn('user', parts);
export const assistant = (...parts: (Part | string)[]): Turn => turn('assistant', parts);
export const system = (...parts: (Part | string)[]): Turn => turn('system', parts);
export const call = (id: string, name: string, args = '{}'): Part => ({ kind: 'tool-call', id, name, arguments: args });
export const result = (callId: string, ...content: (Part | string)[]): Part => ({
  kind: 'tool-result',
  callId,
  content: content.map(asPart),
});

function turn(role: Turn['role'], parts: readonly (Part | string)[]): Turn {
  return { role, parts: parts.map(asPart) };
}

function asPart(part: Part | string): Part {
  return typeof part === 'string' ? text(part) : part;
}

export interface Reply extends ReplyFacts {
  readonly left: string[];
}

export function reply(more: Partial<Conversation> = {}): Reply {
  const left: string[] = [];
  return {
    callId: 'call-1',
    model: 'the-model',
    now: 1,
    conversation: conversation([], more),
    estimateInput: () => 1,
    lost: (what) => left.push(what),
    left,
  };
}

export function chunks(...bodies: readonly JsonObject[]): string {
  return bodies.map((body) => `data: ${JSON.stringify(body)}\r\n\r\n`).join('');
}

/** A chunk of one candidate. */
export function said(parts: readonly JsonObject[], more: JsonObject = {}): JsonObject {
  return { candidates: [{ content: { role: 'model', parts }, index: 0, ...more }], modelVersion: 'g', responseId: 'r' };
}

export function read(sse: string): Delta[] {
  const splitter = new EventSplitter();
  const decoder = chat.decodeStream({ origin });
  const events = [...splitter.push(Buffer.from(sse)), ...splitter.end()];
  return [...events.flatMap(({ event, data }) => decoder.event(event, data)), ...decoder.end()];
}

export function fold(deltas: readonly Delta[]): Fold {
  const folded = new Fold();
  for (const delta of deltas) folded.push(delta);
  return folded;
}

export function write(deltas: readonly Delta[], facts: ReplyFacts = reply()): string {
  const encoder = chat.encodeStream(facts);
  return deltas.map((delta) => encoder.delta(delta)).join('');
}

/** Without what only the codec itself reads. */
export function modelled<T extends Answer | Conversation | readonly Part[]>(value: T): T {
  return JSON.parse(JSON.stringify(value, (key, member) => (key === 'extra' ? undefined : member))) as T;
}

/** Bodies of the events of a stream. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies at will
export function bodies(sse: string): any[] {
  return sse
    .split('\r\n\r\n')
    .filter((event) => event !== '')
    .map((event) => JSON.parse(event.slice('data: '.length)));
}
