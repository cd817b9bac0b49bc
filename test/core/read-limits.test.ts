// How limits are written: every form that is accepted and what it means, and that what is refused says how to write it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  isTimeZone,
  type Limit,
  type LimitSettings,
  type LimitWord,
  limitFault,
  readLimits,
} from '../../src/core/index.ts';

function fixed(kind: Limit['kind'], amount: number, unit: string, count = 1): Limit {
  return { kind, amount, window: { shape: 'fixed', unit, count }, burst: undefined } as Limit;
}

function rate(amount: number, unit: string, burst: number, count = 1): Limit {
  return { kind: 'requests', amount, window: { shape: 'rate', unit, count }, burst } as Limit;
}

const accepted: readonly (readonly [LimitSettings, readonly Limit[]])[] = [
  [{ requests: '60/m' }, [fixed('requests', 60, 'minute')]],
  [{ requests: '60 / minute' }, [fixed('requests', 60, 'minute')]],
  [{ requests: '1/s' }, [fixed('requests', 1, 'second')]],
  [{ requests: '1/second' }, [fixed('requests', 1, 'second')]],
  [{ requests: '7/h' }, [fixed('requests', 7, 'hour')]],
  [{ requests: '7/hour' }, [fixed('requests', 7, 'hour')]],
  [{ requests: '7/d' }, [fixed('requests', 7, 'day')]],
  [{ requests: '7/w' }, [fixed('requests', 7, 'week')]],
  [{ requests: '7/week' }, [fixed('requests', 7, 'week')]],
  [{ requests: '7/month' }, [fixed('requests', 7, 'month')]],
  [{ requests: '7/total' }, [fixed('requests', 7, 'total')]],
  [{ requests: '100/5m' }, [fixed('requests', 100, 'minute', 5)]],
  [{ requests: '2k/day' }, [fixed('requests', 2000, 'day')]],
  [{ requests: ['60/m', '1k/h'] }, [fixed('requests', 60, 'minute'), fixed('requests', 1000, 'hour')]],
  [{ tokens: '200k/m' }, [fixed('tokens', 200_000, 'minute')]],
  [{ tokens: '1.5M/day' }, [fixed('tokens', 1_500_000, 'day')]],
  [{ tokens: '0.5k/m' }, [fixed('tokens', 500, 'minute')]],
  [{ cost: '5 USD/day' }, [fixed('cost', 5_000_000, 'day')]],
  [{ cost: '0.000001 USD/total' }, [fixed('cost', 1, 'total')]],
  [{ cost: '1.2k USD/month' }, [fixed('cost', 1_200_000_000, 'month')]],
  [{ cost: '4.1USD/2h' }, [fixed('cost', 4_100_000, 'hour', 2)]],
  [{ rate: '10/s' }, [rate(10, 'second', 10)]],
  [{ rate: { limit: '100/5m', burst: 20 } }, [rate(100, 'minute', 20, 5)]],
  [{ rate: ['10/s', { limit: '100/h' }] }, [rate(10, 'second', 10), rate(100, 'hour', 100)]],
  [{ concurrency: 8 }, [{ kind: 'concurrency', amount: 8, window: undefined, burst: undefined }]],
  [
    { concurrency: 2, cost: '1 USD/day', requests: '3/m' },
    [
      fixed('requests', 3, 'minute'),
      fixed('cost', 1_000_000, 'day'),
      { kind: 'concurrency', amount: 2, window: undefined, burst: undefined },
    ],
  ],
];

for (const [settings, limits] of accepted) {
  test(`${JSON.stringify(settings)} is understood`, () => assert.deepEqual(readLimits(settings), limits));
}

test('no limits are none', () => {
  assert.deepEqual(readLimits(undefined), []);
  assert.deepEqual(readLimits({}), []);
});

describe('a time zone', () => {
  const zones = (settings: LimitSettings, timezone?: string) =>
    readLimits(settings, timezone).map(({ window }) => window?.zone);

  test('is that of the limits, else that of the gateway, and UTC goes without saying', () => {
    const limits = { requests: '1/day' };
    assert.deepEqual(zones(limits, 'Europe/Berlin'), ['Europe/Berlin']);
    assert.deepEqual(zones({ ...limits, timezone: 'Asia/Tokyo' }, 'Europe/Berlin'), ['Asia/Tokyo']);
    assert.deepEqual(zones({ ...limits, timezone: 'europe/berlin' }), ['Europe/Berlin']);
    for (const name of ['UTC', 'utc', 'Etc/UTC', 'GMT'])
      assert.deepEqual(readLimits({ ...limits, timezone: name }, 'Asia/Tokyo'), readLimits(limits));
  });

  test('says nothing of what begins everywhere at once, or slides', () => {
    const limits = { requests: ['1/s', '1/m', '1/h', '1/w', '1/month', '1/total'], rate: '1/day', concurrency: 1 };
    const zone = 'Europe/Berlin';
    assert.deepEqual(zones(limits, zone), [undefined, undefined, zone, zone, zone, undefined, undefined, undefined]);
  });

  test('is a name, not an offset', () => {
    for (const name of ['+01:00', 'Europe/Berln', '', 'local']) assert.ok(!isTimeZone(name), name);
    assert.throws(() => readLimits({ requests: '1/day', timezone: 'Mars/Base' }), /no time zone/);
  });
});

const refused: readonly (readonly [LimitWord, unknown, RegExp])[] = [
  ['requests', 60, /in which time; write 60\/m/],
  ['requests', '60', /in which time; write 60\/m/],
  ['requests', '60/fortnight', /"fortnight" is no span of time/],
  ['requests', '60/toString', /is no span of time/],
  ['requests', '60/', /is no span of time/],
  ['requests', '/m', /such as 60\/m/],
  ['requests', '6 0/m', /such as 60\/m/],
  ['requests', '60G/m', /such as 60\/m/],
  ['requests', '-1/m', /such as 60\/m/],
  ['requests', '0/m', /more than 0/],
  ['tokens', '1,000/m', /without commas, such as 1000 or 1k/],
  ['cost', '1,50 USD/day', /^must be written without commas, and with a point before the cents/],
  ['concurrency', [1, 2], /^must be one number, such as 8, not a list$/],
  ['requests', '0.5/s', /whole number of requests/],
  ['requests', '60/-5m', /is no span of time/],
  ['requests', '60/0m', /between 1 and/],
  ['requests', '60/99999m', /between 1 and/],
  ['requests', '60/3total', /takes no number/],
  ['requests', '99999999999M/day', /larger than can be counted/],
  ['requests', '5 USD/day', /not money/],
  ['requests', ['60/m', '61/m'], /requests per minute is limited twice/],
  ['tokens', '0.5/m', /whole number of tokens/],
  ['tokens', null, /such as 200k\/m/],
  ['cost', '5/day', /write 5 USD\/day/],
  ['cost', '$2.50/day', /write 2\.50 USD\/day/],
  ['cost', '5 EUR/day', /USD/],
  ['cost', 5, /write 5 USD\/m/],
  ['cost', '-5 USD/day', /such as 5 USD\/day/],
  ['cost', '0 USD/day', /more than 0/],
  ['cost', '0.0000001 USD/day', /six decimals/],
  ['rate', '10/month', /use `requests`/],
  ['rate', 10, /write 10\/s/],
  ['concurrency', 0, /1 or more/],
  ['concurrency', -3, /1 or more/],
  ['concurrency', 1.5, /whole number/],
  ['concurrency', '8/m', /whole number/],
];

for (const [word, value, message] of refused) {
  test(`${word}: ${JSON.stringify(value)} is refused`, () => assert.match(limitFault(word, value) ?? '', message));
}

test('what is refused is never read as something else', () => {
  for (const [word, value] of refused) {
    if (Array.isArray(value)) continue;
    assert.throws(() => readLimits({ [word]: value ?? 'null' }), `${word}: ${JSON.stringify(value)}`);
  }
});
