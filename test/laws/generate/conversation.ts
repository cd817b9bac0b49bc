// Conversations as clients hold them: instructions, questions, answers with calls, their results, and all the settings.
import fc from 'fast-check';
import type {
  Conversation,
  DialectName,
  Part,
  Tool,
  ToolCallPart,
  ToolChoice,
  ToolResultPart,
  Turn,
} from '../../../src/core/index.ts';
import { codecs } from '../../../src/dialects/codecs.ts';
import { schema } from './schema.ts';
import { anyText, argumentsText, callId, toolName, words } from './text.ts';

const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const said = anyText.map((text): Part => ({ kind: 'text', text }));
const sure = words.map((text): Part => ({ kind: 'text', text }));
const image: fc.Arbitrary<Part> = fc.constantFrom('image/png', 'image/jpeg').map((mimeType) => ({
  kind: 'media',
  media: 'image',
  source: { type: 'data', mimeType, base64: pixel },
}));

const question: fc.Arbitrary<Turn> = fc
  .tuple(sure, fc.array(fc.oneof({ weight: 3, arbitrary: said }, image), { maxLength: 2 }))
  .map(([first, more]) => ({ role: 'user', parts: [first, ...more] }));

const reply: fc.Arbitrary<Turn> = fc
  .array(sure, { minLength: 1, maxLength: 2 })
  .map((parts) => ({ role: 'assistant', parts }));

const call = fc
  .tuple(callId, toolName, argumentsText)
  .map(([id, name, json]): ToolCallPart => ({ kind: 'tool-call', id, name, arguments: json }));

const result = (id: string, name: string) =>
  fc.tuple(words, fc.boolean(), fc.option(image)).map(
    ([text, isError, picture]): ToolResultPart => ({
      kind: 'tool-result',
      callId: id,
      name,
      content: [{ kind: 'text', text }, ...(picture === null ? [] : [picture])],
      ...(isError ? { isError } : {}),
    }),
  );

/** An answer that calls tools, and the turn that brings what they gave. */
const work: fc.Arbitrary<Turn[]> = fc
  .tuple(
    fc.array(sure, { maxLength: 1 }),
    fc.uniqueArray(call, { minLength: 1, maxLength: 3, selector: ({ id }) => id }),
  )
  .chain(([texts, calls]) =>
    fc.tuple(...calls.map(({ id, name }) => result(id, name))).map((results): Turn[] => [
      { role: 'assistant', parts: [...texts, ...calls] },
      { role: 'user', parts: results },
    ]),
  );

const instructions: fc.Arbitrary<Turn> = fc
  .tuple(fc.constantFrom('system' as const, 'developer' as const), sure)
  .map(([role, part]) => ({ role, parts: [part] }));

const turns: fc.Arbitrary<Turn[]> = fc
  .tuple(
    fc.array(instructions, { maxLength: 2 }),
    question,
    fc.array(
      fc.oneof(
        fc.tuple(reply, question).map((both) => [...both]),
        fc.tuple(work, reply, question).map(([steps, ...both]) => [...steps, ...both]),
        instructions.map((turn) => [turn]),
      ),
      { maxLength: 3 },
    ),
    fc.array(work, { maxLength: 1 }),
  )
  .map(([head, first, middle, last]) => uniqueIds([...head, first, ...middle.flat(), ...last.flat()]))
  .filter((all) => all.at(-1)?.role === 'user');

/** Ids are unique in a conversation; generated ones may meet. */
function uniqueIds(all: readonly Turn[]): Turn[] {
  let round = 0;
  return all.map((turn) => {
    if (turn.role === 'assistant') round++;
    const suffix = `_${round}`;
    const parts = turn.parts.map((part): Part => {
      if (part.kind === 'tool-call') return { ...part, id: part.id + suffix };
      return part.kind === 'tool-result' ? { ...part, callId: part.callId + suffix } : part;
    });
    return { ...turn, parts };
  });
}

const tools: fc.Arbitrary<Tool[]> = fc.uniqueArray(
  fc.tuple(toolName, words, schema).map(
    ([name, description, parameters]): Tool => ({
      kind: 'function',
      name,
      description,
      parameters,
    }),
  ),
  { maxLength: 3, selector: (tool) => (tool.kind === 'function' ? tool.name : '') },
);

const settings = fc.record(
  {
    maxOutputTokens: fc.integer({ min: 2048, max: 60_000 }),
    temperature: fc.constantFrom(0, 0.5, 1, 1.5),
    topP: fc.constantFrom(0.1, 0.9),
    topK: fc.integer({ min: 1, max: 50 }),
    stop: fc.uniqueArray(fc.constantFrom('END', '###', '\n\nUser:'), { minLength: 1, maxLength: 3 }),
    seed: fc.integer({ min: 0, max: 1000 }),
    frequencyPenalty: fc.constantFrom(0.5, -1),
    presencePenalty: fc.constantFrom(0.5, -1),
    logprobs: fc.constantFrom(0, 3),
    reasoning: fc.constantFrom(
      { effort: 'low' as const },
      { effort: 'high' as const, summary: 'auto' as const },
      { enabled: false },
      { budget: 4096, enabled: true },
    ),
    verbosity: fc.constantFrom('low', 'high'),
    serviceTier: fc.constantFrom('auto' as const, 'default' as const, 'flex' as const, 'priority' as const),
    user: fc.constantFrom('u-1', '{"device":"x"}'),
    metadata: fc.constant({ team: 'blue' }),
    parallelToolCalls: fc.boolean(),
  },
  { requiredKeys: [] },
);

const format = fc.oneof(
  fc.constant({ kind: 'json' as const }),
  schema.map((value) => ({ kind: 'schema' as const, name: 'answer', schema: value })),
);

function choices(names: readonly string[]): fc.Arbitrary<ToolChoice> {
  const plain = fc.constantFrom<ToolChoice>({ mode: 'auto' }, { mode: 'none' }, { mode: 'required' });
  const [name] = names;
  return name === undefined ? plain : fc.oneof(plain, fc.constant<ToolChoice>({ mode: 'tool', name }));
}

export const conversation: fc.Arbitrary<Conversation> = fc
  .tuple(turns, tools, settings, fc.option(format), fc.boolean())
  .chain(([all, known, set, shape, stream]) => {
    const names = known.flatMap((tool) => (tool.kind === 'function' ? [tool.name] : []));
    const choice = names.length === 0 ? fc.constant(null) : fc.option(choices(names));
    return choice.map(
      (toolChoice): Conversation => ({
        model: 'model-a',
        stream,
        turns: all,
        tools: known,
        ...set,
        ...(shape === null ? {} : { format: shape }),
        ...(toolChoice === null ? {} : { toolChoice }),
      }),
    );
  });

/** Leaves out what a dialect has no words for: no client of it could have asked that. */
export function sayable(dialect: DialectName, { metadata, ...all }: Conversation): Conversation {
  const { fields } = codecs[dialect].chat.words;
  const kept = Object.entries({ ...all, metadata }).filter(
    ([name, value]) => value !== undefined && (['model', 'stream', 'turns', 'tools'].includes(name) || name in fields),
  );
  return Object.fromEntries(kept) as unknown as Conversation;
}
