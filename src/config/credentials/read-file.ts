// A credential file -> the items in it. Files are many and seldom change: one that is the same as before is not read anew.
import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { isTree, type Tree } from '../read/tree.ts';
import { VaultError } from './vault/sealed.ts';
import { noVault, type Vault } from './vault/vault.ts';

export interface CredentialItem {
  /** Undefined: the file is this one item. */
  readonly index: number | undefined;
  readonly value: Tree;
}

export interface CredentialFile {
  readonly items: readonly CredentialItem[];
  /** Why there are none, or what else is wrong; the file's name goes before it. */
  readonly problem: { readonly message: string; readonly line: number; readonly column: number } | undefined;
  /** Epoch milliseconds. */
  readonly time: number;
  /** Whether other users may read it. */
  readonly open: boolean;
  readonly sealed: boolean;
}

export const largestFile = 8 * 1024 * 1024;
/** Nothing a credential needs is nested like that, and what reads it may be recursive. */
const mostLevels = 50;

const remembered = new Map<string, { readonly state: string; readonly file: CredentialFile }>();

/** What was read is remembered in clear until it changes or `forgetOthers` lets go of it. */
export async function readCredentialFile(path: string, vault: Vault = noVault): Promise<CredentialFile> {
  const closed = { time: 0, open: false, sealed: false };
  try {
    const stats = await stat(path);
    // A pipe or a device would be read without end.
    if (!stats.isFile()) return { ...fault('it is no regular file'), ...closed };
    const { ino, size, mtimeMs, ctimeMs, mode } = stats;
    const state = `${ino}:${size}:${mtimeMs}:${ctimeMs}:${vault.keys.join(' ')}`;
    const known = remembered.get(path);
    if (known?.state === state) return known.file;
    const about = { time: mtimeMs, open: process.platform !== 'win32' && (mode & 0o077) !== 0 };
    const tooLarge = { ...fault('it is larger than 8 MiB'), sealed: false };
    const read = size > largestFile ? tooLarge : await openItems(await readText(path), vault);
    const file = { ...read, ...about };
    remembered.set(path, { state, file });
    return file;
  } catch (error) {
    remembered.delete(path);
    // It was another file a moment ago.
    if (error instanceof Unreadable) return { ...fault(error.message), ...closed };
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const message = code === 'ENOENT' ? 'the file does not exist' : `the file cannot be read (${code})`;
    return { ...fault(message), ...closed };
  }
}

/** What of a credential file is never read, with why. */
class Unreadable extends Error {}

/** What stands in it. A pipe or a device, which would be read without end, and what is too large throw. */
export async function readText(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new Unreadable('it is no regular file');
    if (stats.size > largestFile) throw new Unreadable('it is larger than 8 MiB');
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** Files that are gone, or no longer asked for: nothing of them stays in memory. */
export function forgetOthers(wanted: ReadonlySet<string>): void {
  for (const path of remembered.keys()) if (!wanted.has(path)) remembered.delete(path);
}

/** The text of a credential file, sealed or not. */
export async function openItems(
  text: string,
  vault: Vault,
): Promise<Pick<CredentialFile, 'items' | 'problem' | 'sealed'>> {
  try {
    const clear = await vault.open(text);
    return { ...itemsIn(clear), sealed: clear !== text };
  } catch (error) {
    if (error instanceof VaultError) return { ...fault(error.message), sealed: true };
    throw error;
  }
}

/** The text of a credential file: one item or a list of them. */
export function itemsIn(text: string): Pick<CredentialFile, 'items' | 'problem'> {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return unreadable(error, text);
  }
  if (isDeeper(value, mostLevels)) return fault(`it is nested deeper than ${mostLevels} levels`);
  if (isTree(value)) return { items: [{ index: undefined, value }], problem: undefined };
  if (!Array.isArray(value)) return fault('it must hold a JSON object, or a list of them');
  const items = value.flatMap((item: unknown, index) => (isTree(item) ? [{ index, value: item }] : []));
  const stray = value.length - items.length;
  return stray === 0 ? { items, problem: undefined } : { ...fault(`${stray} of its items are no JSON objects`), items };
}

/** Without recursion: that is what it guards others from. */
function isDeeper(value: unknown, levels: number): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > levels) return true;
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
  }
  return false;
}

function fault(message: string): Pick<CredentialFile, 'items' | 'problem'> {
  return { items: [], problem: { message, line: 1, column: 1 } };
}

/** Without what the parser quotes of the text: it may be a secret. */
function unreadable(error: SyntaxError, text: string): Pick<CredentialFile, 'items' | 'problem'> {
  if (text.trim() === '') return fault('it is empty');
  const position = /position (\d+)/.exec(error.message)?.[1];
  const before = text.slice(0, position === undefined ? 0 : Number(position)).split('\n');
  const place = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  return { items: [], problem: { message: 'it is not valid JSON', ...place } };
}
