// Paths of the dialect. The base URL of its SDKs ends in /v1, so upstream paths do not begin with it, and clients whose
// base URL lacks it are served as well.
import type { Endpoint, Operation } from '../../core/index.ts';
import { media } from './media.ts';
import { stored } from './stored.ts';

export const endpoints: readonly Endpoint[] = [
  ...post('chat', '/chat/completions', 'body'),
  ...post('completions', '/completions', 'body'),
  ...post('embeddings', '/embeddings', 'never'),
  ...post('moderations', '/moderations', 'never'),
  ...post('rerank', '/rerank', 'never'),
  { operation: 'rerank', method: 'POST', path: '/v2/rerank', upstream: '/rerank', stream: 'never' },
  ...media.flatMap(withAndWithoutVersion),
  ...stored.flatMap(withAndWithoutVersion),
  ...withAndWithoutVersion({
    operation: 'realtime',
    method: 'GET',
    path: '/realtime',
    upstream: '/realtime',
    stream: 'always',
  }),
  ...modelEndpoints(),
];

/** GET of the model list and of one model, for the dialects that share this shape. */
export function modelEndpoints(): Endpoint[] {
  return ['/models', '/models/{model}'].flatMap((path) => [
    { operation: 'models', method: 'GET', path: `/v1${path}`, upstream: path, stream: 'never' } as const,
    { operation: 'models', method: 'GET', path, upstream: path, stream: 'never' } as const,
  ]);
}

/** One POST endpoint, with and without /v1. */
export function post(operation: Operation, path: string, stream: Endpoint['stream']): Endpoint[] {
  return withAndWithoutVersion({ operation, method: 'POST', path, upstream: path, stream });
}

function withAndWithoutVersion(endpoint: Endpoint): Endpoint[] {
  return [{ ...endpoint, path: `/v1${endpoint.path}` }, endpoint];
}
