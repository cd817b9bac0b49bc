// How each dialect tells what was wrong.
import type { DialectName, Fault, FaultReason } from '../../src/core/index.ts';
import { dialects } from '../../src/dialects/index.ts';

/** Reason, in plain words, and the status it mostly has. */
export const faults: readonly (readonly [FaultReason, string, number])[] = [
  ['invalid-request', 'a request that is not right', 400],
  ['context-length', 'a prompt that is too long', 400],
  ['unsupported-parameter', 'a setting the model does not take', 400],
  ['content-policy', 'a prompt that is refused', 400],
  ['quota', 'money or credits are used up', 429],
  ['unknown-model', 'no such model', 404],
  ['not-found', 'something else is not there', 404],
  ['conflict', 'two things at once', 409],
  ['too-large', 'a body that is too large', 413],
  ['rate-limit', 'too many requests or tokens', 429],
  ['overloaded', 'overloaded', 503],
  ['timeout', 'too slow', 504],
  ['server', 'any other failure of the upstream', 500],
];

/** Status with type or code: `429 rate_limit_exceeded`. */
export function errorWord(reason: FaultReason, status: number, dialect: DialectName): string {
  const fault: Fault = { type: 'fault', reason, status, message: 'text' };
  const failure = { code: 'upstream-failed', status, message: 'text', param: undefined, callId: '', fault } as const;
  const told = dialects[dialect].encodeError(failure);
  const { error } = JSON.parse(told.body) as { error: Readonly<Record<string, unknown>> };
  const word = dialect === 'gemini' ? error.status : (error.code ?? error.type);
  return `${told.status} \`${word}\``;
}
