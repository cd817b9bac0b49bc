// Accounts whose credential stands in a file: those that name one (`file:`) and those of the watched directory, which
// become accounts like any other. A file that is not right disables its own account and nothing else.
import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Discovered } from '../directories/discover.ts';
import { type Path, pointerOf, valueIn } from '../read/places.ts';
import { isTree, type Tree } from '../read/tree.ts';
import type { Report } from '../validate/report.ts';
import { accountNameFor } from './account-name.ts';
import { type Household, type Instance, ownerOf } from './owner.ts';
import { type ReadCredential, readCredential } from './read-credential.ts';
import { type CredentialFile, type CredentialItem, forgetOthers, readCredentialFile } from './read-file.ts';
import { faultsOf, layFileSettings } from './settings-check.ts';
import { type LeftOut, Told } from './told.ts';
import { vaultOf } from './vault/setting.ts';
import type { Vault } from './vault/vault.ts';

export interface FoundCredential {
  /** Absolute. */
  readonly file: string;
  readonly index: number | undefined;
  readonly read: ReadCredential;
}

export interface AccountFiles {
  /** By the pointer of the account in the tree. */
  readonly found: ReadonlyMap<string, FoundCredential>;
  /** Pointer of an account -> why it cannot be used. */
  readonly disabled: ReadonlyMap<string, string>;
  readonly watch: readonly string[];
  /** The watched directory, absolute; undefined where there is none. */
  readonly home: string | undefined;
  /** All of them, absolute. */
  readonly files: readonly string[];
  /** Undefined where it cannot be opened: then nothing was read. */
  readonly vault: Vault | undefined;
  readonly household: Household;
  /** What of the directory became no account. */
  readonly leftOut: readonly LeftOut[];
}

export interface AccountFilesInput {
  /** References resolved, not validated yet. Accounts of the directory are added to it. */
  readonly tree: Tree;
  readonly report: Report;
  readonly providers: Discovered;
}

/** Files that are read side by side. */
const atOnce = 64;
const unsealed = 'is plain, though there is a vault: `portico accounts vault seal` seals it';

export async function addAccountFiles(input: AccountFilesInput): Promise<AccountFiles> {
  const vault = vaultOf(input.tree, input.report);
  const search = new Search(input, vault);
  for (const [index, provider] of listAt(input.tree, 'providers').entries()) {
    const accounts = isTree(provider) && Array.isArray(provider.accounts) ? provider.accounts : [];
    for (const [at, account] of accounts.entries()) {
      if (isTree(account) && typeof account.file === 'string') {
        await search.named(account, ['providers', index, 'accounts', at], account.file);
      }
    }
  }
  await search.directory();
  forgetOthers(new Set(search.files));
  return search;
}

/** Provider directories and instances as far as whose a file is hangs on them. */
function householdOf(tree: Tree, providers: Discovered): Household {
  const instances = listAt(tree, 'providers').flatMap((provider): Instance[] => {
    if (!isTree(provider) || typeof provider.name !== 'string') return [];
    const directory = typeof provider.use === 'string' ? provider.use : provider.name;
    return [{ name: provider.name, directory, enabled: provider.enabled !== false }];
  });
  const shapes = [...providers.definitions].map(
    ([name, { manifest }]) => [name, manifest?.accountFiles ?? []] as const,
  );
  return { instances, shapes: new Map(shapes) };
}

class Search implements AccountFiles {
  readonly found = new Map<string, FoundCredential>();
  readonly disabled = new Map<string, string>();
  readonly vault: Vault | undefined;
  readonly household: Household;
  home: string | undefined;
  readonly #tree: Tree;
  readonly #report: Report;
  readonly #watch = new Set<string>();
  readonly #files = new Set<string>();
  readonly #named = new Set<string>();
  /** Names of a provider's accounts, once they are needed. */
  readonly #names = new Map<Tree, Set<unknown>>();
  readonly #told: Told;
  /** Refresh token -> whose: two accounts that refresh one would revoke each other's. */
  readonly #families = new Map<string, string>();

  constructor({ tree, report, providers }: AccountFilesInput, vault: Vault | undefined) {
    this.vault = vault;
    this.#tree = tree;
    this.#report = report;
    this.#told = new Told(report);
    this.household = householdOf(tree, providers);
  }

  get watch(): readonly string[] {
    return [...this.#watch];
  }

  get leftOut(): readonly LeftOut[] {
    return this.#told.leftOut;
  }

  get files(): readonly string[] {
    return [...this.#files];
  }

  get #sealing(): boolean {
    return this.vault !== undefined && this.vault.keys.length > 0;
  }

  /** An account of the configuration that names its file. */
  async named(account: Tree, path: Path, file: string): Promise<void> {
    const full = resolve(dirname(this.#report.places.valueAt([...path, 'file']).file), file);
    this.#watch.add(dirname(full));
    this.#named.add(await realpath(full).catch(() => full));
    this.#files.add(full);
    // An error says it already.
    if (this.vault === undefined) return void this.disabled.set(pointerOf(path), 'the vault cannot be opened');
    const { items, problem, time, open, sealed } = await readCredentialFile(full, this.vault);
    const [item] = items;
    if (problem !== undefined || item === undefined) {
      return this.#disable(path, `the credential file ${file}: ${problem?.message ?? 'it is an empty list'}`);
    }
    if (items.length > 1) {
      return this.#disable(
        path,
        `the credential file ${file} holds ${items.length} accounts; put it into accounts.directory`,
      );
    }
    if (open) this.#report.warning([...path, 'file'], `others can read ${file}: chmod 600 takes that away`);
    if (!sealed && this.#sealing) this.#report.warning([...path, 'file'], `${file} ${unsealed}`);
    const name = String(valueIn(this.#tree, path.slice(0, 2).concat('name')));
    const owner = ownerOf(item.value, this.household, name);
    const shape = 'none' in owner ? undefined : owner.shape;
    const read = readCredential(item.value, shape, time);
    if (typeof read === 'string') return this.#disable(path, `the credential file ${file}: ${read}`);
    const faults = layFileSettings(account, item.value, this.#tree);
    for (const warning of faults.warnings) this.#report.warning([...path, 'file'], `${file}: ${warning}`);
    if (faults.fatal !== undefined) return this.#disable(path, `the credential file ${file}: ${faults.fatal}`);
    this.#take(path, { file: full, index: item.index, read });
  }

  /** Every *.json of the directory. */
  async directory(): Promise<void> {
    const setting = valueIn(this.#tree, ['accounts', 'directory']);
    if (typeof setting !== 'string' || setting === '') return;
    const path = ['accounts', 'directory'];
    const home = resolve(dirname(this.#report.places.valueAt(path).file), setting);
    this.home = home;
    const real = await realpath(home).catch(() => undefined);
    this.#watch.add(real === undefined ? dirname(home) : home);
    if (real !== undefined && (await isOpenToAll(real))) {
      const what = 'whoever puts a file there is given requests, and their answers are believed';
      this.#report.warning(path, `everybody can write to ${setting}: ${what}; chmod 700 takes that away`);
    }
    // One that is not there yet is empty.
    const names = real === undefined ? [] : await readdir(home).catch(() => undefined);
    if (names === undefined) return this.#report.warning(path, `${setting} is no directory, or cannot be read`);
    const files = names.filter((each) => /^[^.].*\.json$/i.test(each)).sort();
    // Read side by side, added in their order.
    for (let start = 0; start < files.length; start += atOnce) {
      const some = files.slice(start, start + atOnce).map((name) => join(home, name));
      for (const file of some) this.#files.add(file);
      const read = await Promise.all(some.map((file) => this.#read(file)));
      for (const [index, file] of some.entries()) this.#addAll(file, read[index]);
    }
  }

  /** Undefined where an account names the file itself. */
  async #read(file: string): Promise<CredentialFile | undefined> {
    if (this.#named.size > 0 && this.#named.has(await realpath(file).catch(() => file))) return undefined;
    return this.vault && readCredentialFile(file, this.vault);
  }

  #addAll(file: string, read: CredentialFile | undefined): void {
    if (read === undefined) return;
    const { items, problem, time, open, sealed } = read;
    if (problem !== undefined) this.#told.leaveOut(file, problem.message, problem);
    if (open) this.#told.warn(file, 'others can read it: chmod 600 takes that away');
    if (!sealed && this.#sealing && problem === undefined) this.#told.warn(file, `it ${unsealed}`);
    for (const item of items) this.#add(file, item, items.length > 1, time);
  }

  #add(file: string, item: CredentialItem, several: boolean, time: number): void {
    const placed = (message: string) => (several ? `item ${(item.index ?? 0) + 1}: ${message}` : message);
    const say = (message: string) => this.#told.warn(file, placed(message));
    const leaveOut = (reason: string) => this.#told.leaveOut(file, placed(reason));
    const owner = ownerOf(item.value, this.household);
    if ('none' in owner) return leaveOut(owner.none);
    if (owner.note !== undefined) say(owner.note);
    const read = readCredential(item.value, owner.shape, time);
    if (typeof read === 'string') return leaveOut(read);
    const index = this.household.instances.indexOf(owner.instance);
    const provider = listAt(this.#tree, 'providers').filter((each) => isTree(each) && typeof each.name === 'string')[
      index
    ] as Tree;
    const accounts = Array.isArray(provider.accounts) ? provider.accounts : [];
    const name = accountNameFor(item, { file, provider: owner.instance.name, several, read });
    const names = this.#names.get(provider) ?? new Set(accounts.filter(isTree).map((each) => each.name));
    this.#names.set(provider, names);
    if (names.has(name)) {
      return leaveOut(
        `${owner.instance.name} has an account "${name}" already; a member "account" in the file names it otherwise`,
      );
    }
    const account: Tree = { name, file };
    const faults = layFileSettings(account, item.value, this.#tree);
    for (const warning of faults.warnings) say(warning);
    const fatal = faults.fatal ?? faultsOf(account)[0];
    if (fatal !== undefined) return leaveOut(fatal);
    provider.accounts = accounts;
    accounts.push(account);
    names.add(name);
    const path = ['providers', listAt(this.#tree, 'providers').indexOf(provider), 'accounts', accounts.length - 1];
    this.#report.places.set(path, { value: { file, line: 1, column: 1 }, key: undefined });
    this.#take(path, { file, index: item.index, read });
  }

  #take(path: Path, found: FoundCredential): void {
    const token = found.read.tokens?.refreshToken;
    const whose = `${String(valueIn(this.#tree, [...path.slice(0, 2), 'name']))}/${String(valueIn(this.#tree, [...path, 'name']))}`;
    const other = token === undefined ? undefined : this.#families.get(token);
    if (other !== undefined)
      return this.#disable(path, `it has the same refresh token as ${other}, and two cannot refresh one`);
    if (token !== undefined) this.#families.set(token, whose);
    this.found.set(pointerOf(path), found);
  }

  #disable(path: Path, reason: string): void {
    this.#report.warning(path, `${reason}; this account is disabled`);
    this.disabled.set(pointerOf(path), reason);
  }
}

async function isOpenToAll(directory: string): Promise<boolean> {
  const found = process.platform === 'win32' ? undefined : await stat(directory).catch(() => undefined);
  return found !== undefined && (found.mode & 0o002) !== 0;
}

function listAt(tree: Tree, name: string): unknown[] {
  const list = tree[name];
  return Array.isArray(list) ? list : [];
}
