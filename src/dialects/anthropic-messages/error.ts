// {type: 'error', error: {type, message}, request_id}. https://docs.anthropic.com/en/api/errors
import type { Failure, Fault, FaultReason } from '../../core/index.ts';
import { usualStatuses } from '../canonical/error/statuses.ts';

const types: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  409: 'conflict_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  499: 'timeout_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

/** Statuses this API does not use, and the one it uses in their place. */
const statuses: Readonly<Record<number, number>> = { 408: 504, 422: 400, 503: 529 };

/** Of what an upstream of another dialect said was wrong. */
const reasons: Readonly<Record<FaultReason, number>> = { ...usualStatuses, quota: 402, overloaded: 529 };

export function encodeError(failure: Failure): { status: number; body: string } {
  const status = statusOf(failure);
  return { status: statuses[status] ?? status, body: errorBody(failure) };
}

export function errorBody(failure: Failure): string {
  const { fault, callId } = failure;
  const status = statusOf(failure);
  const type = types[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error');
  const message = fault === undefined ? failure.message : faultText(fault);
  return JSON.stringify({ type: 'error', error: { type, message }, request_id: callId });
}

function statusOf({ fault, status }: Failure): number {
  if (fault === undefined) return status;
  // 529 and its like say more than that the upstream failed.
  const plain = fault.reason === 'server' && fault.status >= 500 && types[fault.status] === undefined;
  return plain ? fault.status : reasons[fault.reason];
}

/** Claude Code compacts on `prompt is too long: N tokens > M maximum`; by the code of another dialect it would not know. */
function faultText({ reason, message, tokens }: Fault): string {
  if (reason !== 'context-length' || /prompt is too long/i.test(message)) return message;
  if (tokens === undefined) return `prompt is too long: ${message}`;
  return `prompt is too long: ${tokens.given} tokens > ${tokens.allowed} maximum`;
}
