// A request through the canonical model and back, for tests.
import type { Conversation, JsonObject } from '../../../src/core/index.ts';
import { codecs } from '../../../src/dialects/openai-chat/codecs.ts';
import { asked, to } from './kit.ts';

const { chat } = codecs;
export const hi = { role: 'user', content: 'hi' };

export function back(request: JsonObject): { body: unknown; dropped: string[]; conversation: Conversation } {
  const { ask, names } = asked(request.stream === true);
  const conversation = chat.decodeRequest(request, ask);
  const destination = to({ stream: request.stream === true });
  const body = chat.encodeRequest(conversation, destination.to);
  return { body: JSON.parse(JSON.stringify(body)), dropped: [...names(), ...destination.names()], conversation };
}
