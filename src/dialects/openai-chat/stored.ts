// Things an account keeps: files, uploads in parts, batches. None of these requests names a model.
// https://platform.openai.com/docs/api-reference/files, /uploads and /batch
import type { Endpoint, Operation } from '../../core/index.ts';

export const stored: readonly Endpoint[] = [
  at('files', 'GET', '/files'),
  at('files', 'POST', '/files'),
  at('files', 'GET', '/files/{id}'),
  at('files', 'DELETE', '/files/{id}'),
  at('files', 'GET', '/files/{id}/content'),
  at('uploads', 'POST', '/uploads'),
  at('uploads', 'POST', '/uploads/{id}/parts'),
  at('uploads', 'POST', '/uploads/{id}/complete'),
  at('uploads', 'POST', '/uploads/{id}/cancel'),
  at('batches', 'GET', '/batches'),
  at('batches', 'POST', '/batches'),
  at('batches', 'GET', '/batches/{id}'),
  at('batches', 'POST', '/batches/{id}/cancel'),
];

function at(operation: Operation, method: Endpoint['method'], path: string): Endpoint {
  return { operation, method, path, upstream: path, stream: 'never', body: 'any' };
}
