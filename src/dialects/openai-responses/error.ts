// Errors of the Responses API: bodies like those of the chat dialect, and two events in band.
import type { Failure } from '../../core/index.ts';
import * as chat from '../openai-chat/error.ts';
import type { Told } from '../openai-chat/fault.ts';
import { ownId } from './state/items.ts';

export function encodeError(failure: Failure): { status: number; body: string } {
  const { status, type, code, param } = errorOf(failure);
  return { status, body: JSON.stringify({ error: { message: chat.errorText(failure), type, param, code } }) };
}

/**
 * Both events OpenAI itself sends: the official SDK throws on `error` and takes `response.failed` for an answer, Codex
 * knows only `response.failed`.
 */
export function encodeStreamError(failure: Failure): string {
  const { type, code, param } = errorOf(failure);
  const message = textOf(failure);
  const error = { type, code, message, param };
  const failed = {
    id: `${ownId}${failure.callId}`,
    object: 'response',
    status: 'failed',
    error: { code: code ?? 'server_error', message },
    incomplete_details: null,
    output: [],
    usage: null,
  };
  return (
    // Flat as specified and nested as sent: the SDK throws only on the latter.
    frame({ type: 'error', sequence_number: afterAll, code, message, param, error }) +
    frame({ type: 'response.failed', sequence_number: afterAll + 1, response: failed })
  );
}

/** How many events went before is not known here. Clients want a number (the AI SDK overlooks an error without), and one that grows. */
const afterAll = 1_000_000_000;

/** A refused prompt has a name of its own here, one that Codex does not retry. */
function errorOf(failure: Failure): Told {
  const told = chat.errorOf(failure);
  return failure.fault?.reason === 'content-policy' ? { ...told, code: 'invalid_prompt' } : told;
}

/** In band there is no header for the time to wait: Codex reads it from these words. */
function textOf(failure: Failure): string {
  const text = chat.errorText(failure);
  const wait = failure.retryAfterMs ?? failure.fault?.retryAfterMs;
  if (failure.fault?.reason !== 'rate-limit' || wait === undefined || /try again in/i.test(text)) return text;
  return `${text} Please try again in ${Math.ceil(wait / 1000)}s.`;
}

function frame(event: { readonly type: string } & Readonly<Record<string, unknown>>): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
