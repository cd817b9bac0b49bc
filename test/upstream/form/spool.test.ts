// Bytes are received once and read as often as needed, also while they arrive, and few of them are held in memory.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { Spool } from '../../../src/upstream/body/form/spool.ts';

const piece = 64 * 1024;
const pieces = 400;

function content(index: number): Buffer {
  return Buffer.alloc(piece, `piece ${index} `);
}

async function digest(chunks: AsyncIterable<Buffer>, each?: () => Promise<void>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of chunks) {
    hash.update(chunk);
    await each?.();
  }
  return hash.digest('hex');
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('a spool', () => {
  test('takes 25 MB, holds a part of the first, and gives all of it to every reader', async () => {
    let ready: (() => void) | undefined;
    const spool = new Spool({ mostInMemory: 1024 * 1024, ready: () => ready?.(), failed: assert.ifError });
    const early = digest(spool.read());
    const slow = digest(spool.read(), turn);
    const whole = createHash('sha256');
    let pauses = 0;
    let held = 0;
    for (let index = 0; index < pieces; index += 1) {
      const chunk = content(index);
      whole.update(chunk);
      held += chunk.length;
      if (spool.append(chunk)) continue;
      if (pauses === 0) assert.ok(held <= 1024 * 1024 + 256 * 1024 + piece, `${held} bytes before a pause`);
      pauses += 1;
      await new Promise<void>((resolve) => {
        ready = resolve;
      });
    }
    spool.end();
    const wanted = whole.digest('hex');
    assert.deepEqual([await early, await slow, await digest(spool.read())], [wanted, wanted, wanted]);
    assert.ok(pauses > 10, `${pauses} pauses`);
    assert.equal(spool.atHand, undefined);
    await spool.close();
    await assert.rejects(digest(spool.read()), /gone/);
  });

  test('has little at hand, once it is whole', () => {
    const spool = new Spool({ mostInMemory: 100, ready: () => undefined, failed: assert.ifError });
    assert.equal(spool.append(Buffer.from('little')), true);
    assert.equal(spool.atHand, undefined);
    spool.end();
    assert.equal(Buffer.concat([...(spool.atHand ?? [])]).toString(), 'little');
  });

  test('that fails fails its readers, those that wait included', async () => {
    const spool = new Spool({ mostInMemory: 100, ready: () => undefined, failed: assert.ifError });
    const reading = digest(spool.read());
    await turn();
    spool.fail(new Error('no more'));
    await assert.rejects(reading, /no more/);
  });
});
