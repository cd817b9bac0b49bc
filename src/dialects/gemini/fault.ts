// What an upstream of another dialect said was wrong, as this API says it.
import type { Fault, FaultReason } from '../../core/index.ts';
import { usualStatuses } from '../canonical/error/statuses.ts';

/** `ErrorInfo.reason`, where Google has a word for it. */
const reasons: Partial<Record<FaultReason, string>> = {
  credentials: 'API_KEY_INVALID',
  'rate-limit': 'RATE_LIMIT_EXCEEDED',
  quota: 'QUOTA_EXHAUSTED',
};

export function faultStatus({ reason, status }: Fault): number {
  return reason === 'server' && status >= 500 ? status : usualStatuses[reason];
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
