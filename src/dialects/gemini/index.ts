// Gemini: the model and the operation stand in the path, one model to a path. Its SDKs take a base URL without version.
// https://ai.google.dev/api/generate-content
import type { Dialect, Endpoint, Operation } from '../../core/index.ts';
import { encodeError, encodeStreamError } from './error.ts';
import { readEvent } from './event.ts';
import { encodeModel, encodeModels, modelsQuery, readModels } from './models.ts';
import { stored } from './stored.ts';
import { readUsage } from './usage.ts';

const endpoints: readonly Endpoint[] = [
  ...post('chat', 'generateContent', 'never'),
  ...post('chat', 'streamGenerateContent', 'always').map((endpoint) => ({ ...endpoint, events: 'alt=sse' })),
  ...post('count-tokens', 'countTokens', 'never'),
  ...post('embeddings', 'embedContent', 'never'),
  ...post('embeddings', 'batchEmbedContents', 'never'),
  ...post('images', 'predict', 'never'),
  ...post('batches', 'batchGenerateContent', 'never'),
  ...post('batches', 'asyncBatchEmbedContent', 'never'),
  ...stored,
  live('v1beta'),
  live('v1alpha'),
  get('/v1beta/models'),
  get('/v1beta/models/{model}'),
];

export const gemini: Dialect = {
  name: 'gemini',
  endpoints,
  encodeError,
  encodeStreamError,
  // gemini-cli loses every later chunk after a comment line; a blank line is ignored by all.
  heartbeat: '\n',
  readEvent,
  readUsage,
  encodeModels,
  encodeModel,
  readModels,
  modelsQuery,
};

/** v1 is a subset of v1beta, so both are served by the latter. */
function post(operation: Operation, method: string, stream: Endpoint['stream']): Endpoint[] {
  const upstream = `/v1beta/models/{model}:${method}`;
  return [upstream, `/v1/models/{model}:${method}`].map((path) => ({
    operation,
    method: 'POST',
    path,
    upstream,
    stream,
  }));
}

/** The model stands in the first message, which is not read: it goes where exactly one provider takes it. */
function live(version: string): Endpoint {
  const path = `/ws/google.ai.generativelanguage.${version}.GenerativeService.BidiGenerateContent`;
  return { operation: 'realtime', method: 'GET', path, upstream: path, stream: 'always' };
}

function get(path: string): Endpoint {
  return { operation: 'models', method: 'GET', path, upstream: path, stream: 'never' };
}
