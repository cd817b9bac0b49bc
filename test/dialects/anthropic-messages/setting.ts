// What the tests of this codec start from: requests and replies as the gateway would give them.
import type { Asked, Conversation, Delta, Destination, JsonObject, ReplyFacts } from '../../../src/core/index.ts';
import { codecs } from '../../../src/dialects/anthropic-messages/codecs.ts';
import { words } from '../../../src/dialects/anthropic-messages/words.ts';
import { Fold } from '../../../src/dialects/canonical/fold.ts';
import { Dropped } from '../../../src/dialects/canonical/notes.ts';
import { EventSplitter } from '../../../src/dialects/sse.ts';

export const { chat } = codecs;
export const here = 'anthropic-messages/anthropic';

export function decoded(body: JsonObject): Conversation {
  const asked: Asked = { model: undefined, stream: body.stream === true, notes: new Dropped(words) };
  return chat.decodeRequest(body, asked);
}

export interface Sent {
  readonly body: JsonObject;
  readonly dropped: readonly string[];
}

/** To a model of the newest kind, unless said otherwise. */
export function sent(conversation: Conversation, to: Partial<Destination> = {}): Sent {
  const notes = new Dropped({ fields: {}, places: words.places });
  const all = { model: 'claude-opus-5', stream: conversation.stream, origin: here, notes, facts: {}, ...to };
  return { body: chat.encodeRequest(conversation, all), dropped: notes.names() };
}

/** A conversation of another dialect. */
export function foreign(members: Partial<Conversation>): Conversation {
  return {
    model: 'any',
    stream: false,
    turns: [{ role: 'user', parts: [{ kind: 'text', text: 'Hi' }] }],
    tools: [],
    extra: { dialect: 'openai-chat' },
    ...members,
  };
}

export interface Replying extends ReplyFacts {
  readonly told: string[];
}

export function replying(members: Partial<ReplyFacts> = {}): Replying {
  const told: string[] = [];
  return {
    callId: 'call-0123',
    model: 'some-model',
    now: 1_700_000_000,
    conversation: foreign({}),
    estimateInput: () => 321,
    lost: (what) => {
      told.push(what);
    },
    told,
    ...members,
  };
}

export function streamed(text: string, origin = here): Delta[] {
  const decoder = chat.decodeStream({ origin });
  const splitter = new EventSplitter();
  const events = [...splitter.push(Buffer.from(text)), ...splitter.end()];
  return [...events.flatMap(({ event, data }) => decoder.event(event, data)), ...decoder.end()];
}

export function written(deltas: Iterable<Delta>, reply: ReplyFacts = replying()): string {
  const encoder = chat.encodeStream(reply);
  let text = '';
  for (const delta of deltas) text += encoder.delta(delta);
  return text;
}

export function folded(deltas: Iterable<Delta>): Fold {
  const fold = new Fold();
  for (const delta of deltas) fold.push(delta);
  return fold;
}

/** What stands at a place in a body: `inside(event, 'message', 'usage')`. */
export function inside(body: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>((value, name) => (value as Record<string | number, unknown> | undefined)?.[name], body);
}

/** The body of a request of another dialect. */
export function told(members: Partial<Conversation>, model = 'claude-opus-5'): JsonObject {
  return sent(foreign(members), { model }).body;
}

/** What of it is not told. */
export function dropped(members: Partial<Conversation>, model = 'claude-opus-5'): readonly string[] {
  return sent(foreign(members), { model }).dropped;
}
