// Anthropic Messages. Its SDKs take a base URL without /v1. https://docs.anthropic.com/en/api/messages
import type { Dialect, Endpoint } from '../../core/index.ts';
import { encodeError, errorBody } from './error.ts';
import { readEvent } from './event.ts';
import { encodeModel, encodeModels, modelsQuery, readModels } from './models.ts';
import { stored } from './stored.ts';
import { readUsage } from './usage.ts';

const endpoints: readonly Endpoint[] = [
  { operation: 'chat', method: 'POST', path: '/v1/messages', upstream: '/v1/messages', stream: 'body' },
  {
    operation: 'count-tokens',
    method: 'POST',
    path: '/v1/messages/count_tokens',
    upstream: '/v1/messages/count_tokens',
    stream: 'never',
  },
  ...stored,
  { operation: 'models', method: 'GET', path: '/v1/models', upstream: '/v1/models', stream: 'never' },
  { operation: 'models', method: 'GET', path: '/v1/models/{model}', upstream: '/v1/models/{model}', stream: 'never' },
];

export const anthropicMessages: Dialect = {
  name: 'anthropic-messages',
  endpoints,
  encodeError,
  encodeStreamError: (failure) => `event: error\ndata: ${errorBody(failure)}\n\n`,
  heartbeat: 'event: ping\ndata: {"type": "ping"}\n\n',
  readEvent,
  readUsage,
  encodeModels,
  encodeModel,
  readModels,
  modelsQuery,
};
