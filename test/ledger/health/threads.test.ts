// Many threads at once: nothing is lost, nobody reads half a change, and who dies leaves nothing behind.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { keysOf } from '../../../src/ledger/health/identity.ts';
import { groups, healthBytes, lockCell, ways } from '../../../src/ledger/health/layout.ts';
import { openTable } from '../../../src/ledger/health/table.ts';
import { limitBytes } from '../../../src/ledger/limits/layout.ts';
import { createMemory, SharedLedger } from '../../../src/ledger/memory.ts';
import { HandClock } from '../../support/clock.ts';
import { answer, begun, cool, credentials, rateLimit, scene, stateOf, target } from './healthy.ts';

const hammer = new URL('./hammering-thread.ts', import.meta.url);
const targets = ['a', 'b', 'c'].map((account) => target(account));

function start(memory: SharedArrayBuffer, thread: number, turns: number): Worker {
  return new Worker(hammer, { workerData: { memory, offset: offsetIn(memory), thread, turns, targets } });
}

/** Where the table lies in the memory. */
function offsetIn(memory: SharedArrayBuffer): number {
  return memory.byteLength - limitBytes - Math.ceil(healthBytes / 4096) * 4096;
}

describe('four threads', { timeout: 20_000 }, () => {
  test('count every attempt once, and read every cooldown whole', async () => {
    const memory = createMemory();
    const told = await Promise.all(
      Array.from({ length: 4 }, async (_, thread) => {
        const [message] = (await once(start(memory, thread, 20_000), 'message')) as [{ begun: number; torn: string[] }];
        return message;
      }),
    );
    assert.deepEqual(
      told.flatMap(({ torn }) => torn),
      [],
    );
    const view = new SharedLedger(memory, 9).health.of(targets);
    assert.deepEqual([view.inFlight(1), view.inFlight(2)], [0, 0]);
    assert.equal(
      view.used(1) + view.used(2),
      told.reduce((sum, { begun: count }) => sum + count, 0),
    );
  });
});

describe('a thread that dies', { timeout: 20_000 }, () => {
  test('in the middle of its work leaves nothing behind', async () => {
    const memory = createMemory();
    const ledger = new SharedLedger(memory, 9);
    const stays = ledger.health.begin(target('b'));
    for (let round = 0; round < 8; round += 1) {
      const worker = start(memory, 0, 0);
      await once(worker, 'message');
      await worker.terminate();
      ledger.clearThread(0);
      const view = ledger.health.of(targets);
      assert.deepEqual([view.inFlight(0), view.inFlight(1), view.inFlight(2)], [0, 1, 0]);
      ledger.health.reset();
      assert.deepEqual(
        targets.map((each) => stateOf(ledger.health, each)),
        ['usable', 'usable', 'usable'],
      );
    }
    stays.end();
    const cells = new Int32Array(memory, offsetIn(memory));
    for (let group = 0; group < groups; group += 1) {
      assert.equal(cells[lockCell(group)], 0);
      assert.equal((cells[lockCell(group) + 1] ?? 0) & 1, 0);
    }
  });

  test('inside a lock, half way through a change, holds nobody up and freezes nothing', () => {
    const { clock, memory, health } = scene();
    const main = target('main');
    begun(health, main, 3);
    begun(new SharedLedger(memory, 1, clock).health, main, 2);
    cool(health, main, rateLimit(10_000));
    const { account, model } = keysOf(main);
    const { slots, locks } = openTable(memory, offsetIn(memory), 1, clock);
    for (const { group } of [account, model]) {
      assert.ok(locks.take(group));
      slots.open(group);
    }
    // What was seen last holds for who cannot see.
    assert.equal(health.of([main]).inFlight(0), 5);
    new SharedLedger(memory, 9, clock).clearThread(1);
    assert.equal(health.of([main]).inFlight(0), 3);
    assert.equal(stateOf(health, main), 'cooling');
    clock.advance(10_000);
    answer(health, main);
    assert.equal(stateOf(health, main), 'usable');
  });
});

/** Accounts whose slots are all of one group. */
function together(count: number): ReturnType<typeof target>[] {
  const same: ReturnType<typeof target>[] = [];
  for (let index = 0; same.length < count; index += 1) {
    const each = target(`account-${index}`);
    if (keysOf(each).account.group === 5) same.push(each);
  }
  return same;
}

describe('a full table', () => {
  test('lets go what is over, and then what cools for one model, before it has no room', () => {
    const { clock, health } = scene();
    const models: ReturnType<typeof target>[] = [];
    for (let index = 0; models.length < ways + 3; index += 1) {
      const each = target('main', `made-up-${index}`);
      if (keysOf(each).model.group === 6) models.push(each);
    }
    const [over, first, ...others] = models;
    assert.ok(over !== undefined && first !== undefined);
    cool(health, over, rateLimit(1_000));
    for (const each of [first, ...others]) {
      clock.advance(1_000);
      cool(health, each, rateLimit(1e6));
    }
    const states = [over, first, ...others].map((each) => stateOf(health, each));
    assert.deepEqual(states, [...Array(3).fill('usable'), ...Array(ways).fill('cooling')]);
  });

  test('has no room only for what is under way and accounts that cool: what is left over is asked like any other', () => {
    const { health } = scene();
    const [last, ...all] = together(ways + 1);
    assert.ok(last !== undefined);
    for (const each of all.slice(1)) cool(health, each, { ...rateLimit(1e6), scope: 'account' });
    begun(health, all[0] ?? last, 1);
    cool(health, last, credentials);
    assert.equal(stateOf(health, last), 'usable');
    assert.equal(health.of([last]).inFlight(0), 0);
    assert.equal(health.of(all).inFlight(0), 1);
  });

  test('makes room by what nobody uses, longest unused first, and keeps what is put aside or under way', () => {
    const clock = new HandClock();
    const { health } = scene(clock);
    const [busy, aside, ...others] = together(ways + 2);
    assert.ok(busy !== undefined && aside !== undefined);
    health.begin(busy);
    cool(health, aside, { ...rateLimit(1e6), scope: 'account' });
    for (const each of others) {
      clock.advance(1_000);
      answer(health, each);
    }
    assert.ok(health.evictions() > 0);
    assert.equal(health.of([busy]).inFlight(0), 1);
    assert.equal(stateOf(health, aside), 'cooling');
    const used = others.map((each) => health.of([each]).used(0));
    assert.deepEqual(used, [0, 0, ...Array.from({ length: ways - 2 }, () => 1)]);
  });
});
