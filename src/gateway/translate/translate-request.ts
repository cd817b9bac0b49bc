// A request in one dialect as another says it: decode -> fit -> encode. Pure: nothing is sent, no call is needed.
import {
  type CallerCodec,
  type Conversation,
  type Destination,
  GatewayError,
  type JsonObject,
  type Lane,
  type Words,
} from '../../core/index.ts';
import { fit, type Undo } from '../../dialects/canonical/fit/fit.ts';
import { Dropped } from '../../dialects/canonical/notes.ts';
import { codecs } from '../../dialects/codecs.ts';

/** What a client said, understood once for all targets that are tried. */
export interface Spoken {
  readonly from: Lane;
  readonly codec: CallerCodec;
  readonly words: Words;
  readonly conversation: Conversation;
  /** What its own dialect's codec could not make out, in the client's words. */
  readonly dropped: readonly string[];
}

/** The same as it is said to one upstream. */
export interface Said {
  readonly body: JsonObject;
  /** What the upstream is not told, in the client's words. */
  readonly dropped: readonly string[];
  /** As it was encoded: names and ids within the limits of the upstream's dialect. */
  readonly conversation: Conversation;
  /** What has to be undone in the answer. */
  readonly undo: Undo;
}

/** Chat and legacy completions. Throws `not-offered` where the dialect has no codec for them. */
export function callerCodec({ dialect, operation }: Lane): CallerCodec {
  const { chat, completions } = codecs[dialect];
  const codec = operation === 'chat' ? chat : operation === 'completions' ? completions : undefined;
  if (codec !== undefined) return codec;
  throw new GatewayError('not-offered', { message: `The operation ${operation} of ${dialect} cannot be translated.` });
}

/** Throws `invalid-request` where the body cannot be understood. `model`: from the path, where the dialect puts it there. */
export function understand(
  from: Lane,
  body: JsonObject,
  asked: { readonly model: string | undefined; readonly stream: boolean },
): Spoken {
  const codec = callerCodec(from);
  const { words = codecs[from.dialect].chat.words } = codec;
  const notes = new Dropped(words);
  const conversation = codec.decodeRequest(body, { ...asked, notes });
  return { from, codec, words, conversation, dropped: notes.names() };
}

/** Throws `untranslatable` where leaving something out would change what is asked. */
export function say(spoken: Spoken, to: Lane, destination: Omit<Destination, 'notes'>): Said {
  const { chat } = codecs[to.dialect];
  const { conversation, undo } = fit(spoken.conversation, chat.traits, spoken.words);
  const notes = new Dropped(spoken.words);
  const body = encoded(() => chat.encodeRequest(conversation, { ...destination, notes }), spoken.words);
  mustAsk(conversation, spoken.words);
  return { body, dropped: [...new Set([...spoken.dropped, ...notes.names()])], conversation, undo };
}

/** Some upstreams take a request that says nothing, and make something up. */
function mustAsk({ turns, state }: Conversation, words: Words): void {
  if (state?.previousResponseId !== undefined || state?.conversationId !== undefined) return;
  if (turns.some(({ parts }) => parts.some((part) => part.kind !== 'text' || part.text !== ''))) return;
  const message = 'There is nothing to answer. Send at least one message with content.';
  throw new GatewayError('untranslatable', { message, param: placeOf(words) });
}

/** What a codec refuses without naming a field stands among the messages, whatever the client's dialect calls them. */
function encoded(encode: () => JsonObject, words: Words): JsonObject {
  try {
    return encode();
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'untranslatable' || error.param !== undefined) throw error;
    const { message } = error;
    throw new GatewayError('untranslatable', { message, param: placeOf(words), cause: error });
  }
}

function placeOf({ places }: Words): string {
  return places.turn.replace('[]', '');
}

export interface RequestTranslation {
  readonly from: Lane;
  readonly to: Lane;
  readonly body: JsonObject;
  readonly asked: { readonly model: string | undefined; readonly stream: boolean };
  readonly destination: Omit<Destination, 'notes'>;
}

/** Both steps at once. Throws what they throw. */
export function translateRequest({ from, to, body, asked, destination }: RequestTranslation): Said {
  return say(understand(from, body, asked), to, destination);
}
