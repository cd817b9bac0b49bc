// {error: {code, message, status, details}}: google.rpc.Status as JSON. Its clients read no headers, so the time to wait
// and the id of the call stand in the details. https://ai.google.dev/gemini-api/docs/troubleshooting
import type { Failure } from '../../core/index.ts';

const statuses: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  402: 'FAILED_PRECONDITION',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  408: 'CANCELLED',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

const detailType = 'type.googleapis.com/google.rpc.';

export function encodeError(failure: Failure): { status: number; body: string } {
  const code = errorStatus(failure.status);
  const reason = failure.code === 'invalid-key' ? 'API_KEY_INVALID' : failure.code.replaceAll('-', '_').toUpperCase();
  const details: object[] = [
    { '@type': `${detailType}ErrorInfo`, reason, domain: 'portico' },
    { '@type': `${detailType}RequestInfo`, requestId: failure.callId },
  ];
  if (failure.retryAfterMs !== undefined) {
    details.push({ '@type': `${detailType}RetryInfo`, retryDelay: `${Math.ceil(failure.retryAfterMs / 1000)}s` });
  }
  return { status: code, body: JSON.stringify({ error: { ...errorHead(failure), details } }) };
}

export function encodeStreamError(failure: Failure): string {
  return `data: ${JSON.stringify({ error: errorHead(failure) })}\r\n\r\n`;
}

function errorHead(failure: Failure): object {
  const code = errorStatus(failure.status);
  const status = statuses[code] ?? (code >= 500 ? 'INTERNAL' : 'INVALID_ARGUMENT');
  return { code, message: failure.message, status };
}

/** 529 is Anthropic's alone: clients of this dialect retry a 503. */
function errorStatus(status: number): number {
  return status === 529 ? 503 : status;
}
