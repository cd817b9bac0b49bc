// A thread that hangs is found out, and only that one.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { createMemory, SharedLedger } from '../../src/ledger/memory.ts';
import { HeartMonitor, startHeart } from '../../src/process/threads/heart.ts';
import { HandClock } from '../support/clock.ts';

let clock: HandClock;
let memory: SharedArrayBuffer;
let hung: number[];
let monitor: HeartMonitor<{ readonly thread: number }>;
const threads = [{ thread: 0 }, { thread: 1 }];

beforeEach(() => {
  clock = new HandClock();
  memory = createMemory();
  hung = [];
  const ledger = new SharedLedger(memory, 9);
  monitor = new HeartMonitor(
    ledger,
    clock,
    () => threads,
    ({ thread }) => void hung.push(thread),
  );
});

test('a thread whose loop turns is left alone; one whose loop stands still is told after half a minute', () => {
  startHeart(new SharedLedger(memory, 0), clock);
  clock.advance(39_000);
  assert.deepEqual(hung, []);
  clock.advance(1_000);
  assert.deepEqual(hung, [1]);
});

test('a leap of time (the machine was asleep) proves nothing', () => {
  const alive = threads.map(({ thread }) => new SharedLedger(memory, thread));
  for (let look = 0; look < 10; look += 1) {
    for (const ledger of alive) ledger.beat();
    clock.advance(10_000);
    clock.advance(10_000);
  }
  assert.deepEqual(hung, []);
});

test('nobody is told after the stop', () => {
  monitor.stop();
  clock.advance(1_000_000);
  assert.deepEqual(hung, []);
});
