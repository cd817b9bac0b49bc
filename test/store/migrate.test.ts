// Migrations are taken all or not at all, each once.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Tables } from '../../src/store/tables.ts';

let directory: string;
let db: Kysely<Tables>;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portico-migrate-'));
  db = new Kysely<Tables>({ dialect: await openSqlite(join(directory, 'portico.db')) });
});
afterEach(async () => {
  await db.destroy();
  await rm(directory, { recursive: true });
});

const adds = (table: string, then?: () => never): Migration => ({
  async up(schema) {
    await schema.schema.createTable(table).addColumn('id', 'text').execute();
    then?.();
  },
});

async function tables(): Promise<string[]> {
  return (await db.introspection.getTables()).map(({ name }) => name).sort();
}

test('missing steps are taken in order, and none twice', async () => {
  await migrate(db, migrations);
  assert.deepEqual(await tables(), ['accounts_aside', 'ledger', 'responses']);
  await migrate(db, { ...migrations, '9000-more': adds('more') });
  await migrate(db, { ...migrations, '9000-more': adds('more') });
  assert.deepEqual(await tables(), ['accounts_aside', 'ledger', 'more', 'responses']);
});

test('a step that fails undoes all of them, tables too', async () => {
  await migrate(db, migrations);
  const fails = adds('bad', () => {
    throw new Error('half way');
  });
  await assert.rejects(migrate(db, { ...migrations, '9000-good': adds('good'), '9001-bad': fails }), /half way/);
  assert.deepEqual(await tables(), ['accounts_aside', 'ledger', 'responses']);
  await migrate(db, { ...migrations, '9000-good': adds('good') });
  assert.deepEqual(await tables(), ['accounts_aside', 'good', 'ledger', 'responses']);
});

test('the names of the steps are in the order they are taken', () => {
  const names = Object.keys(migrations);
  assert.deepEqual(names, [...names].sort());
  for (const name of names) assert.match(name, /^\d{4}-[a-z-]+$/);
});
