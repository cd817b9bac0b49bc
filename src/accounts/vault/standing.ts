// How a credential file stands in a vault, for people: sealed with which key, plain, or why it cannot be opened. No secrets.
import { itemsIn, readText } from '../../config/credentials/read-file.ts';
import { sealedIn, VaultError } from '../../config/credentials/vault/sealed.ts';
import type { Vault } from '../../config/credentials/vault/vault.ts';

export type VaultState =
  /** With the key that seals. */
  | 'sealed'
  /** With one that only opens by now. */
  | 'previous'
  | 'plain'
  /** Its key is not at hand. */
  | 'locked'
  /** Neither sealed nor plain as it should be. */
  | 'broken';

export interface VaultStanding {
  readonly state: VaultState;
  /** Id of the key, where it says one. */
  readonly kid: string | undefined;
  readonly reason: string | undefined;
}

export interface Looked extends VaultStanding {
  /** As it is. */
  readonly text: string;
  /** Undefined where it cannot be had. */
  readonly clear: string | undefined;
}

/** Throws what the file system throws. */
export async function look(file: string, vault: Vault): Promise<Looked> {
  const text = await readText(file);
  try {
    const kid = sealedIn(text)?.kid;
    const clear = await vault.open(text);
    const { problem, items } = itemsIn(clear);
    if (problem !== undefined && items.length === 0) {
      return { text, clear: undefined, state: 'broken', kid, reason: problem.message };
    }
    const state = kid === undefined ? 'plain' : kid === vault.keys[0] ? 'sealed' : 'previous';
    return { text, clear, state, kid, reason: undefined };
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    const state = error.problem === 'wrong-key' || error.problem === 'no-vault' ? 'locked' : 'broken';
    return { text, clear: undefined, state, kid: error.kid, reason: error.message };
  }
}

/** Never rejects. */
export async function standingOf(file: string, vault: Vault): Promise<VaultStanding> {
  try {
    const { state, kid, reason } = await look(file, vault);
    return { state, kid, reason };
  } catch (error) {
    const reason = `it cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    return { state: 'broken', kid: undefined, reason };
  }
}
