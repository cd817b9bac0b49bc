// What the guard can look into, by operation. Requests of the others are seen as far as they are JSON.
import type { Operation } from 'portico';

/** Requests that pass as bytes, or as a connection. */
const closedRequests: ReadonlySet<Operation> = new Set(['realtime', 'opaque', 'forward']);
/** Answers in the canonical vocabulary, and those that hold no words: numbers, audio. A session's requests are calls of their own. */
const openAnswers: ReadonlySet<Operation> = new Set([
  'chat',
  'count-tokens',
  'embeddings',
  'moderations',
  'models',
  'speech',
  'session',
]);

export function readable(operation: Operation): { readonly request: boolean; readonly answer: boolean } {
  return { request: !closedRequests.has(operation), answer: openAnswers.has(operation) };
}
