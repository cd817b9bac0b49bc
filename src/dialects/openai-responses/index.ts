// OpenAI Responses. Error bodies and model lists are those of the chat dialect.
// https://platform.openai.com/docs/api-reference/responses
import type { Dialect, Endpoint, Failure } from '../../core/index.ts';
import { modelEndpoints, post } from '../openai-chat/endpoints.ts';
import { encodeError, errorCode, errorText, errorType } from '../openai-chat/error.ts';
import { encodeModel, encodeModels } from '../openai-chat/models.ts';
import { readEvent } from './event.ts';
import { readUsage } from './usage.ts';

const endpoints: readonly Endpoint[] = [
  ...post('chat', '/responses', 'body'),
  ...post('count-tokens', '/responses/input_tokens', 'never'),
  ...modelEndpoints(),
];

export const openaiResponses: Dialect = {
  name: 'openai-responses',
  endpoints,
  encodeError,
  encodeStreamError,
  heartbeat: ': keepalive\n\n',
  readEvent,
  readUsage,
  encodeModels,
  encodeModel,
};

/**
 * Both events OpenAI itself sends: the official SDK throws on `error` and takes `response.failed` for an answer, Codex
 * knows only `response.failed`.
 */
function encodeStreamError(failure: Failure): string {
  const code = errorCode(failure);
  const message = errorText(failure);
  const param = failure.param ?? null;
  const error = { type: errorType(failure.status), code, message, param };
  const failed = {
    id: failure.callId,
    object: 'response',
    status: 'failed',
    error: { code, message },
    incomplete_details: null,
    output: [],
    usage: null,
  };
  return (
    // Flat as specified and nested as sent: the SDK throws only on the latter.
    frame({ type: 'error', code, message, param, error }) + frame({ type: 'response.failed', response: failed })
  );
}

function frame(event: { readonly type: string } & Readonly<Record<string, unknown>>): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
