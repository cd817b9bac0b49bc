// One process per state directory, held by a lock that ends with the process.
import { join } from 'node:path';
import { type Lock, takeLock } from '../../config/history/lock.ts';
import { readOptional } from './files.ts';

export type { Lock };

/** Throws when another process (or another gateway of this one) runs from the directory. */
export async function lockState(directory: string): Promise<Lock> {
  const lock = takeLock(join(directory, 'lock'));
  if (lock !== undefined) return lock;
  throw new Error(`${await holder(directory)} runs from ${directory}. Stop it, or give this one its own --state.`);
}

async function holder(directory: string): Promise<string> {
  const text = await readOptional(join(directory, 'run.json'));
  const pid = text === undefined ? undefined : /"pid":\s*(\d+)/.exec(text)?.[1];
  return pid === undefined ? 'Another gateway' : `Another gateway (process ${pid})`;
}
