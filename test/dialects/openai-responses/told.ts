// Short ways to use the codec in tests.

import type { Answer, Conversation, Delta, Destination, JsonObject, ReplyFacts } from '../../../src/core/index.ts';
import { Fold } from '../../../src/dialects/canonical/fold.ts';
import { Dropped } from '../../../src/dialects/canonical/notes.ts';
import { codecs } from '../../../src/dialects/openai-responses/codecs.ts';
import { EventSplitter } from '../../../src/dialects/sse.ts';

export const codec = codecs.chat;
export const origin = 'openai-responses/openai';

export function decoded(body: JsonObject): Conversation {
  const notes = new Dropped(codec.words);
  return codec.decodeRequest(body, { model: undefined, stream: body.stream === true, notes });
}

export interface Encoded {
  readonly body: JsonObject;
  /** What could not be said. */
  readonly dropped: readonly string[];
}

export function encoded(conversation: Conversation, to: Partial<Destination> = {}): Encoded {
  const notes = new Dropped(codec.words);
  const { model, stream } = conversation;
  const body = codec.encodeRequest(conversation, { model, stream, origin, notes, facts: {}, ...to });
  return { body, dropped: notes.names() };
}

/** A conversation that came from elsewhere: only what is given. */
export function asked(given: Partial<Conversation>): Conversation {
  return { model: 'm', stream: false, turns: [], tools: [], extra: { dialect: 'openai-chat' }, ...given };
}

export function reply(conversation = asked({}), lost: string[] = []): ReplyFacts {
  return {
    callId: 'call-1',
    model: 'm',
    now: 1_700_000_000,
    conversation,
    estimateInput: () => 7,
    lost: (what) => lost.push(what),
  };
}

export function readStream(sse: string): Delta[] {
  const splitter = new EventSplitter();
  const decoder = codec.decodeStream({ origin });
  const events = [...splitter.push(Buffer.from(sse)), ...splitter.end()];
  return [...events.flatMap(({ event, data }) => decoder.event(event, data)), ...decoder.end()];
}

export function folded(deltas: readonly Delta[]): Answer {
  const fold = new Fold();
  for (const delta of deltas) fold.push(delta);
  return fold.answer();
}

export function writeStream(deltas: Iterable<Delta>, facts = reply()): string {
  const encoder = codec.encodeStream(facts);
  let text = '';
  for (const delta of deltas) text += encoder.delta(delta);
  return text;
}

export function eventsOf(sse: string): JsonObject[] {
  return [...new EventSplitter().push(Buffer.from(sse))].map(({ data }) => JSON.parse(data) as JsonObject);
}

/** A stream in the wire's own words, each event numbered. */
export function wire(events: readonly JsonObject[]): string {
  return events
    .map((event, at) => `event: ${event.type}\ndata: ${JSON.stringify({ sequence_number: at, ...event })}\n\n`)
    .join('');
}

/** Without what is only remembered for the way back. */
export function plain<T>(node: T): T {
  const text = JSON.stringify(node, (key, value) => (key === 'extra' ? undefined : value));
  return JSON.parse(text) as T;
}
