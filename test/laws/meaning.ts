// What a conversation asks, member by member, so that two of them can be held against each other whatever dialects they
// have been through: grouping of turns, ids and spellings aside.
import type { Conversation, Field, JsonObject, Part, ToolCallPart, Turn } from '../../src/core/index.ts';
import { parseExact } from '../../src/dialects/canonical/numbers.ts';

export interface Meaning {
  /** Everything the user and the instructions say, in order. */
  readonly told: readonly string[];
  /** All that the assistant said. */
  readonly said: string;
  readonly calls: readonly { readonly name: string; readonly input: unknown }[];
  /** In the order of the calls they answer. */
  readonly results: readonly { readonly call: number; readonly text: string; readonly isError: boolean }[];
  readonly media: readonly string[];
  readonly tools: readonly { readonly name: string; readonly description: string; readonly parameters: unknown }[];
  readonly settings: Readonly<Partial<Record<Field, unknown>>>;
}

export function meaningOf(conversation: Conversation): Meaning {
  const { turns } = conversation;
  const calls = turns.flatMap(({ parts }) => parts.filter((part) => part.kind === 'tool-call'));
  return {
    told: turns.filter(({ role }) => role !== 'assistant').flatMap(({ parts }) => parts.flatMap(textsOf)),
    said: turns
      .filter(({ role }) => role === 'assistant')
      .flatMap(({ parts }) => parts.flatMap(textsOf))
      .join(''),
    calls: calls.map(({ name, arguments: json }) => ({ name, input: plain(json) })),
    results: resultsOf(turns, calls),
    media: turns.flatMap(({ parts }) => parts.flatMap(mediaOf)),
    tools: conversation.tools.flatMap((tool) => {
      if (tool.kind !== 'function') return [];
      return [{ name: tool.name, description: tool.description ?? '', parameters: tool.parameters }];
    }),
    settings: settingsOf(conversation),
  };
}

/** Words, not the spaces around them: empty and blank texts are none in some dialects. */
function textsOf(part: Part): string[] {
  // A document that is text is as good as told.
  if (part.kind === 'media' && part.source.type === 'text') return [part.source.text];
  if (part.kind === 'media' && part.source.type === 'parts') return part.source.parts.flatMap(textsOf);
  return (part.kind === 'text' || part.kind === 'refusal') && part.text.trim() !== '' ? [part.text] : [];
}

/** Numbers as they were written: big ones do not fit a double. */
function plain(json: string): unknown {
  return JSON.stringify(parseExact(json.trim() === '' ? '{}' : json) ?? {});
}

function resultsOf(turns: readonly Turn[], calls: readonly ToolCallPart[]): Meaning['results'] {
  const results = turns.flatMap(({ parts }) => parts.filter((part) => part.kind === 'tool-result'));
  const open = calls.map((call, index) => ({ call, index }));
  const found = results.map(({ callId, name, content, isError = false }) => {
    const at = open.findIndex(({ call }) => (callId === '' ? call.name === name : call.id === callId));
    const index = at < 0 ? -1 : (open.splice(at, 1)[0]?.index ?? -1);
    return { call: index, text: content.flatMap(textsOf).join('\n'), isError };
  });
  return found.sort((one, other) => one.call - other.call);
}

function mediaOf(part: Part): string[] {
  if (part.kind === 'tool-result') return part.content.flatMap(mediaOf);
  if (part.kind !== 'media') return [];
  const { source } = part;
  if (source.type === 'data') return [`${source.mimeType}:${source.base64}`];
  if (source.type === 'text' || source.type === 'parts') return [];
  return [source.type === 'url' ? source.url : source.id];
}

const plainSettings = [
  'parallelToolCalls',
  'maxOutputTokens',
  'temperature',
  'topP',
  'topK',
  'stop',
  'seed',
  'frequencyPenalty',
  'presencePenalty',
  'logitBias',
  'logprobs',
  'verbosity',
  'serviceTier',
  'user',
  'metadata',
] as const satisfies readonly (Field & keyof Conversation)[];

function settingsOf(conversation: Conversation): Meaning['settings'] {
  const { toolChoice: choice, format, reasoning } = conversation;
  const settings: Partial<Record<Field, unknown>> = {};
  for (const name of plainSettings) if (conversation[name] !== undefined) settings[name] = conversation[name];
  if (choice !== undefined) {
    const { extra: _, ...bare } = choice;
    settings[choice.mode === 'allowed' ? 'toolChoice.allowed' : 'toolChoice'] = bare;
  }
  if (format !== undefined && format.kind !== 'text') settings.format = { kind: format.kind, schema: format.schema };
  // How much to think is said in effort here and in tokens there: only that it is asked for can be held to.
  if (reasoning !== undefined) settings.reasoning = reasoning.enabled !== false;
  return settings;
}

export type Differs = { readonly field: Field; readonly before: unknown; readonly after: unknown };

/** Settings of the first that the second says otherwise, or not at all. */
export function settingsLost(before: Meaning, after: Meaning): Differs[] {
  return (Object.entries(before.settings) as [Field, unknown][])
    .filter(([field, value]) => JSON.stringify(sorted(value)) !== JSON.stringify(sorted(after.settings[field])))
    .map(([field, value]) => ({ field, before: value, after: after.settings[field] }));
}

/** Members of objects in one order, so that only their values count. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value as JsonObject).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    entries.sort(([one], [other]) => (one < other ? -1 : 1)).map(([key, member]) => [key, sorted(member)]),
  );
}
