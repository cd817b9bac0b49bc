// generateContent: every event is a response of its own, CRLF between them, usage on each, finishReason on the last.
// https://ai.google.dev/api/generate-content
import type { Exchange } from '../exchange.ts';
import { type Chat, closing, type Frame, output } from '../speech.ts';

const statuses: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

export const gemini: Chat = {
  idHeader: 'x-request-id',
  error(code, message, retryAfter) {
    const status = statuses[code] ?? (code < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL');
    const retry = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${retryAfter}s` };
    return { error: { code, message, status, ...(retryAfter === undefined ? {} : { details: [retry] }) } };
  },
  streamError: (message) => event({ error: { code: 500, message, status: 'INTERNAL' } }),
  answer: (exchange) => response(exchange, [wholePart(exchange)], { done: true, told: exchange.usage?.output }),
  frames: (exchange) => chunks(exchange, event),
};

/** The same as one JSON array: what `streamGenerateContent` answers without `alt=sse`. */
export const geminiArray: Chat = {
  ...gemini,
  streamType: 'application/json',
  streamError: (message) => `,\r\n${JSON.stringify({ error: { code: 500, message, status: 'INTERNAL' } })}`,
  *frames(exchange) {
    let first = true;
    for (const frame of chunks(exchange, (value) => JSON.stringify(value))) {
      yield { ...frame, text: `${first ? '[' : ',\r\n'}${frame.text}` };
      first = false;
    }
    yield closing(']');
  },
};

function* chunks(exchange: Exchange, shape: (value: unknown) => string): Generator<Frame> {
  const count = exchange.pieces.length;
  if (exchange.tool === undefined) {
    for (const [at, text] of exchange.pieces.entries()) {
      const told = exchange.usage && Math.ceil((exchange.usage.output * (at + 1)) / count);
      yield output(shape(response(exchange, [{ text }], { done: false, told })));
    }
  } else {
    yield output(shape(response(exchange, [wholePart(exchange)], { done: false, told: exchange.usage?.output })));
  }
  yield closing(shape(response(exchange, [{ text: '' }], { done: true, told: exchange.usage?.output })));
}

function event(value: unknown): string {
  return `data: ${JSON.stringify(value)}\r\n\r\n`;
}

function wholePart(exchange: Exchange): object {
  const { tool } = exchange;
  if (tool === undefined) return { text: exchange.text };
  return { functionCall: { id: `call_${exchange.id}`, name: tool.name, args: tool.arguments } };
}

function response(exchange: Exchange, parts: object[], state: { done: boolean; told: number | undefined }): unknown {
  const finish = state.done ? { finishReason: 'STOP' } : {};
  return {
    candidates: [{ content: { parts, role: 'model' }, ...finish, index: 0 }],
    ...(exchange.usage && { usageMetadata: usage(exchange.usage.input, state.told ?? 0) }),
    modelVersion: exchange.model,
    responseId: exchange.id,
  };
}

function usage(input: number, told: number): object {
  return {
    promptTokenCount: input,
    candidatesTokenCount: told,
    totalTokenCount: input + told,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: input }],
  };
}
