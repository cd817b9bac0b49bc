// Messages: named events, content blocks one after another, usage at both ends, a ping after the first block opens.
// https://platform.claude.com/docs/en/build-with-claude/streaming
import type { Exchange } from '../exchange.ts';
import { type Chat, closing, type Frame, opening, output } from '../speech.ts';

const types: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

export const anthropicMessages: Chat = {
  idHeader: 'request-id',
  error(status, message) {
    const type = types[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
    return { type: 'error', error: { type, message }, request_id: 'req_mock' };
  },
  streamError: (message) => event('error', { error: { type: 'api_error', message } }),
  answer,
  frames,
};

function answer(exchange: Exchange): unknown {
  const { tool, text } = exchange;
  const block = tool === undefined ? { type: 'text', text } : { ...toolUse(exchange), input: tool.arguments };
  const content = tool === undefined && text === '' ? [] : [block];
  return { ...message(exchange), content, stop_reason: stopReason(exchange), usage: usage(exchange) };
}

function* frames(exchange: Exchange): Generator<Frame> {
  const { input = 0 } = exchange.usage ?? {};
  const start = { ...message(exchange), content: [], stop_reason: null, usage: counts(input, 1) };
  yield opening(event('message_start', { message: start }));
  const block = exchange.tool === undefined ? { type: 'text', text: '' } : toolUse(exchange);
  yield opening(event('content_block_start', { index: 0, content_block: block }));
  yield opening(event('ping', {}));
  for (const piece of exchange.pieces) {
    const text = { type: 'text_delta', text: piece };
    const json = { type: 'input_json_delta', partial_json: piece };
    yield output(event('content_block_delta', { index: 0, delta: exchange.tool === undefined ? text : json }));
  }
  yield closing(event('content_block_stop', { index: 0 }));
  const delta = { stop_reason: stopReason(exchange), stop_sequence: null };
  yield closing(event('message_delta', { delta, usage: usage(exchange) }));
  yield closing(event('message_stop', {}));
}

function event(type: string, rest: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`;
}

function message(exchange: Exchange): object {
  return { id: `msg_${exchange.id}`, type: 'message', role: 'assistant', model: exchange.model, stop_sequence: null };
}

function toolUse(exchange: Exchange): object {
  return { type: 'tool_use', id: `toolu_${exchange.id}`, name: exchange.tool?.name, input: {} };
}

/** Clients break without this object, so that `usage=none` gives zeros here. */
function usage(exchange: Exchange): unknown {
  const { input, output: told } = exchange.usage ?? { input: 0, output: 0 };
  return counts(input, told);
}

function counts(input: number, told: number): object {
  return {
    input_tokens: input,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    output_tokens: told,
    service_tier: 'standard',
  };
}

function stopReason(exchange: Exchange): string {
  return exchange.tool === undefined ? 'end_turn' : 'tool_use';
}
