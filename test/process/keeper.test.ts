// The store of a running gateway: counts survive it, one store is used from start to end, a bad one is told of.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, test } from 'node:test';
import type { LoadedStore } from '../../src/config/loaded.ts';
import type { LedgerEntry } from '../../src/ledger/limits/checkpoint.ts';
import { StoreKeeper } from '../../src/process/store/keeper.ts';
import { HandClock } from '../support/clock.ts';

const responses = { ttl: 60_000, maxBytes: 100_000 };
const usual: LoadedStore = { kind: 'sqlite', path: undefined, responses };

let directory: string;
let clock: HandClock;
let lines: string[];
let changed: LedgerEntry[];
let restored: (readonly LedgerEntry[])[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portico-keeper-'));
  clock = new HandClock();
  [lines, changed, restored] = [[], [], []];
});
afterEach(() => rm(directory, { recursive: true }));

function keeper(): StoreKeeper {
  return new StoreKeeper({
    clock,
    stateDirectory: directory,
    health: { begin: () => undefined, close: async () => undefined },
    counts: { checkpoint: () => changed.splice(0), restore: (entries) => void restored.push(entries) },
    say: (level, message) => void lines.push(`${level} ${message}`),
  });
}

async function started(settings = usual): Promise<StoreKeeper> {
  const store = keeper();
  await store.prepare(settings);
  store.commit(settings);
  return store;
}

/** A turn of the loop is what one write takes. */
async function second(): Promise<void> {
  clock.advance(1000);
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

const entry = (id: string, used: number, lastsMs = 60_000): LedgerEntry => ({
  id,
  used,
  resetsAt: clock.now() + lastsMs,
});

test('counts of one life are there in the next, before it serves; what is over is not', async () => {
  const first = await started();
  assert.deepEqual(restored, [[]]);
  const long = entry('long', 7);
  changed.push(long, entry('short', 1, 30_000));
  await second();
  // As after kill -9: nothing more is written, and the lock goes with the process.
  const last = entry('last', 1);
  changed.push(last);
  await first.close();
  clock.advance(30_000);
  const next = keeper();
  await next.prepare(usual);
  assert.equal(restored.length, 1);
  next.commit(usual);
  assert.deepEqual(restored[1], [last, long]);
  await next.close();
});

test('a database that somebody else keeps locked costs nothing: counts wait, and it is told when and why', async () => {
  const store = await started();
  await second();
  const path = join(directory, 'portico.db');
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  const waiting = entry('a', 5);
  changed.push(waiting);
  await second();
  assert.match(store.status()?.error ?? '', /^is in use by another process/);
  assert.match(lines.join('\n'), /^error the database \S+portico\.db is in use .* Limits hold/);
  other.exec('ROLLBACK');
  other.close();
  await second();
  assert.equal(store.status()?.error, undefined);
  assert.deepEqual(lines.slice(1), [`info ${path} can be written again; nothing was lost meanwhile`]);
  await store.close();
  const next = await started();
  assert.deepEqual(restored[1], [waiting]);
  await next.close();
});

test('another store in a changed file waits for the next start, which is said once', async () => {
  const store = await started();
  const other: LoadedStore = { ...usual, path: join(directory, 'other.db') };
  for (let reload = 0; reload < 2; reload += 1) {
    await store.prepare(other);
    store.commit(other);
  }
  const path = join(directory, 'portico.db');
  assert.deepEqual(lines, [`warn ${path} stays in use; ${other.path} is for the next start`]);
  assert.deepEqual([store.status()?.path, store.status()?.restart], [path, true]);
  await store.prepare(usual);
  store.commit(usual);
  assert.equal(store.status()?.restart, false);
  assert.equal(restored.length, 1);
  await store.close();
});

test('a store that cannot be opened is refused with its path and the remedy, and another can be taken', async () => {
  const path = join(directory, 'bad.db');
  await writeFile(path, 'this is no database, and it is long enough to have a header of one hundred bytes'.repeat(3));
  const store = keeper();
  await assert.rejects(store.prepare({ ...usual, path }), (thrown: Error) => {
    assert.ok(thrown.message.startsWith(`the database ${path} is not a database`), thrown.message);
    return /move it away/.test(thrown.message);
  });
  assert.equal(store.status(), undefined);
  await store.prepare(usual);
  store.commit(usual);
  await store.close();
});

test('one that was opened for a configuration that was not served is let go for the next', async () => {
  const store = keeper();
  await store.prepare({ ...usual, path: join(directory, 'first.db') });
  await store.prepare(usual);
  store.commit(usual);
  const other = keeper();
  await other.prepare({ ...usual, path: join(directory, 'first.db') });
  await Promise.all([store.close(), other.close()]);
});

test('a changed bound on kept responses holds from the next commit on', async () => {
  const store = await started();
  const expiresAt = undefined;
  const kept = { owner: 'me', previous: undefined, createdAt: 0, expiresAt, input: '[]', response: '{}' };
  store.responses?.keep({ ...kept, id: 'a' });
  assert.ok(await store.responses?.find('me', 'a'));
  store.commit({ ...usual, responses: { ttl: 0, maxBytes: 0 } });
  store.responses?.keep({ ...kept, id: 'b' });
  assert.equal(await store.responses?.find('me', 'a'), undefined);
  assert.equal(await store.responses?.find('me', 'b'), undefined);
  await store.close();
});
