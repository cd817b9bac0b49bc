// Credential files under a master key: opened after they are read, sealed before they are written. Whoever reads or writes
// such files is given the vault of the configuration; without one files are plain.
import { webcrypto } from 'node:crypto';
import type { VaultKey } from './key.ts';
import { protectedHeader, type Sealed, sealedIn, tampered, VaultError, writeSealed } from './sealed.ts';

export interface Vault {
  /** Ids of its keys, the one that seals first. Empty: there is no vault. No secrets. */
  readonly keys: readonly string[];
  /** The text of a file -> its clear text: the same where it is not sealed. Throws VaultError. */
  open(text: string): Promise<string>;
  /** What is to be written for a clear text: the same where there is no vault. */
  seal(text: string): Promise<string>;
}

export const noVault: Vault = {
  keys: [],
  async open(text) {
    const kid = sealedIn(text)?.kid;
    if (kid === undefined) return text;
    const message = `it is sealed with the key ${kid}, and the configuration has no vault: set accounts.vault.key to that key`;
    throw new VaultError('no-vault', message, kid);
  },
  seal: (text) => Promise.resolve(text),
};

/** The first key seals, all open. */
export function openVault(first: VaultKey, previous: readonly VaultKey[]): Vault {
  return new KeyedVault(first, previous);
}

class KeyedVault implements Vault {
  readonly keys: readonly string[];
  readonly #kid: string;
  readonly #held: ReadonlyMap<string, Promise<webcrypto.CryptoKey>>;

  constructor(first: VaultKey, previous: readonly VaultKey[]) {
    // A key that is no use to anybody but this: it cannot be taken out again.
    const held = [first, ...previous].map(({ id, bytes }) => [id, imported(bytes)] as const);
    this.#held = new Map(held);
    this.#kid = first.id;
    this.keys = [...this.#held.keys()];
  }

  async open(text: string): Promise<string> {
    const sealed = sealedIn(text);
    if (sealed === undefined) return text;
    const key = await this.#held.get(sealed.kid);
    if (key === undefined) throw this.#wrongKey(sealed);
    const { compactDecrypt } = await import('jose/jwe/compact/decrypt');
    const { JOSEError } = await import('jose/errors');
    try {
      const { plaintext } = await compactDecrypt(sealed.jwe, key);
      return Buffer.from(plaintext).toString('utf8');
    } catch (error) {
      if (error instanceof JOSEError) throw tampered();
      throw error;
    }
  }

  async seal(text: string): Promise<string> {
    const kid = this.#kid;
    const key = await this.#held.get(kid);
    if (key === undefined) throw new Error('a vault without its key');
    const { CompactEncrypt } = await import('jose/jwe/compact/encrypt');
    const encrypt = new CompactEncrypt(Buffer.from(text)).setProtectedHeader(protectedHeader(kid));
    return writeSealed({ kid, jwe: await encrypt.encrypt(key) });
  }

  #wrongKey({ kid }: Sealed): VaultError {
    const message = `it is sealed with the key ${kid}, and accounts.vault has ${this.keys.join(', ')}: add that key to accounts.vault.previous`;
    return new VaultError('wrong-key', message, kid);
  }
}

function imported(bytes: Uint8Array): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
}
