// Every step the tables have taken, in order; one file each. Steps go forward only, and one that has been released is
// never edited: what it did is in somebody's database.
import type { Migration } from 'kysely/migration';
import { ledger } from './0001-ledger.ts';
import { responses } from './0002-responses.ts';
import { accountsAside } from './0003-accounts-aside.ts';

export const migrations: Readonly<Record<string, Migration>> = {
  '0001-ledger': ledger,
  '0002-responses': responses,
  '0003-accounts-aside': accountsAside,
};
