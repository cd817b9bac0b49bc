// The accounts a directory holds already, so that an import updates the same account and never touches another's file.
import { hash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { accountNameFor, plain, withoutAddresses } from '../../config/credentials/account-name.ts';
import { type Household, ownerOf } from '../../config/credentials/owner.ts';
import { type ReadCredential, readCredential } from '../../config/credentials/read-credential.ts';
import { readCredentialFile } from '../../config/credentials/read-file.ts';
import type { Vault } from '../../config/credentials/vault/vault.ts';
import type { Tree } from '../../config/read/tree.ts';

export interface StoredAccount {
  /** Name of the file, without its directory. */
  readonly file: string;
  readonly provider: string;
  readonly read: ReadCredential;
  readonly item: Tree;
  /** As the gateway calls it, unless the configuration names the file under another name. */
  readonly account: string;
  /** In a file that holds a list. */
  readonly index: number | undefined;
  /** Whether the file holds nothing else. */
  readonly alone: boolean;
}

export class Stored {
  readonly #names: Set<string>;
  readonly #accounts: StoredAccount[];

  private constructor(names: readonly string[], accounts: StoredAccount[]) {
    this.#names = new Set(names.map((name) => name.toLowerCase()));
    this.#accounts = accounts;
  }

  /** A directory that is not there yet holds nothing. Throws what the file system throws otherwise. */
  static async in(directory: string, household: Household, vault: Vault): Promise<Stored> {
    const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [] as string[];
      throw error;
    });
    const accounts: StoredAccount[] = [];
    for (const file of names.filter((name) => /\.json$/i.test(name)).sort()) {
      const { items, time } = await readCredentialFile(join(directory, file), vault);
      for (const { value: item, index } of items) {
        const owner = ownerOf(item, household);
        const read = 'none' in owner ? undefined : readCredential(item, owner.shape, time);
        if ('none' in owner || read === undefined || typeof read === 'string') continue;
        const provider = owner.instance.name;
        const account = accountNameFor({ index, value: item }, { file, provider, several: items.length > 1, read });
        accounts.push({ file, provider, read, item, account, index, alone: items.length === 1 });
      }
    }
    return new Stored(names, accounts);
  }

  /** The same account, if it is here. */
  find(provider: string, read: ReadCredential): StoredAccount | undefined {
    return this.#accounts.find((stored) => stored.provider === provider && isSame(stored.read, read));
  }

  /** The account of that name. */
  named(provider: string, account: string): StoredAccount | undefined {
    return this.#accounts.find((stored) => stored.provider === provider && stored.account === account);
  }

  /** The account that a file holds alone. */
  at(file: string): StoredAccount | undefined {
    return this.#accounts.find((stored) => stored.file === file && stored.alone);
  }

  /** A file name nobody has: after provider and account. */
  nameFor(provider: string, read: ReadCredential, own: string | undefined): string {
    const { email, accountId } = read.names;
    const name = plain(withoutAddresses(`${provider}-${own ?? email ?? accountId ?? markOf(read)}`));
    for (let number = 1; ; number += 1) {
      const file = number === 1 ? `${name}.json` : `${name.slice(0, 58)}-${number}.json`;
      if (!this.#names.has(file.toLowerCase())) return file;
    }
  }

  put(account: StoredAccount): void {
    const at = this.#accounts.findIndex(({ file, alone }) => file === account.file && alone);
    if (at === -1) this.#accounts.push(account);
    else this.#accounts[at] = account;
    this.#names.add(account.file.toLowerCase());
  }
}

/** By account id and e-mail as far as both know them, else by the secret itself. */
function isSame(one: ReadCredential, other: ReadCredential): boolean {
  if (one.apiKey !== undefined || other.apiKey !== undefined) return one.apiKey === other.apiKey;
  if ((one.serviceAccount === undefined) !== (other.serviceAccount === undefined)) return false;
  const pairs = [
    [one.names.accountId, other.names.accountId],
    [one.names.email, other.names.email],
  ].filter(([mine, theirs]) => mine !== undefined && theirs !== undefined);
  if (pairs.length > 0) return pairs.every(([mine, theirs]) => mine === theirs);
  return one.tokens?.refreshToken !== undefined && one.tokens.refreshToken === other.tokens?.refreshToken;
}

/** Tells credentials without a name apart without telling them. */
function markOf({ apiKey, tokens }: ReadCredential): string {
  return hash('sha256', apiKey ?? tokens?.refreshToken ?? tokens?.accessToken ?? '', 'hex').slice(0, 8);
}
