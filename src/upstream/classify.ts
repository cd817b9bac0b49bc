// What an upstream's failure means: whose fault it is and whether another target could do better.
// The table is that of docs/failures.md.
import {
  type AttemptFailure,
  type ErrorCode,
  type FailureKind,
  type Fault,
  type FaultReason,
  GatewayError,
} from '../core/index.ts';
import { Unwanted } from './unwanted.ts';

type Verdict = AttemptFailure['verdict'];

const kinds: Readonly<Record<FaultReason, FailureKind>> = {
  credentials: 'auth',
  quota: 'auth',
  forbidden: 'auth',
  'unknown-model': 'model',
  'rate-limit': 'rate-limit',
  overloaded: 'server',
  server: 'server',
  timeout: 'timeout',
  'invalid-request': 'caller',
  'context-length': 'context-length',
  'unsupported-parameter': 'caller',
  'content-policy': 'content-policy',
  'not-found': 'caller',
  conflict: 'caller',
  'too-large': 'caller',
};

/** The kind of an error whose words have been read. `status`: the answer's own, where it was one. */
export function kindOfFault({ reason }: Fault, status?: number): FailureKind {
  const kind = kinds[reason];
  if (status === undefined || status < 500) return kind;
  // A server that failed has failed, whatever it says of the request; 504 is what `on: [5xx]` names.
  return kind === 'caller' || kind === 'timeout' ? 'server' : kind;
}

/** Why the gateway itself ends an exchange: no fault of the upstream's. */
const givenUp: readonly ErrorCode[] = ['client-closed', 'draining', 'call-timeout'];

/** The kind of a failure without an answer: connection, DNS, TLS, reset, one of the timeouts, or the client gone. */
export function kindOfError(error: unknown): FailureKind {
  if (error instanceof GatewayError) {
    if (error.code === 'upstream-timeout') return 'timeout';
    if (givenUp.includes(error.code)) return 'gone';
    return 'server';
  }
  if (error instanceof Unwanted) return 'gone';
  if (isNoHttp(error)) return 'server';
  const code = (error as { code?: unknown } | undefined)?.code;
  return code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT' ? 'timeout' : 'connect';
}

const stopping: ReadonlySet<FailureKind> = new Set(['caller', 'context-length', 'content-policy', 'gone']);

/** Something answered, and it was not HTTP. The parser's errors have a name, and sometimes a code. */
export function isNoHttp(error: unknown): boolean {
  const { name, code } = Object(error) as { readonly name?: unknown; readonly code?: unknown };
  return name === 'HTTPParserError' || code === 'UND_ERR_HEADERS_OVERFLOW';
}

/** Not implemented, busy, overloaded: to ask again at once cures none of them. */
const lasting: ReadonlySet<number> = new Set([501, 503, 529]);

/** Whether the same target, another one or none could do better. `status`: the answer's, if there was one. */
export function verdictOf(kind: FailureKind, status: number | undefined, reason?: FaultReason): Verdict {
  if (stopping.has(kind)) return 'stop';
  // Who has waited for the whole of a time limit does not wait for it once more.
  if (kind === 'timeout') return status === undefined || status < 400 ? 'next' : 'retry';
  if (kind === 'connect') return 'retry';
  if (kind !== 'server' || reason === 'overloaded') return 'next';
  return status !== undefined && lasting.has(status) ? 'next' : 'retry';
}

const codes: Record<FailureKind, ErrorCode> = {
  timeout: 'upstream-timeout',
  connect: 'upstream-failed',
  'rate-limit': 'upstream-rate-limited',
  server: 'upstream-failed',
  auth: 'upstream-refused-account',
  model: 'unknown-model',
  'context-length': 'invalid-request',
  'content-policy': 'invalid-request',
  caller: 'invalid-request',
  untranslatable: 'untranslatable',
  gone: 'client-closed',
};

/** The gateway's own code for a kind, used where the upstream's answer cannot be shown. */
export function codeOf(kind: FailureKind): ErrorCode {
  return codes[kind];
}
