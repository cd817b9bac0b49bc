// Windows on the clock of a time zone, on days on which that clock changes too.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { WindowUnit } from '../../../src/core/index.ts';
import { windowAt } from '../../../src/ledger/window.ts';

const hour = 3_600_000;

function at(zone: string, unit: WindowUnit, count: number, now: string): readonly [string, string] {
  const { start, end } = windowAt({ shape: 'fixed', unit, count, zone }, Date.parse(now));
  const [from, to] = [start, end].map((ms) => new Date(ms).toISOString().replace(':00.000Z', 'Z'));
  return [from ?? '', to ?? ''];
}

describe('a day', () => {
  test('begins at midnight where it is', () => {
    const day = ['2026-11-20T23:00Z', '2026-11-21T23:00Z'];
    assert.deepEqual(at('Europe/Berlin', 'day', 1, '2026-11-20T23:00:00Z'), day);
    assert.deepEqual(at('Europe/Berlin', 'day', 1, '2026-11-21T22:59:59.999Z'), day);
    assert.deepEqual(at('Asia/Kolkata', 'day', 1, '2026-11-21T18:30:00Z'), ['2026-11-21T18:30Z', '2026-11-22T18:30Z']);
  });

  test('has 23 hours when the clocks go forward, and 25 when they go back', () => {
    const spring = ['2026-03-28T23:00Z', '2026-03-29T22:00Z'];
    const autumn = ['2026-10-24T22:00Z', '2026-10-25T23:00Z'];
    for (const now of ['2026-03-28T23:00:00Z', '2026-03-29T01:00:00Z', '2026-03-29T21:59:59Z'])
      assert.deepEqual(at('Europe/Berlin', 'day', 1, now), spring);
    for (const now of ['2026-10-24T22:00:00Z', '2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z', '2026-10-25T22:59:59Z'])
      assert.deepEqual(at('Europe/Berlin', 'day', 1, now), autumn);
  });

  test('without a midnight begins when the clocks have jumped over it', () => {
    // At 0:00 of the 4th it became 1:00.
    const day = ['2018-11-04T03:00Z', '2018-11-05T02:00Z'];
    assert.deepEqual(at('America/Sao_Paulo', 'day', 1, '2018-11-04T03:00:00Z'), day);
    assert.deepEqual(at('America/Sao_Paulo', 'day', 1, '2018-11-04T02:59:59Z')[1], '2018-11-04T03:00Z');
  });

  test('whose midnight comes twice ends once', () => {
    // At 1:00 it became 0:00 again.
    for (const now of ['2026-11-01T04:00:00Z', '2026-11-01T04:59:00Z', '2026-11-01T05:30:00Z'])
      assert.deepEqual(at('America/Havana', 'day', 1, now)[1], '2026-11-02T05:00Z');
    // At 0:00 of the 18th it became 23:00 of the 17th.
    assert.deepEqual(at('America/Sao_Paulo', 'day', 1, '2018-02-18T02:30:00Z'), [
      '2018-02-17T02:00Z',
      '2018-02-18T03:00Z',
    ]);
    // At 0:01 it became 23:01 of the day before.
    assert.deepEqual(at('America/St_Johns', 'day', 1, '2006-10-29T02:45:00Z')[1], '2006-10-29T03:30Z');
  });

  test('that a country left out has no window', () => {
    assert.deepEqual(at('Pacific/Apia', 'day', 1, '2011-12-30T09:59:00Z')[1], '2011-12-30T10:00Z');
    assert.deepEqual(at('Pacific/Apia', 'day', 1, '2011-12-30T10:00:00Z'), ['2011-12-30T10:00Z', '2011-12-31T10:00Z']);
  });
});

test('an hour is an hour, also where the clocks show it twice', () => {
  assert.deepEqual(at('Europe/Berlin', 'hour', 1, '2026-10-25T00:30:00Z'), ['2026-10-25T00:00Z', '2026-10-25T01:00Z']);
  assert.deepEqual(at('Europe/Berlin', 'hour', 1, '2026-10-25T01:30:00Z'), ['2026-10-25T01:00Z', '2026-10-25T02:00Z']);
  assert.deepEqual(at('Asia/Kolkata', 'hour', 1, '2026-11-21T18:45:00Z'), ['2026-11-21T18:30Z', '2026-11-21T19:30Z']);
});

test('several hours begin at the same local time every day', () => {
  assert.deepEqual(at('Europe/Berlin', 'hour', 6, '2026-03-29T00:30:00Z'), ['2026-03-28T23:00Z', '2026-03-29T04:00Z']);
  assert.deepEqual(at('Europe/Berlin', 'hour', 6, '2026-03-29T03:59:00Z'), ['2026-03-28T23:00Z', '2026-03-29T04:00Z']);
  assert.deepEqual(at('Europe/Berlin', 'hour', 6, '2026-10-25T01:30:00Z'), ['2026-10-24T22:00Z', '2026-10-25T05:00Z']);
});

test('weeks begin on a local Monday, months on a local first', () => {
  assert.deepEqual(at('America/New_York', 'week', 1, '2026-03-09T03:59:00Z'), [
    '2026-03-02T05:00Z',
    '2026-03-09T04:00Z',
  ]);
  assert.deepEqual(at('America/New_York', 'month', 1, '2026-03-01T04:59:00Z')[1], '2026-03-01T05:00Z');
  assert.deepEqual(at('Asia/Tokyo', 'month', 1, '2026-02-28T15:00:00Z'), ['2026-02-28T15:00Z', '2026-03-31T15:00Z']);
});

test('windows follow each other without a gap, in every zone, whichever way time goes', () => {
  for (const zone of [
    'Europe/Berlin',
    'America/St_Johns',
    'Australia/Lord_Howe',
    'Pacific/Apia',
    'Africa/Casablanca',
  ]) {
    for (const [unit, count] of [
      ['hour', 1],
      ['hour', 5],
      ['day', 1],
      ['day', 3],
      ['week', 1],
      ['month', 1],
    ] as const) {
      const window = { shape: 'fixed', unit, count, zone } as const;
      let now = Date.UTC(2006, 9, 20);
      while (now < Date.UTC(2006, 10, 10)) {
        const { start, end } = windowAt(window, now);
        assert.ok(start <= now && now < end, `${zone} ${count} ${unit} at ${new Date(now).toISOString()}`);
        assert.equal(windowAt(window, end - 1).end, end);
        assert.ok(
          windowAt(window, end).end - end >= hour / 2,
          `${zone} ${count} ${unit} at ${new Date(end).toISOString()}`,
        );
        now = end;
      }
    }
  }
});

test('a window that was found is not looked for again until it is over', () => {
  const window = { shape: 'fixed', unit: 'day', count: 1, zone: 'Europe/Berlin' } as const;
  const now = Date.parse('2026-11-21T10:00:00Z');
  assert.equal(windowAt(window, now), windowAt({ ...window }, now + hour));
  assert.notEqual(windowAt(window, now), windowAt(window, now + 24 * hour));
});
