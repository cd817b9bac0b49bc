// Recorded streams: what a codec makes of them is what their events say, and what the whole answer says where there is one.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '../../src/core/index.ts';
import { codecs } from '../../src/dialects/codecs.ts';
import { dialectNames } from '../../src/dialects/index.ts';
import { wholeStreams } from '../sdk/matrix.ts';
import { saidIn } from '../sdk/said/said.ts';
import { asking } from '../support/asking.ts';
import { noCorpus, recorded } from '../support/corpus.ts';
import { decoded, originOf, streamed } from '../support/translated.ts';
import { failures } from './failures.ts';
import { folded, gistOf } from './gist.ts';
import { checkOrder } from './grammar/order.ts';

describe('recorded streams', { skip: noCorpus }, () => {
  for (const dialect of dialectNames) {
    const whole = wholeStreams(dialect);

    it(`${dialect}: deltas keep their order, one part after the other`, () => {
      const all = recorded(dialect).filter(({ sse }) => sse !== undefined);
      const broken = failures(all, ({ sse = '' }) => checkOrder(decoded(dialect, Buffer.from(sse))));
      assert.deepEqual(broken, []);
    });

    it(`${dialect}: what is gathered is what was said`, () => {
      const broken = failures(whole, ({ one, said }) => {
        const fold = folded(decoded(dialect, Buffer.from(one.sse ?? '')));
        assert.deepEqual({ ended: fold.ended, fault: fold.fault }, { ended: true, fault: undefined });
        const { text, calls, usage } = gistOf(fold.answer());
        assert.equal(text, said.text);
        const wanted = said.calls.map((call) => ({ name: call.name, length: call.arguments.length > 2 }));
        assert.deepEqual(
          calls.map(({ name, input }) => ({ name, length: input.length > 2 })),
          wanted,
        );
        if (said.usage !== undefined) assert.deepEqual({ input: usage?.input, output: usage?.output }, said.usage);
      });
      assert.deepEqual(broken, []);
    });

    it(`${dialect}: cut or failed, they have no end in any dialect`, () => {
      const cut = recorded(dialect).filter(({ sse, tags, synthetic }) => {
        return sse !== undefined && synthetic && tags.some((tag) => /truncated|midstream_error/.test(tag));
      });
      assert.ok(cut.length > 0);
      const broken = failures(cut, ({ sse = '' }) => {
        for (const to of dialectNames.filter((name) => name !== dialect)) {
          const { text, ended, fault } = streamed(dialect, to, sse, asking(to));
          assert.equal(ended, false);
          assert.equal(saidIn(to, text).ended, false, `${to} was told an end`);
          assert.ok(fault === undefined || fault.message !== '');
        }
      });
      assert.deepEqual(broken, []);
    });
  }

  it('openai-responses: what is gathered is what the last event holds', () => {
    const { chat } = codecs['openai-responses'];
    const from = { origin: originOf('openai-responses') };
    const whole = wholeStreams('openai-responses');
    const broken = failures(whole, ({ one: { sse = '' } }) => {
      const last = [...sse.matchAll(/^data: (\{"type":\s?"response\.(?:completed|incomplete)".*)$/gm)].at(-1)?.[1];
      const response = (last === undefined ? {} : (JSON.parse(last) as JsonObject)).response as JsonObject | undefined;
      // Some backends leave out of the last event what they said before (wire.md 9.1).
      if (response === undefined || (response.output as unknown[]).length === 0) return;
      const gathered = gistOf(folded(decoded('openai-responses', Buffer.from(sse))).answer());
      assert.deepEqual(gathered, gistOf(chat.decodeAnswer(response, from)));
    });
    assert.deepEqual(broken, []);
  });
});
