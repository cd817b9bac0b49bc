// Deltas as a stream of this API.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer, Delta, Part } from '../../../src/core/index.ts';
import { unfold } from '../../../src/dialects/canonical/unfold.ts';
import { bodies, call, fold, modelled, read, reply, text, write } from './kit.ts';

const usage = { input: 3, output: 5, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0, reasoning: 0 };

function answer(...parts: readonly Part[]): Answer {
  return { id: 'r', model: 'g', candidates: [{ index: 0, parts, finish: { reason: 'end', raw: 'STOP' } }], usage };
}

function crossed(whole: Answer): Answer {
  return modelled(fold(read(write([...unfold(whole)]))).answer());
}

test('each delta of text is a chunk at once; the last has content, reason and usage', () => {
  const sse = write([...unfold(answer(text('a"b')))]);
  assert.ok(!/(^|\n)(event|:)/.test(sse) && !sse.includes('[DONE]'), 'clients of this API know data lines only');
  const [first, last, ...others] = bodies(sse);
  const head = { modelVersion: 'g', responseId: 'r' };
  assert.deepEqual(first, {
    candidates: [{ content: { parts: [{ text: 'a"b' }], role: 'model' }, index: 0 }],
    ...head,
  });
  assert.deepEqual(last, {
    candidates: [{ content: { parts: [{ text: '' }], role: 'model' }, finishReason: 'STOP', index: 0 }],
    usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 5, totalTokenCount: 8 },
    ...head,
  });
  assert.deepEqual(others, []);
});

test('line separators of Unicode stand escaped: gemini-cli loses a chunk that holds one', () => {
  const whole = answer(text('a\u2028b\u2029'), call('1', 'f', '{"x":"\u2028"}'));
  assert.doesNotMatch(write([...unfold(whole)]), /[\u2028\u2029]/);
  assert.deepEqual(crossed(whole).candidates[0]?.parts, whole.candidates[0]?.parts);
});

test('bug 10: a call is told when it is whole, with its id', () => {
  const deltas: Delta[] = [
    { type: 'answer-start' },
    { type: 'part-start', candidate: 0, index: 0, part: call('c1', 'f', '') },
    { type: 'part-delta', candidate: 0, index: 0, text: '{"a":' },
    { type: 'part-delta', candidate: 0, index: 0, text: '1}' },
    { type: 'part-end', candidate: 0, index: 0 },
    { type: 'part-start', candidate: 0, index: 1, part: call('c2', 'f', '') },
    { type: 'part-end', candidate: 0, index: 1 },
  ];
  const [one, two] = bodies(write(deltas)).map((body) => body.candidates[0].content.parts[0].functionCall);
  assert.deepEqual(
    [one, two],
    [
      { id: 'c1', name: 'f', args: { a: 1 } },
      { id: 'c2', name: 'f', args: {} },
    ],
  );
});

test('what was told is read again', () => {
  const wholes: readonly Answer[] = [
    answer(text('a'), call('1', 'f', '{"a":1}'), text('b'), call('2', 'g')),
    answer({ kind: 'reasoning', text: 'hm', opaque: { origin: 'gemini/gemini', data: 's' } }, text('x')),
    answer({ ...text('x'), opaque: { origin: 'gemini/gemini', data: 's' } } as Part),
    answer(
      { kind: 'search', id: 'search_r_0', queries: ['q'], results: [{ url: 'https://a.org', title: 'A' }] },
      {
        kind: 'text',
        text: 'ä b',
        citations: [{ url: 'https://a.org', title: 'A', quote: 'b', start: 2, end: 3 }],
      },
    ),
    answer({ kind: 'media', media: 'image', source: { type: 'data', mimeType: 'image/png', base64: 'aa' } }),
    answer({ kind: 'text', text: 'x', logprobs: [{ token: 'x', logprob: -1, bytes: [120], top_logprobs: [] }] }),
  ];
  for (const whole of wholes) {
    const calls = whole.candidates[0]?.parts.some(({ kind }) => kind === 'tool-call');
    const [candidate] = whole.candidates;
    const finish = { reason: calls ? 'tool' : 'end', raw: 'STOP' } as const;
    assert.deepEqual(crossed(whole), { ...whole, candidates: [{ ...candidate, finish }] });
  }
});

test('a stream without an id or a model gets those of the call', () => {
  const { id: _, model: __, ...bare } = answer(text('a'));
  assert.deepEqual([crossed(bare).id, crossed(bare).model], ['call-1', 'the-model']);
});

test('several candidates end together', () => {
  const [one] = answer(text('a')).candidates;
  const two = { index: 1, parts: [text('b')], finish: { reason: 'length' } } as const;
  const last = bodies(write([...unfold({ candidates: one === undefined ? [] : [one, two] })])).at(-1);
  assert.deepEqual(
    last.candidates.map(({ index, finishReason }: { index: number; finishReason: string }) => [index, finishReason]),
    [
      [0, 'STOP'],
      [1, 'MAX_TOKENS'],
    ],
  );
});

test('nothing is made up where the answer did not end', () => {
  const deltas = [...unfold(answer(text('a')))].filter(({ type }) => type !== 'answer-end');
  assert.ok(!write(deltas).includes('finishReason'));
});

test('thoughts are hidden from a client that said so', () => {
  const sse = write(
    [...unfold(answer({ kind: 'reasoning', text: 'hm' }, text('x')))],
    reply({ reasoning: { summary: 'none' } }),
  );
  assert.ok(!sse.includes('hm'));
});

test('a refusal is told in its words; a blob of another vendor travels wrapped', () => {
  const parts: Part[] = [
    { kind: 'refusal', text: 'I will not.' },
    { ...call('1', 'f'), opaque: { origin: 'openai-responses/openai', data: 'secret' } },
  ];
  const [refusal, called] = bodies(write([...unfold(answer(...parts))]));
  assert.equal(refusal.candidates[0].content.parts[0].text, 'I will not.');
  assert.match(called.candidates[0].content.parts[0].thoughtSignature, /^eyJwb3J0aWNvIjox/);
});
