// How long an upstream asks to wait: in headers, details or words.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readError } from '../../../src/dialects/canonical/read-error.ts';
import { gemini, openai } from './shapes.ts';

describe('the time to wait', () => {
  const slow = openai('Rate limit reached', 'requests', 'rate_limit_exceeded');
  const cases: readonly (readonly [string, Record<string, string>, unknown, number | undefined])[] = [
    ['milliseconds', { 'retry-after-ms': '1500', 'retry-after': '9' }, slow, 1500],
    ['seconds, where the milliseconds say 0', { 'retry-after-ms': '0', 'retry-after': '2' }, slow, 2000],
    [
      'a date, by the clock of the upstream',
      { date: 'Wed, 21 Oct 2026 07:28:00 GMT', 'retry-after': 'Wed, 21 Oct 2026 07:28:30 GMT' },
      slow,
      30_000,
    ],
    ['RetryInfo', {}, gemini(429, 'RESOURCE_EXHAUSTED', 'x', [{ retryDelay: '34.4s' }]), 34_400],
    ['the text', {}, openai('Please try again in 1m2.5s.', 'requests', 'rate_limit_exceeded'), 62_500],
    ['the text, in milliseconds', {}, openai('Please try again in 200ms.', 'requests', 'rate_limit_exceeded'), 200],
    ['at most half an hour', { 'retry-after': '86400' }, slow, 1_800_000],
    ['nothing', { 'retry-after': 'soon' }, slow, undefined],
  ];
  for (const [name, headers, body, ms] of cases) {
    it(name, () => assert.equal(readError(429, headers, JSON.stringify(body)).retryAfterMs, ms));
  }
});
