// Every stream that is produced keeps the grammar of its dialect, down to what its strictest client demands.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { DialectName } from '../../src/core/index.ts';
import { codecs } from '../../src/dialects/codecs.ts';
import { dialectNames } from '../../src/dialects/index.ts';
import { checkMessageStream, eventsOf } from '../dialects/anthropic-messages/grammar.ts';
import { checkResponsesStream } from '../dialects/openai-responses/grammar.ts';
import { wholeStreams } from '../sdk/matrix.ts';
import { samples } from '../sdk/samples.ts';
import { asking, replyTo } from '../support/asking.ts';
import { noCorpus } from '../support/corpus.ts';
import { decoded, streamed } from '../support/translated.ts';
import { failures } from './failures.ts';
import { answer, inPieces } from './generate/answer.ts';
import { checkGenerated } from './grammar/gemini.ts';
import { checkChunks } from './grammar/openai-chat.ts';
import { checkOrder } from './grammar/order.ts';

const grammars: Readonly<Record<DialectName, (text: string) => void>> = {
  'openai-chat': (text) => checkChunks(text, true),
  'openai-responses': checkResponsesStream,
  'anthropic-messages': (text) => checkMessageStream(eventsOf(text)),
  gemini: checkGenerated,
};

for (const dialect of dialectNames) {
  describe(`streams in ${dialect}`, () => {
    it('are as its clients demand, whatever they say', () => {
      fc.assert(
        fc.property(answer, fc.array(fc.nat(200), { maxLength: 4 }), (said, places) => {
          const encoder = codecs[dialect].chat.encodeStream(replyTo(asking(dialect)));
          const text = [...inPieces(said, places)].map((delta) => encoder.delta(delta)).join('');
          grammars[dialect](text);
          checkOrder(decoded(dialect, Buffer.from(text)));
        }),
        { numRuns: 60 },
      );
    });

    for (const from of dialectNames.filter((name) => name !== dialect)) {
      it(`of ${from}, recorded, are as its clients demand`, { skip: noCorpus }, () => {
        const broken = failures(wholeStreams(from), ({ one }) => {
          grammars[dialect](streamed(from, dialect, one.sse ?? '', asking(dialect)).text);
        });
        assert.deepEqual(broken, []);
      });
    }
  });
}

describe('the grammars complain', () => {
  it('of chunks without a role, after the end, with a call that is not named', () => {
    const whole = samples['openai-chat'];
    checkChunks(whole, true);
    assert.throws(() => checkChunks(whole.replace('"role":"assistant",', ''), true), /role/);
    assert.throws(() => checkChunks(whole.replace('data: [DONE]\n\n', ''), true), /\[DONE\]/);
    assert.throws(() => checkChunks(whole.replace('"id":"call_b",', ''), true), /without an id/);
    assert.throws(
      () => checkChunks(whole.replace('"finish_reason":"tool_calls"', '"finish_reason":null'), true),
      /finish_reason/,
    );
    assert.throws(() => checkChunks(whole, false), /unasked/);
  });

  it('of generated content with comments, without an end, with empty parts', () => {
    const whole = samples.gemini;
    checkGenerated(whole);
    assert.throws(() => checkGenerated(`: keepalive\r\n\r\n${whole}`), /no event/);
    assert.throws(() => checkGenerated(whole.replace(',"finishReason":"STOP"', '')), /finishReason/);
    assert.throws(() => checkGenerated(whole.replace('[{"text":"Sure "}]', '[]')), /parts: \[\]/);
    assert.throws(() => checkGenerated(whole.replaceAll('\r\n', '\n')), /middle|no event/);
  });
});
