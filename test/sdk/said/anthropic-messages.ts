// What a stream of message events says.
import type { FinishReason, JsonObject } from '../../../src/core/index.ts';
import type { Said } from './said.ts';

interface Tokens {
  readonly input_tokens?: number | null;
  readonly cache_read_input_tokens?: number | null;
  readonly cache_creation_input_tokens?: number | null;
  readonly output_tokens?: number | null;
}

interface Event {
  readonly type: string;
  readonly index?: number;
  readonly message?: { readonly usage?: Tokens };
  readonly content_block?: {
    readonly type: string;
    readonly text?: string;
    readonly name?: string;
    readonly input?: unknown;
  };
  readonly delta?: {
    readonly text?: string;
    readonly partial_json?: string;
    readonly stop_reason?: string | null;
    readonly type?: string;
  };
  readonly usage?: Tokens;
}

const reasons: Readonly<Record<string, FinishReason>> = {
  end_turn: 'end',
  max_tokens: 'length',
  model_context_window_exceeded: 'context',
  stop_sequence: 'stop-string',
  tool_use: 'tool',
  refusal: 'filtered',
  pause_turn: 'paused',
};

export function readMessages(said: Said, events: readonly JsonObject[]): void {
  const calls = new Map<number, { name: string; arguments: string; custom: boolean; given: unknown }>();
  let tokens: Tokens = {};
  // Two messages in one stream: no client knows what to make of it.
  const ids = new Set(events.flatMap(({ message }) => (message as { readonly id?: string } | undefined)?.id ?? []));
  if (ids.size > 1) said.failed = true;
  for (const raw of events) {
    const { type, index = -1, message, content_block: block, delta, usage } = raw as unknown as Event;
    const more = message?.usage ?? (type === 'message_delta' ? usage : undefined);
    if (more !== undefined) tokens = { ...tokens, ...known(more) };
    if (type === 'error') said.failed = true;
    if (block?.type === 'text') said.text += block.text ?? '';
    if (block?.type === 'tool_use') {
      calls.set(index, { name: block.name ?? '', arguments: '', custom: false, given: block.input });
    }
    if (delta?.type === 'text_delta') said.text += delta.text ?? '';
    const call = calls.get(index);
    if (call !== undefined && delta?.partial_json !== undefined) call.arguments += delta.partial_json;
    const reason = type === 'message_delta' ? delta?.stop_reason : undefined;
    if (typeof reason === 'string') said.finish = reasons[reason] ?? 'other';
    if (type === 'message_stop') said.ended = true;
  }
  said.calls = [...calls.values()].map(({ name, arguments: json, given }) => ({
    name,
    arguments: json === '' ? JSON.stringify(given ?? {}) : json,
    custom: false,
  }));
  const input = sum(tokens.input_tokens, tokens.cache_read_input_tokens, tokens.cache_creation_input_tokens);
  if (tokens.output_tokens !== undefined) said.usage = { input, output: tokens.output_tokens ?? 0 };
}

function known(tokens: Tokens): Tokens {
  return Object.fromEntries(Object.entries(tokens).filter(([, value]) => typeof value === 'number'));
}

function sum(...numbers: readonly (number | null | undefined)[]): number {
  return numbers.reduce<number>((total, number) => total + (number ?? 0), 0);
}
