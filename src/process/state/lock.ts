// One process per state directory. The lock is one of the operating system (taken through SQLite, the only way to it that
// Node has built in), so it goes with the process however that ends: nothing stale is ever left to be cleaned up.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { readOptional } from './files.ts';

export interface Lock {
  release(): void;
}

/** SQLITE_BUSY, in sqlite3's list of result codes: https://sqlite.org/rescode.html#busy */
const busy = 5;

/** Throws when another process (or another gateway of this one) runs from the directory. */
export async function lockState(directory: string): Promise<Lock> {
  const database = new DatabaseSync(join(directory, 'lock'));
  try {
    database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (thrown) {
    database.close();
    if (!(thrown instanceof Error) || !('errcode' in thrown) || thrown.errcode !== busy) throw thrown;
    throw new Error(`${await holder(directory)} runs from ${directory}. Stop it, or give this one its own --state.`, {
      cause: thrown,
    });
  }
  return { release: () => database.close() };
}

async function holder(directory: string): Promise<string> {
  const text = await readOptional(join(directory, 'run.json'));
  const pid = text === undefined ? undefined : /"pid":\s*(\d+)/.exec(text)?.[1];
  return pid === undefined ? 'Another gateway' : `Another gateway (process ${pid})`;
}
