// Credentials of other tools' files into a directory of account files: each item by itself, whatever becomes of the others.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { accountNameFor } from '../../config/credentials/account-name.ts';
import { type Household, ownerOf } from '../../config/credentials/owner.ts';
import { type ReadCredential, readCredential } from '../../config/credentials/read-credential.ts';
import type { Vault } from '../../config/credentials/vault/vault.ts';
import type { Tree } from '../../config/read/tree.ts';
import { whileWriting } from '../file/lock.ts';
import { writeCredential } from '../file/write-credential.ts';
import { ownName, portable } from './portable.ts';
import { Stored } from './stored.ts';

export interface ImportItem {
  /** `token.json[2]`: where it comes from, for people. */
  readonly label: string;
  readonly value: unknown;
  /** Epoch milliseconds: when the file was written. */
  readonly time: number;
  /** Why it cannot be read. */
  readonly problem?: string | undefined;
}

export type ImportOutcome = 'added' | 'updated' | 'unchanged' | 'skipped' | 'failed';

export interface ImportResult {
  readonly item: string;
  readonly provider: string | undefined;
  /** Whose it is, as far as the file says. */
  readonly account: string | undefined;
  readonly outcome: ImportOutcome;
  /** Why, and what else there is to say. */
  readonly reason: string | undefined;
  /** Name of the file in the directory. */
  readonly file: string | undefined;
}

export interface ImportOptions {
  readonly household: Household;
  /** As in the configuration: `{ name, url }`. */
  readonly egress: readonly unknown[];
  /** Absolute. */
  readonly directory: string;
  /** Of the configuration: what is in the directory is opened with it, what is new is sealed. */
  readonly vault: Vault;
  /** Takes all items, whatever they say. */
  readonly provider: string | undefined;
  readonly dryRun: boolean;
}

/** No result holds a secret. Throws what the file system throws while the directory is read or made. */
export async function importAccounts(items: readonly ImportItem[], options: ImportOptions): Promise<ImportResult[]> {
  const { directory, household, dryRun } = options;
  if (!dryRun) await mkdir(directory, { recursive: true, mode: 0o700 });
  const stored = await Stored.in(directory, household, options.vault);
  const results: ImportResult[] = [];
  for (const item of items) results.push(await importItem(item, stored, options));
  return results;
}

async function importItem(item: ImportItem, stored: Stored, options: ImportOptions): Promise<ImportResult> {
  const base = { item: item.label, provider: undefined, account: undefined, file: undefined };
  if (item.problem !== undefined) return { ...base, outcome: 'failed', reason: item.problem };
  const owner = ownerOf(item.value, options.household, options.provider);
  if ('none' in owner) return { ...base, outcome: 'failed', reason: owner.none };
  const provider = owner.instance.name;
  const read = readCredential(item.value, owner.shape, item.time);
  if (typeof read === 'string') return { ...base, provider, outcome: 'failed', reason: read };
  const known = { ...base, provider, account: read.names.email ?? read.names.accountId ?? ownName(item.value as Tree) };
  const made = portable(provider, read, item.value as Tree, options.egress);
  if (made.fatal !== undefined) return { ...known, outcome: 'failed', reason: made.fatal };
  const before = stored.find(provider, read);
  const notes = [owner.note, ...made.warnings].filter((note) => note !== undefined);
  const said = (reason?: string) => [reason, ...notes].filter((each) => each !== undefined).join('; ') || undefined;
  const file = before?.alone === true ? before.file : stored.nameFor(provider, read, ownName(item.value as Tree));
  if (before?.alone === false) {
    const reason = `${before.file} has this account among others: take it out there first`;
    return { ...known, outcome: 'skipped', reason: said(reason), file: before.file };
  }
  if (before !== undefined && isNewer(before.read, read)) {
    return { ...known, outcome: 'skipped', reason: said('the tokens that are here end later'), file };
  }
  const whole = { ...made.settings, ...settingsOf(before?.item), ...made.credential };
  if (before !== undefined && isDeepStrictEqual(before.item, JSON.parse(JSON.stringify(whole)))) {
    return { ...known, outcome: 'unchanged', reason: said(), file };
  }
  const failure = options.dryRun ? undefined : await write(join(options.directory, file), whole, options.vault);
  if (failure !== undefined) return { ...known, outcome: 'failed', reason: failure };
  const account = accountNameFor({ index: undefined, value: whole }, { file, provider, several: false, read });
  stored.put({ file, provider, read, item: whole, account, index: undefined, alone: true });
  return { ...known, outcome: before === undefined ? 'added' : 'updated', reason: said(), file };
}

async function write(path: string, item: Tree, vault: Vault): Promise<string | undefined> {
  try {
    await whileWriting(path, () => writeCredential(path, item, vault));
    return undefined;
  } catch (error) {
    return `it cannot be written: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** What is here may have been refreshed since the other was copied. */
function isNewer({ tokens: here }: ReadCredential, { tokens: other }: ReadCredential): boolean {
  if (here?.expiresAt === undefined || other?.expiresAt === undefined) return false;
  return here.refreshToken !== other.refreshToken && here.expiresAt > other.expiresAt;
}

const kept = ['enabled', 'priority', 'weight', 'headers', 'limits', 'egress', 'models', 'exclude', 'rename', 'tags'];
const keptToo = ['groups', 'note', 'queue', 'onError', 'account'];

/** What an operator may have said of the account in its file. */
export function settingsOf(item: Tree | undefined): Tree {
  if (item === undefined) return {};
  return Object.fromEntries([...kept, ...keptToo].flatMap((name) => (name in item ? [[name, item[name]]] : [])));
}
