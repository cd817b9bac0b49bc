// Streams as upstreams send them, spelled out only as far as a test cares, and requests led from dialect to dialect.
import type { DialectName, JsonObject, UpstreamFacts } from '../../../src/core/index.ts';
import { EventSplitter } from '../../../src/dialects/sse.ts';
import { type Said, translateRequest } from '../../../src/gateway/translate/translate-request.ts';
import { asking, type Wanted } from '../../support/asking.ts';
import { originOf, streamed } from '../../support/translated.ts';

/** Whatever an event holds: the tests say what they expect of it. */
export type Json = ReturnType<typeof JSON.parse>;

const data = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
const named = (value: JsonObject) => `event: ${value.type}\n${data(value)}`;

/** Chunks of OpenAI Chat: deltas of the first choice, then what ends it. */
export function chat(deltas: readonly object[], finish: string | null = 'stop', usage?: object): string {
  const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm' };
  const chunks = deltas.map((delta) => data({ ...head, choices: [{ index: 0, delta, finish_reason: null }] }));
  const last = finish === null ? '' : data({ ...head, choices: [{ index: 0, delta: {}, finish_reason: finish }] });
  const used = usage === undefined ? '' : data({ ...head, choices: [], usage });
  return chunks.join('') + last + used + (finish === null ? '' : 'data: [DONE]\n\n');
}

export function chatCall(index: number, id: string, name: string, json: string): object[] {
  return [
    { tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] },
    { tool_calls: [{ index, function: { arguments: json } }] },
  ];
}

/** Events of Anthropic Messages: blocks with their deltas. */
export function messages(
  blocks: readonly (readonly [start: object, ...deltas: object[]])[],
  reason = 'end_turn',
  usage: object = { input_tokens: 10, output_tokens: 1 },
): string {
  const message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [],
    stop_reason: null,
    usage,
  };
  const body = blocks.map(([start, ...deltas], index) => [
    named({ type: 'content_block_start', index, content_block: start }),
    ...deltas.map((delta) => named({ type: 'content_block_delta', index, delta })),
    named({ type: 'content_block_stop', index }),
  ]);
  return [
    named({ type: 'message_start', message }),
    ...body.flat(),
    named({ type: 'message_delta', delta: { stop_reason: reason, stop_sequence: null }, usage: { output_tokens: 5 } }),
    named({ type: 'message_stop' }),
  ].join('');
}

export const thinking = (text: string, signature = 'c2ln') =>
  [
    { type: 'thinking', thinking: '', signature: '' },
    { type: 'thinking_delta', thinking: text },
    { type: 'signature_delta', signature },
  ] as const;

export const text = (said: string) =>
  [
    { type: 'text', text: '' },
    { type: 'text_delta', text: said },
  ] as const;

export const toolUse = (id: string, name: string, json: string) =>
  [
    { type: 'tool_use', id, name, input: {} },
    { type: 'input_json_delta', partial_json: json },
  ] as const;

/** Chunks of Gemini: the parts of each, and what the last says besides. */
export function generated(chunks: readonly (readonly object[])[], finish = 'STOP', usage: object = {}): string {
  return chunks
    .map((parts, at) => {
      const last = at === chunks.length - 1;
      const candidate = { content: { role: 'model', parts }, index: 0, ...(last ? { finishReason: finish } : {}) };
      const usageMetadata = { promptTokenCount: 10, totalTokenCount: 10, ...usage };
      return `data: ${JSON.stringify({ candidates: [candidate], usageMetadata, modelVersion: 'm', responseId: 'r' })}\r\n\r\n`;
    })
    .join('');
}

/** Events of OpenAI Responses as they stand, numbered. */
export function responses(events: readonly JsonObject[]): string {
  return events.map((event, sequence) => named({ ...event, sequence_number: sequence })).join('');
}

/** What the client of `to` gets of a stream of `from`, event by event. */
export function told(from: DialectName, to: DialectName, sse: string, tools: readonly Wanted[] = []): Json[] {
  return parsed(streamed(from, to, sse, asking(to, tools)).text);
}

export function parsed(sse: string): Json[] {
  const splitter = new EventSplitter();
  return [...splitter.push(Buffer.from(sse)), ...splitter.end()]
    .filter(({ data: json }) => json !== '' && json !== '[DONE]')
    .map(({ data: json }) => JSON.parse(json));
}

export interface How {
  readonly model?: string;
  readonly stream?: boolean;
  readonly facts?: UpstreamFacts;
  /** Whose opaque blobs the upstream takes. */
  readonly origin?: string;
}

/** A request as the upstream gets it. */
export function asked(from: DialectName, to: DialectName, body: JsonObject, how: How = {}): Said & { body: Json } {
  const { model = 'm', stream = false, facts = {}, origin = originOf(to) } = how;
  const said = translateRequest({
    from: { dialect: from, operation: 'chat' },
    to: { dialect: to, operation: 'chat' },
    body: { ...(from === 'gemini' ? {} : { model }), ...body },
    asked: { model: from === 'gemini' ? model : undefined, stream },
    destination: { model, stream, origin, facts },
  });
  return { ...said, body: JSON.parse(JSON.stringify(said.body)) };
}
