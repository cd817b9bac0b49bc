// The law of chunking: wherever the bytes of a stream are cut, it says the same.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { dialectNames } from '../../src/dialects/index.ts';
import { samples } from '../sdk/samples.ts';
import { asking } from '../support/asking.ts';
import { isNative, noCorpus, recorded } from '../support/corpus.ts';
import { cut } from '../support/cut.ts';
import { decoded, streamed } from '../support/translated.ts';

for (const dialect of dialectNames) {
  describe(`bytes of ${dialect}`, () => {
    const bytes = Buffer.from(samples[dialect]);

    it('cut once anywhere', () => {
      const whole = decoded(dialect, bytes);
      for (let at = 1; at < bytes.length; at++) {
        assert.deepEqual(decoded(dialect, bytes.subarray(0, at), bytes.subarray(at)), whole, `cut at ${at}`);
      }
    });

    it('one by one, through to the clients of the others', () => {
      const single = [...bytes].map((byte) => Buffer.from([byte]));
      for (const to of dialectNames.filter((name) => name !== dialect)) {
        const asked = asking(to, [{ name: 'weather' }]);
        assert.equal(streamed(dialect, to, single, asked).text, streamed(dialect, to, [bytes], asked).text, to);
      }
    });

    it('recorded, cut at random', { skip: noCorpus }, () => {
      const streams = recorded(dialect).filter((one) => one.sse !== undefined && isNative(one));
      const expected = streams.map(({ sse = '' }) => decoded(dialect, Buffer.from(sse)));
      fc.assert(
        fc.property(fc.nat(streams.length - 1), fc.array(fc.nat(), { maxLength: 30 }), (which, places) => {
          const pieces = cut(Buffer.from(streams[which]?.sse ?? ''), places);
          assert.deepEqual(decoded(dialect, ...pieces), expected[which], streams[which]?.name);
        }),
        { numRuns: 40 },
      );
    });
  });
}
