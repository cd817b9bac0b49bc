// Responses: named events numbered from 0, each item opened and closed, the whole response at both ends, no `[DONE]`.
// https://platform.openai.com/docs/api-reference/responses-streaming
import type { Exchange } from '../exchange.ts';
import { type Chat, closing, type Frame, opening, output } from '../speech.ts';
import { openaiErrors } from './openai-errors.ts';

export const openaiResponses: Chat = {
  ...openaiErrors,
  streamError: (message) =>
    `event: error\ndata: ${JSON.stringify({ type: 'error', code: 'server_error', message, param: null })}\n\n`,
  answer: (exchange) => response(exchange, 'completed'),
  frames,
};

function* frames(exchange: Exchange): Generator<Frame> {
  let number = 0;
  const event = (type: string, rest: object) =>
    `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: number++, ...rest })}\n\n`;

  yield opening(event('response.created', { response: response(exchange, 'in_progress') }));
  yield opening(event('response.in_progress', { response: response(exchange, 'in_progress') }));
  if (exchange.tool === undefined) yield* message(exchange, event);
  else yield* call(exchange, event);
  yield closing(event('response.completed', { response: response(exchange, 'completed') }));
}

type MakeEvent = (type: string, rest: object) => string;

function* message(exchange: Exchange, event: MakeEvent): Generator<Frame> {
  const item_id = itemId(exchange);
  const at = { item_id, output_index: 0, content_index: 0 };
  const empty = { ...messageItem(exchange, 'in_progress'), content: [] };
  yield opening(event('response.output_item.added', { output_index: 0, item: empty }));
  yield opening(event('response.content_part.added', { ...at, part: textPart('') }));
  for (const delta of exchange.pieces) {
    yield output(event('response.output_text.delta', { ...at, delta, logprobs: [] }));
  }
  yield closing(event('response.output_text.done', { ...at, text: exchange.text, logprobs: [] }));
  yield closing(event('response.content_part.done', { ...at, part: textPart(exchange.text) }));
  yield closing(event('response.output_item.done', { output_index: 0, item: messageItem(exchange, 'completed') }));
}

function* call(exchange: Exchange, event: MakeEvent): Generator<Frame> {
  const at = { item_id: itemId(exchange), output_index: 0 };
  const empty = { ...callItem(exchange, 'in_progress'), arguments: '' };
  yield opening(event('response.output_item.added', { output_index: 0, item: empty }));
  for (const delta of exchange.pieces) yield output(event('response.function_call_arguments.delta', { ...at, delta }));
  const whole = { ...at, name: exchange.tool?.name, arguments: exchange.tool?.json };
  yield closing(event('response.function_call_arguments.done', whole));
  yield closing(event('response.output_item.done', { output_index: 0, item: callItem(exchange, 'completed') }));
}

type Status = 'in_progress' | 'completed';

/** The response object; what the request said is repeated in it. */
function response(exchange: Exchange, status: Status): unknown {
  const { body } = exchange;
  const item = exchange.tool === undefined ? messageItem(exchange, status) : callItem(exchange, status);
  return {
    id: `resp_${exchange.id}`,
    object: 'response',
    created_at: exchange.created,
    status,
    background: false,
    error: null,
    incomplete_details: null,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    metadata: body.metadata ?? {},
    model: exchange.model,
    output: status === 'completed' ? [item] : [],
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    previous_response_id: body.previous_response_id ?? null,
    reasoning: body.reasoning ?? { effort: null, summary: null },
    service_tier: 'default',
    store: body.store ?? true,
    temperature: body.temperature ?? 1,
    text: body.text ?? { format: { type: 'text' } },
    tool_choice: body.tool_choice ?? 'auto',
    tools: body.tools ?? [],
    top_p: body.top_p ?? 1,
    truncation: body.truncation ?? 'disabled',
    usage: status === 'completed' ? usage(exchange) : null,
    user: body.user ?? null,
  };
}

function usage(exchange: Exchange): unknown {
  if (exchange.usage === undefined) return null;
  const { input, output: told } = exchange.usage;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: told,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: input + told,
  };
}

function messageItem(exchange: Exchange, status: Status): object {
  return { id: itemId(exchange), type: 'message', status, role: 'assistant', content: [textPart(exchange.text)] };
}

function callItem(exchange: Exchange, status: Status): object {
  const { tool } = exchange;
  const call_id = `call_${exchange.id}`;
  return { id: itemId(exchange), type: 'function_call', status, call_id, name: tool?.name, arguments: tool?.json };
}

function textPart(text: string): object {
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}

function itemId(exchange: Exchange): string {
  return `${exchange.tool === undefined ? 'msg' : 'fc'}_${exchange.id}`;
}
