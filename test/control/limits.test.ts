// Where the limits of the configuration stand, as `portico top` and the metrics tell it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearestEnd, readLimits } from '../../src/control/stats/limits.ts';
import { type Claim, type Limit, readLimits as limitsOf, type Reading } from '../../src/core/index.ts';
import { createMemory, SharedLedger } from '../../src/ledger/memory.ts';
import { account, configOf } from '../support/gateway.ts';

const perMinute: Limit = {
  kind: 'requests',
  amount: 60,
  window: { shape: 'fixed', unit: 'minute', count: 1 },
  burst: undefined,
};
const perFiveHours: Limit = {
  ...perMinute,
  kind: 'tokens',
  amount: 1_000,
  window: { shape: 'fixed', unit: 'hour', count: 5 },
};
const rate: Limit = { ...perMinute, amount: 10, window: { shape: 'rate', unit: 'second', count: 1 }, burst: 20 };
const dollars: Limit = { ...perMinute, kind: 'cost', amount: 5e6, window: { shape: 'fixed', unit: 'month', count: 1 } };
const atOnce: Limit = { kind: 'concurrency', amount: 8, window: undefined, burst: undefined };

const config = configOf({
  keys: [{ name: 'ci', limits: [perMinute, dollars] }, { name: 'free' }],
  routes: [{ name: 'root', limits: [rate] }],
  providers: [
    {
      name: 'up',
      url: 'http://127.0.0.1:1',
      limits: [perFiveHours],
      accounts: [account('main', 'http://127.0.0.1:1', { limits: [atOnce] })],
    },
  ],
});

const asked: Claim[] = [];
const ledger = {
  async read(claims: readonly Claim[]): Promise<readonly Reading[]> {
    asked.push(...claims);
    return claims.map(({ limit }, index) => ({
      limit: limit.amount,
      used: (limit.amount * index) / 10,
      remaining: 0,
      resetsAt: undefined,
    }));
  },
};

test('every limit of keys, routes, providers and accounts is asked for, and nothing is reserved', async () => {
  const figures = await readLimits(config, ledger, 100);
  assert.deepEqual(
    figures.map(({ subject, kind, window, used, amount }) => [subject, kind, window, used, amount]),
    [
      ['key:ci', 'requests', '1m', 0, 60],
      ['key:ci', 'cost', 'month', 5e5, 5e6],
      ['route:root', 'rate', '1s', 2, 10],
      ['provider:up', 'tokens', '5h', 300, 1_000],
      ['account:up/main', 'concurrency', '', 3.2, 8],
    ],
  );
  assert.ok(asked.every(({ amount }) => amount === 0));
});

test('a window that stands on the clock of a time zone says so', async () => {
  const keys = [{ name: 'ci', limits: limitsOf({ requests: '5k/day', tokens: '1k/m', timezone: 'Europe/Berlin' }) }];
  const figures = await readLimits(configOf({ keys, providers: [] }), ledger, 100);
  assert.deepEqual(
    figures.map(({ window }) => window),
    ['1d Europe/Berlin', '1m'],
  );
});

test('so many and no more', async () => {
  assert.equal((await readLimits(config, ledger, 2)).length, 2);
});

test('those with the least left come first, untouched ones not at all', async () => {
  const nearest = nearestEnd(await readLimits(config, ledger, 100), 3);
  assert.deepEqual(
    nearest.map(({ subject }) => subject),
    ['account:up/main', 'provider:up', 'route:root'],
  );
});

test('the ledger knows them under these names', async () => {
  const shared = new SharedLedger(createMemory(), 0);
  const grant = await shared.reserve([
    { subject: 'key:ci', limit: perMinute, amount: 3 },
    { subject: 'account:up/main', limit: atOnce, amount: 1 },
  ]);
  assert.ok(grant.granted);
  const used = async () => {
    const nearest = nearestEnd(await readLimits(config, shared, 100), 10);
    return nearest.map(({ subject, used }) => [subject, used]);
  };
  assert.deepEqual(await used(), [
    ['account:up/main', 1],
    ['key:ci', 3],
  ]);
  grant.settle([5, 1]);
  assert.deepEqual(await used(), [['key:ci', 5]]);
});
