// One account as the text of a file: in Portico's own shape, or in another tool's. What is written is read back first: a file
// that does not hold the credential any more is never given out.
import type { Household } from '../../config/credentials/owner.ts';
import { ownerOf } from '../../config/credentials/owner.ts';
import { type ReadCredential, readCredential } from '../../config/credentials/read-credential.ts';
import { readCredentialFile } from '../../config/credentials/read-file.ts';
import type { Vault } from '../../config/credentials/vault/vault.ts';
import type { Tree } from '../../config/read/tree.ts';
import type { AccountFileShape } from '../../core/index.ts';
import { settingsOf } from '../import/import-accounts.ts';
import { portable } from '../import/portable.ts';
import { foreignFile } from './foreign.ts';

export interface ExportOptions {
  readonly provider: string;
  readonly account: string;
  /** Absolute. */
  readonly file: string;
  readonly index: number | undefined;
  readonly household: Household;
  readonly vault: Vault;
  /** Undefined: Portico's own. */
  readonly shape: AccountFileShape | undefined;
  readonly scopes: readonly string[];
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Holds the secrets. `problem`: why there can be no such file. */
export type Exported = { readonly item: Tree } | { readonly problem: string };

/** Throws what the file system throws. */
export async function exportAccount(options: ExportOptions): Promise<Exported> {
  const { provider, account, file, index, household, vault, shape, scopes, now } = options;
  const { items, problem, time } = await readCredentialFile(file, vault);
  const found = items.find((item) => item.index === index);
  if (found === undefined) return { problem: problem?.message ?? 'the account is gone from its file' };
  const owner = ownerOf(found.value, household, provider);
  const read = readCredential(found.value, 'none' in owner ? undefined : owner.shape, time);
  if (typeof read === 'string') return { problem: read };
  if (shape === undefined) {
    const { credential } = portable(provider, read, found.value, []);
    return { item: { ...settingsOf(found.value), ...credential, account } };
  }
  const item = foreignFile({ read, shape, scopes, now });
  if (typeof item === 'string') return { problem: item };
  const lost = lostIn(item, shape, read, now);
  return lost === undefined ? { item } : { problem: `such files have no place for the ${lost}` };
}

/** What of the credential another would not find in the file. */
function lostIn(item: Tree, shape: AccountFileShape, read: ReadCredential, now: number): string | undefined {
  const back = readCredential(item, shape, now);
  if (typeof back === 'string') return 'credential';
  if (back.apiKey !== read.apiKey) return 'API key';
  if (back.tokens?.accessToken !== read.tokens?.accessToken) return 'access token';
  return back.tokens?.refreshToken === read.tokens?.refreshToken ? undefined : 'refresh token';
}
