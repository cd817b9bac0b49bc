// Counts of limits, written by the checkpoint every second.
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const ledger: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('ledger')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('resets_at', 'bigint')
      .addColumn('entry', 'text', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('ledger_resets_at').on('ledger').column('resets_at').execute();
  },
};
