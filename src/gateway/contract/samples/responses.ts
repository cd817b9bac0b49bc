// Samples of the dialect `openai-responses`.
import { clientModel, type Sample } from './sample.ts';

const request = `{"number_kept": 1.50E+2,  "model":"${clientModel}" , "input": "hello", "text_kept": "\\u00e9 é"}`;
const done =
  '{"id":"r1","object":"response","created_at":1,"status":"completed","model":"m","output":[{"id":"i1","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"good day","annotations":[]}]}],"usage":{"input_tokens":3,"output_tokens":5,"total_tokens":8}}';
const begun =
  '{"id":"r1","object":"response","created_at":1,"status":"in_progress","model":"m","output":[],"usage":null}';
const at = '"item_id":"i1","output_index":0,"content_index":0';

export const responses: readonly Sample[] = [
  {
    dialect: 'openai-responses',
    operation: 'chat',
    request,
    answer: done,
    events: [
      ['response.created', `"response":${begun}`],
      ['response.in_progress', `"response":${begun}`],
      [
        'response.output_item.added',
        '"output_index":0,"item":{"id":"i1","type":"message","status":"in_progress","role":"assistant","content":[]}',
      ],
      ['response.content_part.added', `${at},"part":{"type":"output_text","text":"","annotations":[]}`],
      ['response.output_text.delta', `${at},"delta":"good "`],
      ['response.output_text.delta', `${at},"delta":"day"`],
      ['response.output_text.done', `${at},"text":"good day"`],
      ['response.content_part.done', `${at},"part":{"type":"output_text","text":"good day","annotations":[]}`],
      [
        'response.output_item.done',
        '"output_index":0,"item":{"id":"i1","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"good day","annotations":[]}]}',
      ],
      ['response.completed', `"response":${done}`],
    ].map(([type, rest], number) => `event: ${type}\ndata: {"type":"${type}","sequence_number":${number},${rest}}\n\n`),
  },
  {
    dialect: 'openai-responses',
    operation: 'count-tokens',
    request,
    answer: '{"object":"response.input_tokens","input_tokens":3}',
  },
];
