// The same short answer as each dialect streams it: some thinking, a text, two calls of one tool, usage.
import type { DialectName } from '../../src/core/index.ts';

function data(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

function named(value: { readonly type: string; readonly [key: string]: unknown }): string {
  return `event: ${value.type}\n${data(value)}`;
}

const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm' };
const chunk = (delta: unknown, finish: string | null = null) =>
  data({ ...head, choices: [{ index: 0, delta, finish_reason: finish }], usage: null });
const call = (index: number, id: string) =>
  chunk({ tool_calls: [{ index, id, type: 'function', function: { name: 'weather', arguments: '' } }] });
const words = (index: number, text: string) => chunk({ tool_calls: [{ index, function: { arguments: text } }] });

const openaiChat = [
  chunk({ role: 'assistant', content: '' }),
  chunk({ reasoning_content: 'Two cities.' }),
  chunk({ content: 'Sure ' }),
  chunk({ content: '— 好' }),
  call(0, 'call_a'),
  words(0, '{"city":'),
  words(0, '"Rome"}'),
  call(1, 'call_b'),
  words(1, '{"city":"Oslo"}'),
  chunk({}, 'tool_calls'),
  data({ ...head, choices: [], usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 } }),
  'data: [DONE]\n\n',
].join('');

const reasoning = { id: 'rs_1', type: 'reasoning', summary: [{ type: 'summary_text', text: 'Two cities.' }] };
const text = { type: 'output_text', text: 'Sure — 好', annotations: [], logprobs: [] };
const message = { id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content: [text] };
const functionCall = (letter: string, city: string) => ({
  id: `fc_${letter}`,
  type: 'function_call',
  call_id: `call_${letter}`,
  name: 'weather',
  arguments: JSON.stringify({ city }),
  status: 'completed',
});
const items = [reasoning, message, functionCall('a', 'Rome'), functionCall('b', 'Oslo')];
const response = { id: 'resp_1', object: 'response', created_at: 1, model: 'm', status: 'in_progress', output: [] };
const usage = {
  input_tokens: 11,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 7,
  output_tokens_details: { reasoning_tokens: 2 },
  total_tokens: 18,
};
const part = (index: number) => ({ item_id: items[index]?.id, output_index: index });
const callEvents = (index: number, whole: ReturnType<typeof functionCall>) => [
  { type: 'response.output_item.added', output_index: index, item: { ...whole, arguments: '', status: 'in_progress' } },
  { type: 'response.function_call_arguments.delta', ...part(index), delta: whole.arguments },
  { type: 'response.function_call_arguments.done', ...part(index), name: 'weather', arguments: whole.arguments },
  { type: 'response.output_item.done', output_index: index, item: whole },
];
const content = { ...part(1), content_index: 0 };
const summary = { ...part(0), summary_index: 0 };

const openaiResponses = [
  { type: 'response.created', response },
  { type: 'response.in_progress', response },
  { type: 'response.output_item.added', output_index: 0, item: { ...reasoning, summary: [] } },
  { type: 'response.reasoning_summary_part.added', ...summary, part: { type: 'summary_text', text: '' } },
  { type: 'response.reasoning_summary_text.delta', ...summary, delta: 'Two cities.' },
  { type: 'response.reasoning_summary_text.done', ...summary, text: 'Two cities.' },
  { type: 'response.reasoning_summary_part.done', ...summary, part: reasoning.summary[0] },
  { type: 'response.output_item.done', output_index: 0, item: reasoning },
  { type: 'response.output_item.added', output_index: 1, item: { ...message, status: 'in_progress', content: [] } },
  { type: 'response.content_part.added', ...content, part: { ...text, text: '' } },
  { type: 'response.output_text.delta', ...content, delta: 'Sure — ', logprobs: [] },
  { type: 'response.output_text.delta', ...content, delta: '好', logprobs: [] },
  { type: 'response.output_text.done', ...content, text: text.text, logprobs: [] },
  { type: 'response.content_part.done', ...content, part: text },
  { type: 'response.output_item.done', output_index: 1, item: message },
  ...callEvents(2, functionCall('a', 'Rome')),
  ...callEvents(3, functionCall('b', 'Oslo')),
  { type: 'response.completed', response: { ...response, status: 'completed', output: items, usage } },
]
  .map((event, sequence) => named({ ...event, sequence_number: sequence }))
  .join('');

const block = (index: number, start: unknown, deltas: readonly unknown[]) => [
  named({ type: 'content_block_start', index, content_block: start }),
  ...deltas.map((delta) => named({ type: 'content_block_delta', index, delta })),
  named({ type: 'content_block_stop', index }),
];
const toolUse = (letter: string) => ({ type: 'tool_use', id: `toolu_${letter}`, name: 'weather', input: {} });
const json = (text: string) => ({ type: 'input_json_delta', partial_json: text });
const started = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'm',
  content: [],
  stop_reason: null,
  stop_sequence: null,
  usage: { input_tokens: 8, cache_read_input_tokens: 3, cache_creation_input_tokens: 0, output_tokens: 1 },
};

const anthropicMessages = [
  named({ type: 'message_start', message: started }),
  ...block(0, { type: 'thinking', thinking: '', signature: '' }, [
    { type: 'thinking_delta', thinking: 'Two cities.' },
    { type: 'signature_delta', signature: 'c2ln' },
  ]),
  ...block(1, { type: 'text', text: '' }, [
    { type: 'text_delta', text: 'Sure ' },
    { type: 'text_delta', text: '— 好' },
  ]),
  ...block(2, toolUse('a'), [json(''), json('{"city": '), json('"Rome"}')]),
  ...block(3, toolUse('b'), [json(''), json('{"city": "Oslo"}')]),
  named({
    type: 'message_delta',
    delta: { stop_reason: 'tool_use', stop_sequence: null },
    usage: { output_tokens: 7 },
  }),
  named({ type: 'message_stop' }),
].join('');

const generated = (parts: readonly unknown[], more: object = {}, tokens: object = {}) => {
  const candidates = [{ content: { role: 'model', parts }, index: 0, ...more }];
  const usageMetadata = { promptTokenCount: 11, totalTokenCount: 11, ...tokens };
  return `data: ${JSON.stringify({ candidates, usageMetadata, modelVersion: 'm', responseId: 'r' })}\r\n\r\n`;
};

const gemini = [
  generated([{ text: 'Two cities.', thought: true }]),
  generated([{ text: 'Sure ' }]),
  generated([{ text: '— 好' }]),
  generated([{ functionCall: { name: 'weather', args: { city: 'Rome' } }, thoughtSignature: 'c2ln' }]),
  generated(
    [{ functionCall: { name: 'weather', args: { city: 'Oslo' } } }],
    { finishReason: 'STOP' },
    { candidatesTokenCount: 5, thoughtsTokenCount: 2, totalTokenCount: 18 },
  ),
].join('');

export const samples: Readonly<Record<DialectName, string>> = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  'anthropic-messages': anthropicMessages,
  gemini,
};
