// Answers of the Responses API that requests may go on from. Small columns first: they are read without the texts.
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const responses: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('responses')
      .addColumn('owner', 'text', (column) => column.notNull())
      .addColumn('id', 'text', (column) => column.notNull())
      .addColumn('previous', 'text')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('expires_at', 'bigint')
      .addColumn('bytes', 'bigint', (column) => column.notNull())
      .addColumn('input', 'text', (column) => column.notNull())
      .addColumn('response', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('responses_primary_key', ['owner', 'id'])
      .execute();
    await db.schema.createIndex('responses_expires_at').on('responses').column('expires_at').execute();
    await db.schema.createIndex('responses_created_at').on('responses').columns(['created_at', 'bytes']).execute();
  },
};
