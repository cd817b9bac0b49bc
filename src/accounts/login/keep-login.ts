// What a login gave, as an account file: the same account's is brought up to date and keeps what its operator wrote into it,
// another's is added.
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { accountNameFor, plain } from '../../config/credentials/account-name.ts';
import type { Household } from '../../config/credentials/owner.ts';
import { type ReadCredential, readCredential } from '../../config/credentials/read-credential.ts';
import { readText } from '../../config/credentials/read-file.ts';
import type { Vault } from '../../config/credentials/vault/vault.ts';
import type { LoadedLogin } from '../../config/loaded.ts';
import { isTree, type Tree } from '../../config/read/tree.ts';
import { whileWriting } from '../file/lock.ts';
import { isOfAnother } from '../file/of-another.ts';
import { writeCredential } from '../file/write-credential.ts';
import { settingsOf } from '../import/import-accounts.ts';
import { portable } from '../import/portable.ts';
import { Stored, type StoredAccount } from '../import/stored.ts';
import type { Granted } from './login.ts';

export interface KeepOptions {
  readonly facts: LoadedLogin;
  readonly household: Household;
  /** Of account files, absolute. */
  readonly directory: string;
  /** Of the configuration: opens and seals account files. */
  readonly vault: Vault;
  /** As in the configuration. */
  readonly egress: readonly unknown[];
  /** What it shall be called; the account of that name is the one that is brought up to date. */
  readonly account?: string | undefined;
  /** Where the configuration says that account's credential is (`accounts[].file`), absolute. */
  readonly file?: string | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
}

export interface KeptLogin {
  /** Absolute. */
  readonly file: string;
  /** As the gateway calls it, unless the configuration names the file under another name. */
  readonly account: string;
  readonly outcome: 'added' | 'updated';
  readonly names: ReadCredential['names'];
  /** Whose it was before, where the account's name stayed and its person did not. */
  readonly before: string | undefined;
}

/** Throws what the file system throws, and an Error where the login gave nothing that can be sent. No message holds a secret. */
export async function keepLogin(granted: Granted, options: KeepOptions): Promise<KeptLogin> {
  const { facts, now } = options;
  const account = options.account === undefined ? undefined : plain(options.account);
  const given = itemOf(granted, facts);
  const read = readCredential(given, undefined, now);
  if (typeof read === 'string') throw new Error(`the login gave nothing to keep: ${read}`);
  const directory = options.file === undefined ? options.directory : dirname(options.file);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const stored = await Stored.in(directory, options.household, options.vault);
  const before = accountBefore(stored, read, { ...options, account });
  const made = portable(facts.provider, read, given, options.egress);
  const whole = { ...made.settings, ...settingsOf(before?.item), ...namesKept(before, read), ...made.credential };
  if (account !== undefined && options.file === undefined) whole.account = account;
  const file = options.file ?? join(directory, before?.file ?? stored.nameFor(facts.provider, read, account));
  await whileWriting(file, async () => {
    const content = before === undefined || before.alone ? whole : await inList(file, whole, before, options.vault);
    await writeCredential(file, content, options.vault);
  });
  const several = before !== undefined && !before.alone;
  const { provider } = facts;
  return {
    file,
    account: account ?? accountNameFor({ index: before?.index, value: whole }, { file, provider, several, read }),
    outcome: before === undefined ? 'added' : 'updated',
    names: read.names,
    before: before === undefined ? undefined : otherPerson(before.read, read),
  };
}

function itemOf({ tokens, fields }: Granted, facts: LoadedLogin): Tree {
  const { email, accountId, plan, project, location, apiKey, tokenUrl } = fields;
  const baseUrl =
    fields.baseUrl === undefined || /^https?:/i.test(fields.baseUrl) ? fields.baseUrl : `https://${fields.baseUrl}`;
  const names = { email, accountId, plan, project, location, baseUrl, tokenUrl };
  if (apiKey !== undefined) return { ...names, apiKey };
  // What requests carry is traded for it: the login's own token is never sent.
  if (facts.exchanged) return { ...names, refreshToken: tokens.refreshToken ?? tokens.accessToken };
  return { ...names, ...tokens };
}

function accountBefore(
  stored: Stored,
  read: ReadCredential,
  { facts, account, file }: KeepOptions,
): StoredAccount | undefined {
  const { provider } = facts;
  if (file !== undefined) return stored.at(basename(file));
  const named = account === undefined ? undefined : stored.named(provider, account);
  return named ?? stored.find(provider, read);
}

/** What the login does not say anew; a refresh token too, which some vendors give at the first login alone. */
function namesKept(before: StoredAccount | undefined, read: ReadCredential): Tree {
  if (before === undefined || otherPerson(before.read, read) !== undefined) return {};
  const { names, baseUrl, tokenUrl, tokens } = before.read;
  const refreshToken = read.tokens?.accessToken === undefined ? undefined : tokens?.refreshToken;
  return Object.fromEntries(
    Object.entries({ ...names, baseUrl, tokenUrl, refreshToken }).filter(([, value]) => value !== undefined),
  );
}

/** Whose it was, if that was somebody else. */
function otherPerson({ names: one }: ReadCredential, { names: other }: ReadCredential): string | undefined {
  const differ = (['email', 'accountId'] as const).find(
    (name) => one[name] !== undefined && other[name] !== undefined && one[name] !== other[name],
  );
  return differ && one[differ];
}

/** The others of the list stay as they are. */
async function inList(file: string, item: Tree, { index = 0, read }: StoredAccount, vault: Vault): Promise<unknown> {
  const text = await vault.open(await readText(file));
  const list: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
  const before: unknown = Array.isArray(list) ? list[index] : undefined;
  if (!Array.isArray(list) || !isTree(before) || isOfAnother(before, read.names)) {
    throw new Error(`${basename(file)} has changed meanwhile`);
  }
  return list.with(index, item);
}
