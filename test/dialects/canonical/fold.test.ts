import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Delta, Part } from '../../../src/core/index.ts';
import { Fold } from '../../../src/dialects/canonical/fold.ts';

const start: Delta = { type: 'part-start', candidate: 0, index: 0, part: { kind: 'text', text: '' } };

function folded(...deltas: readonly Delta[]): Part | undefined {
  const fold = new Fold();
  for (const delta of deltas) fold.push(delta);
  return fold.answer().candidates[0]?.parts[0];
}

function piece(more: Partial<Extract<Delta, { type: 'part-delta' }>>): Delta {
  return { type: 'part-delta', candidate: 0, index: 0, text: '', ...more };
}

test('citations and log probabilities of all pieces belong to the part', () => {
  const part = folded(
    start,
    piece({ text: 'a', citations: [{ url: 'https://a.example' }], logprobs: [1] }),
    piece({ text: 'b', citations: [{ url: 'https://b.example' }], logprobs: [2, 3] }),
  );
  assert.deepEqual(part, {
    kind: 'text',
    text: 'ab',
    citations: [{ url: 'https://a.example' }, { url: 'https://b.example' }],
    logprobs: [1, 2, 3],
  });
});

test('citations that the end of a part brings are the last word', () => {
  const set = { citations: [{ url: 'https://last.example' }] };
  const end: Delta = { type: 'part-end', candidate: 0, index: 0, set };
  const later = piece({ citations: [{ url: 'https://later.example' }] });
  const first = piece({ text: 'a', citations: [{ url: 'https://a.example' }] });
  assert.deepEqual(folded(start, first, end), { kind: 'text', text: 'a', ...set });
  assert.deepEqual(folded(start, first, end, later), {
    kind: 'text',
    text: 'a',
    citations: [...set.citations, { url: 'https://later.example' }],
  });
});

test('many pieces with lists take no longer than they are many', () => {
  const pieces = Array.from({ length: 50_000 }, (_, at) => piece({ text: 'a', logprobs: [at] }));
  const started = performance.now();
  const part = folded(start, ...pieces);
  assert.equal(part?.kind === 'text' ? part.logprobs?.length : 0, pieces.length);
  assert.ok(performance.now() - started < 1500);
});
