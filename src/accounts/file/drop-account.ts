// Takes an account out of its file: the whole file where it is alone, else its item. The others keep their names.
import { lstat, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { accountNameFor } from '../../config/credentials/account-name.ts';
import { type Household, ownerOf } from '../../config/credentials/owner.ts';
import { readCredential } from '../../config/credentials/read-credential.ts';
import { type CredentialItem, readCredentialFile } from '../../config/credentials/read-file.ts';
import type { Vault } from '../../config/credentials/vault/vault.ts';
import type { CredentialNames } from '../../config/loaded.ts';
import { whileWriting } from './lock.ts';
import { isOfAnother } from './of-another.ts';
import { removeLeftovers } from './remove-leftovers.ts';
import { writeCredential } from './write-credential.ts';

export interface DropOptions {
  /** Absolute. */
  readonly file: string;
  /** In a file that holds a list. */
  readonly index: number | undefined;
  /** Whose it is: another's is left alone. */
  readonly names: CredentialNames;
  readonly vault: Vault;
  /** Says how the others of a list are read, and so what they are called. */
  readonly household: Household;
}

/**
 * What was removed; `link`: it was a symbolic link, and the file behind it, which may be another tool's, is as it was. Throws
 * what the file system throws, and an Error where the file holds something else by now.
 */
export function dropAccount({ file, index, names, vault, household }: DropOptions): Promise<'file' | 'item' | 'link'> {
  return whileWriting(file, async () => {
    const { items, problem } = await readCredentialFile(file, vault);
    const mine = items.find((item) => item.index === index);
    if (problem !== undefined || mine === undefined || isOfAnother(mine.value, names)) {
      throw new Error(`${basename(file)} has changed meanwhile${problem === undefined ? '' : `: ${problem.message}`}`);
    }
    if (items.length === 1) {
      const isLink = (await lstat(file)).isSymbolicLink();
      await rm(file);
      await removeLeftovers(file);
      return isLink ? 'link' : 'file';
    }
    const rest = items.filter((item) => item !== mine);
    await writeCredential(
      file,
      rest.map((item, place) => named(item, place, rest.length, { file, household })),
      vault,
    );
    return 'item';
  });
}

type Of = Pick<DropOptions, 'file' | 'household'>;

/** Names that come from the place in the file, or from how many there are, are written down before they change. */
function named(item: CredentialItem, place: number, count: number, { file, household }: Of): CredentialItem['value'] {
  const owner = ownerOf(item.value, household);
  const read = readCredential(item.value, 'none' in owner ? undefined : owner.shape, 0);
  if (typeof read === 'string') return item.value;
  if ('none' in owner) return item.value;
  const provider = owner.instance.name;
  const before = accountNameFor(item, { file, provider, several: true, read });
  const after = accountNameFor({ ...item, index: place }, { file, provider, several: count > 1, read });
  return before === after ? item.value : { ...item.value, account: before };
}
