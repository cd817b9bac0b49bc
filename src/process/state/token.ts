// The token of the control API that the commands use: made once per state directory and readable by its owner only.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readOptional, writePrivate } from './files.ts';

export async function controlToken(directory: string): Promise<string> {
  const path = join(directory, 'control-token');
  const kept = (await readOptional(path))?.trim();
  if (kept !== undefined && kept.length >= 32) return kept;
  const token = randomBytes(32).toString('base64url');
  await writePrivate(path, `${token}\n`);
  return token;
}
