// The accounts that gateway.yaml and its includes name, and the credential files they name for them: also those that are not
// there yet.
import { dirname, resolve } from 'node:path';
import type { Document } from '../loaded.ts';
import { mergeDocuments } from '../read/merge.ts';
import { isTree, type Tree } from '../read/tree.ts';

export interface AccountsNamed {
  /** `provider/account` of all. */
  readonly names: ReadonlySet<string>;
  /** `accounts[].file` as written, absolute, by `provider/account`. One with a reference in it is left out. */
  readonly files: ReadonlyMap<string, string>;
}

/** `main`: path of the main file. */
export function accountsNamed(documents: readonly Document[], main: string): AccountsNamed {
  const names = new Set<string>();
  const files = new Map<string, string>();
  for (const document of documents) {
    for (const provider of treesIn(mergeDocuments([document]).providers)) {
      for (const { name, file } of treesIn(provider.accounts)) {
        const key = `${provider.name}/${name}`;
        names.add(key);
        if (typeof file !== 'string' || file.includes('$')) continue;
        files.set(key, resolve(dirname(document.path || main), file));
      }
    }
  }
  return { names, files };
}

function treesIn(list: unknown): Tree[] {
  return Array.isArray(list) ? list.filter(isTree) : [];
}
