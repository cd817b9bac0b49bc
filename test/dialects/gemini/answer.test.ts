// Whole answers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer, FinishReason, JsonObject, Part, TextPart } from '../../../src/core/index.ts';
import { call, chat, modelled, origin, reply, said, text } from './kit.ts';

const read = (body: JsonObject) => chat.decodeAnswer(body, { origin });
// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies at will
const write = (answer: Answer, facts = reply()): any => JSON.parse(JSON.stringify(chat.encodeAnswer(answer, facts)));
const finishOf = (finishReason: string, parts: readonly JsonObject[] = [{ text: 'x' }]) =>
  read(said(parts, { finishReason })).candidates[0]?.finish;
const foreign = (parts: readonly Part[], more: Partial<Answer> = {}): Answer => ({
  candidates: [{ index: 0, parts, finish: { reason: 'end' } }],
  ...more,
});

test('STOP with calls is a call; bug 10: each call has its own place', () => {
  const parts = [{ functionCall: { name: 'f', args: {} } }, { functionCall: { name: 'g', args: { a: [1] } } }];
  const [candidate] = read(said(parts, { finishReason: 'STOP' })).candidates;
  assert.deepEqual(candidate?.finish, { reason: 'tool', raw: 'STOP' });
  assert.deepEqual(modelled(candidate?.parts ?? []), [call('', 'f'), call('', 'g', '{"a":[1]}')]);
});

test('why it stopped, every word; a new one is kept', () => {
  const expected: Readonly<Record<string, FinishReason>> = {
    STOP: 'end',
    MAX_TOKENS: 'length',
    SAFETY: 'filtered',
    RECITATION: 'filtered',
    IMAGE_SAFETY: 'filtered',
    PROHIBITED_CONTENT: 'filtered',
    MALFORMED_FUNCTION_CALL: 'bad-call',
    UNEXPECTED_TOOL_CALL: 'bad-call',
    MISSING_THOUGHT_SIGNATURE: 'bad-call',
    OTHER: 'other',
    SOMETHING_NEW: 'other',
  };
  for (const [raw, reason] of Object.entries(expected)) assert.deepEqual(finishOf(raw), { reason, raw });
});

test('reasons of other dialects have a word', () => {
  const word = (reason: FinishReason) =>
    write({ candidates: [{ index: 0, parts: [], finish: { reason, raw: 'x' } }] }).candidates[0].finishReason;
  assert.equal(word('tool'), 'STOP');
  assert.equal(word('stop-string'), 'STOP');
  assert.equal(word('context'), 'MAX_TOKENS');
  assert.equal(word('refusal'), 'SAFETY');
  assert.equal(word('bad-call'), 'MALFORMED_FUNCTION_CALL');
  assert.equal(word('other'), 'OTHER');
});

test('a refused prompt is an answer that was filtered', () => {
  const body = { promptFeedback: { blockReason: 'SAFETY', blockReasonMessage: 'no' } };
  const answer = read(body);
  assert.deepEqual(modelled(answer).candidates, [
    { index: 0, parts: [], finish: { reason: 'filtered', raw: 'SAFETY', message: 'no' } },
  ]);
  assert.deepEqual(write(answer), body);
});

test('a body that is no answer is refused', () => {
  assert.throws(() => read({}), { code: 'upstream-invalid' });
  assert.throws(() => read({ error: { message: 'busy' } }), { code: 'upstream-invalid', message: 'busy' });
});

test('bug 8: cached tokens are counted once, thoughts belong to the output', () => {
  const usageMetadata = {
    promptTokenCount: 100,
    cachedContentTokenCount: 60,
    toolUsePromptTokenCount: 5,
    candidatesTokenCount: 10,
    thoughtsTokenCount: 30,
    totalTokenCount: 145,
  };
  const answer = read({ ...said([{ text: 'x' }]), usageMetadata });
  assert.deepEqual(answer.usage, {
    input: 105,
    output: 40,
    cacheRead: 60,
    cacheWrite: 0,
    cacheWrite1h: 0,
    reasoning: 30,
  });
  const { extra: _, ...bare } = answer;
  assert.deepEqual(write(bare).usageMetadata, {
    promptTokenCount: 105,
    candidatesTokenCount: 10,
    totalTokenCount: 145,
    thoughtsTokenCount: 30,
    cachedContentTokenCount: 60,
  });
});

test('an answer of another dialect is whole in this one', () => {
  const parts: Part[] = [
    { kind: 'reasoning', text: 'hm', opaque: { origin: 'anthropic-messages/anthropic', data: 'sig' } },
    text('hello'),
    call('c1', 'f', '{"n": 12345678901234567890}'),
  ];
  const facts = reply();
  const body = chat.encodeAnswer(foreign(parts, { serviceTier: 'x' }), facts);
  assert.match(JSON.stringify(body), /"args":\{"n":12345678901234567890\}/);
  const written = JSON.parse(JSON.stringify(body));
  assert.deepEqual([written.responseId, written.modelVersion], ['call-1', 'the-model']);
  const [thought, words, called] = written.candidates[0].content.parts;
  assert.deepEqual([thought.text, thought.thought], ['hm', true]);
  assert.match(thought.thoughtSignature, /^eyJwb3J0aWNvIjox/);
  assert.deepEqual(words, { text: 'hello' });
  assert.equal(called.functionCall.id, 'c1');
  assert.deepEqual(facts.left, []);
});

test('thoughts are hidden from a client that said so; their signature is not', () => {
  const thought: Part = { kind: 'reasoning', text: 'hm', opaque: { origin, data: 'sig' } };
  const { content } = write(foreign([thought, text('x')]), reply({ reasoning: { summary: 'none' } })).candidates[0];
  assert.deepEqual(content.parts, [{ text: '', thought: true, thoughtSignature: 'sig' }, { text: 'x' }]);
});

test('an answer that changed shows it, and keeps what has no canonical word', () => {
  const body = said([{ text: 'a', novelty: 1 }], { finishReason: 'STOP', safetyRatings: [], avgLogprobs: -1 });
  const answer = read(body);
  const candidates = answer.candidates.map((candidate) => ({
    ...candidate,
    parts: candidate.parts.map((part) => (part.kind === 'text' ? { ...part, text: 'b' } : part)),
  }));
  assert.deepEqual(
    write({ ...answer, candidates }),
    said([{ text: 'b', novelty: 1 }], {
      finishReason: 'STOP',
      safetyRatings: [],
      avgLogprobs: -1,
    }),
  );
});

const grounded = said([{ text: 'Käse ist gut. Brot auch.' }], {
  finishReason: 'STOP',
  groundingMetadata: {
    webSearchQueries: ['käse'],
    searchEntryPoint: { renderedContent: '<b>' },
    groundingChunks: [{ web: { uri: 'https://a.org', title: 'A' } }, { web: { uri: 'https://b.org' } }],
    groundingSupports: [
      { segment: { endIndex: 14, text: 'Käse ist gut.' }, groundingChunkIndices: [0] },
      { segment: { startIndex: 15, endIndex: 25, text: 'Brot auch.' }, groundingChunkIndices: [0, 1] },
    ],
  },
});

test('grounding is a search and citations; its offsets are bytes', () => {
  const [search, words] = modelled(read(grounded).candidates[0]?.parts ?? []);
  assert.deepEqual(search, {
    kind: 'search',
    id: 'search_r_0',
    queries: ['käse'],
    results: [{ url: 'https://a.org', title: 'A' }, { url: 'https://b.org' }],
  });
  assert.deepEqual((words as TextPart).citations, [
    { url: 'https://a.org', title: 'A', quote: 'Käse ist gut.', start: 0, end: 13 },
    { url: 'https://a.org', title: 'A', quote: 'Brot auch.', start: 14, end: 24 },
    { url: 'https://b.org', quote: 'Brot auch.', start: 14, end: 24 },
  ]);
  assert.deepEqual(write(read(grounded)), grounded);
});

test('citations and searches of another dialect are grounding', () => {
  const [search, words] = modelled(read(grounded).candidates[0]?.parts ?? []) as [Part, TextPart];
  const bare = { ...words, citations: [...(words.citations ?? []), { title: 'page 3' }] };
  const facts = reply();
  const { groundingMetadata } = write(foreign([search, bare]), facts).candidates[0];
  const { searchEntryPoint: _, ...expected } = (grounded.candidates as { groundingMetadata: JsonObject }[])[0]
    ?.groundingMetadata ?? { searchEntryPoint: 0 };
  assert.deepEqual(groundingMetadata, expected);
  assert.deepEqual(facts.left, ['citations']);
});

test('a citation that was changed is told as it is now', () => {
  const answer = read(grounded);
  const candidates = answer.candidates.map((candidate) => ({
    ...candidate,
    parts: candidate.parts.map((part) => (part.kind === 'text' ? { ...part, citations: [] } : part)),
  }));
  const { groundingMetadata } = write({ ...answer, candidates }).candidates[0];
  assert.equal(groundingMetadata.groundingSupports, undefined);
  assert.deepEqual(groundingMetadata.webSearchQueries, ['käse']);
});

test('log probabilities stand side by side here, with each token elsewhere', () => {
  const logprobsResult = {
    chosenCandidates: [{ token: 'é', logProbability: -0.5 }],
    topCandidates: [{ candidates: [{ token: 'e', logProbability: -2 }] }],
  };
  const answer = read(said([{ text: 'é' }], { logprobsResult }));
  const [part] = answer.candidates[0]?.parts ?? [];
  assert.deepEqual(part?.kind === 'text' && part.logprobs, [
    {
      token: 'é',
      logprob: -0.5,
      bytes: [195, 169],
      top_logprobs: [{ token: 'e', logprob: -2, bytes: [101] }],
    },
  ]);
  assert.deepEqual(write(foreign(modelled([part as Part]))).candidates[0].logprobsResult, logprobsResult);
});

test('several answers, images and what only this API has', () => {
  const image = { inlineData: { mimeType: 'image/png', data: 'aa' } };
  const body = {
    candidates: [
      { content: { role: 'model', parts: [image] }, index: 1, finishReason: 'STOP' },
      { content: { role: 'model', parts: [{ executableCode: { code: '1' } }] }, index: 0, finishReason: 'STOP' },
    ],
    responseId: 'r',
    modelVersion: 'g',
  };
  const answer = read(body);
  assert.deepEqual(
    answer.candidates.map(({ index, parts }) => [index, parts[0]?.kind]),
    [
      [1, 'media'],
      [0, 'native'],
    ],
  );
  assert.deepEqual(write(answer), body);
});

test('what another dialect alone has is told as lost', () => {
  const facts = reply();
  write(foreign([{ kind: 'native', dialect: 'anthropic-messages', type: 'shell_result', raw: {} }, text('a')]), facts);
  assert.deepEqual(facts.left, ['shell_result']);
});

test('arguments that are no JSON are told as lost in the words of this dialect', () => {
  const facts = reply();
  write(foreign([{ kind: 'tool-call', id: 'c', name: 'f', arguments: '{"a":' }]), facts);
  assert.deepEqual(facts.left, ['functionCall.args']);
});
