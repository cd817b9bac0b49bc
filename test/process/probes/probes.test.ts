// Probes go by the schedule of their provider, one account after the other, and leave alone what works unless told otherwise.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoadedConfig, LoadedProbe } from '../../../src/config/loaded.ts';
import type { ProbeWish } from '../../../src/gateway/probe/probed.ts';
import { createMemory, SharedLedger } from '../../../src/ledger/memory.ts';
import { Probes } from '../../../src/process/probes/probes.ts';
import { bySchedule } from '../../../src/process/probes/schedule.ts';
import { HandClock } from '../../support/clock.ts';
import { account, configOf } from '../../support/gateway.ts';

const every: LoadedProbe = {
  schedule: '*/5 * * * *',
  timezone: 'UTC',
  model: undefined,
  timeout: 10_000,
  only: 'all',
};

function rig() {
  const clock = new HandClock();
  const ledger = new SharedLedger(createMemory(), 0, clock);
  const scheduled: { when: Pick<LoadedProbe, 'schedule' | 'timezone'>; tick: () => void; stopped: boolean }[] = [];
  const asked: ProbeWish[] = [];
  const answers: (() => void)[] = [];
  const probes = new Probes({
    clock,
    health: ledger.health,
    random: () => 0.5,
    schedule(when, tick) {
      const entry = { when, tick, stopped: false };
      scheduled.push(entry);
      return () => {
        entry.stopped = true;
      };
    },
    ask(wish) {
      asked.push(wish);
      return new Promise<void>((resolve) => answers.push(resolve));
    },
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return {
    clock,
    ledger,
    scheduled,
    asked,
    probes,
    /** The time before the next account passes. */
    async wait() {
      await turn();
      clock.advance(1000);
      await turn();
    },
    async answer() {
      answers.shift()?.();
      await turn();
    },
  };
}

function config(probe: LoadedProbe | undefined, names: readonly string[] = ['a', 'b']): LoadedConfig {
  const accounts = names.map((name) => account(name, 'http://127.0.0.1:9', { fingerprint: name }));
  return configOf({ providers: [{ name: 'up', url: 'http://127.0.0.1:9', accounts, probe }] });
}

test('one account after the other is asked, each when the one before has answered', async () => {
  const { probes, scheduled, asked, wait, answer } = rig();
  probes.configure(config({ ...every, model: 'm' }));
  assert.deepEqual(scheduled[0]?.when, { ...every, model: 'm' });
  scheduled[0]?.tick();
  assert.equal(asked.length, 0, 'a random moment comes first');
  await wait();
  await wait();
  assert.deepEqual(asked, [{ provider: 'up', account: 'a', model: 'm', timeout: 10_000 }]);
  scheduled[0]?.tick();
  await wait();
  assert.equal(asked.length, 1, 'a round that is on is not joined by another');
  await answer();
  await wait();
  assert.equal(asked[1]?.account, 'b');
});

test('only: cooling leaves alone what works', async () => {
  const { probes, scheduled, asked, ledger, wait, answer } = rig();
  probes.configure(config({ ...every, only: 'cooling' }));
  const target = { provider: 'up', account: 'b', model: 'm', priority: 0, weight: 1, credential: 'b' };
  const watch = ledger.health.begin(target);
  watch.cool({ cause: 'forbidden', scope: 'account', status: 403, hintMs: 60_000, firstMs: 1, mostMs: 90_000 });
  watch.end();
  scheduled[0]?.tick();
  await wait();
  await wait();
  await answer();
  await wait();
  assert.deepEqual(
    asked.map((wish) => wish.account),
    ['b'],
  );
});

test('a reload keeps a schedule that is the same, and takes the accounts as they are now', async () => {
  const { probes, scheduled, asked, wait } = rig();
  probes.configure(config(every));
  probes.configure(config({ ...every, timeout: 3000 }, ['c']));
  assert.equal(scheduled.length, 1);
  scheduled[0]?.tick();
  await wait();
  assert.deepEqual(asked, [{ provider: 'up', account: 'c', model: undefined, timeout: 3000 }]);
  probes.configure(config({ ...every, timezone: 'Europe/Berlin' }));
  assert.deepEqual(
    scheduled.map(({ stopped }) => stopped),
    [true, false],
  );
  probes.configure(config(undefined));
  assert.equal(scheduled[1]?.stopped, true);
});

test('when it closes nobody else is asked', async () => {
  const { probes, scheduled, asked, wait, answer } = rig();
  probes.configure(config(every));
  scheduled[0]?.tick();
  await wait();
  probes.close();
  await answer();
  await wait();
  assert.equal(asked.length, 1);
  assert.equal(scheduled[0]?.stopped, true);
});

test('the library calls back at the times of a schedule, until it is stopped', async () => {
  let ticks = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = bySchedule({ schedule: '* * * * * *', timezone: 'UTC' }, () => {
    ticks += 1;
    resolve();
  });
  // The schedule holds no process: this does.
  const holder = setTimeout(() => undefined, 10_000);
  await promise;
  stop();
  clearTimeout(holder);
  assert.equal(ticks, 1);
});
