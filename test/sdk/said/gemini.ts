// What a stream of generated content says: the first candidate.
import type { FinishReason, JsonObject } from '../../../src/core/index.ts';
import { type Grown, grow } from './partial-arguments.ts';
import type { Said } from './said.ts';

interface GeneratedPart {
  readonly text?: string;
  readonly thought?: boolean;
  readonly functionCall?: Grown & { readonly name?: string; readonly args?: unknown };
}

interface Event {
  readonly candidates?: readonly {
    readonly index?: number;
    readonly content?: { readonly parts?: readonly GeneratedPart[] };
    readonly finishReason?: string;
  }[];
  readonly promptFeedback?: { readonly blockReason?: string };
  readonly usageMetadata?: {
    readonly promptTokenCount?: number;
    readonly toolUsePromptTokenCount?: number;
    readonly candidatesTokenCount?: number;
    readonly thoughtsTokenCount?: number;
  };
}

const filtered = /^(SAFETY|RECITATION|BLOCKLIST|PROHIBITED_CONTENT|SPII|LANGUAGE|IMAGE_.*)$/;
const bad = /^(MALFORMED_.*|UNEXPECTED_TOOL_CALL|TOO_MANY_TOOL_CALLS|MISSING_THOUGHT_SIGNATURE)$/;

export function readGenerated(said: Said, events: readonly JsonObject[]): void {
  for (const raw of events) {
    const { candidates = [], promptFeedback, usageMetadata: tokens } = raw as unknown as Event;
    const candidate = candidates.find(({ index }) => (index ?? 0) === 0);
    for (const part of candidate?.content?.parts ?? []) take(said, part);
    if (candidate?.finishReason !== undefined) said.finish = reasonOf(candidate.finishReason);
    if (promptFeedback?.blockReason !== undefined && candidates.length === 0) said.finish = 'filtered';
    if (tokens?.promptTokenCount !== undefined) {
      const input = tokens.promptTokenCount + (tokens.toolUsePromptTokenCount ?? 0);
      said.usage = { input, output: (tokens.candidatesTokenCount ?? 0) + (tokens.thoughtsTokenCount ?? 0) };
    }
  }
  said.ended = said.finish !== undefined;
}

function take(said: Said, { text, thought, functionCall: call }: GeneratedPart): void {
  if (thought !== true) said.text += text ?? '';
  if (call === undefined) return;
  const open = said.calls.at(-1);
  if (call.name === undefined && open !== undefined) open.arguments = grow(open.arguments, call);
  else
    said.calls.push({ name: call.name ?? '', arguments: grow(JSON.stringify(call.args ?? {}), call), custom: false });
}

function reasonOf(word: string): FinishReason {
  if (word === 'STOP') return 'end';
  if (word === 'MAX_TOKENS') return 'length';
  if (filtered.test(word)) return 'filtered';
  return bad.test(word) ? 'bad-call' : 'other';
}
