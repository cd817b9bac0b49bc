// What a command waits for is told after a second, where a person looks on, and leaves nothing behind.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withProgress } from '../../src/cli/progress.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { HandClock } from '../support/clock.ts';

function looking() {
  const lines: (string | undefined)[] = [];
  const nothing = () => undefined;
  const terminal: Terminal = {
    cwd: '/',
    env: {},
    color: false,
    out: nothing,
    error: nothing,
    status: (line) => void lines.push(line),
  };
  return { terminal, lines };
}

test('nothing is shown within the first second', async () => {
  const { terminal, lines } = looking();
  const clock = new HandClock();
  const { promise, resolve } = Promise.withResolvers<number>();
  const done = withProgress(terminal, 'asking', promise, clock);
  clock.advance(999);
  resolve(7);
  assert.equal(await done, 7);
  assert.deepEqual(lines, []);
  assert.equal(clock.waiting, 0);
});

test('then a line tells what is waited for and how long, and goes when the wait is over', async () => {
  const { terminal, lines } = looking();
  const clock = new HandClock();
  const { promise, reject } = Promise.withResolvers<number>();
  const done = withProgress(terminal, 'asking', promise, clock);
  clock.advance(1000);
  for (let step = 0; step < 10; step += 1) clock.advance(200);
  assert.equal(lines.length, 11);
  assert.match(lines[0] ?? '', /^\S asking \(1 s\)$/);
  assert.match(lines.at(-1) ?? '', /^\S asking \(3 s\)$/);
  reject(new Error('no'));
  await assert.rejects(done, /no/);
  assert.equal(lines.at(-1), undefined);
  assert.equal(clock.waiting, 0);
});

test('where nobody looks on there is only the work', async () => {
  const { terminal } = looking();
  const { status: _, ...blind } = terminal;
  const clock = new HandClock();
  assert.equal(await withProgress(blind, 'asking', Promise.resolve(1), clock), 1);
  assert.equal(clock.waiting, 0);
});
