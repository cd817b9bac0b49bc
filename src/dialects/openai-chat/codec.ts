// Chat completions and the canonical model, either way.
import type { Codec } from '../../core/index.ts';
import { decodeAnswer } from './answer/decode.ts';
import { encodeAnswer } from './answer/encode.ts';
import { decodeRequest } from './request/decode.ts';
import { encodeRequest } from './request/encode.ts';
import { ChatStreamDecoder } from './stream/decode.ts';
import { ChatStreamEncoder } from './stream/encode.ts';
import { words } from './words.ts';

export const chat: Codec = {
  decodeRequest,
  encodeRequest,
  decodeAnswer,
  encodeAnswer,
  decodeStream: (from) => new ChatStreamDecoder(from),
  encodeStream: (reply) => new ChatStreamEncoder(reply),
  traits: {
    toolName: { pattern: /^[a-zA-Z0-9_-]+$/, longest: 64 },
    // OpenAI refused 41 characters (litellm#12941).
    callId: { pattern: /^[a-zA-Z0-9_-]+$/, longest: 40 },
    // OpenAI has them; most vendors that speak the dialect know functions only.
    customTools: false,
    namespaces: false,
    opaqueOn: ['reasoning', 'tool-call'],
    manyAnswers: true,
  },
  words,
};
