// {type: 'error', error: {type, message}, request_id}. https://docs.anthropic.com/en/api/errors
import type { Failure, Fault, FaultReason } from '../../core/index.ts';

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

/** Of what an upstream of another dialect said was wrong; the others keep the upstream's status. */
const reasons: Partial<Record<FaultReason, number>> = {
  'context-length': 400,
  'unsupported-parameter': 400,
  'content-policy': 400,
  credentials: 401,
  quota: 402,
  forbidden: 403,
  'unknown-model': 404,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
  'rate-limit': 429,
  overloaded: 529,
  timeout: 504,
};

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
  const found = reasons[fault.reason];
  if (found !== undefined) return found;
  // A bad request is one whatever its status was elsewhere, and 529 says more than that the upstream failed.
  if (fault.reason === 'server') return fault.status >= 500 && types[fault.status] === undefined ? fault.status : 500;
  return 400;
}

/** Claude Code compacts on `prompt is too long: N tokens > M maximum`; by the code of another dialect it would not know. */
function faultText({ reason, message, tokens }: Fault): string {
  if (reason !== 'context-length' || /prompt is too long/i.test(message)) return message;
  if (tokens === undefined) return `prompt is too long: ${message}`;
  return `prompt is too long: ${tokens.given} tokens > ${tokens.allowed} maximum`;
}
