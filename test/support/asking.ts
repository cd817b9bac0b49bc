// The smallest request of each dialect, and what the gateway would know besides it.
import type { Asked, Conversation, DialectName, JsonObject, Notes, ReplyFacts } from '../../src/core/index.ts';
import { codecs } from '../../src/dialects/codecs.ts';

export interface Wanted {
  readonly name: string;
  readonly custom?: boolean;
}

const anything = { type: 'object', properties: {}, additionalProperties: true };

const requests: Readonly<Record<DialectName, (tools: readonly Wanted[]) => JsonObject>> = {
  'openai-chat': (tools) => ({
    model: 'm',
    messages: [{ role: 'user', content: 'Hi' }],
    stream: true,
    stream_options: { include_usage: true },
    ...listed(tools, ({ name, custom }) =>
      custom === true
        ? { type: 'custom', custom: { name } }
        : { type: 'function', function: { name, parameters: anything } },
    ),
  }),
  'openai-responses': (tools) => ({
    model: 'm',
    input: 'Hi',
    stream: true,
    ...listed(tools, ({ name, custom }) =>
      custom === true ? { type: 'custom', name } : { type: 'function', name, parameters: anything, strict: false },
    ),
  }),
  'anthropic-messages': (tools) => ({
    model: 'm',
    max_tokens: 4096,
    messages: [{ role: 'user', content: 'Hi' }],
    stream: true,
    ...listed(tools, ({ name }) => ({ name, input_schema: anything })),
  }),
  gemini: (tools) => ({
    contents: [{ role: 'user', parts: [{ text: 'Hi' }] }],
    ...(tools.length === 0
      ? {}
      : { tools: [{ functionDeclarations: tools.map(({ name }) => ({ name, parametersJsonSchema: anything })) }] }),
  }),
};

function listed(tools: readonly Wanted[], as: (tool: Wanted) => unknown): JsonObject {
  return tools.length === 0 ? {} : { tools: tools.map(as) };
}

export const noNotes: Notes = { drop: () => undefined, dropExtra: () => undefined };

/** The model, where a dialect has it in the path. */
export function modelInPath(dialect: DialectName, model: string): string | undefined {
  return dialect === 'gemini' ? model : undefined;
}

/** A request that says nothing but "Hi", in a stream, with these tools. */
export function asking(dialect: DialectName, tools: readonly Wanted[] = [], stream = true): Conversation {
  const asked: Asked = { model: modelInPath(dialect, 'm'), stream, notes: noNotes };
  return codecs[dialect].chat.decodeRequest({ ...requests[dialect](tools) }, asked);
}

/** What an encoder is told of the call; `lost` gathers what it could not say. */
export function replyTo(conversation: Conversation, lost: string[] = []): ReplyFacts {
  return {
    callId: '01JABCDEFGHJKMNPQRSTVWXYZ0',
    model: 'm',
    now: 1_760_000_000,
    conversation,
    estimateInput: () => 5,
    lost: (what) => void lost.push(what),
  };
}
