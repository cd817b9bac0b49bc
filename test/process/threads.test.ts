// Rules about the pool of data threads, kept by real threads with a made-up gateway inside.
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { systemClock } from '../../src/core/index.ts';
import { createMemory, SharedLedger, threadSlots } from '../../src/ledger/memory.ts';
import { Threads } from '../../src/process/threads/threads.ts';
import { configOf } from './config.ts';

type Death = Parameters<ConstructorParameters<typeof Threads>[0]['onDeath']>[0];

let threads: Threads;
let ledger: SharedLedger;
let told: EventEmitter;
let lines: string[];
let deaths: Death[];

function open(limitMs = 5_000): void {
  const memory = createMemory();
  ledger = new SharedLedger(memory, threadSlots - 1);
  told = new EventEmitter();
  lines = [];
  deaths = [];
  threads = new Threads({
    entry: new URL('./fake-thread.ts', import.meta.url),
    memory,
    ledger,
    reusePort: true,
    clock: systemClock,
    limitMs,
    onResponse: () => undefined,
    onWish: async () => ({}),
    onBatch: (batch) => {
      lines.push(...batch.lines.map((line) => `${line.source} ${line.message}`));
      told.emit('line');
    },
    onDeath: (death) => {
      deaths.push(death);
      told.emit('death');
    },
    onTrouble: () => told.emit('trouble'),
  });
}

beforeEach(() => open());
afterEach(() => threads.terminate());

async function until(event: string, isSo: () => boolean): Promise<void> {
  while (!isSo()) await once(told, event);
}

async function serve(generation: number, revision: string, count: number): Promise<void> {
  const prepared = await threads.prepare(generation, configOf(revision), count);
  assert.deepEqual(prepared, { ok: true, degraded: [] });
  threads.commit();
  await until('line', () => lines.filter((line) => line.endsWith(`serves ${revision}`)).length >= count);
}

const states = () => threads.status().map((status) => status.state);

describe('two phases', () => {
  test('nobody serves a configuration before everybody is ready', async () => {
    await threads.prepare(1, configOf('one'), 3);
    assert.deepEqual(states(), ['starting', 'starting', 'starting']);
    assert.deepEqual(lines, []);
    threads.commit();
    assert.deepEqual(states(), ['serving', 'serving', 'serving']);
    await until('line', () => lines.length === 3);
    assert.deepEqual(lines.sort(), ['thread 0 serves one', 'thread 1 serves one', 'thread 2 serves one']);
  });

  test('one thread that cannot keeps all on the old one', async () => {
    await serve(1, 'one', 2);
    const prepared = await threads.prepare(2, configOf('refused by one'), 2);
    assert.equal(prepared.ok, false);
    assert.match(prepared.ok ? '' : (prepared.problems[0]?.message ?? ''), /not here/);
    await threads.abandon();
    await until('line', () => lines.filter((line) => line.includes('abandons')).length === 2);
    assert.deepEqual(states(), ['serving', 'serving']);
    assert.equal(lines.filter((line) => line.includes('serves')).length, 2);
  });

  test('the same problem of every thread is told once', async () => {
    const prepared = await threads.prepare(1, configOf('refused'), 3);
    assert.deepEqual(prepared, { ok: false, problems: [{ where: 'here', message: 'no' }] });
    await threads.abandon();
    assert.deepEqual(states(), []);
  });

  test('a thread that dies while preparing fails the reload, not the service', async () => {
    await serve(1, 'one', 1);
    const prepared = await threads.prepare(2, configOf('dies preparing'), 1);
    assert.match(prepared.ok ? '' : (prepared.problems[0]?.message ?? ''), /died while preparing/);
    await threads.abandon();
    await until('line', () => lines.filter((line) => line.endsWith('serves one')).length === 2);
    assert.deepEqual(states(), ['serving']);
  });
});

describe('time limits', () => {
  test('a thread that is slow to prepare is left alone', async () => {
    open(1_000);
    await serve(1, 'one', 1);
    const prepared = await threads.prepare(2, configOf('never ready'), 1);
    assert.match(prepared.ok ? '' : (prepared.problems[0]?.message ?? ''), /did not answer within 1000 ms/);
    await threads.abandon();
    assert.deepEqual(deaths, []);
    assert.deepEqual(states(), ['serving']);
  });

  test('one that answers nothing any more is ended and replaced', async () => {
    open(1_000);
    await serve(1, 'one', 1);
    assert.equal((await threads.prepare(2, configOf('blocks'), 1)).ok, false);
    await threads.abandon();
    assert.match(deaths[0]?.cause ?? '', /hung/);
    await until('line', () => lines.filter((line) => line.endsWith('serves one')).length === 2);
    assert.deepEqual(states(), ['serving']);
  });
});

describe('a crash', () => {
  test('takes one thread with it, whose calls are forgotten and which is replaced', async () => {
    await serve(1, 'crashes once', 3);
    await until('death', () => deaths.length === 1);
    assert.equal(deaths[0]?.thread, 0);
    assert.equal(deaths[0]?.lost, 1);
    assert.match(deaths[0]?.cause ?? '', /first crash/);
    await until('line', () => lines.filter((line) => line === 'thread 0 serves crashes once').length === 2);
    assert.deepEqual(states(), ['serving', 'serving', 'serving']);
    assert.equal(ledger.inFlight(), 0);
    const atOnce = { kind: 'concurrency', amount: 1, window: undefined, burst: undefined } as const;
    const free = await ledger.reserve([{ subject: 'crashes', limit: atOnce, amount: 1 }]);
    assert.equal(free.granted, true, 'what it had reserved is free');
  });

  test('at every start slows replacement down', async () => {
    const prepared = await threads.prepare(1, configOf('crashes'), 1);
    assert.equal(prepared.ok, true);
    threads.commit();
    await until('death', () => deaths.length === 3);
    assert.deepEqual(
      deaths.map((death) => death.restartMs),
      [0, 100, 200],
    );
  });
});

describe('the number of threads', () => {
  test('grows with a reload', async () => {
    await serve(1, 'one', 1);
    await serve(2, 'two', 3);
    assert.equal(threads.status().length, 3);
  });

  test('shrinks with a reload: what is left over finishes its calls and goes', async () => {
    await serve(1, 'one', 3);
    const prepared = await threads.prepare(2, configOf('two'), 1);
    assert.equal(prepared.ok, true);
    threads.commit();
    assert.deepEqual(states().sort(), ['draining', 'draining', 'serving']);
    await until('line', () => lines.filter((line) => line.endsWith('drained')).length === 2);
    assert.deepEqual(deaths, []);
  });

  test('stays as it is when the reload is abandoned', async () => {
    await serve(1, 'one', 1);
    assert.equal((await threads.prepare(2, configOf('refused by one'), 2)).ok, false);
    await threads.abandon();
    assert.deepEqual(states(), ['serving']);
  });
});

test('draining ends every thread, and none is replaced', async () => {
  await serve(1, 'one', 2);
  await threads.drain(systemClock.now() + 1_000);
  assert.deepEqual(threads.status(), []);
  assert.equal(lines.filter((line) => line.endsWith('drained')).length, 2);
  assert.deepEqual(deaths, []);
});
