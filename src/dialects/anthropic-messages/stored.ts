// Things an account keeps: batches of messages and files. None of these requests names a model at its top level.
// https://docs.anthropic.com/en/api/creating-message-batches and /files-create
import type { Endpoint, Operation } from '../../core/index.ts';

export const stored: readonly Endpoint[] = [
  batches('GET', '/v1/messages/batches'),
  batches('POST', '/v1/messages/batches'),
  batches('GET', '/v1/messages/batches/{id}'),
  at('batches', 'DELETE', '/v1/messages/batches/{id}'),
  batches('POST', '/v1/messages/batches/{id}/cancel'),
  at('batches', 'GET', '/v1/messages/batches/{id}/results'),
  at('files', 'GET', '/v1/files'),
  at('files', 'POST', '/v1/files'),
  at('files', 'GET', '/v1/files/{id}'),
  at('files', 'DELETE', '/v1/files/{id}'),
  at('files', 'GET', '/v1/files/{id}/content'),
];

/** A batch says in `results_url` where its results are; the SDK follows that. */
function batches(method: Endpoint['method'], path: string): Endpoint {
  return { ...at('batches', method, path), bodyLinks: '/v1/messages/batches/' };
}

function at(operation: Operation, method: Endpoint['method'], path: string): Endpoint {
  return { operation, method, path, upstream: path, stream: 'never', body: 'any' };
}
