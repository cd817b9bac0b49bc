// What every credential file is written by: whole or not at all, for its owner alone, sealed where there is a vault.
import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Vault } from '../../config/credentials/vault/vault.ts';
import { writeFileWhole } from '../../config/history/write-file.ts';
import { removeLeftovers } from './remove-leftovers.ts';

/**
 * `whole`: one item or a list of them. A superuser's command leaves the file to whom it was, a new one to whom the directory
 * is: the gateway has to read it. Behind a symbolic link stands the file that counts; the link stays. Throws what the file
 * system throws.
 */
export async function writeCredential(file: string, whole: unknown, vault: Vault): Promise<void> {
  const text = await vault.seal(`${JSON.stringify(whole, null, 2)}\n`);
  const real = await realpath(file).catch(() => file);
  const { uid, gid } = await stat(real).catch(() => stat(dirname(real)));
  await writeFileWhole(real, text, 0o600, { uid, gid });
  await removeLeftovers(real);
}
