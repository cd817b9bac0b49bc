// A file that is either the old one or the new one, whatever happens meanwhile: temporary file, fsync, rename.
import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** What the file is to have of another. */
export interface FileLike {
  /** Only a superuser can give a file away, and not every one: where it cannot be done the file is whose process it was. */
  readonly uid: number;
  readonly gid: number;
  /** When it was written: as if it had not been written again. */
  readonly mtime?: Date;
}

export async function writeFileWhole(path: string, text: string, mode: number, like?: FileLike): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.chmod(mode);
      await file.writeFile(text);
      if (like !== undefined) await liken(file, like);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(dirname(path));
}

async function liken(file: FileHandle, { uid, gid, mtime }: FileLike): Promise<void> {
  if (mtime !== undefined) await file.utimes(mtime, mtime);
  if (process.getuid?.() !== 0 || uid === 0) return;
  try {
    await file.chown(uid, gid);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EPERM' && code !== 'EINVAL' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
  }
}

/** Of a file that a process left when it was killed in the middle of a write: what it was to become. Undefined for others. */
export function unfinishedOf(name: string): string | undefined {
  return /^\.(.+)\.[0-9a-f]{12}$/s.exec(name)?.[1];
}

/** Makes a rename last. Not every system can sync a directory. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r').catch(() => undefined);
  if (directory === undefined) return;
  try {
    await directory.sync();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EPERM' && code !== 'EINVAL' && code !== 'EISDIR' && code !== 'ENOTSUP') throw error;
  } finally {
    await directory.close();
  }
}
