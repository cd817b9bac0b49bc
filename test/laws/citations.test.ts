// What a model cites, its clients see cited: the same addresses for the same words, though every dialect counts otherwise
// (characters, bytes, or not at all).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Answer, DialectName, TextPart } from '../../src/core/index.ts';
import { codecs } from '../../src/dialects/codecs.ts';
import { dialectNames } from '../../src/dialects/index.ts';
import { asking, replyTo } from '../support/asking.ts';
import { answered, decoded, originOf, streamed } from '../support/translated.ts';
import { onTheWire } from '../support/wire.ts';
import { inPieces } from './generate/answer.ts';
import { folded } from './gist.ts';

const segment = fc.constantFrom(
  'Der Himmel ist grün.',
  '空は青い。',
  'A 👩‍👩‍👧 family.',
  'Plain words',
  'مرحبا بكم',
  'é',
);
const cited = fc
  .tuple(fc.uniqueArray(segment, { minLength: 2, maxLength: 5 }), fc.array(fc.nat(4), { minLength: 1, maxLength: 3 }))
  .map(([segments, which]): TextPart => {
    const text = segments.join(' ');
    const citations = [...new Set(which.map((at) => at % segments.length))].sort().map((at) => {
      const quote = segments[at] ?? '';
      const start = text.indexOf(quote);
      return { url: `https://example.com/${at}`, title: `Page ${at}`, quote, start, end: start + quote.length };
    });
    return { kind: 'text', text, citations };
  });

function answerOf(part: TextPart): Answer {
  const usage = { input: 1, output: 1, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0, reasoning: 0 };
  const candidates = [{ index: 0, parts: [part], finish: { reason: 'end' as const } }];
  return { id: 'r', model: 'm', created: 1, candidates, usage };
}

/** `address: the words`; the address alone where one side quotes the source instead of marking words of the answer. */
function seen({ candidates }: Answer, ...dialects: readonly DialectName[]): string[] {
  const marked = !dialects.includes('anthropic-messages');
  const texts = (candidates[0]?.parts ?? []).filter((part) => part.kind === 'text');
  const all = texts.flatMap(({ text, citations = [] }) => {
    return citations.map(({ url, start, end }) => (marked ? `${url}: ${text.slice(start, end)}` : `${url}`));
  });
  return all.toSorted();
}

for (const from of dialectNames) {
  for (const to of dialectNames) {
    describe(`citations of ${from} for a client of ${to}`, () => {
      const reply = replyTo(asking(from));

      it('whole', () => {
        fc.assert(
          fc.property(cited, (part) => {
            const said = answerOf(part);
            const body = onTheWire(codecs[from].chat.encodeAnswer(said, reply));
            const told = onTheWire(answered(from, to, body, asking(to)));
            assert.deepEqual(
              seen(codecs[to].chat.decodeAnswer(told, { origin: originOf(to) }), from, to),
              seen(said, from, to),
            );
          }),
          { numRuns: 20 },
        );
      });

      it('streamed', () => {
        fc.assert(
          fc.property(cited, fc.array(fc.nat(60), { maxLength: 3 }), (part, places) => {
            const said = answerOf(part);
            const encoder = codecs[from].chat.encodeStream(reply);
            const sse = [...inPieces(said, places)].map((delta) => encoder.delta(delta)).join('');
            const { text } = streamed(from, to, sse, asking(to));
            assert.deepEqual(seen(folded(decoded(to, Buffer.from(text))).answer(), from, to), seen(said, from, to));
          }),
          { numRuns: 20 },
        );
      });
    });
  }
}
