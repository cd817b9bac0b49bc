// The rules of a reload on the control side: all or nothing, one at a time, nothing lost.
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { LoadedConfig, LoadResult } from '../../src/config/loaded.ts';
import { ControlListener } from '../../src/control/listener.ts';
import type { ReloadResult } from '../../src/control/plane.ts';
import { systemClock } from '../../src/core/index.ts';
import { createMemory, SharedLedger, threadSlots } from '../../src/ledger/memory.ts';
import { Ports } from '../../src/process/reload/ports.ts';
import { Rehearsal } from '../../src/process/reload/rehearsal.ts';
import { Reloader } from '../../src/process/reload/reload.ts';
import { Threads } from '../../src/process/threads/threads.ts';
import { configOf, listenerOf, loadedOf } from './config.ts';

let directory: string;
let threads: Threads;
let listener: ControlListener;
let reloader: Reloader;
let told: EventEmitter;
let lines: string[];
let results: ReloadResult[];
let firstKeys: string[];
/** What is "on disk". */
let disk: () => Promise<LoadResult>;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portico-reload-'));
  const memory = createMemory();
  told = new EventEmitter();
  [lines, results, firstKeys] = [[], [], []];
  threads = new Threads({
    entry: new URL('./fake-thread.ts', import.meta.url),
    memory,
    ledger: new SharedLedger(memory, threadSlots - 1),
    reusePort: true,
    clock: systemClock,
    limitMs: 5_000,
    onResponse: () => undefined,
    onWish: async () => ({}),
    onBatch: (batch) => {
      lines.push(...batch.lines.map((line) => line.message));
      told.emit('line');
    },
    onDeath: () => undefined,
    onTrouble: () => undefined,
  });
  listener = new ControlListener((_request, response) => void response.end());
  reloader = new Reloader({
    clock: systemClock,
    stateDirectory: directory,
    ports: new Ports(),
    rehearsal: new Rehearsal({ clock: systemClock, limitMs: 1_000 }),
    threads,
    listener,
    store: { prepare: async () => undefined, commit: () => undefined },
    load: () => disk(),
    countThreads: (config) => (config.threads === 'auto' ? 1 : config.threads),
    onFirstKey: (secret) => firstKeys.push(secret),
    onLoaded: () => undefined,
    onCommitted: async () => undefined,
    onResult: (result) => results.push(result),
  });
});
afterEach(async () => {
  await threads.terminate();
  await listener.close();
  await rm(directory, { recursive: true });
});

function put(config: LoadedConfig | undefined): void {
  disk = async () => loadedOf(config);
}

async function served(revision: string, count: number): Promise<void> {
  while (lines.filter((line) => line === `serves ${revision}`).length < count) await once(told, 'line');
}

describe('what is on disk', () => {
  test('is served by every thread, with a key, with ports', async () => {
    put(configOf('one'));
    const result = await reloader.request();
    assert.equal(result.outcome, 'committed');
    assert.equal(result.revision, 'one');
    await served('one', 2);
    assert.equal(firstKeys.length, 1);
    const config = reloader.served?.config;
    assert.equal(config?.keys[0]?.name, 'first');
    assert.notEqual(config?.listeners[0]?.port, 0);
  });

  test('is not touched when nothing changed', async () => {
    put(configOf('one'));
    await reloader.request();
    await served('one', 2);
    assert.equal((await reloader.request()).outcome, 'unchanged');
    assert.equal(lines.length, 2);
  });

  test('keeps the ports the system chose from one revision to the next', async () => {
    put(configOf('one'));
    await reloader.request();
    const port = reloader.served?.config.listeners[0]?.port;
    put(configOf('two', { listeners: [listenerOf('api', 0), listenerOf('other', 0)] }));
    await reloader.request();
    assert.equal(reloader.served?.config.listeners[0]?.port, port);
  });
});

describe('a revision that cannot be served leaves everything as it was', () => {
  beforeEach(async () => {
    put(configOf('one'));
    await reloader.request();
    await served('one', 2);
  });

  async function refused(): Promise<ReloadResult> {
    const address = listener.address;
    const result = await reloader.request();
    assert.equal(result.outcome, 'rejected');
    assert.equal(result.revision, 'one');
    assert.equal(reloader.served?.config.revision, 'one');
    assert.equal(lines.filter((line) => line.startsWith('serves')).length, 2);
    assert.deepEqual(listener.address, address);
    assert.deepEqual(
      threads.status().map((thread) => thread.state),
      ['serving', 'serving'],
    );
    return result;
  }

  test('when it is not valid', async () => {
    put(undefined);
    await refused();
  });

  test('when a thread cannot prepare it', async () => {
    put(configOf('refused by one', { control: { ...configOf('').control, host: '127.0.0.2' } }));
    assert.match((await refused()).problems[0]?.message ?? '', /not here/);
  });

  test('when a port is taken', async () => {
    const server = createServer().listen({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    put(configOf('two', { listeners: [listenerOf('api', port)] }));
    assert.match((await refused()).problems[0]?.message ?? '', /another program listens there/);
    put(configOf('three', { control: { ...configOf('').control, port } }));
    const { problems } = await refused();
    assert.equal(problems[0]?.where, 'control');
    server.close();
    put(configOf('four'));
    assert.equal((await reloader.request()).outcome, 'committed');
  });

  test('when reading it fails', async () => {
    disk = () => Promise.reject(new Error('the disk is gone'));
    assert.deepEqual((await refused()).problems, [{ where: 'reload', message: 'the disk is gone' }]);
  });
});

test('changes during a reload cause one more, however many they are', async () => {
  let reads = 0;
  const first = Promise.withResolvers<LoadResult>();
  disk = () => {
    reads += 1;
    return reads === 1 ? first.promise : Promise.resolve(loadedOf(configOf('two')));
  };
  const running = reloader.request();
  await Promise.resolve();
  await Promise.resolve();
  const later = [reloader.request(), reloader.request(), reloader.request()];
  first.resolve(loadedOf(configOf('one')));
  assert.equal((await running).revision, 'one');
  assert.deepEqual(
    (await Promise.all(later)).map((result) => result.revision),
    ['two', 'two', 'two'],
  );
  assert.equal(reads, 2);
  assert.deepEqual(
    results.map((result) => result.outcome),
    ['committed', 'committed'],
  );
});

test('the control port moves with the configuration', async () => {
  put(configOf('one'));
  await reloader.request();
  const before = listener.address;
  put(configOf('two', { control: { ...configOf('').control, host: '127.0.0.2' } }));
  await reloader.request();
  const after = listener.address;
  assert.notDeepEqual(after, before);
  assert.equal((await fetch(`http://127.0.0.2:${after?.port}/`)).status, 200);
  await assert.rejects(fetch(`http://127.0.0.1:${before?.port}/`));
});

test('after closing no reload starts', async () => {
  put(configOf('one'));
  await reloader.request();
  await reloader.close();
  put(configOf('two'));
  assert.equal((await reloader.request()).outcome, 'unchanged');
  assert.equal(reloader.served?.config.revision, 'one');
});
