// Legacy completions: Chat Completions' elder, still spoken by base models and editors.
// https://platform.openai.com/docs/api-reference/completions

import { usage, wantsUsage } from '../dialects/openai-chat.ts';
import { openaiErrors } from '../dialects/openai-errors.ts';
import type { Exchange } from '../exchange.ts';
import { type Chat, closing, type Frame, output } from '../speech.ts';

export const completions: Chat = {
  ...openaiErrors,
  answer: (exchange) => ({
    ...completion(exchange, exchange.text, 'stop'),
    ...(exchange.usage && { usage: usage(exchange) }),
  }),
  frames,
};

function* frames(exchange: Exchange): Generator<Frame> {
  const none = wantsUsage(exchange) ? { usage: null } : {};
  for (const piece of exchange.pieces) yield output(event({ ...completion(exchange, piece, null), ...none }));
  yield closing(event({ ...completion(exchange, '', 'stop'), ...none }));
  if (wantsUsage(exchange) && exchange.usage) {
    yield closing(event({ ...completion(exchange, '', null), choices: [], usage: usage(exchange) }));
  }
  yield closing('data: [DONE]\n\n');
}

function completion(exchange: Exchange, text: string, finish: string | null): object {
  const { id, created, model } = exchange;
  const choices = [{ text, index: 0, logprobs: null, finish_reason: finish }];
  return { id: `cmpl-${id}`, object: 'text_completion', created, model, choices };
}

function event(value: object): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}
