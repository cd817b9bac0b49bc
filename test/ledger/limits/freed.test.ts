// Whoever waits is told when something is given back, whoever gave it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createMemory, SharedLedger } from '../../../src/ledger/memory.ts';
import { claimsFor, granted } from './claims.ts';

const claims = claimsFor('key:ci', { concurrency: 2 });
const never = new AbortController().signal;

async function isPending(promise: Promise<void>): Promise<boolean> {
  return (await Promise.race([promise.then(() => 'done'), new Promise((resolve) => setImmediate(resolve))])) !== 'done';
}

describe('freed', { timeout: 10_000 }, () => {
  test('resolves when one of the claims is released or settled, in the same thread and in another', async () => {
    const memory = createMemory();
    const here = new SharedLedger(memory, 0);
    const there = new SharedLedger(memory, 1);
    for (const ledger of [here, there]) {
      const grant = await granted(ledger, claims);
      const others = claimsFor('key:cj', { requests: '5/total' });
      const freed = here.freed([...others, ...claims], never);
      assert.equal(await isPending(freed), true);
      grant.settle([1]);
      await freed;
    }
  });

  test('does not resolve for others, and not for what was given back before', async () => {
    const ledger = new SharedLedger(createMemory(), 0);
    (await granted(ledger, claims)).release();
    const freed = ledger.freed(claims, never);
    (await granted(ledger, claimsFor('key:cj', { concurrency: 2 }))).release();
    (await granted(ledger, claimsFor('key:ci', { requests: '2/m' }))).settle([1]);
    assert.equal(await isPending(freed), true);
  });

  test('resolves when the signal aborts, and keeps nothing', async () => {
    const ledger = new SharedLedger(createMemory(), 0);
    const controller = new AbortController();
    const freed = ledger.freed(claims, controller.signal);
    controller.abort();
    await freed;
    await ledger.freed(claims, controller.signal);
  });

  test('resolves when the thread that held it dies', async () => {
    const memory = createMemory();
    const ledger = new SharedLedger(memory, 1);
    await granted(new SharedLedger(memory, 0), claims);
    const freed = ledger.freed(claims, never);
    ledger.clearThread(0);
    await freed;
  });

  test('wakes all who wait, again and again', async () => {
    const memory = createMemory();
    const ledger = new SharedLedger(memory, 0);
    const other = new SharedLedger(memory, 1);
    for (let round = 0; round < 50; round += 1) {
      const all = Array.from({ length: 20 }, () => ledger.freed(claims, never));
      (await granted(other, claims)).release();
      await Promise.all(all);
    }
  });
});
