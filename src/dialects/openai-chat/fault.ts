// What an upstream of another dialect said was wrong, as both OpenAI dialects say it: status, type, code. Clients act on
// some of the codes (`context_length_exceeded`, `insufficient_quota`, `rate_limit_exceeded`).
import type { Fault, FaultReason } from '../../core/index.ts';

export interface Told {
  readonly status: number;
  readonly type: string;
  readonly code: string | null;
  readonly param: string | null;
}

/** `own`: the upstream's status, or the code it gave. */
type Row = readonly [status: number | 'own', type: string, code: string | 'own' | null];

const request = 'invalid_request_error';

const rows: Readonly<Record<FaultReason, Row>> = {
  'invalid-request': ['own', request, 'own'],
  'context-length': [400, request, 'context_length_exceeded'],
  'unsupported-parameter': [400, request, 'unsupported_parameter'],
  'content-policy': [400, request, 'content_policy_violation'],
  credentials: [401, request, 'invalid_api_key'],
  quota: [429, 'insufficient_quota', 'insufficient_quota'],
  forbidden: [403, request, 'own'],
  'unknown-model': [404, request, 'model_not_found'],
  'not-found': [404, request, null],
  conflict: [409, request, null],
  'too-large': [413, request, null],
  'rate-limit': [429, 'requests', 'rate_limit_exceeded'],
  // Not `server_is_overloaded`: Codex gives up on it, and retries any other 503.
  overloaded: [503, 'service_unavailable_error', 'service_unavailable'],
  timeout: [504, 'server_error', 'timeout'],
  server: ['own', 'server_error', 'server_error'],
};

/** Parameters that a reason is about even where the upstream names none. */
const params: Partial<Record<FaultReason, string>> = { 'unknown-model': 'model' };

export function toldOf(fault: Fault): Told {
  const [status, type, code] = rows[fault.reason];
  return {
    status: status === 'own' ? ownStatus(fault) : status,
    type: fault.reason === 'rate-limit' && /tokens? per/i.test(fault.message) ? 'tokens' : type,
    code: code === 'own' ? ownCode(fault) : code,
    param: fault.param ?? params[fault.reason] ?? null,
  };
}

function ownStatus({ reason, status }: Fault): number {
  if (reason === 'server') return status >= 500 && status !== 529 ? status : 500;
  return status >= 400 && status < 500 ? status : 400;
}

/** Codes look like `invalid_value` here; other dialects' words for any bad request say nothing more than the type. */
function ownCode({ code }: Fault): string | null {
  return code !== undefined && /^[a-z][a-z0-9_]*$/.test(code) && !code.endsWith('_error') ? code : null;
}
