// Things an account keeps: files, batches, cached contents. A file is uploaded in two steps: the first is answered with
// the address for the second, which must lead through the gateway too. https://ai.google.dev/api/files
import type { Endpoint, Operation } from '../../core/index.ts';

export const stored: readonly Endpoint[] = [
  { ...at('files', 'POST', '/upload/v1beta/files'), links: ['x-goog-upload-url', 'x-goog-upload-control-url'] },
  at('files', 'PUT', '/upload/v1beta/files'),
  at('files', 'GET', '/v1beta/files'),
  at('files', 'POST', '/v1beta/files'),
  at('files', 'GET', '/v1beta/files/{id}'),
  at('files', 'DELETE', '/v1beta/files/{id}'),
  at('files', 'GET', '/v1beta/files/{id}:download'),
  at('batches', 'GET', '/v1beta/batches'),
  at('batches', 'GET', '/v1beta/batches/{id}'),
  at('batches', 'DELETE', '/v1beta/batches/{id}'),
  at('batches', 'POST', '/v1beta/batches/{id}:cancel'),
  at('caches', 'GET', '/v1beta/cachedContents'),
  { operation: 'caches', method: 'POST', ...same('/v1beta/cachedContents'), stream: 'never' },
  at('caches', 'GET', '/v1beta/cachedContents/{id}'),
  at('caches', 'PATCH', '/v1beta/cachedContents/{id}'),
  at('caches', 'DELETE', '/v1beta/cachedContents/{id}'),
];

function at(operation: Operation, method: Endpoint['method'], path: string): Endpoint {
  return { operation, method, ...same(path), stream: 'never', body: 'any' };
}

function same(path: string): Pick<Endpoint, 'path' | 'upstream'> {
  return { path, upstream: path };
}
