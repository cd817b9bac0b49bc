// OpenAI Responses. Error bodies and model lists are those of the chat dialect.
// https://platform.openai.com/docs/api-reference/responses
import type { Dialect, Endpoint } from '../../core/index.ts';
import { modelEndpoints, post } from '../openai-chat/endpoints.ts';
import { encodeModel, encodeModels, modelsQuery, readModels } from '../openai-chat/models.ts';
import { encodeError, encodeStreamError } from './error.ts';
import { readEvent } from './event.ts';
import { session } from './session/words.ts';
import { stored } from './stored.ts';
import { readUsage } from './usage.ts';

const endpoints: readonly Endpoint[] = [
  ...post('chat', '/responses', 'body'),
  ...post('count-tokens', '/responses/input_tokens', 'never'),
  ...post('compact', '/responses/compact', 'never'),
  ...stored,
  ...['/v1', ''].map(socket),
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
  readModels,
  modelsQuery,
  session,
};

/** The path of requests, asked for as a WebSocket. */
function socket(prefix: string): Endpoint {
  return {
    operation: 'session',
    method: 'GET',
    path: `${prefix}/responses`,
    upstream: '/responses',
    stream: 'always',
  };
}
