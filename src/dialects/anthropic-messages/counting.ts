// POST /v1/messages/count_tokens: a request for a message without what only concerns the answer (`max_tokens` is refused).
// https://docs.anthropic.com/en/api/messages-count-tokens
import type { Codec, CountCodec } from '../../core/index.ts';
import { countingBy } from '../canonical/counting.ts';
import { asCount } from '../json.ts';

/** `MessageCountTokensParams` of the official SDK, its beta included. */
const taken = [
  'cache_control',
  'context_management',
  'mcp_servers',
  'messages',
  'model',
  'output_config',
  'output_format',
  'speed',
  'system',
  'thinking',
  'tool_choice',
  'tools',
];

export function counting(chat: Codec): CountCodec {
  return {
    ...countingBy(chat, taken),
    decodeAnswer: (body) => asCount(body.input_tokens),
    encodeAnswer: (tokens) => ({ input_tokens: tokens }),
  };
}
