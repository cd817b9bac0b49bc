// Chat Completions: nameless events, one id on all of them, usage only on request, `[DONE]` at the end.
// https://platform.openai.com/docs/api-reference/chat-streaming
import { asJson } from '../conversation.ts';
import type { Exchange } from '../exchange.ts';
import { type Chat, closing, type Frame, opening, output } from '../speech.ts';
import { openaiErrors } from './openai-errors.ts';

export const openaiChat: Chat = { ...openaiErrors, answer, frames };

function answer(exchange: Exchange): unknown {
  const { tool } = exchange;
  const call = tool && [
    { id: callId(exchange), type: 'function', function: { name: tool.name, arguments: tool.json } },
  ];
  const message = {
    role: 'assistant',
    content: tool === undefined ? exchange.text : null,
    refusal: null,
    annotations: [],
    ...(call && { tool_calls: call }),
  };
  return {
    id: `chatcmpl-${exchange.id}`,
    object: 'chat.completion',
    created: exchange.created,
    model: exchange.model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishReason(exchange) }],
    ...(exchange.usage && { usage: usage(exchange) }),
    system_fingerprint: 'fp_mock',
  };
}

function* frames(exchange: Exchange): Generator<Frame> {
  const { tool } = exchange;
  if (tool === undefined) {
    yield opening(event(exchange, { role: 'assistant', content: '', refusal: null }));
    for (const piece of exchange.pieces) yield output(event(exchange, { content: piece }));
  } else {
    const call = { index: 0, id: callId(exchange), type: 'function', function: { name: tool.name, arguments: '' } };
    yield opening(event(exchange, { role: 'assistant', content: null, tool_calls: [call] }));
    for (const piece of exchange.pieces) {
      yield output(event(exchange, { tool_calls: [{ index: 0, function: { arguments: piece } }] }));
    }
  }
  yield closing(event(exchange, {}, finishReason(exchange)));
  if (wantsUsage(exchange) && exchange.usage) yield closing(chunk(exchange, { choices: [], usage: usage(exchange) }));
  yield closing('data: [DONE]\n\n');
}

function event(exchange: Exchange, delta: object, finish: string | null = null): string {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: finish }];
  return chunk(exchange, { choices, ...(wantsUsage(exchange) && { usage: null }) });
}

function chunk(exchange: Exchange, rest: object): string {
  const { id, created, model } = exchange;
  const head = { id: `chatcmpl-${id}`, object: 'chat.completion.chunk', created, model, system_fingerprint: 'fp_mock' };
  return `data: ${JSON.stringify({ ...head, ...rest })}\n\n`;
}

export function wantsUsage(exchange: Exchange): boolean {
  return asJson(exchange.body.stream_options).include_usage === true;
}

export function usage(exchange: Exchange): unknown {
  const { input, output: told } = exchange.usage ?? { input: 0, output: 0 };
  return {
    prompt_tokens: input,
    completion_tokens: told,
    total_tokens: input + told,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  };
}

function finishReason(exchange: Exchange): string {
  return exchange.tool === undefined ? 'stop' : 'tool_calls';
}

function callId(exchange: Exchange): string {
  return `call_${exchange.id}`;
}
