// The error body of both OpenAI dialects: {error: {message, type, param, code}}.
// https://platform.openai.com/docs/guides/error-codes
import type { ErrorCode, Failure } from '../../core/index.ts';
import { type Told, toldOf } from './fault.ts';

/** Codes that clients of this dialect know by another name. The others are ours with underscores. */
const knownCodes: Partial<Record<ErrorCode, string>> = {
  'missing-key': 'invalid_api_key',
  'invalid-key': 'invalid_api_key',
  'expired-key': 'invalid_api_key',
  'disabled-key': 'invalid_api_key',
  'unknown-model': 'model_not_found',
  'model-missing': 'missing_required_parameter',
  'quota-exceeded': 'insufficient_quota',
  'rate-limited': 'rate_limit_exceeded',
  'upstream-rate-limited': 'rate_limit_exceeded',
  internal: 'server_error',
  'upstream-failed': 'server_error',
};

export function encodeError(failure: Failure): { status: number; body: string } {
  return { status: errorOf(failure).status, body: errorBody(failure) };
}

export function errorBody(failure: Failure): string {
  const { type, param, code } = errorOf(failure);
  return JSON.stringify({ error: { message: errorText(failure), type, param, code } });
}

/** There is no field for the id of a call, so the message ends with it. */
export function errorText({ fault, message, callId }: Failure): string {
  return `${fault?.message ?? message} (request id: ${callId})`;
}

export function errorOf(failure: Failure): Told {
  const { fault, status, code, param } = failure;
  if (fault !== undefined) return toldOf(fault);
  return {
    status: errorStatus(status),
    type: errorType(status),
    code: knownCodes[code] ?? code.replaceAll('-', '_'),
    param: param ?? null,
  };
}

function errorType(status: number): string {
  if (status === 402) return 'insufficient_quota';
  if (status === 429) return 'requests';
  if (errorStatus(status) === 503) return 'service_unavailable_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}

/** 529 is Anthropic's alone: clients of this dialect retry a 503. */
function errorStatus(status: number): number {
  return status === 529 ? 503 : status;
}
