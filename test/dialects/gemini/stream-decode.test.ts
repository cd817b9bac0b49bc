// Streams of this API as deltas.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Delta, JsonObject, TextPart } from '../../../src/core/index.ts';
import { call, chunks, fold, modelled, read, said } from './kit.ts';

const usage = (candidatesTokenCount: number): JsonObject => ({
  promptTokenCount: 3,
  candidatesTokenCount,
  totalTokenCount: 3 + candidatesTokenCount,
});
const answer = (...bodies: readonly JsonObject[]) => modelled(fold(read(chunks(...bodies))).answer());
const parts = (...bodies: readonly JsonObject[]) => answer(...bodies).candidates[0]?.parts;
const stop: JsonObject = { finishReason: 'STOP' };

test('runs of text are one part, until the kind changes', () => {
  const deltas = read(
    chunks(
      said([{ text: 'h', thought: true }]),
      said([{ text: 'm', thought: true }]),
      said([{ text: 'a' }]),
      said([{ text: '' }]),
      said([{ text: 'b' }, { text: 'c' }], stop),
    ),
  );
  assert.deepEqual(
    deltas.map(({ type }) => type),
    [
      'answer-start',
      ...['part-start', 'part-delta', 'part-delta', 'part-end'],
      ...['part-start', 'part-delta', 'part-delta', 'part-delta', 'part-end'],
      'finish',
      'answer-end',
    ],
  );
  assert.deepEqual(modelled(fold(deltas).answer()).candidates[0]?.parts, [
    { kind: 'reasoning', text: 'hm' },
    { kind: 'text', text: 'abc' },
  ]);
});

test('bug 10: parallel calls each have an index of their own, in one chunk or in several', () => {
  const one = { functionCall: { name: 'f', args: { a: 1 } } };
  const deltas = read(chunks(said([one]), said([one, one], stop)));
  const starts = deltas.filter((delta) => delta.type === 'part-start').map(({ index }) => index);
  assert.deepEqual(starts, [0, 1, 2]);
  const whole = modelled(fold(deltas).answer()).candidates[0];
  assert.deepEqual(
    whole?.parts,
    [1, 2, 3].map(() => call('', 'f', '{"a":1}')),
  );
  assert.deepEqual(whole?.finish, { reason: 'tool', raw: 'STOP' });
});

test('integers that a double cannot hold come whole', () => {
  const chunk = JSON.stringify(said([{ functionCall: { name: 'f', args: { id: '#' } } }], stop));
  const deltas = read(`data: ${chunk.replace('"#"', '12345678901234567890')}\r\n\r\n`);
  const [part] = fold(deltas).answer().candidates[0]?.parts ?? [];
  assert.equal(part?.kind === 'tool-call' && part.arguments, '{"id":12345678901234567890}');
});

test('a signature on a trailing empty text belongs to the text', () => {
  const signature = { text: '', thoughtSignature: 'sig' };
  const expected = [{ kind: 'text', text: 'a', opaque: { origin: 'gemini/gemini', data: 'sig' } }];
  assert.deepEqual(parts(said([{ text: 'a' }]), said([signature], stop)), expected);
  assert.deepEqual(parts(said([{ text: 'a' }]), said([{ thoughtSignature: 'sig' }], stop)), expected);
  // What follows is another part.
  assert.equal(parts(said([{ text: 'a', thoughtSignature: 'x' }]), said([{ text: 'b' }], stop))?.length, 2);
  // And where there is no text, the blob has a part of its own.
  assert.deepEqual(parts(said([signature], stop)), [{ ...expected[0], text: '' }]);
});

test('a signature on a call stays on the call', () => {
  const [part] = parts(said([{ functionCall: { name: 'f', args: {} }, thoughtSignature: 's' }], stop)) ?? [];
  assert.equal(part?.opaque?.data, 's');
});

test('usage is cumulative: the last counts, and may come after the reason', () => {
  const { usage: last } = answer(
    { ...said([{ text: 'a' }]), usageMetadata: usage(1) },
    { ...said([], stop), usageMetadata: usage(2) },
    { usageMetadata: usage(5), responseId: 'r' },
  );
  assert.deepEqual([last?.input, last?.output], [3, 5]);
});

test('a reason may be said several times; the last counts', () => {
  const whole = answer(said([{ text: 'a' }], stop), said([{ text: 'b' }], { finishReason: 'SAFETY' }));
  assert.deepEqual(whole.candidates, [
    { index: 0, parts: [{ kind: 'text', text: 'ab' }], finish: { reason: 'filtered', raw: 'SAFETY' } },
  ]);
});

test('without a reason on the last chunk there is no end, and no part looks closed', () => {
  for (const bodies of [[said([{ text: 'a' }])], [said([{ text: 'a' }], stop), said([{ text: 'b' }])]]) {
    const deltas = read(chunks(...bodies));
    assert.ok(!deltas.some(({ type }) => type === 'finish' || type === 'answer-end'));
    assert.ok(['part-start', 'part-delta'].includes(deltas.at(-1)?.type ?? ''));
  }
  assert.deepEqual(read(''), []);
});

test('nothing said after the reason changes nothing', () => {
  assert.ok(fold(read(chunks(said([{ text: 'a' }], stop), said([{ text: '' }])))).ended);
});

test('every candidate must have said why it stopped', () => {
  const other = { content: { parts: [{ text: 'b' }] }, index: 1 };
  const first = { content: { parts: [{ text: 'a' }] }, index: 0, ...stop };
  assert.ok(!fold(read(chunks({ candidates: [first, other] }))).ended);
  const both = fold(read(chunks({ candidates: [first, { ...other, ...stop }] })));
  assert.ok(both.ended);
  assert.deepEqual(
    both.answer().candidates.map(({ index }) => index),
    [0, 1],
  );
});

test('an error in the stream ends it', () => {
  const error = { error: { code: 503, message: 'overloaded', status: 'UNAVAILABLE' } };
  const deltas = read(chunks(said([{ text: 'a' }]), error, said([{ text: 'b' }], stop)));
  const { type, reason, message } = deltas.at(-1) as Delta & { reason: string; message: string };
  assert.deepEqual([type, reason, message], ['fault', 'overloaded', 'overloaded']);
});

test('a refused prompt is an answer that was filtered', () => {
  const whole = fold(read(chunks({ promptFeedback: { blockReason: 'SAFETY' }, responseId: 'r' })));
  assert.ok(whole.ended);
  assert.deepEqual(whole.answer().candidates[0]?.finish, { reason: 'filtered', raw: 'SAFETY' });
});

test('grounding on the last chunk: citations on the text, offsets in bytes', () => {
  const groundingMetadata = {
    webSearchQueries: ['q'],
    groundingChunks: [{ web: { uri: 'https://a.org' } }],
    groundingSupports: [{ segment: { startIndex: 3, endIndex: 6, text: 'bar' }, groundingChunkIndices: [0] }],
  };
  const [words, search] = parts(said([{ text: 'ä ' }]), said([{ text: 'bar' }], { ...stop, groundingMetadata })) ?? [];
  assert.deepEqual((words as TextPart).citations, [{ url: 'https://a.org', quote: 'bar', start: 2, end: 5 }]);
  assert.equal(search?.kind, 'search');
});

test('a search told first stands first, once', () => {
  const groundingMetadata = { webSearchQueries: ['q'] };
  const bodies = [said([], { groundingMetadata }), said([{ text: 'a' }], { ...stop, groundingMetadata })];
  assert.deepEqual(
    parts(...bodies)?.map(({ kind }) => kind),
    ['search', 'text'],
  );
});

test('arguments in pieces are one call', () => {
  const piece = (functionCall: JsonObject) => said([{ functionCall }]);
  const at = (jsonPath: string, value: JsonObject, willContinue = true) =>
    piece({ partialArgs: [{ jsonPath, ...value }], willContinue });
  const whole = parts(
    piece({ name: 'f', willContinue: true }),
    at('$.list[0].name', { stringValue: 'Bo' }),
    at('$.list[0].name', { stringValue: 'ston' }),
    at("$['n m']", { numberValue: 2 }),
    at('$.yes', { boolValue: true }),
    at('$.no', { nullValue: 'NULL_VALUE' }),
    at('$.__proto__.polluted', { boolValue: true }),
    said([{ functionCall: {} }], stop),
  );
  assert.deepEqual(whole, [call('', 'f', '{"list":[{"name":"Boston"}],"n m":2,"yes":true,"no":null}')]);
  assert.equal(({} as { polluted?: boolean }).polluted, undefined);
});

test('pieces of arguments at places that would fill the memory or the stack are none', () => {
  const at = (jsonPath: string) =>
    said([{ functionCall: { partialArgs: [{ jsonPath, numberValue: 1e9 }], willContinue: true } }]);
  const whole = parts(
    said([{ functionCall: { name: 'f', willContinue: true } }]),
    at('$.list[0]'),
    at('$.list[3000000000]'),
    at('$.list.length'),
    at(`$.deep${'.x'.repeat(50_000)}`),
    said([{ functionCall: {} }], stop),
  );
  assert.deepEqual(whole, [call('', 'f', '{"list":[1000000000]}')]);
});

test('nothing an upstream sends throws', () => {
  const odd = [
    'x',
    '[]',
    '3',
    'null',
    '{"candidates":3}',
    '{"candidates":[null,{"content":{"parts":[null,3,{}]}}]}',
    '{"candidates":[{"content":"x","finishReason":{}}],"usageMetadata":7,"promptFeedback":"x"}',
    '{"candidates":[{"groundingMetadata":{"groundingSupports":[1,{"segment":3,"groundingChunkIndices":9}]}}]}',
    '{"candidates":[{"content":{"parts":[{"functionCall":{"partialArgs":[{}],"willContinue":true}}]}}]}',
  ];
  for (const data of odd) assert.doesNotThrow(() => read(`data: ${data}\n\n`), data);
});
