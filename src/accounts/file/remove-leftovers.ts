// What a process that was killed in the middle of a write has left beside an account file: a whole one, with its secrets, that
// nobody would ever read, and no logout remove.
import { readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { unfinishedOf } from '../../config/history/write-file.ts';

/** A write takes milliseconds: what is older than this nobody is at any more. */
const oldMs = 60_000;

/** Called under the lock of the file. Never rejects: what cannot be removed stays. */
export async function removeLeftovers(file: string, olderThanMs = oldMs): Promise<void> {
  const directory = dirname(file);
  const names = await readdir(directory).catch(() => []);
  for (const name of names.filter((each) => unfinishedOf(each) === basename(file))) {
    const path = join(directory, name);
    // When it was made: its other times may be those of the file it was to replace.
    const made = await stat(path).catch(() => undefined);
    if (made !== undefined && Date.now() - made.ctimeMs >= olderThanMs) await rm(path).catch(() => undefined);
  }
}
