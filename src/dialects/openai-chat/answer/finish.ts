// `finish_reason`, both ways (wire.md 7).
import type { Candidate, Finish, FinishReason, Part } from '../../../core/index.ts';
import { entryOf } from '../../json.ts';
import { own } from '../members.ts';

const reasons: Readonly<Record<string, FinishReason>> = {
  stop: 'end',
  // Mistral's, when the window is full.
  model_length: 'length',
  length: 'length',
  tool_calls: 'tool',
  // Before `tool_calls` there was one.
  function_call: 'tool',
  content_filter: 'filtered',
  // SGLang and others pass the tokenizer's word on.
  eos: 'end',
  end_turn: 'end',
};

/** `called`, `refused`: whether the answer holds a tool call or a refusal. */
export function decodeFinish(raw: string | undefined, called: boolean, refused: boolean): Finish {
  const known = entryOf(reasons, raw);
  const told = raw === undefined ? {} : { raw };
  // Some vendors say `stop` although tools were called, and clients would stop (CLIProxyAPI#805).
  const ended = known === 'end' || raw === undefined;
  if (called && ended) return { reason: 'tool', ...told };
  if (refused && ended) return { reason: 'refusal', ...told };
  return { reason: known ?? (raw === undefined ? 'end' : 'other'), ...told };
}

const words: Readonly<Record<FinishReason, string>> = {
  end: 'stop',
  length: 'length',
  context: 'length',
  'stop-string': 'stop',
  tool: 'tool_calls',
  filtered: 'content_filter',
  refusal: 'content_filter',
  paused: 'stop',
  'bad-call': 'stop',
  other: 'stop',
};

export function encodeFinish(finish: Finish, isOwn: boolean, called: boolean, refused: boolean): string {
  const { reason, raw } = finish;
  if (isOwn && raw !== undefined && decodeFinish(raw, called, refused).reason === reason) return raw;
  if (reason === 'end' && called) return 'tool_calls';
  return reason === 'refusal' && refused ? 'stop' : words[reason];
}

export function called(parts: readonly Part[]): boolean {
  return parts.some(({ kind }) => kind === 'tool-call');
}

export function refused(parts: readonly Part[]): boolean {
  return parts.some(({ kind }) => kind === 'refusal');
}

export function finishWord({ finish, parts, extra }: Candidate): string {
  return encodeFinish(finish, extra?.dialect === own, called(parts), refused(parts));
}
