// Gemini, for translation.
import type { Codec, Codecs } from '../../core/index.ts';
import { readError } from '../canonical/read-error.ts';
import { decodeAnswer } from './answer/decode.ts';
import { encodeAnswer } from './answer/encode.ts';
import { counting } from './counting.ts';
import { embeddings } from './embeddings.ts';
import { askThinking } from './request/ask-thinking.ts';
import { decodeRequest } from './request/decode/decode.ts';
import { encodeRequest } from './request/encode/encode.ts';
import { decodeStream } from './stream/decode.ts';
import { encodeStream } from './stream/encode.ts';
import { traits, words } from './words.ts';

const chat: Codec = {
  traits,
  words,
  decodeRequest,
  encodeRequest,
  decodeAnswer,
  encodeAnswer,
  decodeStream,
  encodeStream,
};

export const codecs: Codecs = { chat, counting: counting(chat), embeddings, decodeError: readError, askThinking };
