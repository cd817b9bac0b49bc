// Clocks that jump: nobody is locked out for longer than the limit says, and nobody gets a limit twice for a small step.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import type { Claim, LimitSettings } from '../../../src/core/index.ts';
import { createMemory, SharedLedger } from '../../../src/ledger/memory.ts';
import { HandClock } from '../../support/clock.ts';
import { claimsFor, granted, refused, usedOf } from './claims.ts';

const hour = 3_600_000;
const day = 24 * hour;
/** Half past noon. */
const start = Date.UTC(2026, 4, 15, 12, 30);

let clock: HandClock;
let ledger: SharedLedger;
beforeEach(() => {
  clock = new HandClock(start);
  ledger = new SharedLedger(createMemory(), 0, clock);
});

async function usedUp(limits: LimitSettings): Promise<readonly Claim[]> {
  const claims = claimsFor('key:ci', limits);
  await granted(ledger, claims);
  await refused(ledger, claims);
  return claims;
}

describe('a clock that jumps forward by a day', () => {
  test('turns the windows it passes, and what was reserved before is charged to the one that runs', async () => {
    const claims = claimsFor('key:ci', { tokens: '100/day' }, 100);
    const grant = await granted(ledger, claims);
    clock.advance(day);
    assert.deepEqual(await usedOf(ledger, claims), [0]);
    grant.settle([40]);
    assert.deepEqual(await usedOf(ledger, claims), [40]);
  });

  test('and back counts on in the window it had turned to, and is over with it', async () => {
    const claims = await usedUp({ requests: '1/day' });
    clock.advance(day);
    await granted(ledger, claims);
    clock.advance(-day);
    await refused(ledger, claims);
    clock.advance(2 * day);
    await granted(ledger, claims);
  });

  test('does not free what runs', async () => {
    const claims = await usedUp({ concurrency: 1 });
    clock.advance(day);
    await refused(ledger, claims);
  });
});

describe('a clock that is set back by an hour', () => {
  test('leaves a day as it was', async () => {
    const claims = await usedUp({ requests: '1/day' });
    clock.advance(-hour);
    assert.deepEqual((await refused(ledger, claims)).retryAfterMs, 12.5 * hour);
  });

  test('starts a minute afresh, and does not wait for the old one', async () => {
    const claims = await usedUp({ requests: '1/m' });
    clock.advance(-hour);
    await granted(ledger, claims);
    assert.equal((await refused(ledger, claims)).retryAfterMs, 60_000);
    clock.advance(60_000);
    await granted(ledger, claims);
  });

  test('lets a rate drain from then on', async () => {
    const claims = await usedUp({ rate: '1/m' });
    clock.advance(-hour);
    assert.equal((await refused(ledger, claims)).retryAfterMs, 60_000);
    clock.advance(59_999);
    await refused(ledger, claims);
    clock.advance(1);
    await granted(ledger, claims);
  });

  test('gives back to a rate what a release gives back', async () => {
    const claims = claimsFor('key:ci', { rate: '1/m' });
    const grant = await granted(ledger, claims);
    clock.advance(-hour);
    grant.release();
    await granted(ledger, claims);
  });

  test('leaves a reservation to be settled', async () => {
    const claims = claimsFor('key:ci', { tokens: '100/m', concurrency: 1 }, 1);
    const grant = await granted(ledger, claims);
    clock.advance(-hour);
    grant.settle([30, 1]);
    assert.deepEqual(await usedOf(ledger, claims), [30, 0]);
  });
});

describe('a clock that is set back by a month', () => {
  test('goes on counting in the month that had begun, whichever is longer', async () => {
    clock.advance(Date.UTC(2026, 2, 1) - start);
    const claims = await usedUp({ requests: '1/month' });
    clock.advance(-1);
    await refused(ledger, claims);
    clock.advance(1 - 28 * day);
    await refused(ledger, claims);
  });

  test('starts days and rates afresh', async () => {
    const claims = await usedUp({ requests: '1/day', rate: '1/s' });
    clock.advance(-30 * day);
    assert.deepEqual((await refused(ledger, claims)).refused, [1]);
    clock.advance(1000);
    await granted(ledger, claims);
  });

  test('is over in time for a month two months ahead', async () => {
    const claims = await usedUp({ requests: '1/month' });
    clock.advance(-90 * day);
    await granted(ledger, claims);
  });
});

describe('a clock that changes for the summer', () => {
  test('gives a day its count once, be it of 23 or of 25 hours', async () => {
    for (const [midnight, hours] of [
      ['2026-03-28T23:00:00Z', 23],
      ['2026-10-24T22:00:00Z', 25],
    ] as const) {
      clock.advance(Date.parse(midnight) - clock.now());
      const claims = await usedUp({ requests: '1/day', timezone: 'Europe/Berlin' });
      clock.advance(hours * hour - 1);
      assert.equal((await refused(ledger, claims)).retryAfterMs, 1);
      clock.advance(1);
      await granted(ledger, claims);
    }
  });

  test('and is set back over its midnight counts on in the longer day', async () => {
    clock.advance(Date.parse('2026-10-24T22:00:00Z') - clock.now());
    const claims = await usedUp({ requests: '1/day', timezone: 'Europe/Berlin' });
    clock.advance(-1000);
    await refused(ledger, claims);
  });
});

test('a zone has counts of its own, UTC those it always had', async () => {
  await granted(ledger, claimsFor('key:ci', { requests: '5/day' }));
  assert.deepEqual(await usedOf(ledger, claimsFor('key:ci', { requests: '5/day', timezone: 'Etc/UTC' })), [1]);
  assert.deepEqual(await usedOf(ledger, claimsFor('key:ci', { requests: '5/day', timezone: 'Asia/Tokyo' })), [0]);
  await granted(ledger, claimsFor('key:ci', { requests: '5/m', timezone: 'Asia/Tokyo' }));
  assert.deepEqual(await usedOf(ledger, claimsFor('key:ci', { requests: '5/m' })), [1]);
});
