// What a reservation takes and gives back, limit by limit.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { createMemory, SharedLedger } from '../../../src/ledger/memory.ts';
import { HandClock } from '../../support/clock.ts';
import { claimsFor, granted, refused, usedOf } from './claims.ts';

/** Five seconds into a minute, an hour, a day. */
const start = Date.UTC(2026, 2, 4) + 5_000;

let clock: HandClock;
let ledger: SharedLedger;
beforeEach(() => {
  clock = new HandClock(start);
  ledger = new SharedLedger(createMemory(), 0, clock);
});

describe('requests in a fixed window', () => {
  const claims = claimsFor('key:ci', { requests: '2/m' });

  test('are spent at the reservation and come back when the window turns', async () => {
    const grant = await granted(ledger, claims);
    grant.settle([1]);
    const second = await granted(ledger, claims);
    assert.deepEqual(second.readings, [{ limit: 2, used: 2, remaining: 0, resetsAt: start + 55_000 }]);
    assert.deepEqual(await refused(ledger, claims), {
      granted: false,
      readings: [{ limit: 2, used: 2, remaining: 0, resetsAt: start + 55_000 }],
      refused: [0],
      retryAfterMs: 55_000,
    });
    clock.advance(54_999);
    await refused(ledger, claims);
    clock.advance(1);
    await granted(ledger, claims);
  });

  test('are given back by a release in the same window only, and once', async () => {
    await granted(ledger, claims);
    const grant = await granted(ledger, claims);
    grant.release();
    grant.release();
    grant.settle([5]);
    assert.deepEqual(await usedOf(ledger, claims), [1]);
    const late = await granted(ledger, claims);
    clock.advance(60_000);
    await granted(ledger, claims);
    late.release();
    assert.deepEqual(await usedOf(ledger, claims), [1]);
  });

  test('count on when the limit changes, and for each subject and window alone', async () => {
    await granted(ledger, claims);
    assert.deepEqual(await usedOf(ledger, claimsFor('key:ci', { requests: '100/m' })), [1]);
    assert.deepEqual(
      await usedOf(ledger, claimsFor('key:ci', { requests: ['2/h', '2/2m'], tokens: '2/m' })),
      [0, 0, 0],
    );
    assert.deepEqual(await usedOf(ledger, claimsFor('key:cj', { requests: '2/m' })), [0]);
  });

  test('are counted on when the clock is set back a little, and anew when it stood years ahead', async () => {
    clock.advance(60_000);
    await granted(ledger, claims);
    clock.advance(-60_000);
    assert.deepEqual(await usedOf(ledger, claims), [1]);
    clock.advance(3 * 60_000);
    await granted(ledger, claims);
    clock.advance(-3 * 60_000);
    assert.deepEqual(await usedOf(ledger, claims), [0]);
  });
});

describe('tokens and money', () => {
  const claims = claimsFor('key:ci', { tokens: '1000/m' }, 600);

  test('are reserved, and replaced by the truth', async () => {
    const grant = await granted(ledger, claims);
    await refused(ledger, claims);
    grant.settle([100]);
    assert.deepEqual(await usedOf(ledger, claims), [100]);
    (await granted(ledger, claims)).release();
    assert.deepEqual(await usedOf(ledger, claims), [100]);
  });

  test('may turn out to be more than the limit: then later ones are refused', async () => {
    const grant = await granted(ledger, claims);
    grant.settle([5000]);
    const [reading] = await ledger.read(claims);
    assert.deepEqual([reading?.used, reading?.remaining], [5000, 0]);
    await refused(ledger, claimsFor('key:ci', { tokens: '1000/m' }, 0));
  });

  test('are charged to the window that runs when the truth is known', async () => {
    const grant = await granted(ledger, claims);
    clock.advance(60_000);
    assert.deepEqual(await usedOf(ledger, claims), [0]);
    grant.settle([70]);
    assert.deepEqual(await usedOf(ledger, claims), [70]);
  });

  test('of a month and of all time hold until then', async () => {
    const budget = claimsFor('key:ci', { cost: ['5 USD/month', '9 USD/total'] }, 4_000_000);
    (await granted(ledger, budget)).settle([4_000_000, 4_000_000]);
    const refusal = await refused(ledger, budget);
    assert.deepEqual(refusal.refused, [0]);
    assert.equal(refusal.retryAfterMs, Date.UTC(2026, 3) - start);
    clock.advance(31 * 86_400_000);
    (await granted(ledger, budget)).settle([4_000_000, 4_000_000]);
    clock.advance(31 * 86_400_000);
    const last = await refused(ledger, budget);
    assert.deepEqual([last.refused, last.retryAfterMs], [[1], undefined]);
    assert.equal(last.readings[1]?.resetsAt, undefined);
  });

  test('that are asked for with 0 need something left', async () => {
    const none = claimsFor('key:ci', { tokens: '1000/m' }, 0);
    const grant = await granted(ledger, none);
    grant.settle([999]);
    (await granted(ledger, none)).settle([1]);
    await refused(ledger, none);
  });

  test('that are no number leave what was reserved', async () => {
    const grant = await granted(ledger, claims);
    grant.settle([Number.NaN]);
    assert.deepEqual(await usedOf(ledger, claims), [600]);
  });
});

describe('requests at once', () => {
  const claims = claimsFor('key:ci', { concurrency: 2 });

  test('are free again when one ends, however it ends', async () => {
    const first = await granted(ledger, claims);
    const second = await granted(ledger, claims);
    const refusal = await refused(ledger, claims);
    assert.equal(refusal.retryAfterMs, undefined);
    assert.deepEqual(refusal.readings, [{ limit: 2, used: 2, remaining: 0, resetsAt: undefined }]);
    first.settle([1]);
    const third = await granted(ledger, claims);
    second.release();
    third.release();
    assert.deepEqual(await usedOf(ledger, claims), [0]);
  });

  test('do not end with any window', async () => {
    await granted(ledger, claims);
    clock.advance(400 * 86_400_000);
    assert.deepEqual(await usedOf(ledger, claims), [1]);
  });
});

describe('several claims', () => {
  test('are granted together or not at all', async () => {
    const wide = claimsFor('key:ci', { requests: '10/m', tokens: '1000/m', concurrency: 5 });
    const narrow = claimsFor('route:chat', { requests: '1/m' });
    await granted(ledger, narrow);
    const refusal = await refused(ledger, [...wide, ...narrow]);
    assert.deepEqual(refusal.refused, [3]);
    assert.deepEqual(await usedOf(ledger, wide), [0, 0, 0]);
    assert.deepEqual(
      refusal.readings.map(({ used }) => used),
      [0, 0, 0, 1],
    );
  });

  test('of the same count add up', async () => {
    const [claim] = claimsFor('key:ci', { requests: '3/m' });
    assert.ok(claim);
    const grant = await granted(ledger, [claim, claim]);
    assert.deepEqual(
      grant.readings.map(({ used }) => used),
      [2, 2],
    );
    assert.deepEqual((await refused(ledger, [claim, claim])).refused, [1]);
    assert.deepEqual(await usedOf(ledger, [claim]), [2]);
  });

  test('need none, and no negative ones', async () => {
    assert.deepEqual((await granted(ledger, [])).readings, []);
    await assert.rejects(ledger.reserve(claimsFor('key:ci', { tokens: '1/m' }, -1)), RangeError);
  });
});

describe('a rate', () => {
  const claims = claimsFor('ip:192.0.2.1', { rate: { limit: '10/s', burst: 3 } });

  test('lets its burst through at once, then one per interval, to the millisecond', async () => {
    for (let index = 0; index < 3; index += 1) await granted(ledger, claims);
    const refusal = await refused(ledger, claims);
    assert.equal(refusal.retryAfterMs, 100);
    assert.deepEqual(refusal.readings, [{ limit: 3, used: 3, remaining: 0, resetsAt: start + 300 }]);
    for (let index = 0; index < 20; index += 1) {
      clock.advance(99);
      await refused(ledger, claims);
      clock.advance(1);
      await granted(ledger, claims);
    }
  });

  test('of intervals that are no whole milliseconds does not drift', async () => {
    const sevenths = claimsFor('key:ci', { rate: '7/s' });
    for (let index = 0; index < 7; index += 1) await granted(ledger, sevenths);
    let passed = 0;
    for (let ms = 0; ms < 10_000; ms += 1) {
      clock.advance(1);
      if ((await ledger.reserve(sevenths)).granted) passed += 1;
    }
    assert.equal(passed, 70);
  });

  test('holds at a million per second', async () => {
    const [claim] = claimsFor('key:ci', { rate: '1M/s' });
    assert.ok(claim);
    await granted(ledger, [{ ...claim, amount: 1_000_000 }]);
    await refused(ledger, [claim]);
    clock.advance(1);
    await granted(ledger, [{ ...claim, amount: 1000 }]);
    await refused(ledger, [claim]);
  });

  test('takes a release back, but nothing that has drained since', async () => {
    const slow = claimsFor('key:ci', { rate: { limit: '1/s', burst: 1 } });
    (await granted(ledger, slow)).release();
    const first = await granted(ledger, slow);
    clock.advance(1500);
    await granted(ledger, slow);
    first.release();
    await refused(ledger, slow);
  });
});
