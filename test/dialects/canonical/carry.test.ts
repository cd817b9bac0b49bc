import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer, Delta, Opaque, Part, Traits } from '../../../src/core/index.ts';
import { carryAnswer, carrying } from '../../../src/dialects/canonical/carry.ts';
import { envelopeMark, mayReturn, unwrap, wrap } from '../../../src/dialects/canonical/envelope.ts';
import { unpack } from '../../../src/dialects/canonical/fit/unpack.ts';
import { Fold } from '../../../src/dialects/canonical/fold.ts';
import { unfold } from '../../../src/dialects/canonical/unfold.ts';

const traits: Traits = {
  toolName: { pattern: /./, longest: 64 },
  callId: { pattern: /./, longest: 64 },
  customTools: false,
  namespaces: false,
  opaqueOn: ['reasoning'],
  manyAnswers: true,
};
const blob = (data: string): Opaque => ({ origin: 'gemini/gemini', data });
const parts: Part[] = [
  { kind: 'reasoning', text: 'thinks', opaque: blob('own') },
  { kind: 'text', text: 'says', opaque: blob('on text') },
  { kind: 'tool-call', id: 'a', name: 'f', arguments: '{"x":1}', opaque: blob('on call') },
  { kind: 'tool-call', id: 'b', name: 'f', arguments: '{}' },
  { kind: 'text', text: '', opaque: blob('on nothing') },
];
const answer: Answer = {
  candidates: [
    { index: 0, parts, finish: { reason: 'tool' } },
    { index: 1, parts: parts.slice(2), finish: { reason: 'tool' } },
  ],
};

function folded(deltas: Iterable<Delta>): Answer {
  const fold = new Fold();
  for (const delta of deltas) fold.push(delta);
  return fold.answer();
}

test('blobs without a place travel on reasoning of their own and come back to their parts', () => {
  const [first] = carryAnswer(answer, traits).candidates;
  assert.ok(first?.parts.every((part) => part.opaque === undefined || part.kind === 'reasoning'));
  assert.deepEqual(unpack([{ role: 'assistant', parts: first?.parts ?? [] }])[0]?.parts, parts);
});

test('a stream carries them as the whole answer does', () => {
  const stage = carrying(traits);
  const deltas = [...unfold(answer)].flatMap((delta) => stage?.(delta) ?? []);
  assert.deepEqual(folded(deltas), carryAnswer(answer, traits));
  let next = 0;
  for (const delta of deltas) {
    if (delta.type === 'part-start' && delta.candidate === 0) assert.equal(delta.index, next++);
  }
});

test('a blob that is told at the end of a text follows it', () => {
  const deltas: Delta[] = [
    { type: 'part-start', candidate: 0, index: 0, part: { kind: 'text', text: '' } },
    { type: 'part-delta', candidate: 0, index: 0, text: 'says' },
    { type: 'part-end', candidate: 0, index: 0, set: { opaque: blob('late') } },
    { type: 'part-start', candidate: 0, index: 1, part: { kind: 'text', text: 'more' } },
    { type: 'part-end', candidate: 0, index: 1 },
  ];
  const stage = carrying(traits);
  const told = folded(deltas.flatMap((delta) => stage?.(delta) ?? [])).candidates[0]?.parts;
  assert.deepEqual(told, [
    { kind: 'text', text: 'says' },
    { kind: 'reasoning', text: '', opaque: { ...blob('late'), carries: 'alone' } },
    { kind: 'text', text: 'more' },
  ]);
});

test('blobs cross items: the one in front of a call of the next item belongs to it', () => {
  const turns = unpack([
    { role: 'assistant', parts: [{ kind: 'reasoning', text: '', opaque: { ...blob('x'), carries: 'next' } }] },
    { role: 'assistant', parts: [{ kind: 'tool-call', id: 'a', name: 'f', arguments: '{}' }] },
  ]);
  assert.equal(turns.length, 1);
  assert.deepEqual(turns[0]?.parts[0]?.opaque, blob('x'));
});

test('an envelope names its issuer, reaches nobody else and is known by its first letters', () => {
  const text = wrap(blob('secret ü'), 'anthropic-messages');
  assert.ok(text.startsWith(envelopeMark));
  assert.deepEqual(unwrap(text), blob('secret ü'));
  assert.equal(mayReturn(unwrap(text), 'gemini/gemini', 'anthropic-messages'), true);
  assert.equal(mayReturn(unwrap(text), 'gemini/vertex', 'anthropic-messages'), false);
  assert.equal(wrap(blob('x'), 'gemini'), 'x', 'in its own dialect it stays as issued');
  assert.deepEqual(unwrap('native'), { origin: undefined, data: 'native' });
  assert.equal(mayReturn(unwrap('native'), 'anthropic-messages/anthropic', 'anthropic-messages'), true);
  assert.equal(mayReturn(unwrap('native'), 'gemini/gemini', 'anthropic-messages'), false);
});

test('a damaged envelope is given to nobody', () => {
  assert.equal(mayReturn(unwrap(`${envelopeMark}!!`), 'gemini/gemini', 'gemini'), false);
});

test('thoughts told before they were signed get their blob back, and only theirs', () => {
  const said = (text: string): Part => ({ kind: 'reasoning', text });
  const sealed = (data: string, redacted = false): Part => ({
    kind: 'reasoning',
    text: '',
    opaque: { ...blob(data), ...(redacted ? { redacted } : {}) },
  });
  const turn = {
    role: 'assistant',
    parts: [said('I '), said('think'), sealed('a'), sealed('b'), sealed('c', true)],
  } as const;
  assert.deepEqual(unpack([turn])[0]?.parts, [
    { kind: 'reasoning', text: 'I think', opaque: blob('a') },
    sealed('b'),
    sealed('c', true),
  ]);
  const alone = { role: 'assistant', parts: [said('I think'), sealed('c', true)] } as const;
  assert.deepEqual(unpack([alone])[0]?.parts, alone.parts);
});

test('that reasoning is withheld travels with its blob', () => {
  const opaque = { ...blob('dark'), redacted: true };
  assert.deepEqual(unwrap(wrap(opaque, 'openai-responses')), opaque);
  assert.equal(wrap(opaque, 'gemini'), 'dark');
});
