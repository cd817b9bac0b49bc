// The ledger's promise: what threads count together comes out exact.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { createMemory, cursorSlots, SharedLedger, threadSlots } from '../../src/ledger/memory.ts';

const counter = new URL('./count-thread.ts', import.meta.url);

describe('cursors', () => {
  test('count from 0, each name for itself', () => {
    const ledger = new SharedLedger(createMemory(), 0);
    assert.deepEqual([ledger.next('a'), ledger.next('a'), ledger.next('b'), ledger.next('a')], [0, 1, 0, 2]);
  });

  test('give every number exactly once over four threads', async () => {
    const memory = createMemory();
    const threads = [0, 1, 2, 3];
    const seen = await Promise.all(
      threads.map(async (thread) => {
        const worker = new Worker(counter, { workerData: { memory, thread, turns: 20_000 } });
        const [numbers] = (await once(worker, 'message')) as [Record<string, number[]>];
        return numbers;
      }),
    );
    for (const name of ['one', 'two', 'three']) {
      const numbers = seen.flatMap((each) => each[name] ?? []).sort((a, b) => a - b);
      assert.equal(numbers.length, 80_000);
      assert.ok(
        numbers.every((number, index) => number === index),
        name,
      );
    }
    assert.equal(new SharedLedger(memory, 0).inFlight(), 0);
  });

  test('stay below 2^31 when they wrap', () => {
    const memory = createMemory();
    const ledger = new SharedLedger(memory, 0);
    ledger.next('wrapping');
    const cells = new Int32Array(memory);
    const cell = cells.lastIndexOf(1);
    cells[cell] = 0x7fffffff;
    assert.deepEqual([ledger.next('wrapping'), ledger.next('wrapping'), ledger.next('wrapping')], [0x7fffffff, 0, 1]);
  });

  test('go on counting when more names come than there are places', () => {
    const ledger = new SharedLedger(createMemory(), 0);
    for (let index = 0; index < cursorSlots * 2; index += 1) ledger.next(`name-${index}`);
    const first = ledger.next('one too many');
    assert.equal(ledger.next('one too many'), first + 1);
  });
});

describe('calls in flight', () => {
  test('add up over threads, and those of a dead thread are forgotten', () => {
    const memory = createMemory();
    const one = new SharedLedger(memory, 0);
    const two = new SharedLedger(memory, threadSlots - 1);
    one.callStarted();
    two.callStarted();
    two.callStarted();
    assert.equal(one.inFlight(), 3);
    assert.equal(one.inFlightOf(threadSlots - 1), 2);
    one.clearThread(threadSlots - 1);
    assert.equal(two.inFlight(), 1);
    one.callEnded();
    assert.equal(two.inFlight(), 0);
  });

  test('need a slot that exists', () => {
    assert.throws(() => new SharedLedger(createMemory(), threadSlots), RangeError);
  });
});

test('draining is seen by every thread', () => {
  const memory = createMemory();
  const one = new SharedLedger(memory, 0);
  const two = new SharedLedger(memory, 1);
  assert.equal(two.draining(), false);
  one.setDraining(true);
  assert.equal(two.draining(), true);
  one.setDraining(false);
  assert.equal(two.draining(), false);
});
