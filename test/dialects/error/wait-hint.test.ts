// Headers that tell when to ask again, in the forms vendors have been seen to use.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { waitHintOf } from '../../../src/dialects/canonical/error/wait-hint.ts';

const now = Date.parse('2026-03-01T12:00:00Z');
const second = now / 1000;

describe('the time to wait in headers', () => {
  const cases: readonly (readonly [string, Record<string, string>, number | undefined])[] = [
    ['nothing', {}, undefined],
    ['milliseconds before seconds', { 'retry-after-ms': '1500', 'retry-after': '9' }, 1500],
    ['seconds where the milliseconds are none', { 'retry-after-ms': '0', 'retry-after': '2' }, 2000],
    ['seconds with a fraction', { 'retry-after': '0.25' }, 250],
    ['a date, by our clock', { 'retry-after': 'Sun, 01 Mar 2026 12:00:42 GMT' }, 42_000],
    [
      'a date, by the upstream’s clock',
      { date: 'Sun, 01 Mar 2026 11:59:00 GMT', 'retry-after': 'Sun, 01 Mar 2026 12:00:00 GMT' },
      60_000,
    ],
    ['a date that is over', { 'retry-after': 'Sun, 01 Mar 2026 11:00:00 GMT' }, 0],
    ['seconds before resets', { 'retry-after': '3', 'x-ratelimit-reset-requests': '6m0s' }, 3000],
    [
      'the last of the limits that are used up',
      {
        'anthropic-ratelimit-requests-remaining': '12',
        'anthropic-ratelimit-requests-reset': '2026-03-01T13:00:00Z',
        'anthropic-ratelimit-input-tokens-remaining': '0',
        'anthropic-ratelimit-input-tokens-reset': '2026-03-01T12:00:30Z',
        'anthropic-ratelimit-output-tokens-remaining': '0',
        'anthropic-ratelimit-output-tokens-reset': '2026-03-01T12:01:00Z',
      },
      60_000,
    ],
    [
      'the unified limit of a subscription',
      {
        'anthropic-ratelimit-unified-status': 'rejected',
        'anthropic-ratelimit-unified-reset': String(second + 90),
        'anthropic-ratelimit-unified-7d-status': 'allowed_warning',
        'anthropic-ratelimit-unified-7d-reset': String(second + 90_000),
      },
      90_000,
    ],
    [
      'durations',
      {
        'x-ratelimit-remaining-requests': '0',
        'x-ratelimit-reset-requests': '6m0s',
        'x-ratelimit-remaining-tokens': '0',
        'x-ratelimit-reset-tokens': '20ms',
      },
      360_000,
    ],
    ['hours and fractions', { 'x-ratelimit-reset-tokens': '1h2m3.5s' }, 3_723_500],
    ['seconds', { 'x-ratelimit-reset-requests': '17.5' }, 17_500],
    ['seconds since 1970', { 'x-ratelimit-reset': String(second + 5) }, 5000],
    ['milliseconds since 1970', { 'x-ratelimit-reset': String(now + 5500) }, 5500],
    ['a time that is over', { 'x-ratelimit-reset': String(second - 5) }, 0],
    ['the header of the standard-to-be', { 'ratelimit-reset': '8', 'ratelimit-remaining': '0' }, 8000],
    ['no limit that is used up', { 'x-ratelimit-reset': '60', 'x-ratelimit-remaining': '3' }, undefined],
  ];
  for (const [name, headers, ms] of cases) {
    test(name, () => {
      const { asked, reset, unread } = waitHintOf(headers, now);
      assert.deepEqual([asked ?? reset, unread], [ms, undefined]);
    });
  }

  const odd: readonly (readonly [string, Record<string, string>, string])[] = [
    ['a word', { 'retry-after': 'soon' }, 'retry-after'],
    ['a negative number', { 'retry-after': '-3' }, 'retry-after'],
    ['a reset in words', { 'x-ratelimit-reset-tokens': 'next tuesday' }, 'x-ratelimit-reset-tokens'],
    ['an empty reset', { 'x-ratelimit-reset': '' }, 'x-ratelimit-reset'],
  ];
  for (const [name, headers, header] of odd) {
    test(`${name} is no hint, and said to be none`, () => {
      assert.deepEqual(waitHintOf(headers, now), { asked: undefined, reset: undefined, unread: header });
    });
  }

  test('what cannot be read does not hide what can', () => {
    const headers = { 'retry-after': 'soon', 'x-ratelimit-reset': '7' };
    assert.equal(waitHintOf(headers, now).reset, 7000);
  });
});
