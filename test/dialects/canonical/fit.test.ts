import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Conversation, Part, ToolCallPart, Traits, Turn, Words } from '../../../src/core/index.ts';
import { fit } from '../../../src/dialects/canonical/fit/fit.ts';
import { restoreAnswer, restoring } from '../../../src/dialects/canonical/restore.ts';

const narrow: Traits = {
  toolName: { pattern: /^[a-zA-Z0-9_-]+$/, longest: 20 },
  callId: { pattern: /^[a-zA-Z0-9_-]+$/, longest: 20 },
  customTools: false,
  namespaces: false,
  opaqueOn: ['reasoning'],
  manyAnswers: false,
};
const words: Words = {
  fields: { answers: 'n' },
  places: { request: '', turn: '', part: '', tool: '', format: '', toolChoice: '', citation: '' },
};
const talk = (over: Partial<Conversation>): Conversation => ({
  model: 'm',
  stream: false,
  turns: [],
  tools: [],
  ...over,
});
const fitted = (over: Partial<Conversation>, traits = narrow) => fit(talk(over), traits, words);
const says = (...parts: Part[]): Turn => ({ role: 'assistant', parts });
const hears = (...parts: Part[]): Turn => ({ role: 'user', parts });
const call = (over: Partial<ToolCallPart>): ToolCallPart => ({
  kind: 'tool-call',
  id: 'c1',
  name: 'f',
  arguments: '{}',
  ...over,
});
const sent = (turns: readonly Turn[], turn: number) =>
  turns[turn]?.parts[0] as (ToolCallPart & { callId: string }) | undefined;
const result = (callId: string, name?: string): Part => ({
  kind: 'tool-result',
  callId,
  content: [],
  ...(name === undefined ? {} : { name }),
});

test('a name over the limit goes out shorter, the same everywhere, and comes back whole', () => {
  const name = 'mcp__a_server_with_a_long_name__and_a_tool';
  const { conversation, undo } = fitted({
    tools: [{ kind: 'function', name }],
    toolChoice: { mode: 'tool', name },
    turns: [says(call({ name })), hears(result('c1', name))],
  });
  const [tool] = conversation.tools;
  assert.ok(tool?.kind === 'function');
  assert.match(tool.name, /^[a-zA-Z0-9_-]{1,20}$/);
  const [part] = conversation.turns[0]?.parts ?? [];
  assert.equal((part as ToolCallPart).name, tool.name);
  assert.equal((conversation.toolChoice as { name: string }).name, tool.name);
  assert.equal(sent(conversation.turns, 1)?.name, tool.name);
  const answer = restoreAnswer(
    { candidates: [{ index: 0, parts: [call({ name: tool.name })], finish: { reason: 'tool' } }] },
    undo,
  );
  assert.equal((answer.candidates[0]?.parts[0] as ToolCallPart | undefined)?.name, name);
});

test('two tools never come to share a name', () => {
  const { conversation } = fitted({
    tools: [
      { kind: 'function', name: 'one', namespace: 'a' },
      { kind: 'function', name: 'a__one' },
      { kind: 'function', name: 'a__one', namespace: 'b' },
    ],
  });
  const names = conversation.tools.map((tool) => (tool as { name: string }).name);
  assert.equal(new Set(names).size, 3);
  assert.equal(names[1], 'a__one', 'a name that is legal stays');
});

test('a legal name is left alone and nothing has to be undone', () => {
  const { conversation, undo } = fitted({ tools: [{ kind: 'function', name: 'plain' }] });
  assert.deepEqual(conversation.tools, [{ kind: 'function', name: 'plain' }]);
  assert.equal(undo.size, 0);
  assert.equal(restoring(undo), undefined);
});

test('a namespaced free-text tool becomes a function and its call comes back as it was', () => {
  const { conversation, undo } = fitted({
    tools: [
      {
        kind: 'custom',
        name: 'patch',
        namespace: 'ns',
        description: 'Edits.',
        format: { type: 'grammar', syntax: 'lark', definition: 'start: "x"' },
      },
    ],
    turns: [says(call({ name: 'patch', namespace: 'ns', custom: true, arguments: '*** Begin\n"q"' }))],
  });
  const [tool] = conversation.tools;
  assert.ok(tool?.kind === 'function');
  assert.equal(tool.name, 'ns__patch');
  assert.match(tool.description ?? '', /^Edits\.\n\n.*lark.*\nstart: "x"$/s);
  assert.deepEqual(
    sent(conversation.turns, 0),
    call({ name: 'ns__patch', arguments: '{"input":"*** Begin\\n\\"q\\""}' }),
  );
  const stage = restoring(undo);
  const deltas = [
    { type: 'part-start', candidate: 0, index: 0, part: call({ name: 'ns__patch', arguments: '' }) },
    { type: 'part-delta', candidate: 0, index: 0, text: '{"inp' },
    { type: 'part-delta', candidate: 0, index: 0, text: 'ut":"a\\nb"}' },
    { type: 'part-end', candidate: 0, index: 0 },
  ] as const;
  const told = deltas.flatMap((delta) => stage?.(delta) ?? []);
  assert.deepEqual(told, [
    {
      type: 'part-start',
      candidate: 0,
      index: 0,
      part: call({ name: 'patch', namespace: 'ns', custom: true, arguments: '' }),
    },
    { type: 'part-delta', candidate: 0, index: 0, text: 'a\nb' },
    { type: 'part-end', candidate: 0, index: 0 },
  ]);
});

test('calls without ids get some that are always the same, and results find them by name in order', () => {
  const turns = [
    says(call({ id: '', name: 'a' }), call({ id: '', name: 'b' }), call({ id: '', name: 'a' })),
    hears(result('', 'b'), result('', 'a'), result('', 'a')),
  ];
  const ids = (from: readonly Turn[]) =>
    from.flatMap(({ parts }) =>
      parts.map((part) => (part.kind === 'tool-call' ? part.id : part.kind === 'tool-result' ? part.callId : '')),
    );
  const [a, b, again, ...answers] = ids(fitted({ turns }).conversation.turns);
  assert.equal(new Set([a, b, again]).size, 3);
  assert.deepEqual(answers, [b, a, again]);
  assert.deepEqual(ids(fitted({ turns }).conversation.turns), [a, b, again, ...answers]);
});

test('ids that are too long or hold foreign letters are shortened alike in call and result', () => {
  const turns = [
    says(call({ id: 'call|fc_with/very long id 12345' })),
    hears(result('call|fc_with/very long id 12345')),
  ];
  const { conversation } = fitted({ turns });
  const id = sent(conversation.turns, 0)?.id ?? '';
  assert.match(id, /^[a-zA-Z0-9_-]{1,20}$/);
  assert.equal(sent(conversation.turns, 1)?.callId, id);
});

test('several answers are refused where only one can be given', () => {
  assert.throws(() => fitted({ answers: 2 }), { code: 'untranslatable', param: 'n' });
  assert.equal(fitted({ answers: 2 }, { ...narrow, manyAnswers: true }).conversation.answers, 2);
});
