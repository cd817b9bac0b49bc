// Files of the state directory: only for the user the gateway runs as, and never torn.
import { mkdir, readFile } from 'node:fs/promises';
import { writeFileWhole } from '../../config/history/write-file.ts';

/** Makes the directory (0700) with whatever is missing above it. */
export async function makePrivateDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
}

export async function writePrivate(path: string, text: string): Promise<void> {
  await writeFileWhole(path, text, 0o600);
}

/** The text, or undefined when there is no such file. */
export async function readOptional(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return undefined;
    throw thrown;
  }
}
