// One credential file into another form: sealed, sealed with a newer key, or plain. Each file is whole at any moment, the old
// one or the new one, and nobody refreshes into it meanwhile: what is interrupted can be begun again.
import { realpath, stat } from 'node:fs/promises';
import { largestFile } from '../../config/credentials/read-file.ts';
import { noVault, type Vault } from '../../config/credentials/vault/vault.ts';
import { writeFileWhole } from '../../config/history/write-file.ts';
import { whileWriting } from '../file/lock.ts';
import { look, type VaultState } from './standing.ts';

/** `seal` takes plain files alone; `rotate` those of previous keys too; `open` makes all plain. */
export type Wish = 'seal' | 'rotate' | 'open';

export interface ResealResult {
  readonly outcome: 'sealed' | 'opened' | 'unchanged' | 'failed';
  readonly reason: string | undefined;
}

export interface ResealOptions {
  readonly vault: Vault;
  readonly wish: Wish;
  readonly dryRun: boolean;
}

/** Never rejects; no reason holds a secret. */
export async function reseal(file: string, options: ResealOptions): Promise<ResealResult> {
  try {
    // Behind a symbolic link stands the file that counts; the link stays.
    const real = await realpath(file);
    if (options.dryRun) return await resealed(real, options);
    return await whileWriting(real, () => resealed(real, options));
  } catch (error) {
    return { outcome: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}

const taken: Readonly<Record<Wish, readonly VaultState[]>> = {
  seal: ['plain'],
  rotate: ['plain', 'previous'],
  open: ['sealed', 'previous'],
};

async function resealed(file: string, { vault, wish, dryRun }: ResealOptions): Promise<ResealResult> {
  const { clear, state, reason } = await look(file, vault);
  if (clear === undefined) return { outcome: 'failed', reason };
  if (!taken[wish].includes(state)) {
    const hint = state === 'previous' ? 'it is sealed with a previous key: `portico accounts vault rotate`' : undefined;
    return { outcome: 'unchanged', reason: hint };
  }
  const text = await (wish === 'open' ? noVault : vault).seal(clear);
  if (Buffer.byteLength(text) > largestFile) return { outcome: 'failed', reason: 'it would be larger than 8 MiB' };
  // Seconds left of a token may be counted from when the file was written.
  const { uid, gid, mtime } = await stat(file);
  if (!dryRun) await writeFileWhole(file, text, 0o600, { uid, gid, mtime });
  return { outcome: wish === 'open' ? 'opened' : 'sealed', reason: undefined };
}
