// Limits hold over threads, to the request: neither passed nor stopped short of, whoever dies on the way.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import type { Claim } from '../../../src/core/index.ts';
import { Hold } from '../../../src/ledger/limits/hold.ts';
import { groups, limitBytes, lockCell } from '../../../src/ledger/limits/layout.ts';
import { openTable } from '../../../src/ledger/limits/table.ts';
import { createMemory, SharedLedger } from '../../../src/ledger/memory.ts';
import { HandClock } from '../../support/clock.ts';
import { claimsFor, granted, refused, usedOf } from './claims.ts';

const racer = new URL('./racing-thread.ts', import.meta.url);

function start(memory: SharedArrayBuffer, thread: number, rounds: number, gate: SharedArrayBuffer): Worker {
  return new Worker(racer, { workerData: { memory, thread, rounds, gate } });
}

/** The cells of the table of limits. */
function locks(memory: SharedArrayBuffer): Int32Array {
  return new Int32Array(memory, limitsOffset(memory));
}

function limitsOffset(memory: SharedArrayBuffer): number {
  return memory.byteLength - limitBytes;
}

describe('four threads at a limit of ten', () => {
  test('get exactly ten, in every round, and refused claims take nothing from the others', async () => {
    const threads = 4;
    const rounds = 200;
    const memory = createMemory();
    const gate = new SharedArrayBuffer((rounds + 1) * 4);
    new Int32Array(gate)[0] = threads;
    const granted = await Promise.all(
      Array.from({ length: threads }, async (_, thread) => {
        const [numbers] = (await once(start(memory, thread, rounds, gate), 'message')) as [number[]];
        return numbers;
      }),
    );
    const sums = Array.from({ length: rounds }, (_, round) =>
      granted.reduce((sum, each) => sum + (each[round] ?? 0), 0),
    );
    assert.deepEqual(new Set(sums), new Set([10]));
    const ledger = new SharedLedger(memory, threads);
    assert.deepEqual(await usedOf(ledger, claimsFor('closed', { requests: '1/total' })), [0]);
    const claims = claimsFor('round:7', { requests: '10/total', tokens: '1000/total', concurrency: 10 });
    assert.deepEqual(await usedOf(ledger, claims), [10, 1000, 10]);
    // Their threads are gone: what was under way ends with them, what was spent stays.
    for (let thread = 0; thread < threads; thread += 1) ledger.clearThread(thread);
    assert.deepEqual(await usedOf(ledger, claims), [10, 0, 0]);
  });
});

describe('a thread that dies', { timeout: 20_000 }, () => {
  const claims = [
    ...claimsFor('killed', { tokens: '1000/total', concurrency: 10 }),
    ...claimsFor('killed too', { concurrency: 10 }),
  ];

  test('in the middle of its work leaves nothing behind', async () => {
    const memory = createMemory();
    const ledger = new SharedLedger(memory, 9);
    for (let round = 0; round < 8; round += 1) {
      const worker = start(memory, 0, 0, new SharedArrayBuffer(8));
      await once(worker, 'message');
      await ledger.freed(claims, new AbortController().signal);
      await worker.terminate();
      ledger.clearThread(0);
      assert.deepEqual(await usedOf(ledger, claims), [0, 0, 0]);
    }
    const cells = locks(memory);
    for (let group = 0; group < groups; group += 1) assert.equal(cells[lockCell(group)], 0);
  });

  test('inside a lock gives the lock back, and what others hold there stays', async () => {
    const clock = new HandClock();
    const memory = createMemory();
    const dying = new SharedLedger(memory, 0, clock);
    const other = new SharedLedger(memory, 1, clock);
    const ledger = new SharedLedger(memory, 9, clock);
    await granted(dying, claims);
    const stays = await granted(other, claims);
    const { group, identity } = new Hold(claims[1] as Claim);
    const cells = locks(memory);
    cells[lockCell(group)] = 1;
    // Half done: counted, and not recorded.
    const table = openTable(memory, limitsOffset(memory), 0, clock);
    const slot = table.slots.find(group, identity);
    table.slots.setHeld(slot, 7);
    const waiting = other.reserve(claims);
    ledger.clearThread(0);
    assert.equal((await waiting).granted, true);
    assert.deepEqual(await usedOf(ledger, claims), [2, 2, 2]);
    stays.release();
    assert.deepEqual(await usedOf(ledger, claims), [1, 1, 1]);
  });

  test('has its number taken by a new thread that counts on its own', async () => {
    const memory = createMemory();
    const ledger = new SharedLedger(memory, 9);
    const dead = await granted(new SharedLedger(memory, 0), claims);
    ledger.clearThread(0);
    const heir = await granted(new SharedLedger(memory, 0), claims);
    assert.deepEqual(await usedOf(ledger, claims), [1, 1, 1]);
    heir.release();
    assert.deepEqual(await usedOf(ledger, claims), [0, 0, 0]);
    assert.ok(dead.granted);
  });
});

describe('a thread that hangs', () => {
  const claims = claimsFor('hung', { tokens: '1000/total', concurrency: 1 }, 1);
  const beat = (ledger: SharedLedger, times: number) => {
    for (let time = 0; time < times; time += 1) ledger.beat();
  };

  test('loses what it holds when it has not beaten for a minute of the others', async () => {
    const memory = createMemory();
    const hung = new SharedLedger(memory, 0);
    const other = new SharedLedger(memory, 1);
    const grant = await granted(hung, claims);
    beat(other, 60);
    await refused(other, claims);
    hung.beat();
    beat(other, 60);
    await refused(other, claims);
    beat(other, 1);
    const second = await granted(other, claims);
    // It wakes up: what it used is charged, and nothing is let go twice.
    grant.settle([70, 1]);
    assert.deepEqual(await usedOf(other, claims), [71, 1]);
    second.settle([5, 1]);
    assert.deepEqual(await usedOf(other, claims), [75, 0]);
  });

  test('and dies then lets go once', async () => {
    const memory = createMemory();
    const other = new SharedLedger(memory, 1);
    await granted(new SharedLedger(memory, 0), claims);
    beat(other, 61);
    await granted(other, claims);
    other.clearThread(0);
    assert.deepEqual(await usedOf(other, claims), [1, 1]);
  });
});
