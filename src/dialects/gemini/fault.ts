// What an upstream of another dialect said was wrong, as this API says it.
import type { Fault, FaultReason } from '../../core/index.ts';

const statuses: Partial<Record<FaultReason, number>> = {
  'context-length': 400,
  'unsupported-parameter': 400,
  'content-policy': 400,
  credentials: 401,
  // Without RetryInfo: waiting does not help.
  quota: 429,
  forbidden: 403,
  'unknown-model': 404,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
  'rate-limit': 429,
  overloaded: 503,
  timeout: 504,
};

/** `ErrorInfo.reason`, where Google has a word for it. */
const reasons: Partial<Record<FaultReason, string>> = {
  credentials: 'API_KEY_INVALID',
  'rate-limit': 'RATE_LIMIT_EXCEEDED',
  quota: 'QUOTA_EXHAUSTED',
};

export function faultStatus({ reason, status }: Fault): number {
  const found = statuses[reason];
  if (found !== undefined) return found;
  if (reason === 'server') return status >= 500 ? status : 500;
  return 400;
}

export function faultReason({ reason }: Fault): string {
  return reasons[reason] ?? reason.replaceAll('-', '_').toUpperCase();
}

/** Clients of this API know that a prompt is too long by these words alone. */
export function faultText({ reason, message, tokens }: Fault): string {
  if (reason !== 'context-length' || /input token count/i.test(message)) return message;
  const exceeds = 'exceeds the maximum number of tokens allowed';
  if (tokens === undefined) return `The input token count ${exceeds}. ${message}`;
  return `The input token count (${tokens.given}) ${exceeds} (${tokens.allowed}).`;
}
