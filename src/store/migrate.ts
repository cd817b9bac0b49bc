// Brings the tables to the form this version of the code wants: all steps that are missing, or none of them.
import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Tables } from './tables.ts';
import { StoreError } from './trouble.ts';

/** Call with the store's lock held: the database has none of its own for this. Throws StoreError, or what a step threw. */
export async function migrate(db: Kysely<Tables>, steps: Readonly<Record<string, Migration>>): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await refuseNewer(transaction, Object.keys(steps));
    const migrator = new Migrator({ db: transaction, provider: { getMigrations: async () => ({ ...steps }) } });
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw error;
  });
}

/** Nobody can say what a step that is not known here has changed. */
async function refuseNewer(db: Kysely<Tables>, known: readonly string[]): Promise<void> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === 'kysely_migration')) return;
  const taken = await db
    .withTables<{ kysely_migration: { name: string } }>()
    .selectFrom('kysely_migration')
    .select('name')
    .orderBy('name')
    .execute();
  const unknown = taken.filter(({ name }) => !known.includes(name)).at(-1);
  if (unknown === undefined) return;
  const remedy = 'Run that version, or name another database with `store.path`.';
  throw new StoreError(`was written by a newer version of Portico (${unknown.name})`, remedy);
}
