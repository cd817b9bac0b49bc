// The status a reason has where nobody named one: in band of a stream, and in dialects that have no other word for it.
import type { FaultReason } from '../../../core/index.ts';

export const usualStatuses: Readonly<Record<FaultReason, number>> = {
  'invalid-request': 400,
  'context-length': 400,
  'unsupported-parameter': 400,
  'content-policy': 400,
  credentials: 401,
  quota: 429,
  forbidden: 403,
  'unknown-model': 404,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
  'rate-limit': 429,
  overloaded: 503,
  timeout: 504,
  server: 500,
};
