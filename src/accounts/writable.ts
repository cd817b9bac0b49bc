// Whether new tokens of a file could be written back, before there are any: on a read-only mount the operator hears of it at
// the start, not when a login is lost.
import { access, constants, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Why they could not; undefined where nothing is known to be in the way. */
export async function whyNotWritable(file: string): Promise<string | undefined> {
  try {
    // A file is replaced by another: its directory counts, behind a symbolic link the one of what it leads to.
    await access(dirname(await realpath(file)), constants.W_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // What is gone is told of by who reads it.
    return code === 'EROFS' || code === 'EACCES' || code === 'EPERM'
      ? `its directory cannot be written (${code})`
      : undefined;
  }
}
