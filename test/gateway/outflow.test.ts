// Pieces of one turn of the event loop leave as one write, in order, and a full response asks for a pause.
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Outflow } from '../../src/gateway/call/outflow.ts';

/** A response as far as it is written to; it takes nothing before `release`. */
function response() {
  const written: string[] = [];
  let release: () => void = () => undefined;
  const stream = new Writable({
    highWaterMark: 1024,
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk.toString());
      release = done;
    },
  });
  return { out: new Outflow(stream as unknown as ServerResponse), stream, written, release: () => release() };
}

test('small pieces of one turn leave as one, those of the next apart', async () => {
  const { out, written, release } = response();
  for (const piece of ['a', 'b', 'c']) assert.equal(out.write(Buffer.from(piece)), true);
  assert.deepEqual(written, []);
  await turn();
  assert.deepEqual(written, ['abc']);
  release();
  out.write(Buffer.from('d'));
  await turn();
  assert.deepEqual(written, ['abc', 'd']);
});

test('a large piece overtakes nothing', async () => {
  const { out, written, release } = response();
  const large = 'x'.repeat(10_000);
  out.write(Buffer.from('a'));
  out.write(Buffer.from(large));
  out.write(Buffer.from('b'));
  for (let left = 3; left > 0; left -= 1) {
    release();
    await turn();
  }
  assert.equal(written.join(''), `a${large}b`);
});

test('a response that is full asks for a pause', async () => {
  const { out, stream } = response();
  out.write(Buffer.alloc(2000, 'a'));
  await turn();
  assert.equal(stream.writableNeedDrain, true);
  assert.equal(out.write(Buffer.from('b')), false);
});

test('what is left for a client that has gone is dropped', async () => {
  const { out, stream, written } = response();
  out.write(Buffer.from('a'));
  stream.destroy();
  await turn();
  assert.deepEqual(written, []);
});
