// What every credential file is written by: whole or not at all, for its owner alone, sealed where there is a vault.
import type { Vault } from '../config/credentials/vault/vault.ts';
import { writeFileWhole } from '../config/history/write-file.ts';

/** `whole`: one item or a list of them. Throws what the file system throws. */
export async function writeCredential(file: string, whole: unknown, vault: Vault): Promise<void> {
  await writeFileWhole(file, await vault.seal(`${JSON.stringify(whole, null, 2)}\n`), 0o600);
}
