// A lock of the operating system, taken through SQLite, the only way to it that Node has built in. It goes with the process
// however that ends: nothing stale is ever left to be cleaned up.
import { DatabaseSync } from 'node:sqlite';

export interface Lock {
  release(): void;
}

/** SQLITE_BUSY, in sqlite3's list of result codes: https://sqlite.org/rescode.html#busy */
const busy = 5;

/** Locks the file, which holds nothing else; undefined when another process (or another gateway of this one) has it. */
export function takeLock(path: string): Lock | undefined {
  const database = new DatabaseSync(path);
  try {
    database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (thrown) {
    database.close();
    if (!(thrown instanceof Error) || !('errcode' in thrown) || thrown.errcode !== busy) throw thrown;
    return undefined;
  }
  return { release: () => database.close() };
}
