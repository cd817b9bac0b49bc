// What the codec's functions are told, for tests.
import type {
  Asked,
  Conversation,
  Destination,
  JsonObject,
  ReplyFacts,
  UpstreamFacts,
} from '../../../src/core/index.ts';
import { Dropped } from '../../../src/dialects/canonical/notes.ts';
import { codecs } from '../../../src/dialects/openai-chat/codecs.ts';

const { words } = codecs.chat;

export function asked(stream = false): { ask: Asked; names: () => string[] } {
  const notes = new Dropped(words);
  return { ask: { model: undefined, stream, notes }, names: () => notes.names() };
}

export function to(more: { stream?: boolean; model?: string; origin?: string; facts?: UpstreamFacts } = {}): {
  to: Destination;
  names: () => string[];
} {
  const notes = new Dropped(words);
  const destination = { model: 'm', stream: false, origin: 'openai-chat/openai', facts: {}, ...more, notes };
  return { to: destination, names: () => notes.names() };
}

export const noConversation: Conversation = { model: 'm', stream: false, turns: [], tools: [] };

export function replyFor({ usage = false, conversation = noConversation } = {}): { reply: ReplyFacts; lost: string[] } {
  const lost: string[] = [];
  const asksUsage = { extra: { dialect: 'openai-chat', form: { streamOptions: { include_usage: true } } } } as const;
  const reply: ReplyFacts = {
    callId: 'call-1',
    model: 'upstream-model',
    now: 1_700_000_000,
    conversation: usage ? { ...conversation, ...asksUsage } : conversation,
    estimateInput: () => 7,
    lost: (what) => {
      lost.push(what);
    },
  };
  return { reply, lost };
}

export function object(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null ? (value as JsonObject) : undefined;
}
