// Counting the tokens of a request: the chat codec of a dialect, and of what it writes the members its counter takes.
import type { Codec, CountCodec, JsonObject } from '../../core/index.ts';

export function countingBy(chat: Codec, taken: readonly string[]): Pick<CountCodec, 'decodeRequest' | 'encodeRequest'> {
  return {
    decodeRequest: (body, asked) => chat.decodeRequest(body, asked),
    encodeRequest: (conversation, to) => picked(chat.encodeRequest(conversation, { ...to, stream: false }), taken),
  };
}

function picked(body: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([name]) => names.includes(name)));
}
