// The embedded database: node:sqlite in the shape kysely's dialect expects of a driver.
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import {
  type Dialect,
  type DialectAdapter,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  type SqliteStatement,
} from 'kysely';
import { type Lock, takeLock } from '../config/history/lock.ts';
import { StoreError } from './trouble.ts';

/**
 * Milliseconds to wait for somebody else's lock. It is waited for on the thread, so only as long as a look into the
 * database from outside may take; a write that is not done by then is tried again later.
 */
const busyMs = 250;
const statementsKept = 100;

/** Opens the file, making it and its directory for this user alone. Throws StoreError, or the system's or SQLite's error. */
export async function openSqlite(path: string): Promise<Dialect> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await makePrivate(path);
  const lock = await lockBeside(path);
  try {
    const database = new DatabaseSync(path, { timeout: busyMs, enableForeignKeyConstraints: true });
    try {
      // NORMAL: what is committed survives the process at once, and a power cut once the log is folded into the file.
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
      return new TransactionalSqlite({ database: shaped(database, lock) });
    } catch (thrown) {
      database.close();
      throw thrown;
    }
  } catch (thrown) {
    lock.release();
    throw thrown;
  }
}

/** Makes the file, or makes it nobody else's; SQLite gives those beside it the same rights. */
async function makePrivate(path: string): Promise<void> {
  const file = await open(path, 'a', 0o600);
  await file.chmod(0o600).finally(() => file.close());
}

/** Two gateways on one database would write over each other's counts; SQLite alone would let them. */
async function lockBeside(path: string): Promise<Lock> {
  await makePrivate(`${path}.lock`);
  const lock = takeLock(`${path}.lock`);
  if (lock !== undefined) return lock;
  throw new StoreError('is in use by another gateway', 'Stop it, or name another database with `store.path`.');
}

/** SQLite can undo changes of tables, and migrations rely on it; kysely's adapter is shy of `PRAGMA foreign_keys` alone. */
class TransactionalSqlite extends SqliteDialect {
  override createAdapter(): DialectAdapter {
    return new TransactionalAdapter();
  }
}

class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

function shaped(database: DatabaseSync, lock: Lock): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>();
  return {
    prepare(sql) {
      // Where the disk is full SQLite has rolled back by itself, and would refuse to do it twice.
      if (sql === 'rollback' && !database.isTransaction) return nothing;
      const known = statements.get(sql);
      if (known !== undefined) return known;
      const statement = statementOf(database.prepare(sql));
      if (statements.size >= statementsKept) statements.clear();
      statements.set(sql, statement);
      return statement;
    },
    close() {
      database.close();
      lock.release();
    },
  };
}

const nothing: SqliteStatement = {
  reader: false,
  all: () => [],
  run: () => ({ changes: 0, lastInsertRowid: 0 }),
  iterate: () => [].values(),
};

function statementOf(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (values) => statement.all(...(values as SQLInputValue[])),
    run: (values) => statement.run(...(values as SQLInputValue[])),
    iterate: (values) => statement.iterate(...(values as SQLInputValue[])),
  };
}
