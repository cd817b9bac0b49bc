// Encodes conversations of other dialects, for tests.
import type { Conversation, JsonObject, MediaPart, Part, Turn, UpstreamFacts } from '../../../src/core/index.ts';
import { codecs } from '../../../src/dialects/openai-chat/codecs.ts';
import { to } from './kit.ts';

interface Encoded {
  readonly body: JsonObject;
  readonly messages: readonly JsonObject[];
  readonly dropped: readonly string[];
}

export function encode(
  conversation: Partial<Conversation>,
  facts: UpstreamFacts = {},
  more: { model?: string; stream?: boolean; origin?: string } = {},
): Encoded {
  const destination = to({ facts, ...more });
  const body = codecs.chat.encodeRequest(
    { model: 'asked', stream: false, turns: [], tools: [], ...conversation },
    destination.to,
  );
  return { body, messages: body.messages as readonly JsonObject[], dropped: destination.names() };
}

export const user = (...parts: Part[]): Turn => ({ role: 'user', parts });
export const assistant = (...parts: Part[]): Turn => ({ role: 'assistant', parts });
export const text = (said: string): Part => ({ kind: 'text', text: said });
export const call = (id: string): Part => ({ kind: 'tool-call', id, name: 'f', arguments: '{}' });
export const result = (callId: string, ...content: Part[]): Part => ({ kind: 'tool-result', callId, content });
export const image: MediaPart = {
  kind: 'media',
  media: 'image',
  source: { type: 'data', mimeType: 'image/png', base64: 'AAAA' },
};
export const picture = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
export const pdf: MediaPart = {
  kind: 'media',
  media: 'document',
  source: { type: 'data', mimeType: 'application/pdf', base64: 'AAAA' },
};
