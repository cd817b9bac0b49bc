// Every error a client can be told: code -> HTTP status and default message. docs/errors.md explains each; a test
// holds the two together. Throw `new GatewayError('code', …)`; one place renders it in the caller's dialect.
import type { Fault } from './answer.ts';

export interface ErrorEntry {
  readonly status: number;
  readonly message: string;
}

export const errors = {
  'invalid-request': { status: 400, message: 'The request is not valid.' },
  'invalid-json': { status: 400, message: 'The request body is not valid JSON.' },
  'invalid-utf8': { status: 400, message: 'The request body is not valid UTF-8.' },
  'invalid-form': { status: 400, message: 'The multipart form of the request is not valid.' },
  'body-too-deep': { status: 400, message: 'The request body nests too deeply.' },
  'duplicate-field': { status: 400, message: 'The request body repeats a field at its top level.' },
  'model-missing': { status: 400, message: 'The request names no model.' },
  'provider-missing': { status: 400, message: 'Several providers could take this request, and it names none.' },
  'model-mismatch': { status: 400, message: 'The model in the path and the model in the body differ.' },
  'content-blocked': { status: 400, message: 'The content is not let through here.' },
  untranslatable: { status: 400, message: 'The model is reached in another dialect, which cannot say this.' },
  'previous-response-not-found': { status: 400, message: 'The previous response was not found.' },
  'missing-key': { status: 401, message: 'No API key was sent. Send one as a Bearer token or in x-api-key.' },
  'invalid-key': { status: 401, message: 'The API key is not known here.' },
  'expired-key': { status: 401, message: 'The API key has expired.' },
  'disabled-key': { status: 401, message: 'The API key is disabled.' },
  'quota-exceeded': { status: 402, message: 'The quota is used up.' },
  'client-not-allowed': { status: 403, message: 'This client may not be used here.' },
  'route-not-allowed': { status: 403, message: 'This API key may not use this route.' },
  'price-unknown': { status: 403, message: 'No price is known for this model, and a limit on cost applies.' },
  'model-not-allowed': { status: 403, message: 'This model may not be used here.' },
  'ip-not-allowed': { status: 403, message: 'Requests from this address are not accepted here.' },
  'unknown-path': { status: 404, message: 'Nothing is served at this path.' },
  'unknown-model': { status: 404, message: 'No such model.' },
  'unknown-response': { status: 404, message: 'No such response.' },
  'method-not-allowed': { status: 405, message: 'This method is not allowed here.' },
  'request-timeout': { status: 408, message: 'The request took too long to arrive.' },
  'body-too-large': { status: 413, message: 'The request body is too large.' },
  'unsupported-content-type': { status: 415, message: 'The content type of the request is not supported here.' },
  'unsupported-encoding': { status: 415, message: 'The content encoding of the request is not supported.' },
  'websocket-not-served': { status: 426, message: 'WebSockets are not served at this path.' },
  'websocket-required': { status: 426, message: 'This path is served over WebSocket only.' },
  'rate-limited': { status: 429, message: 'Too many requests.' },
  'upstream-rate-limited': { status: 429, message: 'Every account that could serve this is rate limited.' },
  'headers-too-large': { status: 431, message: 'The request headers are too large.' },
  'client-closed': { status: 499, message: 'The client left before the answer was complete.' },
  internal: { status: 500, message: 'The gateway failed.' },
  'not-offered': { status: 501, message: 'No provider here offers this operation.' },
  'upstream-failed': { status: 502, message: 'The upstream failed.' },
  'upstream-invalid': { status: 502, message: 'The upstream sent an answer that could not be understood.' },
  'upstream-truncated': { status: 502, message: 'The upstream ended its answer early.' },
  'upstream-refused-account': { status: 502, message: 'The upstream refused the credentials configured here.' },
  'no-account': { status: 503, message: 'No account can serve this request.' },
  'plugin-unavailable': { status: 503, message: 'A plugin this route needs could not be loaded.' },
  'issuer-unavailable': { status: 503, message: 'The keys that tokens are checked with cannot be had now.' },
  draining: { status: 503, message: 'The gateway is shutting down.' },
  'not-ready': { status: 503, message: 'The gateway is not ready yet.' },
  'call-timeout': { status: 504, message: 'The request took longer than is allowed here.' },
  'upstream-timeout': { status: 504, message: 'The upstream did not answer in time.' },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errors;

export interface ErrorOptions {
  /** Replaces the table's message. Shown to the client: no secrets, no upstream URLs. */
  readonly message?: string;
  /** The field or parameter at fault (`model`), for dialects that have a place for it. */
  readonly param?: string;
  /** Milliseconds until a retry makes sense; becomes `Retry-After`. */
  readonly retryAfterMs?: number;
  /** What an upstream of another dialect said, told in its place. */
  readonly fault?: Fault;
  /** For the log only. */
  readonly cause?: unknown;
}

/** The only error a plugin or provider throws on purpose. */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly param: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly fault: Fault | undefined;

  constructor(code: ErrorCode, options: ErrorOptions = {}) {
    super(options.message ?? errors[code].message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'GatewayError';
    this.code = code;
    this.status = errors[code].status;
    this.param = options.param;
    this.retryAfterMs = options.retryAfterMs;
    this.fault = options.fault;
  }
}
