// What outlives the process: one database, opened by the control thread before any data thread serves. Which kind it is
// shows in `openDialect` alone; the tables and the queries are the same for all.
import { type Dialect, Kysely } from 'kysely';
import { AsideRows } from './aside-rows.ts';
import { LedgerRows } from './ledger-rows.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { ResponseRows } from './response-rows.ts';
import { openSqlite } from './sqlite.ts';
import type { Tables } from './tables.ts';
import { storeError } from './trouble.ts';

export interface StoreSettings {
  readonly kind: 'sqlite';
  /** Absolute. */
  readonly path: string;
}

export interface Store {
  readonly ledger: LedgerRows;
  readonly responses: ResponseRows;
  readonly aside: AsideRows;
  close(): Promise<void>;
}

/** Opens the database and brings its tables up to date. Throws StoreError; nothing is left open then. */
export async function openStore(settings: StoreSettings): Promise<Store> {
  let db: Kysely<Tables> | undefined;
  try {
    db = new Kysely<Tables>({ dialect: await openDialect(settings) });
    await migrate(db, migrations);
  } catch (thrown) {
    await db?.destroy();
    throw storeError(thrown);
  }
  const opened = db;
  return {
    ledger: new LedgerRows(opened),
    responses: new ResponseRows(opened),
    aside: new AsideRows(opened),
    close: () => opened.destroy(),
  };
}

function openDialect({ path }: StoreSettings): Promise<Dialect> {
  return openSqlite(path);
}
