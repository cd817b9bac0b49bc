// Following frames: wherever the bytes are cut, the ends of frames are found, and a Close frame is seen.
import assert from 'node:assert/strict';
import type { Writable } from 'node:stream';
import { test } from 'node:test';
import fc from 'fast-check';
import * as library from 'ws';
import { closeFrame, Frames } from '../../../src/gateway/upgrade/frames.ts';
import { cut } from '../../support/cut.ts';

/** The library's own ends of the protocol, which its types leave out. */
const { Receiver, Sender } = library as unknown as {
  readonly Receiver: new (options: { isServer: boolean }) => Writable;
  readonly Sender: { frame(data: Buffer, options: object): Buffer[] };
};

interface Written {
  readonly bytes: Buffer;
  readonly ends: ReadonlySet<number>;
}

/** Frames of these sizes, as a library writes them. */
function written(sizes: readonly number[], mask: boolean): Written {
  const frames = sizes.map((size) => {
    const options = { fin: true, rsv1: false, opcode: 2, mask, readOnly: true, generateMask: undefined };
    return Buffer.concat(Sender.frame(Buffer.alloc(size, 0x88), options));
  });
  const ends = new Set<number>([0]);
  frames.reduce((sum, frame) => {
    ends.add(sum + frame.length);
    return sum + frame.length;
  }, 0);
  return { bytes: Buffer.concat(frames), ends };
}

test('ends of frames are where they are, however the bytes are cut', () => {
  const size = fc.oneof(fc.nat(130), fc.constantFrom(0, 125, 126, 127, 65_535, 65_536));
  fc.assert(
    fc.property(
      fc.array(size, { maxLength: 6 }),
      fc.boolean(),
      fc.array(fc.nat(), { maxLength: 12 }),
      (sizes, mask, places) => {
        const { bytes, ends } = written(sizes, mask);
        const frames = new Frames();
        let at = 0;
        for (const piece of cut(bytes, places)) {
          frames.push(piece);
          at += piece.length;
          assert.equal(frames.between, ends.has(at), `after ${at} of ${bytes.length} bytes`);
        }
        assert.equal(frames.closed, false);
      },
    ),
    { numRuns: 200 },
  );
});

for (const masked of [true, false]) {
  test(`the goodbye ${masked ? 'to an upstream' : 'to a client'} is a Close frame that a library reads`, async () => {
    const frame = closeFrame(1001, 'é'.repeat(99), masked);
    const frames = new Frames();
    frames.push(frame);
    assert.deepEqual([frames.closed, frames.between], [true, true]);
    const receiver = new Receiver({ isServer: masked });
    const concluded = new Promise<[number, Buffer]>((resolve, reject) => {
      receiver.on('conclude', (code: number, reason: Buffer) => resolve([code, reason])).on('error', reject);
    });
    receiver.end(frame);
    const [code, reason] = await concluded;
    assert.equal(code, 1001);
    assert.equal(reason.toString(), 'é'.repeat(61));
  });
}
