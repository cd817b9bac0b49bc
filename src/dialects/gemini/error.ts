// {error: {code, message, status, details}}: google.rpc.Status as JSON. Its clients read no headers, so the time to wait
// and the id of the call stand in the details. https://ai.google.dev/gemini-api/docs/troubleshooting
import type { Failure } from '../../core/index.ts';
import { faultReason, faultStatus, faultText } from './fault.ts';
import { oneLine } from './stream/one-line.ts';

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
  const head = errorHead(failure);
  return { status: head.code, body: JSON.stringify({ error: { ...head, details: detailsOf(failure) } }) };
}

export function encodeStreamError(failure: Failure): string {
  return `data: ${oneLine(JSON.stringify({ error: errorHead(failure) }))}\r\n\r\n`;
}

function errorHead(failure: Failure): { code: number; message: string; status: string } {
  const { fault } = failure;
  const code = errorStatus(fault === undefined ? failure.status : faultStatus(fault));
  const status = statuses[code] ?? (code >= 500 ? 'INTERNAL' : 'INVALID_ARGUMENT');
  return { code, message: fault === undefined ? failure.message : faultText(fault), status };
}

function detailsOf(failure: Failure): object[] {
  const { fault } = failure;
  const details: object[] = [
    { '@type': `${detailType}ErrorInfo`, reason: reasonOf(failure), domain: 'portico' },
    { '@type': `${detailType}RequestInfo`, requestId: failure.callId },
  ];
  const wait = failure.retryAfterMs ?? fault?.retryAfterMs;
  if (wait !== undefined) {
    details.push({ '@type': `${detailType}RetryInfo`, retryDelay: `${Math.ceil(wait / 1000)}s` });
  }
  if (fault?.param !== undefined) {
    const fieldViolations = [{ field: fault.param, description: fault.message }];
    details.push({ '@type': `${detailType}BadRequest`, fieldViolations });
  }
  return details;
}

function reasonOf({ code, fault }: Failure): string {
  if (fault !== undefined) return faultReason(fault);
  return code === 'invalid-key' ? 'API_KEY_INVALID' : code.replaceAll('-', '_').toUpperCase();
}

/** 529 is Anthropic's alone: clients of this dialect retry a 503. */
function errorStatus(status: number): number {
  return status === 529 ? 503 : status;
}
