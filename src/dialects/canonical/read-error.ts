// An upstream's error, whatever its shape, as a fault: what was wrong, in the upstream's words, without what must not
// be told. One reader for all dialects, because vendors speak one dialect and err in another.
import type { DecodeError, Fault } from '../../core/index.ts';
import { parseJson } from '../json.ts';
import { type ErrorBody, readErrorBody } from './error/read-body.ts';
import { reasonOf } from './error/reason.ts';
import { redact } from './error/redact.ts';
import { retryAfterOf } from './error/retry-after.ts';
import { usualStatuses } from './error/statuses.ts';
import { tokensIn } from './error/tokens.ts';

type Headers = Parameters<DecodeError>[1];

/** Characters of an upstream's message that are read, and that are kept. */
const read = 6_000;
const longest = 4_000;

/** An error answer. */
export const readError: DecodeError = (status, headers, text) => {
  const body = readErrorBody(parseJson(text));
  return faultFrom(body ?? { ...nothing, message: plainText(status, headers, text) }, status, headers);
};

/** An error that stands in a body or an event: `{error: …}`, `{type: 'error', …}`, `response.failed`, or the error itself. */
export function faultOf(value: unknown): Fault {
  return faultFrom(readErrorBody(value) ?? nothing, 0, {});
}

const nothing: ErrorBody = {
  message: undefined,
  words: [],
  param: undefined,
  status: undefined,
  tokens: undefined,
  retryMs: undefined,
};

function faultFrom(body: ErrorBody, answered: number, headers: Headers): Fault {
  // An error told with 200 has the status it names, if it names one.
  const status = answered >= 400 ? answered : body.status;
  const unsaid = `The upstream failed${status === undefined ? '' : ` (${status})`} and did not say why.`;
  const text = cut(body.message ?? body.words[0] ?? unsaid, read);
  const found = reasonOf(body.words, text, status);
  const tokens = found === 'context-length' ? (body.tokens ?? tokensIn(text)) : undefined;
  // "your request has 10 input tokens" of 4096: what is too much is the output asked for.
  const reason = tokens !== undefined && tokens.given <= tokens.allowed ? 'invalid-request' : found;
  const retryAfterMs = retryAfterOf(
    headers,
    body.retryMs,
    reason === 'rate-limit' || reason === 'overloaded' ? text : '',
  );
  const param = body.param ?? (reason === 'unsupported-parameter' ? quoted(text) : undefined);
  const code = body.words[0];
  return {
    type: 'fault',
    reason,
    // Gemini and others answer a bad key with 400.
    status: reason === 'credentials' ? 401 : (status ?? usualStatuses[reason]),
    message: cut(redact(text), longest),
    ...(code === undefined ? {} : { code: redact(code) }),
    ...(param === undefined ? {} : { param: redact(param) }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(reason === 'context-length' && tokens !== undefined ? { tokens } : {}),
  };
}

function plainText(status: number, headers: Headers, text: string): string | undefined {
  const start = text.trimStart().slice(0, 200);
  if (/^(<!doctype|<html|<\?xml|<head|<body)/i.test(start) || String(headers['content-type']).includes('html')) {
    return `The upstream answered ${status} with a web page.`;
  }
  // JSON that does not parse or holds no words is of no use to anybody.
  return start === '' || /^[[{]/.test(start) ? undefined : text.trim();
}

function quoted(text: string): string | undefined {
  return /(?:parameter|argument|name|field)[s:]*[\s:]*["'`\\]+([\w.[\]-]+)["'`\\]/i.exec(text)?.[1];
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
