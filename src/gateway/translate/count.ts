// Counting the tokens of a request in another dialect than it was asked in: the same steps as for a chat, with what the
// counters of both sides take. Pure, like translate-request.ts.
import {
  type CountCodec,
  type Destination,
  type DialectName,
  GatewayError,
  type JsonObject,
} from '../../core/index.ts';
import { fit } from '../../dialects/canonical/fit/fit.ts';
import { Dropped } from '../../dialects/canonical/notes.ts';
import { codecs } from '../../dialects/codecs.ts';
import type { Said, Spoken } from './translate-request.ts';

/** What a client wants counted. Throws `invalid-request` where the body cannot be understood. */
export function understandCount(
  from: DialectName,
  body: JsonObject,
  asked: { readonly model: string | undefined; readonly stream: boolean },
): Spoken {
  const { chat } = codecs[from];
  const notes = new Dropped(chat.words);
  const conversation = countCodec(from).decodeRequest(body, { ...asked, notes });
  return {
    from: { dialect: from, operation: 'count-tokens' },
    codec: chat,
    words: chat.words,
    conversation,
    dropped: notes.names(),
  };
}

/** The same for a counter of another dialect. Throws `untranslatable`. */
export function sayCount(spoken: Spoken, to: DialectName, destination: Omit<Destination, 'notes'>): Said {
  const { conversation, undo } = fit(spoken.conversation, codecs[to].chat.traits, spoken.words);
  const notes = new Dropped(spoken.words);
  const body = countCodec(to).encodeRequest(conversation, { ...destination, notes });
  return { body, dropped: [...new Set([...spoken.dropped, ...notes.names()])], conversation, undo };
}

/** Throws `upstream-invalid` where the answer holds no count. */
export function translateCount(answer: JsonObject, from: DialectName, to: DialectName): JsonObject {
  const tokens = countCodec(from).decodeAnswer(answer);
  if (tokens === undefined) throw new GatewayError('upstream-invalid');
  return tellCount(tokens, to);
}

/** A count in the words of a dialect. */
export function tellCount(tokens: number, to: DialectName): JsonObject {
  return countCodec(to).encodeAnswer(tokens);
}

function countCodec(dialect: DialectName): CountCodec {
  const { counting } = codecs[dialect];
  if (counting !== undefined) return counting;
  throw new GatewayError('not-offered', { message: `The dialect ${dialect} has no operation that counts tokens.` });
}
