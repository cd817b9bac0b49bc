// Streams of this dialect, as they come and as they should not.
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Answer, JsonObject, Part } from '../../../src/core/index.ts';
import { folded, here, streamed, written } from './setting.ts';

function sse(...bodies: JsonObject[]): string {
  return bodies.map((body) => `event: ${body.type}\ndata: ${JSON.stringify(body)}\n\n`).join('');
}

const start: JsonObject = {
  type: 'message_start',
  message: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [],
    usage: { input_tokens: 7, output_tokens: 1 },
  },
};
const end: readonly JsonObject[] = [
  { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 5 } },
  { type: 'message_stop' },
];

function block(index: number, content: JsonObject, ...deltas: JsonObject[]): JsonObject[] {
  const told = deltas.map((delta) => ({ type: 'content_block_delta', index, delta }));
  return [
    { type: 'content_block_start', index, content_block: content },
    ...told,
    { type: 'content_block_stop', index },
  ];
}

function answerOf(...bodies: JsonObject[]): Answer {
  const fold = folded(streamed(sse(start, ...bodies, ...end)));
  assert.ok(fold.ended && fold.fault === undefined);
  return fold.answer();
}

function partsOf(...bodies: JsonObject[]): readonly Part[] {
  return answerOf(...bodies).candidates[0]?.parts ?? [];
}

const input = (json: string): JsonObject => ({ type: 'input_json_delta', partial_json: json });
const text = { type: 'text', text: '' };
const words = (said: string): JsonObject => ({ type: 'text_delta', text: said });

test('text, thinking and calls', () => {
  const parts = partsOf(
    ...block(
      0,
      { type: 'thinking', thinking: '', signature: '' },
      { type: 'thinking_delta', thinking: 'H' },
      { type: 'thinking_delta', thinking: 'm' },
      { type: 'signature_delta', signature: 'sig' },
    ),
    ...block(1, text, words('Hel'), words('lo')),
    ...block(2, { type: 'tool_use', id: 'a', name: 'f', input: {} }, input(''), input('{"a"'), input(':1}')),
    ...block(3, { type: 'redacted_thinking', data: 'dark' }),
  );
  const plain = JSON.parse(JSON.stringify(parts, (key, value) => (key === 'extra' ? undefined : value)));
  assert.deepEqual(plain, [
    { kind: 'reasoning', text: 'Hm', opaque: { origin: here, data: 'sig' } },
    { kind: 'text', text: 'Hello' },
    { kind: 'tool-call', id: 'a', name: 'f', arguments: '{"a":1}' },
    { kind: 'reasoning', text: '', redacted: true, opaque: { origin: here, data: 'dark', redacted: true } },
  ]);
});

test('a call without input, and one whose input came whole, exactly', () => {
  const [none] = partsOf(...block(0, { type: 'tool_use', id: 'a', name: 'f', input: {} }, input('')));
  assert.ok(none?.kind === 'tool-call' && none.arguments === '{}');
  const whole = sse(start, ...block(0, { type: 'tool_use', id: 'a', name: 'f', input: { id: 0 } }), ...end);
  const [part] =
    folded(streamed(whole.replace('"id":0', '"id":12345678901234567890'))).answer().candidates[0]?.parts ?? [];
  assert.ok(part?.kind === 'tool-call' && part.arguments === '{"id":12345678901234567890}');
});

test('counts add up: what the end leaves out the start has said', () => {
  assert.deepEqual(answerOf(...block(0, text, words('Hi'))).usage, {
    input: 7,
    output: 5,
    cacheRead: 0,
    cacheWrite: 0,
    cacheWrite1h: 0,
    reasoning: 0,
  });
  const grown = {
    type: 'message_delta',
    delta: { stop_reason: 'end_turn' },
    usage: { input_tokens: 90, cache_read_input_tokens: 10, output_tokens: 0 },
  };
  const { usage } = folded(streamed(sse(start, grown, { type: 'message_stop' }))).answer();
  assert.deepEqual([usage?.input, usage?.cacheRead, usage?.output], [100, 10, 0]);
});

test('a search and what it found are one part, though they come apart', () => {
  const call = block(
    0,
    { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} },
    input('{"query":'),
    input('"q"}'),
  );
  const page = { type: 'web_search_result', url: 'https://x', title: 'X', encrypted_content: 'seal' };
  const found = block(1, { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [page] });
  const [part, ...others] = partsOf(...call, ...found);
  assert.ok(part?.kind === 'search' && others.length === 0);
  assert.deepEqual([part.queries, part.results], [['q'], [{ url: 'https://x', title: 'X' }]]);
  // Without what it found it is told before whatever follows, and before the end.
  assert.deepEqual(
    partsOf(...call, ...block(1, text, words('Hi'))).map(({ kind }) => kind),
    ['search', 'text'],
  );
  assert.deepEqual(
    partsOf(...call).map(({ kind }) => kind),
    ['search'],
  );
});

test('blocks unknown are gathered and told whole', () => {
  const [compaction, hologram] = partsOf(
    ...block(0, { type: 'compaction', content: null }, { type: 'compaction_delta', content: 'Short.' }),
    ...block(
      1,
      { type: 'hologram', light: 'a' },
      { type: 'light_delta', light: 'b' },
      { type: 'light_delta', depth: 3 },
    ),
  );
  assert.deepEqual(compaction?.kind === 'native' && compaction.raw, { type: 'compaction', content: 'Short.' });
  assert.deepEqual(hologram?.kind === 'native' && hologram.raw, { type: 'hologram', light: 'ab', depth: 3 });
});

test('citations come with their text', () => {
  const citation = {
    type: 'web_search_result_location',
    url: 'https://x',
    title: 'X',
    cited_text: 'Sun',
    encrypted_index: 'i',
  };
  const [part] = partsOf(...block(0, { ...text, citations: [] }, { type: 'citations_delta', citation }, words('Hot.')));
  assert.ok(part?.kind === 'text');
  assert.deepEqual(
    part.citations?.map(({ url, title, quote }) => [url, title, quote]),
    [['https://x', 'X', 'Sun']],
  );
});

test('pings, unknown events, unknown deltas, comments and rubbish are passed over', () => {
  const odd = [
    ': comment\n\n',
    'event: ping\ndata: {"type":"ping"}\n\n',
    'event: sunrise\ndata: {"type":"sunrise"}\n\n',
    'data: [DONE]\n\n',
    'event: content_block_delta\ndata: {not json\n\n',
    'data: 7\n\n',
  ].join('');
  const bodies = block(0, text, words('Hi'), { type: 'smell_delta', smell: 'rose' });
  const plain = sse(start, ...bodies, ...end);
  const mixed = plain.split(/(?<=\n\n)/).join(odd) + odd;
  assert.deepEqual(streamed(mixed), streamed(plain));
});

test('names of events are not needed, nor is a stop of each block', () => {
  const bodies = [start, ...block(0, text, words('A')).slice(0, -1), ...block(1, text, words('B')), ...end];
  const unnamed = bodies.map((body) => `data: ${JSON.stringify(body)}\n\n`).join('');
  assert.deepEqual(
    streamed(unnamed),
    streamed(sse(start, ...block(0, text, words('A')), ...block(1, text, words('B')), ...end)),
  );
});

test('a stream without a start begins with its first block', () => {
  const deltas = streamed(sse(...block(0, text, words('A')), ...end));
  assert.equal(deltas[0]?.type, 'answer-start');
  assert.ok(folded(deltas).ended);
});

test('deltas of the wrong kind or block say nothing', () => {
  const wrong = [
    { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'x' } },
    { type: 'content_block_delta', index: 4, delta: words('x') },
  ];
  const bodies = block(0, text, words('A'));
  assert.deepEqual(partsOf(...bodies.slice(0, 2), ...wrong, ...bodies.slice(2)), partsOf(...bodies));
});

test('a start sent twice is one; a second answer within the first is a fault', () => {
  const bodies = block(0, text, words('A'));
  assert.deepEqual(streamed(sse(start, start, ...bodies, ...end)), streamed(sse(start, ...bodies, ...end)));
  const spliced = folded(streamed(sse(start, ...bodies.slice(0, 2), start, ...bodies, ...end)));
  assert.ok(spliced.fault?.reason === 'server' && !spliced.ended);
});

test('an error in band is a fault, and nothing follows', () => {
  const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
  const deltas = streamed(sse(start, ...block(0, text, words('A')).slice(0, 2), error, ...end));
  const fault = deltas.at(-1);
  assert.ok(fault?.type === 'fault' && fault.reason === 'overloaded' && fault.message === 'Overloaded');
});

test('no end is made up', () => {
  const cut = sse(start, ...block(0, text, words('A')), ...end.slice(0, 1));
  const deltas = streamed(cut);
  assert.ok(!deltas.some(({ type }) => type === 'finish' || type === 'answer-end'));
  assert.doesNotMatch(written(deltas), /message_delta|message_stop/);
});

test('after its end nothing is read', () => {
  const whole = sse(start, ...block(0, text, words('A')), ...end);
  assert.deepEqual(streamed(whole + sse(start, ...block(0, text, words('B')), ...end)), streamed(whole));
});
