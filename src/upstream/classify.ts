// What an upstream's failure means: whose fault it is and whether another target could do better.
// The table is FAILURES "Classes of upstream failure".
import {
  type AttemptFailure,
  type ErrorCode,
  type FailureKind,
  type Fault,
  type FaultReason,
  GatewayError,
} from '../core/index.ts';

type Verdict = AttemptFailure['verdict'];

const modelWords =
  /model[^.]{0,80}(not found|does not exist|not exist|not supported|unsupported|unknown)|unsupported model|unknown model|no such model|model_not_found/i;

/** The kind of an error answer. `text` is the beginning of its body. */
export function kindOfStatus(status: number, text: string): FailureKind {
  if (status === 401 || status === 402 || status === 403) return 'auth';
  if (status === 404) return modelWords.test(text) ? 'model' : 'caller';
  if (status === 408) return 'timeout';
  if (status === 429) return 'rate-limit';
  if (status >= 500) return 'server';
  return status === 400 && /unsupported model|model_not_found/i.test(text) ? 'model' : 'caller';
}

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
  'context-length': 'caller',
  'unsupported-parameter': 'caller',
  'content-policy': 'caller',
  'not-found': 'caller',
  conflict: 'caller',
  'too-large': 'caller',
};

/** The kind of an error whose words have been read. */
export function kindOfFault({ reason }: Fault): FailureKind {
  return kinds[reason];
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
  const code = (error as { code?: unknown } | undefined)?.code;
  return code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT' ? 'timeout' : 'connect';
}

const stopping: ReadonlySet<FailureKind> = new Set(['caller', 'context-length', 'content-policy', 'gone']);

export function verdictOf(kind: FailureKind): Verdict {
  return stopping.has(kind) ? 'stop' : 'next';
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

/** Milliseconds the upstream asks to wait: `retry-after-ms`, `retry-after` in seconds or as a date; capped at 30 min. */
export function retryAfterMs(headers: Readonly<Record<string, string | string[]>>, now: number): number | undefined {
  const cap = 30 * 60_000;
  const exact = Number(headers['retry-after-ms'] ?? Number.NaN);
  if (Number.isFinite(exact) && exact >= 0) return Math.min(exact, cap);
  const value = headers['retry-after'];
  if (typeof value !== 'string' || value === '') return undefined;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), cap) : undefined;
}
