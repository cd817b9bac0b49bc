// Accounts, or accounts for one model, that are put aside for a time: so that a restart does not send requests to them.
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const accountsAside: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('accounts_aside')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('until', 'bigint', (column) => column.notNull())
      .addColumn('entry', 'text', (column) => column.notNull())
      .execute();
  },
};
