// The store keeps what it is given, for this user alone, and says in words what is wrong with a database.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, test } from 'node:test';
import { Kysely, sql } from 'kysely';
import { LedgerRows } from '../../src/store/ledger-rows.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { openStore } from '../../src/store/store.ts';
import type { Tables } from '../../src/store/tables.ts';
import { StoreError, storeError } from '../../src/store/trouble.ts';

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portico-store-'));
  path = join(directory, 'below', 'portico.db');
});
afterEach(() => rm(directory, { recursive: true }));

function open() {
  return openStore({ kind: 'sqlite', path });
}

/** Changes the closed database behind the store's back. */
function meddle(sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

async function refusal(): Promise<StoreError> {
  const error = await open().then(
    () => assert.fail('it opened'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof StoreError, String(error));
  return error;
}

test('what was written is there after closing and opening', async () => {
  const first = await open();
  const entries = [
    { id: 'aa', resetsAt: 5000, used: 3.5 },
    { id: 'bb', resetsAt: undefined, used: 2 ** 40 },
  ];
  await first.ledger.write(entries);
  await first.close();
  const second = await open();
  assert.deepEqual(
    (await second.ledger.read(1000)).map((entry) => ({ ...entry, resetsAt: entry.resetsAt })),
    entries,
  );
  await second.close();
});

test('the same id is written over; what is over is not read, and pruned when asked', async () => {
  const store = await open();
  await store.ledger.write([
    { id: 'aa', resetsAt: 5000, used: 1 },
    { id: 'bb', resetsAt: 6000, used: 1 },
  ]);
  await store.ledger.write([{ id: 'aa', resetsAt: 5000, used: 2 }]);
  assert.deepEqual(await store.ledger.read(4999), [
    { id: 'aa', resetsAt: 5000, used: 2 },
    { id: 'bb', resetsAt: 6000, used: 1 },
  ]);
  assert.deepEqual(await store.ledger.read(5000), [{ id: 'bb', resetsAt: 6000, used: 1 }]);
  await store.ledger.write([], 5000);
  assert.deepEqual(await store.ledger.read(0), [{ id: 'bb', resetsAt: 6000, used: 1 }]);
  await store.close();
});

test('ten thousand entries go in one piece, and the thread turns meanwhile', async () => {
  const store = await open();
  const entries = Array.from({ length: 10_000 }, (_, index) => ({ id: index.toString(16), resetsAt: 1, used: 1 }));
  let turns = 0;
  const count = setInterval(() => {
    turns += 1;
  }, 0);
  await store.ledger.write(entries);
  clearInterval(count);
  assert.equal((await store.ledger.read(0)).length, 10_000);
  assert.ok(turns > 1, `${turns} turns`);
  await store.close();
});

test('nobody else may read any of its files', async () => {
  await rm(path, { force: true });
  const store = await open();
  await store.ledger.write([{ id: 'aa', resetsAt: 1, used: 1 }]);
  const files = await readdir(join(directory, 'below'));
  assert.ok(files.includes('portico.db-wal'), files.join());
  for (const file of files) {
    assert.equal((await stat(join(directory, 'below', file))).mode & 0o777, 0o600, file);
  }
  await store.close();
});

test('a database of a newer version is refused by name, and left as it is', async () => {
  await (await open()).close();
  meddle("INSERT INTO kysely_migration VALUES ('9999-later', '2030-01-01T00:00:00.000Z')");
  const error = await refusal();
  assert.equal(error.message, 'was written by a newer version of Portico (9999-later)');
  assert.match(error.remedy, /Run that version/);
  meddle("DELETE FROM kysely_migration WHERE name = '9999-later'");
  await (await open()).close();
});

test('a second gateway on the same database is refused', async () => {
  const store = await open();
  assert.match((await refusal()).message, /^is in use by another gateway$/);
  await store.close();
  await (await open()).close();
});

test('another program that keeps it locked is named as the cause', async () => {
  await (await open()).close();
  const other = new DatabaseSync(path);
  other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  assert.match((await refusal()).message, /^is in use by another process/);
  other.close();
  await (await open()).close();
});

test('what is no database, or a damaged one, is said to be so and not touched', async () => {
  await (await open()).close();
  const noise = Buffer.alloc(8192, 'not a database. ');
  await writeFile(path, noise);
  const error = await refusal();
  assert.match(error.message, /^is not a database/);
  assert.match(error.remedy, /move it away/);
  assert.deepEqual(await stat(path).then(({ size }) => size), noise.length);
});

test('a path that cannot be a file is refused with what to look at', async () => {
  path = directory;
  assert.match((await refusal()).message, /^cannot be opened \(EISDIR/);
  path = '/dev/null/below/portico.db';
  assert.match((await refusal()).remedy, /store\.path/);
});

test('a full disk is said to be one, nothing of the write stays, and the next one counts again', async () => {
  await (await open()).close();
  const db = new Kysely<Tables>({ dialect: await openSqlite(path) });
  const rows = new LedgerRows(db);
  await rows.write([{ id: 'before', resetsAt: 1, used: 1 }]);
  // Pages the file may have: to SQLite the disk is full beyond them.
  await sql`PRAGMA max_page_count = 30`.execute(db);
  const many = Array.from({ length: 2000 }, (_, index) => ({ id: `${index}`, resetsAt: 1, used: index }));
  const error = await rows.write(many).then(() => assert.fail('it was written'), storeError);
  assert.match(error.message, /^cannot be written: the disk is full/);
  assert.equal((await rows.read(0)).length, 1);
  await sql`PRAGMA max_page_count = 1000000`.execute(db);
  await rows.write(many);
  assert.equal((await rows.read(0)).length, 2001);
  await db.destroy();
});

test('every code of SQLite and the system that can be told has a remedy', () => {
  const told = (fields: object) => storeError(Object.assign(new Error('raw'), fields));
  assert.match(told({ errcode: 8 }).message, /^cannot be written \(raw\)/);
  assert.match(told({ errcode: 1032 }).message, /^cannot be written/);
  assert.match(told({ errcode: 11 }).message, /^is damaged/);
  assert.match(told({ errcode: 13 }).message, /disk is full/);
  assert.match(told({ code: 'EROFS' }).remedy, /right to write/);
  assert.match(told({}).message, /^failed: raw/);
});
