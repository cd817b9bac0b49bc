// What a stream of chat completion chunks says: the first choice.
import type { FinishReason, JsonObject } from '../../../src/core/index.ts';
import type { Said } from './said.ts';

interface ToolDelta {
  readonly index?: number;
  readonly id?: string | null;
  readonly function?: { readonly name?: string | null; readonly arguments?: unknown };
  readonly custom?: { readonly name?: string; readonly input?: string };
}

interface Choice {
  readonly index?: number;
  readonly finish_reason?: string | null;
  readonly delta?: { readonly content?: unknown; readonly refusal?: string | null; readonly tool_calls?: ToolDelta[] };
}

interface Tokens {
  readonly prompt_tokens?: number;
  readonly completion_tokens?: number;
  readonly total_tokens?: number;
  readonly prompt_tokens_details?: { readonly cached_tokens?: number } | null;
}

const reasons: Readonly<Record<string, FinishReason>> = {
  stop: 'end',
  length: 'length',
  tool_calls: 'tool',
  function_call: 'tool',
  content_filter: 'filtered',
};

export function readChunks(said: Said, events: readonly JsonObject[], done: boolean): void {
  const calls = new Map<number, { name: string; arguments: string; custom: boolean }>();
  for (const event of events) {
    const { choices, usage } = event as { readonly choices?: Choice[]; readonly usage?: Tokens | null };
    const choice = choices?.find(({ index }) => (index ?? 0) === 0);
    said.text += textOf(choice?.delta?.content) + (choice?.delta?.refusal ?? '');
    for (const [at, delta] of (choice?.delta?.tool_calls ?? []).entries()) grow(calls, delta, at);
    if (typeof choice?.finish_reason === 'string') said.finish = reasons[choice.finish_reason] ?? 'other';
    if (usage !== undefined && usage !== null) {
      said.usage = counted(usage);
    }
  }
  said.calls = [...calls.values()];
  said.ended = done || said.finish !== undefined;
}

/** xAI leaves reasoning out of the completion, though not of the total; on Azure it leaves cached tokens out of the prompt. */
function counted({ prompt_tokens: prompt = 0, completion_tokens: completion = 0, ...more }: Tokens): Said['usage'] {
  const cached = more.prompt_tokens_details?.cached_tokens ?? 0;
  const output = Math.max(completion, (more.total_tokens ?? 0) - prompt);
  return { input: cached > prompt ? prompt + cached : prompt, output };
}

/** Mistral's content may be a list of blocks, of which some are thinking. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((block: { readonly text?: string }) => block.text ?? '').join('');
}

type Calls = Map<number, { name: string; arguments: string; custom: boolean }>;

function grow(calls: Calls, delta: ToolDelta, at: number): void {
  const index = delta.index ?? at;
  const call = calls.get(index) ?? { name: '', arguments: '', custom: delta.custom !== undefined };
  calls.set(index, call);
  call.name ||= delta.function?.name ?? delta.custom?.name ?? '';
  const more = delta.function?.arguments ?? delta.custom?.input ?? '';
  call.arguments += typeof more === 'string' ? more : JSON.stringify(more);
}
