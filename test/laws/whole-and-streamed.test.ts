// An upstream that answers whole can serve a client that streams, and the reverse: both say the same.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Answer, DialectName } from '../../src/core/index.ts';
import { codecs } from '../../src/dialects/codecs.ts';
import { dialectNames } from '../../src/dialects/index.ts';
import {
  type AnswerWay,
  StreamTranslation,
  settled,
  tellAsStream,
  understandAnswer,
} from '../../src/gateway/translate/translate-answer.ts';
import { asking, replyTo } from '../support/asking.ts';
import { decoded, originOf } from '../support/translated.ts';
import { onTheWire } from '../support/wire.ts';
import { answer, inPieces } from './generate/answer.ts';
import { folded, type Gist, gistOf } from './gist.ts';

const runs = { numRuns: 25 };

function wayOf(from: DialectName, to: DialectName): AnswerWay {
  const reply = replyTo(asking(to));
  return { from, origin: originOf(from), to, codec: codecs[to].chat, undo: new Map(), reply };
}

/** In one dialect a filter's words and a model's refusal end with the same word (wire.md 7). */
function plain(said: Answer): Gist {
  const gist = gistOf(said);
  return gist.finish === 'refusal' ? { ...gist, finish: 'filtered' } : gist;
}

for (const from of dialectNames) {
  for (const to of dialectNames) {
    describe(`${from} for a client of ${to}`, () => {
      const way = wayOf(from, to);

      it('whole, told as a stream', () => {
        fc.assert(
          fc.property(answer, (said) => {
            const body = onTheWire(codecs[from].chat.encodeAnswer(said, replyTo(asking(from))));
            const sse = tellAsStream(understandAnswer(body, way), way);
            const fold = folded(decoded(to, Buffer.from(sse)));
            assert.equal(fold.ended, true);
            assert.deepEqual(plain(fold.answer()), gistOf(said));
          }),
          runs,
        );
      });

      it('streamed, told as a whole', () => {
        fc.assert(
          fc.property(answer, fc.array(fc.nat(50), { maxLength: 2 }), (said, places) => {
            const translation = new StreamTranslation(way, true);
            const encoder = codecs[from].chat.encodeStream(replyTo(asking(from)));
            const sse = [...inPieces(said, places)].map((delta) => encoder.delta(delta)).join('');
            for (const block of sse.split(/\r?\n\r?\n/).filter((text) => text !== '')) {
              const [, event = ''] = /^event: (.*)$/m.exec(block) ?? [];
              translation.event(event, block.slice(block.indexOf('data: ') + 'data: '.length));
            }
            translation.end();
            const body = onTheWire(way.codec.encodeAnswer(settled(translation.answer(), way), way.reply));
            assert.deepEqual(plain(codecs[to].chat.decodeAnswer(body, { origin: originOf(to) })), gistOf(said));
          }),
          runs,
        );
      });
    });
  }
}
