// POST /v1/responses/input_tokens: a request for a response without what only concerns the answer.
// https://platform.openai.com/docs/api-reference/responses/input-tokens
import type { Codec, CountCodec } from '../../core/index.ts';
import { countingBy } from '../canonical/counting.ts';
import { asCount } from '../json.ts';

/** `InputTokenCountParams` of the official SDK. */
const taken = [
  'conversation',
  'input',
  'instructions',
  'model',
  'parallel_tool_calls',
  'personality',
  'previous_response_id',
  'reasoning',
  'text',
  'tool_choice',
  'tools',
  'truncation',
];

export function counting(chat: Codec): CountCodec {
  return {
    ...countingBy(chat, taken),
    decodeAnswer: (body) => asCount(body.input_tokens),
    encodeAnswer: (tokens) => ({ object: 'response.input_tokens', input_tokens: tokens }),
  };
}
