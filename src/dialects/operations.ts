// What kind of thing an operation is, where the gateway treats some alike.
import type { Operation } from '../core/index.ts';

const usual: ReadonlySet<Operation> = new Set([
  'chat',
  'completions',
  'count-tokens',
  'embeddings',
  'moderations',
  'rerank',
  'models',
]);
const bound: ReadonlySet<Operation> = new Set(['files', 'uploads', 'batches', 'caches', 'responses', 'opaque']);
const images: ReadonlySet<Operation> = new Set(['images', 'image-edits', 'image-variations']);

/** Offered by a directory that does not list its operations. */
export function isUsual(operation: Operation): boolean {
  return usual.has(operation);
}

/** Works on what an account keeps: what was made with one account is found with that account only. */
export function isBound(operation: Operation): boolean {
  return bound.has(operation);
}

/** The model may be left to the upstream. */
export function mayNameNoModel(operation: Operation): boolean {
  return bound.has(operation) || images.has(operation) || operation === 'moderations' || operation === 'realtime';
}

/** Takes or hands out bytes, but has no model work on them. */
export function runsNoModel(operation: Operation): boolean {
  return operation === 'files' || operation === 'uploads';
}

/** Usage in an answer is that of this call. A batch tells on every look at it what all of it has used; frames are not read. */
export function reportsUsage(operation: Operation): boolean {
  return !bound.has(operation) && operation !== 'forward' && operation !== 'realtime';
}

/** Served over WebSocket only. */
export function isSocket(operation: Operation): boolean {
  return operation === 'realtime' || operation === 'session';
}

/** Answers that may be anything: they are passed on as they are, a web page included. */
export function isPassedOn(operation: Operation): boolean {
  return bound.has(operation) || operation === 'forward';
}
