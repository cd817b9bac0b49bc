// OpenAI's completions of old, for clients that still speak them: they reach chat models.
import type { CallerCodec } from '../../../core/index.ts';
import { words } from '../words.ts';
import { encodeAnswer } from './answer.ts';
import { decodeRequest } from './request.ts';
import { CompletionStreamEncoder } from './stream.ts';

export const completions: CallerCodec = {
  words: {
    fields: { ...words.fields, maxOutputTokens: 'max_tokens' },
    places: { ...words.places, turn: 'prompt', part: 'prompt' },
  },
  decodeRequest,
  encodeAnswer,
  encodeStream: (reply) => new CompletionStreamEncoder(reply),
};
