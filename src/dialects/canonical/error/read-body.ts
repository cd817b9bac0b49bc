// What an error body says, in whichever of the many shapes vendors send. Nothing here judges it.
import { asArray, asObject, asString, type JsonObject, parseJson } from '../../json.ts';

export interface ErrorBody {
  readonly message: string | undefined;
  /** The upstream's own words for it, the most telling first: `context_length_exceeded`, `INVALID_ARGUMENT`. */
  readonly words: readonly string[];
  readonly param: string | undefined;
  /** An HTTP status that the body names. */
  readonly status: number | undefined;
  /** Tokens of the prompt and of the window, where they stand in fields of their own. */
  readonly tokens: { readonly given: number; readonly allowed: number } | undefined;
  /** Gemini's `RetryInfo`: `34.4s`. */
  readonly retryMs: number | undefined;
}

/** How deep errors are looked for in errors. */
const deepest = 4;

/** Where errors lie in other errors, the outermost names first. */
const shells = ['error', 'response', 'errors', 'detail', 'base_resp'];

const messages = ['message', 'detail', 'msg', 'error_message', 'error_msg', 'status_msg', 'error', 'title', 'reason'];

export function readErrorBody(value: unknown, depth = 0): ErrorBody | undefined {
  const body = asObject(asArray(value)?.[0] ?? value);
  if (body === undefined) return undefined;
  const own = ownWords(body);
  if (depth === deepest) return own;
  const inner = innerOf(body, depth);
  if (inner === undefined) return own.message === undefined && own.words.length === 0 ? undefined : own;
  return {
    // Of "Provider returned error" and what the provider said, the latter is of use.
    message: inner.message ?? own.message,
    words: [...new Set([...inner.words, ...own.words])],
    param: inner.param ?? own.param,
    status: inner.status ?? own.status,
    tokens: inner.tokens ?? own.tokens,
    retryMs: inner.retryMs ?? own.retryMs,
  };
}

function innerOf(body: JsonObject, depth: number): ErrorBody | undefined {
  for (const name of shells) {
    const found = readErrorBody(body[name], depth + 1);
    if (found !== undefined) return found;
  }
  // OpenRouter keeps what the vendor behind it said as text in `metadata.raw`; others put JSON into the message.
  return nested(asObject(body.metadata)?.raw, depth) ?? nested(body.message, depth) ?? nested(body.error, depth);
}

function nested(value: unknown, depth: number): ErrorBody | undefined {
  const text = asString(value)?.trim();
  // Some put words in front: `litellm.BadRequestError: … - {"error": …}`.
  const start = text?.search(/[[{]\s*[{"]/) ?? -1;
  if (text === undefined || start < 0) return undefined;
  return readErrorBody(parseJson(text.slice(start)), depth + 1);
}

function ownWords(body: JsonObject): ErrorBody {
  const details = (asArray(body.details) ?? []).map(asObject).filter((detail) => detail !== undefined);
  const code = typeof body.code === 'number' ? String(body.code) : asString(body.code);
  const reasons = details.map((detail) => asString(detail.reason));
  // `type` of an event says only that it is an error.
  const found = [
    ...reasons,
    code,
    asString(body.type),
    asString(body.status),
    asString(asObject(body.innererror)?.code),
  ];
  const words = found.filter((word) => word !== undefined && word !== '' && !empty.test(word)) as string[];
  return {
    message: messages.map((name) => textOf(body[name])).find((text) => text !== undefined),
    words: [...new Set(words)],
    param: asString(body.param) || fieldOf(body, details),
    status: statusOf(code) ?? statusOf(body.status) ?? statusOf(body.status_code),
    tokens: tokensOf(body),
    retryMs: retryOf(details),
  };
}

const empty = /^(error|response\.failed|failed|\d+|null|)$/;

function textOf(value: unknown): string | undefined {
  return asString(value)?.trim() || undefined;
}

function statusOf(value: unknown): number | undefined {
  const status = typeof value === 'string' ? Number(value) : value;
  return typeof status === 'number' && Number.isInteger(status) && status >= 400 && status <= 599 ? status : undefined;
}

/** FastAPI: `{loc: ['body', 'messages', 0], msg}`; google.rpc.BadRequest: `fieldViolations[].field`. */
function fieldOf(body: JsonObject, details: readonly JsonObject[]): string | undefined {
  const at = asArray(body.loc)?.filter((step) => ['string', 'number'].includes(typeof step) && step !== 'body');
  if (at !== undefined && at.length > 0) return at.join('.');
  const violations = details.flatMap((detail) => asArray(detail.fieldViolations) ?? []);
  return violations.map((violation) => asString(asObject(violation)?.field)).find(Boolean);
}

/** llama.cpp tells both numbers apart from its text. */
function tokensOf(body: JsonObject): ErrorBody['tokens'] {
  const { n_prompt_tokens: given, n_ctx: allowed } = body;
  return typeof given === 'number' && typeof allowed === 'number' ? { given, allowed } : undefined;
}

function retryOf(details: readonly JsonObject[]): number | undefined {
  for (const { retryDelay } of details) {
    const seconds = Number(asString(retryDelay)?.replace(/s$/, '') || Number.NaN);
    if (Number.isFinite(seconds) && seconds >= 0) return Math.ceil(seconds * 1000);
  }
  return undefined;
}
