// Conversations as careless clients hold them: roles in any order, results without calls, calls without results, nothing said.
import fc from 'fast-check';
import type { Conversation, Part, Turn } from '../../../src/core/index.ts';
import { anyText, argumentsText } from './text.ts';

const id = fc.constantFrom('call_1', 'call_2', 'call_3', '', 'call|odd id', `call_${'x'.repeat(60)}`);
const name = fc.constantFrom('f', 'g', 'a name.with:odd letters', 'n'.repeat(70));

const said = anyText.map((text): Part => ({ kind: 'text', text }));
const call = fc
  .tuple(id, name, fc.oneof(argumentsText, fc.constantFrom('', '{"cut":', '[]')))
  .map(([given, called, json]): Part => ({ kind: 'tool-call', id: given, name: called, arguments: json }));
const result = fc.tuple(id, fc.option(name, { nil: undefined }), fc.array(said, { maxLength: 2 })).map(
  ([given, called, content]): Part => ({
    kind: 'tool-result',
    callId: given,
    content,
    ...(called === undefined ? {} : { name: called }),
  }),
);
const reasoning = anyText.map((text): Part => ({ kind: 'reasoning', text }));

const turn: fc.Arbitrary<Turn> = fc.oneof(
  fc
    .tuple(fc.constantFrom('user' as const), fc.array(fc.oneof(said, result), { maxLength: 3 }))
    .map(([role, parts]) => ({ role, parts })),
  fc
    .tuple(fc.constantFrom('assistant' as const), fc.array(fc.oneof(said, call, reasoning), { maxLength: 3 }))
    .map(([role, parts]) => ({ role, parts })),
  fc
    .tuple(fc.constantFrom('system' as const, 'developer' as const), fc.array(said, { maxLength: 2 }))
    .map(([role, parts]) => ({ role, parts })),
);

/** Something is asked, first or last. */
export const mess: fc.Arbitrary<Conversation> = fc
  .tuple(fc.array(turn, { maxLength: 8 }), fc.boolean())
  .map(([turns, last]): Conversation => {
    const asks: Turn = { role: 'user', parts: [{ kind: 'text', text: 'And?' }] };
    const all = last ? [...turns, asks] : [asks, ...turns];
    return { model: 'model-a', stream: false, turns: all, tools: [] };
  });
