// The checkpoint: every second what has changed, nothing twice, nothing lost while the disk is full, a last one at the end.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { LedgerEntry } from '../../src/ledger/limits/checkpoint.ts';
import { Checkpoint } from '../../src/process/store/checkpoint.ts';
import { StoreError } from '../../src/store/trouble.ts';
import { HandClock } from '../support/clock.ts';

let clock: HandClock;
let changed: LedgerEntry[];
let written: { ids: string[]; prune: boolean }[];
let failure: Error | undefined;
let states: (string | undefined)[];
/** A write waits for this where it is set. */
let gate: Promise<void> | undefined;
let checkpoint: Checkpoint;

beforeEach(() => {
  clock = new HandClock();
  changed = [];
  written = [];
  states = [];
  failure = undefined;
  gate = undefined;
  checkpoint = new Checkpoint({
    clock,
    changed: () => changed.splice(0),
    rows: {
      async write(entries, prune) {
        await gate;
        if (failure !== undefined) throw failure;
        written.push({ ids: entries.map(({ id, used }) => `${id}=${used}`), prune: prune !== undefined });
      },
    },
    onState: (error) => void states.push(error?.message),
  });
});

function count(id: string, used: number, lastsMs = 3_600_000): void {
  changed.push({ id, used, resetsAt: clock.now() + lastsMs });
}

/** A second passes, and what it set off is done. */
async function second(): Promise<void> {
  clock.advance(1000);
  await new Promise((resolve) => setImmediate(resolve));
}

test('every second what has changed is written; where nothing has, nothing is', async () => {
  await second();
  assert.deepEqual(written, [{ ids: [], prune: true }]);
  count('a', 1);
  count('b', 1);
  await second();
  count('a', 2);
  await second();
  await second();
  assert.deepEqual(
    written.slice(1).map(({ ids }) => ids),
    [['a=1', 'b=1'], ['a=2']],
  );
});

test('what is over is pruned every minute', async () => {
  for (let passed = 0; passed < 121; passed += 1) await second();
  assert.deepEqual(
    written.map(({ prune }) => prune),
    [true, true, true],
  );
});

test('what could not be written goes with the next write, newest value only, and is told once', async () => {
  await second();
  failure = new StoreError('cannot be written: the disk is full', 'Make room.');
  const savedAt = checkpoint.savedAt;
  count('a', 1);
  count('short', 1, 500);
  await second();
  count('a', 2);
  count('b', 1);
  await second();
  assert.equal(checkpoint.error?.message, 'cannot be written: the disk is full');
  assert.equal(checkpoint.savedAt, savedAt);
  failure = undefined;
  await second();
  assert.deepEqual(written.at(-1)?.ids, ['a=2', 'b=1']);
  assert.deepEqual(states, ['cannot be written: the disk is full', undefined]);
  assert.equal(checkpoint.error, undefined);
  assert.equal(checkpoint.savedAt, clock.now());
});

test('a slow write is waited for: there are never two', async () => {
  await second();
  const { promise, resolve } = Promise.withResolvers<void>();
  gate = promise;
  count('a', 1);
  await second();
  count('a', 2);
  await second();
  await second();
  assert.equal(written.length, 1);
  resolve();
  await new Promise((turn) => setImmediate(turn));
  await second();
  assert.deepEqual(
    written.slice(1).map(({ ids }) => ids),
    [['a=1'], ['a=2']],
  );
});

test('the last one holds what came after the last second, and none comes behind it', async () => {
  await second();
  count('a', 1);
  await checkpoint.close();
  assert.deepEqual(written.at(-1)?.ids, ['a=1']);
  count('a', 2);
  await second();
  assert.equal(written.length, 2);
});

test('closing resolves where the last write fails, and says so', async () => {
  await second();
  failure = new Error('gone');
  count('a', 1);
  await checkpoint.close();
  assert.deepEqual(states, ['failed: gone']);
});
