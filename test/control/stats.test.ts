// The last minute in figures: what is in it, what has left it, and that nobody can make it grow.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { RecentRequests } from '../../src/control/stats/recent.ts';
import { Spread } from '../../src/control/stats/spread.ts';
import { HandClock } from '../support/clock.ts';
import { attemptOf, recordOf } from '../support/record.ts';

let clock: HandClock;
let recent: RecentRequests;
beforeEach(() => {
  clock = new HandClock();
  recent = new RecentRequests(clock);
});

describe('a spread', () => {
  test('knows its quantiles within five per cent', () => {
    const spread = new Spread();
    for (let value = 1; value <= 10_000; value += 1) spread.add(value);
    for (const share of [0.1, 0.5, 0.9, 0.99]) {
      const found = spread.quantile(share) ?? 0;
      assert.ok(Math.abs(found - share * 10_000) <= share * 500, `${share}: ${found}`);
    }
  });

  test('of nothing has none, of one value has that', () => {
    const spread = new Spread();
    assert.equal(spread.quantile(0.5), undefined);
    spread.add(0);
    assert.equal(spread.quantile(0.99), 0.1);
  });
});

describe('the last minute', () => {
  test('adds up by route, key, provider and account', () => {
    recent.add(recordOf({ ms: 100, firstByteMs: 20, costMicros: 40 }));
    recent.add(recordOf({ ms: 100, key: 'other-key', route: 'chat', status: 404, outcome: 'error', usage: undefined }));
    const failed = attemptOf({ provider: 'one', account: 'a', failure: 'server (500)', status: 500 });
    recent.add(recordOf({ attempts: [failed, attemptOf({ provider: 'two', account: 'b', ms: 50 })] }));
    const { total, tables } = recent.read();
    assert.deepEqual([total.requests, total.errors, total.refused, total.aborted], [3, 0, 1, 0]);
    assert.deepEqual([total.inputTokens, total.outputTokens, total.costMicros], [14, 18, 2_508]);
    assert.equal(tables.providers[0]?.costMicros, 1_274);
    const counts = (table: keyof typeof tables) => tables[table].map(({ name, requests }) => `${name} ${requests}`);
    assert.deepEqual(counts('routes'), ['root 2', 'chat 1']);
    assert.deepEqual(counts('keys'), ['ci 2', 'other-key 1']);
    assert.deepEqual(counts('accounts'), ['mock/default 2', 'one/a 1', 'two/b 1']);
    const [, one, two] = tables.providers;
    assert.deepEqual([one?.name, one?.errors, one?.inputTokens], ['one', 1, 0]);
    assert.deepEqual([two?.name, two?.errors, two?.inputTokens], ['two', 0, 7]);
    assert.ok(Math.abs((two?.p50 ?? 0) - 50) < 2.5);
  });

  test('errors are failures of the gateway and its upstreams, also inside a stream; clients that left count apart', () => {
    recent.add(recordOf({ status: 502, outcome: 'error' }));
    recent.add(recordOf({ status: 200, outcome: 'error', error: 'upstream-truncated' }));
    recent.add(recordOf({ status: 429, outcome: 'error' }));
    recent.add(recordOf({ status: 499, outcome: 'aborted' }));
    recent.add(recordOf({ attempts: [attemptOf({ failure: 'gone' }), attemptOf({ failure: 'caller (400)' })] }));
    const { total, tables } = recent.read();
    assert.deepEqual([total.errors, total.refused, total.aborted], [2, 1, 1]);
    assert.deepEqual(
      [tables.providers[0]?.errors, tables.providers[0]?.refused, tables.providers[0]?.aborted],
      [0, 1, 1],
    );
  });

  test('an account that was at its limit has refused, not failed', () => {
    recent.add(
      recordOf({ attempts: [attemptOf({ sent: false, failure: 'rate-limit', ms: 0 }), attemptOf({ account: 'b' })] }),
    );
    const kept = recent.read().tables.accounts.find(({ name }) => name === 'mock/default');
    assert.deepEqual([kept?.requests, kept?.errors, kept?.refused, kept?.p50], [1, 0, 1, undefined]);
  });

  test('is a minute: what is older is gone', () => {
    recent.add(recordOf());
    clock.advance(59_000);
    recent.add(recordOf());
    assert.equal(recent.read().total.requests, 2);
    clock.advance(1_000);
    assert.equal(recent.read().total.requests, 1);
    clock.advance(60_000);
    const { total, tables, perSecond } = recent.read();
    assert.deepEqual([total.requests, total.p50, perSecond], [0, undefined, 0]);
    assert.deepEqual(tables, { routes: [], providers: [], accounts: [], keys: [] });
  });

  test('is told second by second, the one that runs left out', () => {
    assert.deepEqual(recent.read().series, []);
    for (const count of [2, 0, 3]) {
      for (let index = 0; index < count; index += 1) recent.add(recordOf());
      clock.advance(1_000);
    }
    recent.add(recordOf());
    const { series, perSecond, windowSeconds, total } = recent.read();
    assert.deepEqual(series, [2, 0, 3]);
    assert.equal(perSecond, 5 / 3);
    assert.deepEqual([windowSeconds, total.requests], [4, 6]);
    clock.advance(300_000);
    assert.equal(recent.read().series.length, 60);
    assert.equal(recent.read().windowSeconds, 60);
  });

  test('is bounded, whatever names turn up', () => {
    for (let index = 0; index < 5_000; index += 1) {
      const name = `name-${index}`;
      recent.add(recordOf({ route: name, key: name, attempts: [attemptOf({ provider: name, account: name })] }));
    }
    const { tables, total } = recent.read();
    assert.equal(total.requests, 5_000);
    for (const rows of Object.values(tables)) {
      assert.equal(rows.length, 50);
      assert.deepEqual([rows[0]?.name, rows[0]?.requests], ['other', 4_500]);
    }
  });
});
