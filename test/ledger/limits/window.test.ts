// Windows stand on the clock in UTC.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WindowUnit } from '../../../src/core/index.ts';
import { windowAt } from '../../../src/ledger/window.ts';

const at = (unit: WindowUnit, count: number, now: string) => {
  const { start, end } = windowAt({ shape: 'fixed', unit, count }, Date.parse(now));
  return [start, end].map((ms) => new Date(ms).toISOString().replace('.000Z', 'Z'));
};

test('seconds to days are counted from midnight', () => {
  assert.deepEqual(at('second', 1, '2026-03-04T05:06:07.999Z'), ['2026-03-04T05:06:07Z', '2026-03-04T05:06:08Z']);
  assert.deepEqual(at('minute', 1, '2026-03-04T05:06:00Z'), ['2026-03-04T05:06:00Z', '2026-03-04T05:07:00Z']);
  assert.deepEqual(at('minute', 5, '2026-03-04T05:06:07Z'), ['2026-03-04T05:05:00Z', '2026-03-04T05:10:00Z']);
  assert.deepEqual(at('hour', 6, '2026-03-04T05:06:07Z'), ['2026-03-04T00:00:00Z', '2026-03-04T06:00:00Z']);
  assert.deepEqual(at('day', 1, '2026-03-04T23:59:59.999Z'), ['2026-03-04T00:00:00Z', '2026-03-05T00:00:00Z']);
});

test('weeks begin on Mondays', () => {
  const week = ['2026-03-02T00:00:00Z', '2026-03-09T00:00:00Z'];
  assert.deepEqual(at('week', 1, '2026-03-02T00:00:00Z'), week);
  assert.deepEqual(at('week', 1, '2026-03-08T23:59:59.999Z'), week);
  assert.equal(new Date(windowAt({ shape: 'fixed', unit: 'week', count: 2 }, Date.now()).start).getUTCDay(), 1);
});

test('months have their own lengths', () => {
  assert.deepEqual(at('month', 1, '2028-02-29T12:00:00Z'), ['2028-02-01T00:00:00Z', '2028-03-01T00:00:00Z']);
  assert.deepEqual(at('month', 1, '2026-12-31T23:59:59Z'), ['2026-12-01T00:00:00Z', '2027-01-01T00:00:00Z']);
});

test('a total never ends, and a sliding window ends now', () => {
  assert.equal(windowAt({ shape: 'fixed', unit: 'total', count: 1 }, 5).end, Number.POSITIVE_INFINITY);
  assert.deepEqual(windowAt({ shape: 'rate', unit: 'second', count: 2 }, 5000), { start: 3000, end: 5000 });
});
