// The tables of docs/translation.md hold everything a request can say, and nothing in them is lost without a word.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { answerFate, answerSamples } from '../../scripts/translation/answers.ts';
import { instructions, media } from '../../scripts/translation/messages.ts';
import { translationPage } from '../../scripts/translation/page.ts';
import { fateOf } from '../../scripts/translation/requests.ts';
import { reasoning, settings, tools } from '../../scripts/translation/wishes.ts';
import type { Conversation, Field, Part } from '../../src/core/index.ts';
import { codecs } from '../../src/dialects/codecs.ts';
import { dialectNames } from '../../src/dialects/index.ts';

const samples = [settings, reasoning, tools, instructions, media].flatMap((chapter) => chapter.samples);
const pairs = dialectNames.flatMap((from) => dialectNames.filter((to) => to !== from).map((to) => [from, to] as const));

/** What the conversation says, by the names `Field` has for it. */
function said(conversation: Conversation): string[] {
  const { turns, tools: offered, toolChoice, reasoning: wish = {}, format = {}, ...others } = conversation;
  const parts = turns.flatMap((turn) => turn.parts);
  return [
    ...Object.keys(others),
    ...(Object.keys(wish).length > 0 ? ['reasoning'] : []),
    ...Object.keys(wish).map((name) => `reasoning.${name}`),
    ...(Object.keys(format).length > 0 ? ['format'] : []),
    ...Object.keys(format).map((name) => `format.${name}`),
    ...(toolChoice === undefined ? [] : ['toolChoice', `toolChoice.${toolChoice.mode}`]),
    ...offered.flatMap((tool) => [
      'tools',
      'tool',
      ...Object.keys(tool).map((name) => `${tool.kind === 'web-search' ? 'webSearch' : 'tool'}.${name}`),
    ]),
    ...(turns.some(({ role }) => role !== 'user') ? ['turn'] : []),
    ...parts.flatMap(ofPart),
  ];
}

function ofPart(part: Part): string[] {
  const camel = { 'tool-call': 'toolCall', 'tool-result': 'toolResult' } as const;
  const kind = part.kind === 'tool-call' || part.kind === 'tool-result' ? camel[part.kind] : part.kind;
  const inside =
    part.kind === 'tool-result' && part.content.some((piece) => piece.kind === 'media') ? ['toolResult.media'] : [];
  return ['part', kind, ...inside, ...Object.keys(part).map((name) => `${kind}.${name}`)];
}

/** Said by other means: blobs have tests of their own, grammars of free-text tools are the vendor's. */
const elsewhere: readonly Field[] = ['opaque', 'tool.format'];

describe('the tables', () => {
  it('have a row for every field a dialect has a word for', () => {
    const shown = new Set(samples.flatMap(({ conversation }) => said(conversation)));
    const known = new Set(dialectNames.flatMap((name) => Object.keys(codecs[name].chat.words.fields)));
    const missing = [...known].filter((field) => !shown.has(field) && !elsewhere.includes(field as Field));
    assert.deepEqual(missing, []);
  });

  it('hold rows that at least one dialect can say', () => {
    for (const sample of samples) {
      const fates = pairs.map(([from, to]) => fateOf(sample, from, to).kind);
      assert.ok(
        fates.some((kind) => kind !== 'unsaid'),
        sample.label,
      );
    }
  });

  it('are written without gaps', () => {
    assert.doesNotMatch(translationPage(), /undefined|\[object|NaN/);
  });
});

describe('what a request says', () => {
  for (const [from, to] of pairs) {
    it(`is kept, said otherwise, named or refused: ${from} -> ${to}`, () => {
      for (const sample of samples) {
        const silent = fateOf(sample, from, to).kind === 'left-out' && sample.how?.[to] === undefined;
        assert.ok(!silent, `${sample.label}: left out, and nobody is told`);
      }
    });
  }
});

describe('what an answer tells', () => {
  for (const [upstream, client] of pairs) {
    it(`is kept, said otherwise or named: ${upstream} -> ${client}`, () => {
      for (const sample of answerSamples) {
        const silent = answerFate(sample, upstream, client).kind === 'left-out' && sample.how?.[client] === undefined;
        assert.ok(!silent, `${sample.label}: left out, and nobody is told`);
      }
    });
  }
});
