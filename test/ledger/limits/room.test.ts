// The table has room for many, uses places again, and says when somebody had to go.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import type { Claim, LimitSettings } from '../../../src/core/index.ts';
import { Hold } from '../../../src/ledger/limits/hold.ts';
import { recordCount, ways } from '../../../src/ledger/limits/layout.ts';
import { createMemory, SharedLedger } from '../../../src/ledger/memory.ts';
import { HandClock } from '../../support/clock.ts';
import { claimsFor, granted, refused, usedOf } from './claims.ts';

let clock: HandClock;
let ledger: SharedLedger;
beforeEach(() => {
  clock = new HandClock(Date.UTC(2026, 2, 4));
  ledger = new SharedLedger(createMemory(), 0, clock);
});

/** Subjects that are counted in one group. */
function neighbours(settings: LimitSettings, count: number): string[] {
  const groupOf = (subject: string) => claimsFor(subject, settings).map((claim) => new Hold(claim).group)[0];
  const group = groupOf('first');
  const found = ['first'];
  for (let index = 0; found.length < count; index += 1) {
    if (groupOf(`key:${index}`) === group) found.push(`key:${index}`);
  }
  return found;
}

test('ten thousand subjects are counted each for itself, and nobody has to go', async () => {
  const settings = { requests: '9/day', tokens: '99/day', cost: '1 USD/month' };
  for (let index = 0; index < 10_000; index += 1) {
    (await granted(ledger, claimsFor(`key:${index}`, settings))).settle([1, index % 90, index]);
  }
  for (let index = 0; index < 10_000; index += 1) {
    assert.deepEqual(await usedOf(ledger, claimsFor(`key:${index}`, settings)), [1, index % 90, index]);
  }
  assert.equal(ledger.evictions(), 0);
});

describe('a place', () => {
  test('is used again when its window is over', async () => {
    for (const subject of neighbours({ requests: '1/m' }, ways * 3)) {
      await granted(ledger, claimsFor(subject, { requests: '1/m' }));
      clock.advance(10_000);
    }
    assert.equal(ledger.evictions(), 0);
  });

  test('is taken from the count that would be over soonest, and that is counted', async () => {
    const subjects = neighbours({ rate: { limit: '1/h', burst: 50 } }, ways + 1);
    for (const [index, subject] of subjects.entries()) {
      const claims = claimsFor(subject, { rate: { limit: '1/h', burst: 50 } });
      for (let times = 0; times <= (index === 5 ? 1 : 2); times += 1) await granted(ledger, claims);
    }
    assert.equal(ledger.evictions(), 1);
    const levels = await Promise.all(
      subjects.map(async (subject) => (await usedOf(ledger, claimsFor(subject, { rate: '1/h' })))[0]),
    );
    assert.deepEqual(
      levels,
      subjects.map((_, index) => (index === 5 ? 0 : 3)),
    );
  });

  test('is taken from one of many before the budget of somebody named, however soon that is over', async () => {
    const budget = claimsFor('first', { requests: '9/day' });
    (await granted(ledger, budget)).settle([1]);
    const settings = { requests: '9/month' };
    const group = new Hold(budget[0] as Claim).group;
    let floods = 0;
    for (let index = 0; floods < ways * 3; index += 1) {
      const claims = claimsFor(`rule:user=${index}`, settings).map((claim) => ({ ...claim, passing: true }));
      if (new Hold(claims[0] as Claim).group !== group) continue;
      await granted(ledger, claims);
      assert.deepEqual(
        await usedOf(
          ledger,
          claims.map(({ passing: _, ...claim }) => claim),
        ),
        [1],
        'it is the same count',
      );
      floods += 1;
    }
    assert.equal(ledger.evictions(), ways * 2 + 1);
    assert.deepEqual(await usedOf(ledger, budget), [1]);
  });

  test('of requests under way is never taken: there is an error, and nothing of the claims is kept', async () => {
    const subjects = neighbours({ concurrency: 1 }, ways + 1);
    const last = subjects.pop() ?? '';
    const grants = [];
    for (const subject of subjects) grants.push(await granted(ledger, claimsFor(subject, { concurrency: 1 })));
    const claims = [...claimsFor('key:ci', { tokens: '9/m' }), ...claimsFor(last, { concurrency: 1 })];
    await assert.rejects(ledger.reserve(claims), /no room to count/);
    assert.deepEqual(await usedOf(ledger, claims), [0, 0]);
    for (const subject of subjects) await refused(ledger, claimsFor(subject, { concurrency: 1 }));
    assert.equal(ledger.evictions(), 0);
    grants[3]?.release();
    await granted(ledger, claims);
  });

  test('lost with a reservation still takes the truth', async () => {
    const subjects = neighbours({ tokens: '9/m' }, ways + 1);
    const grants = [];
    for (const subject of subjects) grants.push(await granted(ledger, claimsFor(subject, { tokens: '9/m' }, 5)));
    assert.equal(ledger.evictions(), 1);
    grants[ways]?.release();
    for (const grant of grants) grant.settle([3]);
    const used = await Promise.all(
      subjects.slice(0, ways).map((each) => usedOf(ledger, claimsFor(each, { tokens: '9/m' }))),
    );
    assert.deepEqual(new Set(used.flat()), new Set([3]));
  });

  test('lost with a reservation is not touched by its release: it counts somebody else now', async () => {
    const subjects = neighbours({ tokens: '9/m' }, ways + 1);
    const grants = [];
    for (const subject of subjects) grants.push(await granted(ledger, claimsFor(subject, { tokens: '9/m' }, 5)));
    for (const grant of grants.slice(0, ways)) grant.release();
    assert.deepEqual(await usedOf(ledger, claimsFor(subjects[ways] ?? '', { tokens: '9/m' })), [5]);
  });
});

test('a table full of reservations is an error, and goes on when one ends', async () => {
  const claims = claimsFor('key:ci', { concurrency: 1_000_000 });
  const [claim] = claims;
  assert.ok(claim);
  const many = Array.from({ length: 1024 }, () => claim);
  const grants = [];
  for (let count = 0; count < recordCount; count += many.length) grants.push(await granted(ledger, many));
  await assert.rejects(ledger.reserve(claims), /no room for another reservation/);
  assert.deepEqual(await usedOf(ledger, claims), [recordCount]);
  grants[0]?.release();
  await granted(ledger, claims);
});
