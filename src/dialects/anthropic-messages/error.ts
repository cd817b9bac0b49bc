// {type: 'error', error: {type, message}, request_id}. https://docs.anthropic.com/en/api/errors
import type { Failure } from '../../core/index.ts';

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

export function encodeError(failure: Failure): { status: number; body: string } {
  return { status: statuses[failure.status] ?? failure.status, body: errorBody(failure) };
}

export function errorBody(failure: Failure): string {
  const type = types[failure.status] ?? (failure.status >= 500 ? 'api_error' : 'invalid_request_error');
  return JSON.stringify({ type: 'error', error: { type, message: failure.message }, request_id: failure.callId });
}
