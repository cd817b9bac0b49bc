// The limits of an exchange ring when they are due, though one alarm keeps them all.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Deadlines, type Limit } from '../../src/upstream/deadlines.ts';
import { HandClock } from '../support/clock.ts';

function watch(timeouts: { firstByte: number; idle: number; total: number }, expires = true) {
  const clock = new HandClock();
  const rung: Limit[] = [];
  const deadlines = new Deadlines(clock, timeouts, (limit) => {
    rung.push(limit);
    return expires;
  });
  return { clock, rung, deadlines };
}

test('no byte: the first-byte limit rings once, also behind a shorter idle limit', () => {
  const { clock, rung } = watch({ firstByte: 10_000, idle: 3_000, total: 0 });
  clock.advance(9_000);
  assert.deepEqual(rung, []);
  clock.advance(1_000);
  assert.deepEqual(rung, ['first byte']);
  clock.advance(100_000);
  assert.deepEqual(rung, ['first byte']);
});

test('each byte starts the idle limit again, and the first-byte limit is met for good', () => {
  const { clock, rung, deadlines } = watch({ firstByte: 1_000, idle: 3_000, total: 0 });
  for (let seconds = 0; seconds < 20; seconds += 1) {
    clock.advance(900);
    deadlines.byte();
  }
  assert.deepEqual(rung, []);
  clock.advance(3_000);
  assert.deepEqual(rung, ['idle']);
});

test('the total limit rings however much arrives', () => {
  const { clock, rung, deadlines } = watch({ firstByte: 0, idle: 5_000, total: 10_000 });
  for (let seconds = 0; seconds < 9; seconds += 1) {
    clock.advance(1_000);
    deadlines.byte();
  }
  assert.deepEqual(rung, []);
  clock.advance(1_000);
  assert.deepEqual(rung, ['total']);
});

test('an idle limit that is waved on, for a slow reader, starts again', () => {
  const { clock, rung, deadlines } = watch({ firstByte: 0, idle: 1_000, total: 0 }, false);
  deadlines.byte();
  clock.advance(2_500);
  assert.deepEqual(rung, ['idle', 'idle']);
});

test('cancelled, or all off: nothing waits', () => {
  const off = watch({ firstByte: 0, idle: 0, total: 0 });
  assert.equal(off.clock.waiting, 0);
  const { clock, rung, deadlines } = watch({ firstByte: 1_000, idle: 1_000, total: 1_000 });
  deadlines.cancel();
  assert.equal(clock.waiting, 0);
  clock.advance(5_000);
  assert.deepEqual(rung, []);
});
