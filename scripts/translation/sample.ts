// A conversation for one thing a request can say, and how to read that thing out of a conversation again.
import type { Conversation, DialectName, JsonObject, Part, Tool, Turn } from '../../src/core/index.ts';

export interface Sample {
  /** In plain words. */
  readonly label: string;
  readonly conversation: Conversation;
  /** Undefined where it is not there. */
  read(conversation: Conversation): unknown;
  /** Requests of clients that say it in a way of their own, besides a model and a message. */
  readonly own?: Partial<Record<DialectName, JsonObject>>;
  /** By the dialect it is led into: how it is said there, where that is something else. */
  readonly how?: Partial<Record<DialectName, string>>;
}

export interface Chapter {
  readonly title: string;
  readonly samples: readonly Sample[];
}

export const hello: Turn = { role: 'user', parts: [{ kind: 'text', text: 'Hi' }] };
export const base: Conversation = { model: 'm', stream: false, turns: [hello], tools: [], maxOutputTokens: 4000 };
export const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
export const weather: Tool = { kind: 'function', name: 'weather', description: 'Weather of a city', parameters };

/** Where it is said otherwise in another dialect: how. */
export function told(how: NonNullable<Sample['how']>, sample: Sample): Sample {
  return { ...sample, how: { ...sample.how, ...how } };
}

/** The same way in all of them. */
export function everywhere(how: string): NonNullable<Sample['how']> {
  return { 'openai-chat': how, 'openai-responses': how, 'anthropic-messages': how, gemini: how };
}

/** Where the dialect's own clients say more than the canonical words hold. */
export function asked(own: NonNullable<Sample['own']>, sample: Sample): Sample {
  return { ...sample, own };
}

/** A member of a conversation. */
export function wish<Name extends keyof Conversation>(label: string, name: Name, value: Conversation[Name]): Sample {
  return { label, conversation: { ...base, [name]: value }, read: (conversation) => conversation[name] };
}

/** Only a part of a member. */
export function within<Name extends keyof Conversation>(
  label: string,
  name: Name,
  value: Conversation[Name],
  read: (value: NonNullable<Conversation[Name]>) => unknown,
): Sample {
  const sample = wish(label, name, value);
  return {
    ...sample,
    read: (conversation) => {
      const found = conversation[name];
      return found === undefined || found === null ? undefined : read(found as NonNullable<Conversation[Name]>);
    },
  };
}

export function withTool(label: string, tool: Tool, read: (tool: Tool) => unknown = (found) => found.kind): Sample {
  return {
    label,
    conversation: { ...base, tools: [tool] },
    read: ({ tools }) => tools.map(read)[0],
  };
}

export function choice(label: string, toolChoice: NonNullable<Conversation['toolChoice']>): Sample {
  const conversation = { ...base, tools: [weather, { ...weather, name: 'time' } as Tool], toolChoice };
  return { label, conversation, read: (found) => found.toolChoice };
}

/** What the user sends besides text. */
export function sent(label: string, part: Part, read: (part: Part) => unknown): Sample {
  const turn: Turn = { role: 'user', parts: [{ kind: 'text', text: 'Look:' }, part] };
  return {
    label,
    conversation: { ...base, turns: [turn] },
    read: ({ turns }) => found(turns, part.kind).map(read)[0],
  };
}

const called: Turn = {
  role: 'assistant',
  parts: [{ kind: 'tool-call', id: 'call_1', name: 'weather', arguments: '{"city":"Oslo"}' }],
};

export function result(
  label: string,
  content: readonly Part[],
  isError: boolean,
  read: (part: Part) => unknown,
): Sample {
  const answer: Part = {
    kind: 'tool-result',
    callId: 'call_1',
    name: 'weather',
    content,
    ...(isError ? { isError } : {}),
  };
  const turns: readonly Turn[] = [hello, called, { role: 'user', parts: [answer] }];
  return {
    label,
    conversation: { ...base, tools: [weather], turns },
    read: (conversation) => found(conversation.turns, 'tool-result').map(read)[0],
  };
}

/** What an assistant said before. */
export function said(label: string, parts: readonly Part[], read: (turns: readonly Turn[]) => unknown): Sample {
  const turns: readonly Turn[] = [hello, { role: 'assistant', parts }, hello];
  return { label, conversation: { ...base, turns }, read: (conversation) => read(conversation.turns) };
}

export function found(turns: readonly Turn[], kind: Part['kind']): Part[] {
  return turns.flatMap(({ parts }) => parts).filter((part) => part.kind === kind);
}

export function contentKinds(part: Part): unknown {
  return part.kind === 'tool-result' ? part.content.map(({ kind }) => kind) : undefined;
}

/** What is sent, not how it is called. */
export function source(part: Part): unknown {
  if (part.kind !== 'media') return undefined;
  const { media, source: from } = part;
  if (from.type === 'data') return [media, from.base64];
  if (from.type === 'text') return [media, from.text];
  return [media, from.type === 'url' ? from.url : from.type === 'file' ? from.id : undefined];
}

function texts(turns: readonly Turn[], role: Turn['role'][]): unknown {
  return turns
    .filter((turn) => role.includes(turn.role))
    .flatMap(({ parts }) => parts)
    .map((part) => (part.kind === 'text' ? part.text : part.kind));
}

export function spoken(label: string, turns: readonly Turn[]): Sample {
  const read = (conversation: Conversation) =>
    conversation.turns.map((turn) => [turn.role, texts([turn], [turn.role])]);
  return { label, conversation: { ...base, turns }, read };
}
