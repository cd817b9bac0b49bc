// Whether new tokens of a file could be written back, before there are any: on a read-only mount the operator hears of it at
// the start, not when a login is lost.
import { access, constants, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Why they could not; undefined where nothing is known to be in the way. */
export async function whyNotWritable(file: string): Promise<string | undefined> {
  try {
    // A file is replaced by another: its directory counts, behind a symbolic link the one of what it leads to.
    await access(dirname(await realpath(file)), constants.W_OK);
    return undefined;
  } catch (error) {
    // What is gone is told of by who reads it.
    const code = refusalIn(error);
    return code === undefined ? undefined : `its directory cannot be written (${code})`;
  }
}

/** Why no file can be made in this directory, which may have to be made itself; undefined where nothing is known. */
export async function whyNothingCanBeMade(directory: string): Promise<string | undefined> {
  try {
    if (!(await stat(directory)).isDirectory()) return `${directory} is no directory`;
    await access(directory, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    const parent = dirname(directory);
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT' && parent !== directory;
    if (isMissing) return whyNothingCanBeMade(parent);
    const code = refusalIn(error);
    return code === undefined ? undefined : `${directory} cannot be written (${code})`;
  }
}

function refusalIn(error: unknown): string | undefined {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EROFS' || code === 'EACCES' || code === 'EPERM' ? code : undefined;
}
