// Samples of the dialect `anthropic-messages`.
import { clientModel, type Sample } from './sample.ts';

const rest = '"messages":[ {"role":"user","content":"hello"} ], "number_kept": 1.50E+2, "text_kept": "\\u00e9 é"';
const head = '"id":"m1","type":"message","role":"assistant","model":"m"';

export const messages: readonly Sample[] = [
  {
    dialect: 'anthropic-messages',
    operation: 'chat',
    request: `{"max_tokens":100,"model":\n"${clientModel}", ${rest} }`,
    answer: `{${head},"content":[{"type":"text","text":"hi"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":5}}`,
    events: [
      [
        'message_start',
        `"message":{${head},"content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":1}}`,
      ],
      ['content_block_start', '"index":0,"content_block":{"type":"text","text":""}'],
      ['content_block_delta', '"index":0,"delta":{"type":"text_delta","text":"good "}'],
      ['content_block_delta', '"index":0,"delta":{"type":"text_delta","text":"day"}'],
      ['content_block_stop', '"index":0'],
      ['message_delta', '"delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":5}'],
      ['message_stop', '"last":true'],
    ].map(([type, fields]) => `event: ${type}\ndata: {"type":"${type}",${fields}}\n\n`),
  },
  {
    dialect: 'anthropic-messages',
    operation: 'count-tokens',
    request: `{ "model":"${clientModel}", ${rest} }`,
    answer: '{"input_tokens":3}',
  },
];
