// OpenAI's completions of old, for clients that still speak them: they reach chat models.
import type { CallerCodec } from '../../../core/index.ts';
import { encodeAnswer } from './answer.ts';
import { decodeRequest } from './request.ts';
import { CompletionStreamEncoder } from './stream.ts';

export const completions: CallerCodec = {
  decodeRequest,
  encodeAnswer,
  encodeStream: (reply) => new CompletionStreamEncoder(reply),
};
