// Holds what a client heard against what was said.
import { isDeepStrictEqual } from 'node:util';
import type { DialectName, FinishReason } from '../../src/core/index.ts';
import type { Client, Heard } from './clients/heard.ts';
import type { Call, Said } from './said/said.ts';

type Words = Readonly<Record<FinishReason, readonly string[]>>;

/** The words each dialect has for an ending (wire.md 7). Where it has several, each is right. */
const dialectWords: Readonly<Record<DialectName, Words>> = {
  'openai-chat': {
    end: ['stop'],
    length: ['length'],
    context: ['length'],
    'stop-string': ['stop'],
    tool: ['tool_calls'],
    filtered: ['content_filter'],
    refusal: ['stop'],
    paused: ['stop'],
    'bad-call': ['stop'],
    other: ['stop'],
  },
  'openai-responses': {
    end: ['completed'],
    length: ['max_output_tokens'],
    context: ['max_output_tokens'],
    'stop-string': ['completed'],
    tool: ['completed'],
    filtered: ['content_filter'],
    refusal: ['completed'],
    paused: ['completed'],
    'bad-call': ['failed'],
    other: ['completed'],
  },
  'anthropic-messages': {
    end: ['end_turn'],
    length: ['max_tokens'],
    context: ['model_context_window_exceeded'],
    'stop-string': ['stop_sequence'],
    tool: ['tool_use'],
    filtered: ['refusal'],
    refusal: ['refusal'],
    paused: ['pause_turn'],
    'bad-call': ['end_turn'],
    other: ['end_turn'],
  },
  gemini: {
    end: ['STOP'],
    length: ['MAX_TOKENS'],
    context: ['MAX_TOKENS'],
    'stop-string': ['STOP'],
    tool: ['STOP'],
    filtered: ['SAFETY', 'RECITATION', 'BLOCKLIST', 'PROHIBITED_CONTENT', 'SPII', 'LANGUAGE'],
    refusal: ['SAFETY'],
    paused: ['STOP'],
    'bad-call': ['MALFORMED_FUNCTION_CALL'],
    other: ['STOP', 'OTHER'],
  },
};

/** The Vercel SDK's words for them, as it reads them in each dialect. */
const unified: Readonly<Record<string, string>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool-calls',
  content_filter: 'content-filter',
  completed: 'stop',
  max_output_tokens: 'length',
  end_turn: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  stop_sequence: 'stop',
  tool_use: 'tool-calls',
  refusal: 'content-filter',
  pause_turn: 'stop',
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content-filter',
  RECITATION: 'content-filter',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
  LANGUAGE: 'content-filter',
  OTHER: 'other',
};

/** What differs, or undefined. */
export function complaint(said: Said, heard: Heard, client: Client): string | undefined {
  if (heard.text !== said.text) return `text: ${excerpt(heard.text)}, not ${excerpt(said.text)}`;
  const calls = heard.calls.map(({ name, arguments: json }) => ({ name, input: inputOf(json, false) }));
  const wanted = said.calls.map((call) => ({ name: call.name, input: wantedInput(call, client.dialect) }));
  if (!isDeepStrictEqual(calls, wanted)) return `calls: ${JSON.stringify(calls)}, not ${JSON.stringify(wanted)}`;
  const finishes = finishWords(said, client);
  if (!finishes.includes(heard.finish)) return `finish: ${heard.finish}, not ${finishes.join(' or ')}`;
  const { usage } = said;
  if (usage !== undefined && !isDeepStrictEqual(heard.usage, usage)) {
    return `usage: ${JSON.stringify(heard.usage)}, not ${JSON.stringify(usage)}`;
  }
  return undefined;
}

function finishWords({ finish = 'other', calls }: Said, { name, dialect }: Client): readonly string[] {
  const words = dialectWords[dialect][finish];
  if (!name.startsWith('ai ')) return words;
  // Of these two dialects it tells a tool call by the call, not by the word.
  const byCall = dialect === 'gemini' || dialect === 'openai-responses';
  return words.map((word) =>
    byCall && calls.length > 0 && unified[word] === 'stop' ? 'tool-calls' : (unified[word] ?? word),
  );
}

/** Free text travels as the one string of a function where a dialect has no other tools; what is no object as none (wire.md 4, 5.6). */
function wantedInput({ arguments: text, custom }: Call, dialect: DialectName): unknown {
  const objects = dialect === 'anthropic-messages' || dialect === 'gemini';
  if (custom) return objects ? { input: text } : text;
  return inputOf(text, objects);
}

function inputOf(json: string, objects: boolean): unknown {
  if (json.trim() === '') return {};
  try {
    return JSON.parse(json);
  } catch {
    return objects ? {} : json;
  }
}

function excerpt(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 40)}…${text.slice(-40)}` : text);
}
