// All that this dialect does for translation.
import type { Codec, Codecs } from '../../core/index.ts';
import { readError } from '../canonical/read-error.ts';
import { decodeAnswer } from './answer/decode.ts';
import { encodeAnswer } from './answer/encode.ts';
import { counting } from './counting.ts';
import { askThinking } from './request/ask-thinking.ts';
import { decodeRequest } from './request/decode.ts';
import { encodeRequest } from './request/encode.ts';
import { MessageDecoder } from './stream/decode.ts';
import { MessageEncoder } from './stream/encode.ts';
import { traits, words } from './words.ts';

const chat: Codec = {
  traits,
  words,
  decodeRequest,
  encodeRequest,
  decodeAnswer,
  encodeAnswer,
  decodeStream: (from) => new MessageDecoder(from),
  encodeStream: (reply) => new MessageEncoder(reply),
};

export const codecs: Codecs = { chat, counting: counting(chat), decodeError: readError, askThinking };
