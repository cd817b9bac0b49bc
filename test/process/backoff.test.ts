// A dead thread is replaced at once; threads that keep dying young are replaced ever more slowly.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CrashBackoff } from '../../src/process/threads/backoff.ts';
import { HandClock } from '../support/clock.ts';

test('deaths soon after the start double the wait, up to ten seconds', () => {
  const clock = new HandClock();
  const backoff = new CrashBackoff(clock);
  const waits = Array.from({ length: 10 }, () => backoff.afterDeath(clock.ticks()));
  assert.deepEqual(waits, [0, 100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
});

test('a thread that lived for a minute is replaced at once, and old deaths are forgotten', () => {
  const clock = new HandClock();
  const backoff = new CrashBackoff(clock);
  const started = clock.ticks();
  for (let index = 0; index < 5; index += 1) backoff.afterDeath(started);
  clock.advance(60_000);
  assert.equal(backoff.afterDeath(started), 0);
  assert.equal(backoff.afterDeath(clock.ticks()), 0);
  assert.equal(backoff.afterDeath(clock.ticks()), 100);
});
