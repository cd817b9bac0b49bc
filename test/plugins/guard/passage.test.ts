// Texts in pieces: cut anywhere they come out as they do whole, and no more is held back than must be.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { JsonPassage, passedJson } from '../../../plugins/guard/text/json-passage.ts';
import { Passage, passed } from '../../../plugins/guard/text/passage.ts';
import { ignore, type Part, rulesOf } from './rules.ts';

const usual: readonly Part[] = [
  { name: 'email', kind: 'email', replacement: '[mail]' },
  { name: 'card', kind: 'credit-card', replacement: '[card]' },
  { name: 'iban', kind: 'iban', replacement: '[iban]' },
  { name: 'ssn', kind: 'us-ssn' },
  { name: 'v6', kind: 'ipv6', replacement: '[v6]' },
  { name: 'phone', kind: 'phone', replacement: '[phone]' },
  { name: 'key', kind: 'api-key', replacement: '[key]' },
  { name: 'word', pattern: '(?i)\\bproject (?:blue|bluebird)\\b', replacement: '' },
  { name: 'lazy', pattern: '<secret>.{0,40}?</secret>', replacement: '[s]' },
  { name: 'prefix', pattern: 'x{2,5}y|x', replacement: '_' },
  { name: 'end', pattern: 'fin$', replacement: '[end]' },
  { name: 'smile', pattern: '😀+', replacement: ':)' },
];

const snippet = fc.constantFrom(
  'a@b.co',
  'ann.lee@mail.example.com',
  '@',
  '4111 1111 1111 1111',
  '4111111111111111',
  '4111 1111 1111 1112',
  '123-45-6789',
  'DE89 3704 0044 0532 0130 00',
  'BE68539007547034',
  'fe80::1',
  '::1',
  'std::',
  '+49 30 901820',
  '212-555-0123',
  'sk-abcdefghijklmnopqrstuvwx',
  'sk-abc',
  'Project Blue',
  'project bluebird',
  'project bluegrass',
  '<secret>a b</secret>',
  '<secret>',
  'x',
  'xx',
  'xxxy',
  'fin',
  '😀',
  '😀😀',
  '\ud83d',
  ' ',
  '\n',
  '.',
  ': ',
  'word',
  '-',
  '12',
  'é',
);
const texts = fc.array(snippet, { maxLength: 25 }).map((pieces) => pieces.join(''));
const cuts = fc.array(fc.nat({ max: 300 }), { maxLength: 30 });

function pieces(text: string, at: readonly number[]): string[] {
  const places = [...new Set(at.map((each) => each % (text.length + 1)))].sort((a, b) => a - b);
  return [...places, text.length].map((place, index) => text.slice(places[index - 1] ?? 0, place));
}

interface Told {
  readonly text: string;
  readonly found: readonly string[];
}

function inPieces(all: readonly string[], parts: readonly Part[], window?: number): Told {
  const found: string[] = [];
  const passage = new Passage(rulesOf(parts, window), ({ name }) => found.push(name));
  let text = '';
  for (const piece of all) text += passage.push(piece);
  return { text: text + passage.end(), found };
}

function whole(text: string, parts: readonly Part[]): Told {
  const found: string[] = [];
  return { text: passed(text, rulesOf(parts), ({ name }) => found.push(name)), found };
}

describe('a text in pieces', () => {
  test('comes out as it does whole, wherever it is cut', () => {
    fc.assert(
      fc.property(texts, cuts, (text, at) => {
        assert.deepEqual(inPieces(pieces(text, at), usual), whole(text, usual));
      }),
      { numRuns: 400 },
    );
  });

  test('character by character too', () => {
    fc.assert(
      fc.property(texts, (text) => assert.deepEqual(inPieces(text.split(''), usual), whole(text, usual))),
      { numRuns: 100 },
    );
  });

  test('counts what is only logged in the same way, and leaves it', () => {
    const logs = usual.map((part) => ({ ...part, action: 'log' as const }));
    fc.assert(
      fc.property(texts, cuts, (text, at) => {
        const told = inPieces(pieces(text, at), logs);
        assert.equal(told.text, text);
        assert.deepEqual([...told.found].sort(), [...whole(text, logs).found].sort());
      }),
      { numRuns: 100 },
    );
  });

  test('is ended before anything of what is blocked was told', () => {
    const parts: Part[] = [
      { name: 'no', pattern: 'nuclear launch', action: 'block' },
      { name: 'x', pattern: 'xx' },
    ];
    const passage = new Passage(rulesOf(parts), ignore);
    assert.equal(passage.push('the xx is nuclear'), 'the [redacted] is ');
    assert.equal(passage.push(' lau'), '');
    assert.equal(passage.push('nch'), '', 'whether the word ends here is not known yet');
    assert.throws(() => passage.push('.'), { code: 'content-blocked', message: /"no"/ });
  });

  test('what a rule only logs hides nothing from another rule', () => {
    const parts: Part[] = [
      { name: 'all', pattern: '.+', action: 'log' },
      { name: 'mail', kind: 'email' },
    ];
    assert.deepEqual(whole('to a@b.co', parts), { text: 'to [redacted]', found: ['all', 'mail'] });
  });
});

describe('of a stream', () => {
  test('only what could still become a match is held back', () => {
    const passage = new Passage(
      rulesOf([
        { name: 'card', kind: 'credit-card' },
        { name: 'mail', kind: 'email' },
      ]),
      ignore,
    );
    assert.equal(passage.push('Hello there, '), 'Hello there, ');
    assert.equal(passage.push('ann'), '', 'may be the begin of an address');
    assert.equal(passage.push(' and 41'), 'ann and ');
    assert.equal(passage.push('!'), '41!');
    assert.equal(passage.end(), '');
  });

  test('nothing waits for what began within a match that was taken out', () => {
    const passage = new Passage(
      rulesOf([
        { name: 'one', pattern: 'ab' },
        { name: 'two', pattern: 'b[^!]*!' },
      ]),
      ignore,
    );
    assert.equal(passage.push('ab and on'), '[redacted] and on');
  });

  test('never more than the window is, but for a match that goes on', () => {
    const passage = new Passage(rulesOf([{ name: 'tail', pattern: 'a[^!]*!' }], 16), ignore);
    assert.equal(passage.push('a'), '');
    assert.equal(passage.push('.'.repeat(15)), 'a');
    assert.equal(passage.push('..'), '..');
    const greedy = new Passage(rulesOf([{ name: 'run', pattern: 'k[0-9]+' }], 16), ignore);
    assert.equal(greedy.push(`k${'1'.repeat(500)}`), '', 'whatever follows, this will not be told');
    assert.equal(greedy.push('1 end'), '[redacted] end');
  });

  test('a match longer than any bound is told in pieces, never as it was', () => {
    const greedy = new Passage(rulesOf([{ name: 'run', pattern: '1+' }], 16), ignore);
    let told = '';
    for (let at = 0; at < 5000; at++) told += greedy.push('1');
    told += greedy.end();
    assert.match(told, /^(\[redacted\])+$/);
  });
});

describe('JSON text', () => {
  const json = fc.object({
    key: snippet,
    values: [snippet, fc.integer(), fc.constant(4111111111111111), fc.boolean()],
    maxDepth: 2,
  });

  test('stays JSON, however it is cut, with every string and number passed', () => {
    fc.assert(
      fc.property(json, cuts, fc.boolean(), (value, at, escaped) => {
        const plain = JSON.stringify(value);
        const text = escaped ? plain.replaceAll('@', '\\u0040').replaceAll('/', '\\/') : plain;
        const passage = new JsonPassage(rulesOf(usual), ignore);
        const told =
          pieces(text, at)
            .map((piece) => passage.push(piece))
            .join('') + passage.end();
        assert.deepEqual(JSON.parse(told), JSON.parse(passedJson(text, rulesOf(usual), ignore)));
        assert.doesNotMatch(told, /ann\.lee@mail|4111 1111 1111 1111|4111111111111111/);
      }),
      { numRuns: 200 },
    );
  });

  test('a number becomes a string, an escape hides nothing, and what has no match is as it was', () => {
    const say = (text: string) => passedJson(text, rulesOf(usual), ignore);
    assert.equal(say('{"n": 4111111111111111, "m": 1.50e+2}'), '{"n": "[card]", "m": 1.50e+2}');
    assert.equal(say('{"a":"x\\u0040b.co"}'), '{"a":"[mail]"}');
    assert.equal(say('{"a": "\\u0041\\/",'), '{"a": "\\u0041\\/",');
    assert.equal(say('4111111111111111'), '"[card]"');
    assert.equal(say('{"a@b.co":1'), '{"[mail]":1');
  });
});
