// Laws of answers: encoded and decoded they say the same; streamed they say what they say whole; in another dialect too.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Answer, DialectName, JsonObject } from '../../src/core/index.ts';
import { codecs } from '../../src/dialects/codecs.ts';
import { dialectNames } from '../../src/dialects/index.ts';
import { asking, replyTo } from '../support/asking.ts';
import { answered, decoded, originOf, streamed } from '../support/translated.ts';
import { onTheWire } from '../support/wire.ts';
import { answer, inPieces } from './generate/answer.ts';
import { folded, type Gist, gistOf } from './gist.ts';

const runs = { numRuns: 60 };
const places = fc.array(fc.nat(200), { maxLength: 5 });

function wire(dialect: DialectName, said: Answer): JsonObject {
  const body = codecs[dialect].chat.encodeAnswer(said, replyTo(asking(dialect)));
  return onTheWire(body);
}

function stream(dialect: DialectName, said: Answer, cuts: readonly number[]): string {
  const encoder = codecs[dialect].chat.encodeStream(replyTo(asking(dialect)));
  return [...inPieces(said, cuts)].map((delta) => encoder.delta(delta)).join('');
}

/** In one dialect a filter's words and a model's refusal end with the same word (wire.md 7). */
function plain(gist: Gist): Gist {
  return gist.finish === 'refusal' ? { ...gist, finish: 'filtered' } : gist;
}

for (const dialect of dialectNames) {
  describe(`answers in ${dialect}`, () => {
    const { chat } = codecs[dialect];

    it('say the same after a round trip, and the second trip changes nothing', () => {
      fc.assert(
        fc.property(answer, (said) => {
          const body = wire(dialect, said);
          const read = chat.decodeAnswer(body, { origin: originOf(dialect) });
          assert.deepEqual(plain(gistOf(read)), gistOf(said));
          assert.deepEqual(wire(dialect, read), body);
        }),
        runs,
      );
    });

    it('say the same in a stream, however it is cut into pieces', () => {
      fc.assert(
        fc.property(answer, places, (said, cuts) => {
          const fold = folded(decoded(dialect, Buffer.from(stream(dialect, said, cuts))));
          assert.equal(fold.ended, true);
          assert.equal(fold.fault, undefined);
          assert.deepEqual(plain(gistOf(fold.answer())), gistOf(said));
        }),
        runs,
      );
    });
  });
}

for (const from of dialectNames) {
  for (const to of dialectNames.filter((name) => name !== from)) {
    describe(`answers of ${from} for a client of ${to}`, () => {
      const asked = asking(
        to,
        ['weather', 'read_file', 'Bash', 'mcp__server__tool-1', 'a'].map((name) => ({ name })),
      );

      it('say whole what they said', () => {
        fc.assert(
          fc.property(answer, (said) => {
            const body = answered(from, to, wire(from, said), asked);
            const read = codecs[to].chat.decodeAnswer(onTheWire(body), { origin: originOf(to) });
            assert.deepEqual(plain(gistOf(read)), gistOf(said));
          }),
          runs,
        );
      });

      it('say in a stream what they said', () => {
        fc.assert(
          fc.property(answer, places, (said, cuts) => {
            const { text, ended, fault } = streamed(from, to, stream(from, said, cuts), asked);
            assert.deepEqual({ ended, fault }, { ended: true, fault: undefined });
            assert.deepEqual(plain(gistOf(folded(decoded(to, Buffer.from(text))).answer())), gistOf(said));
          }),
          runs,
        );
      });
    });
  }
}
