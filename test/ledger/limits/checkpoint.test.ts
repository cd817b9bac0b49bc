// What a restart keeps: all that was settled, nothing that was only reserved.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import type { LedgerEntry } from '../../../src/ledger/limits/checkpoint.ts';
import { createMemory, SharedLedger } from '../../../src/ledger/memory.ts';
import { HandClock } from '../../support/clock.ts';
import { claimsFor, granted, refused, usedOf } from './claims.ts';

const start = Date.UTC(2026, 2, 4) + 5_000;
const settings = {
  requests: '10/m',
  rate: { limit: '7/s', burst: 5 },
  tokens: '1000/day',
  cost: '9 USD/total',
  concurrency: 3,
};
const claims = claimsFor('key:ci', settings, 2);

let clock: HandClock;
let ledger: SharedLedger;
beforeEach(() => {
  clock = new HandClock(start);
  ledger = new SharedLedger(createMemory(), 0, clock);
});

/** As it comes back from a store. */
function throughJson(entries: readonly LedgerEntry[]): readonly LedgerEntry[] {
  return entries.map((entry) => JSON.parse(JSON.stringify(entry)));
}

describe('a checkpoint', () => {
  test('put into another ledger counts on where the first one stood', async () => {
    (await granted(ledger, claims)).settle([2, 2, 300, 123_456, 2]);
    await granted(ledger, claims);
    const entries = throughJson(ledger.checkpoint());
    assert.equal(entries.length, 4);
    const next = new SharedLedger(createMemory(), 3, clock);
    next.restore(entries);
    // Tokens, money and concurrency that were only reserved are gone; requests and rate were spent.
    assert.deepEqual(await usedOf(next, claims), [4, 4, 300, 123_456, 0]);
    clock.advance(143);
    assert.deepEqual(await next.read(claims.slice(0, 4)), await read(ledger, [0, 0, 2, 2]));
  });

  test('holds only what has changed since the last one, and what is given back too', async () => {
    const grant = await granted(ledger, claims.slice(0, 1));
    assert.deepEqual(
      ledger.checkpoint().map(({ used }) => used),
      [2],
    );
    assert.deepEqual(ledger.checkpoint(), []);
    await granted(ledger, claims.slice(2, 3));
    assert.deepEqual(ledger.checkpoint(), []);
    grant.release();
    assert.deepEqual(
      ledger.checkpoint().map(({ used, resetsAt }) => [used, resetsAt]),
      [[0, start + 55_000]],
    );
  });

  test('has one id per count, the same in every life', async () => {
    await granted(ledger, claims.slice(0, 1));
    const [entry] = ledger.checkpoint();
    assert.equal(entry?.id, '5df4e9b8a700e35d00000091');
    await granted(ledger, claims.slice(0, 1));
    assert.equal(ledger.checkpoint()[0]?.id, entry?.id);
  });
});

describe('a restore', () => {
  test('leaves out what is over, and what is no entry', async () => {
    await granted(ledger, claims.slice(0, 1));
    const entries = ledger.checkpoint();
    clock.advance(55_000);
    const next = new SharedLedger(createMemory(), 0, clock);
    next.restore([...entries, { id: 'none', resetsAt: undefined, used: 5 }]);
    assert.deepEqual(await usedOf(next, claims.slice(0, 1)), [0]);
  });

  test('keeps the larger of two counts, so that doing it twice is doing it once', async () => {
    const one = claims.slice(0, 1);
    await granted(ledger, one);
    const entries = ledger.checkpoint();
    await granted(ledger, one);
    ledger.restore(entries);
    ledger.restore(entries);
    assert.deepEqual(await usedOf(ledger, one), [4]);
  });

  test('refuses where the last life had used all', async () => {
    const budget = claimsFor('key:ci', { cost: '1 USD/total' }, 1_000_000);
    (await granted(ledger, budget)).settle([1_000_000]);
    const next = new SharedLedger(createMemory(), 0, clock);
    next.restore(throughJson(ledger.checkpoint()));
    assert.equal((await refused(next, budget)).retryAfterMs, undefined);
  });
});

/** Readings of the first four claims, with what is only reserved taken off. */
async function read(from: SharedLedger, reserved: readonly number[]) {
  const readings = await from.read(claims.slice(0, 4));
  return readings.map((reading, index) => {
    const off = reserved[index] ?? 0;
    return { ...reading, used: reading.used - off, remaining: reading.remaining + off };
  });
}
