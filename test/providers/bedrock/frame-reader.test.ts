// Frames are read however they are cut, and nothing damaged passes.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EventStreamCodec, type MessageHeaders } from '@smithy/eventstream-codec';
import fc from 'fast-check';
import { FrameReader } from '../../../providers/bedrock/frame-reader.ts';
import { frame } from './frames.ts';

const texts = fc.dictionary(fc.stringMatching(/^[:a-z-]{1,20}$/), fc.string({ maxLength: 50 }), { maxKeys: 5 });
const frames = fc.array(fc.tuple(texts, fc.string({ unit: 'grapheme', maxLength: 300 })), {
  minLength: 1,
  maxLength: 6,
});

function read(bytes: Buffer, cuts: readonly number[]): [Record<string, string>, string][] {
  const reader = new FrameReader();
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const found = at.slice(1).flatMap((end, index) => reader.push(bytes.subarray(at[index], end)));
  assert.equal(reader.midway, false);
  return found.map(({ headers, payload }) => [{ ...headers }, payload.toString()]);
}

describe('frames', () => {
  it('of the vendor’s own codec are read whatever the cuts', () => {
    fc.assert(
      fc.property(frames, fc.array(fc.nat(), { maxLength: 20 }), (wanted, cuts) => {
        const bytes = Buffer.concat(wanted.map(([headers, payload]) => frame(headers, payload)));
        assert.deepEqual(
          read(bytes, cuts),
          wanted.map(([headers, payload]) => [{ ...headers }, payload]),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('may have headers of every type; those that are text are kept', () => {
    const codec = new EventStreamCodec(
      (bytes) => Buffer.from(bytes as Uint8Array).toString(),
      (text) => Buffer.from(text),
    );
    const headers: MessageHeaders = {
      yes: { type: 'boolean', value: true },
      no: { type: 'boolean', value: false },
      byte: { type: 'byte', value: 7 },
      short: { type: 'short', value: 7 },
      integer: { type: 'integer', value: 7 },
      binary: { type: 'binary', value: Buffer.from('bytes') },
      when: { type: 'timestamp', value: new Date(0) },
      id: { type: 'uuid', value: '123e4567-e89b-12d3-a456-426614174000' },
      word: { type: 'string', value: 'kept' },
    };
    const [found] = new FrameReader().push(Buffer.from(codec.encode({ headers, body: Buffer.from('x') })));
    assert.deepEqual({ ...found?.headers }, { word: 'kept' });
    assert.equal(found?.payload.toString(), 'x');
  });

  it('with any bit turned are refused, or wait for more than there is', () => {
    const whole = frame({ ':message-type': 'event' }, '{"bytes":"aGVsbG8="}');
    fc.assert(
      fc.property(fc.nat(whole.length * 8 - 1), (bit) => {
        const damaged = Buffer.from(whole);
        damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        assert.throws(() => new FrameReader().push(damaged), { code: 'upstream-invalid' });
      }),
      { numRuns: 200 },
    );
  });

  it('that are only begun are known as such', () => {
    const reader = new FrameReader();
    assert.deepEqual(reader.push(frame({}, 'x').subarray(0, 14)), []);
    assert.equal(reader.midway, true);
  });
});
