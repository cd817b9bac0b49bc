// Responses that are kept: looked at, deleted, their input listed, cancelled. None of these requests names a model.
// https://platform.openai.com/docs/api-reference/responses/get
import type { Endpoint } from '../../core/index.ts';

export const stored: readonly Endpoint[] = ['', '/v1'].flatMap((prefix) => [
  at(prefix, 'GET', '/responses/{id}'),
  at(prefix, 'DELETE', '/responses/{id}'),
  at(prefix, 'GET', '/responses/{id}/input_items'),
  at(prefix, 'POST', '/responses/{id}/cancel'),
]);

function at(prefix: string, method: Endpoint['method'], path: string): Endpoint {
  return { operation: 'responses', method, path: prefix + path, upstream: path, stream: 'never', body: 'any' };
}
