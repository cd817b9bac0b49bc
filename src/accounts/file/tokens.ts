// The tokens in the file they came from: read again before a refresh (another program may have been there), and written back
// after one, in the shape the file has. Everything else in it stays as it is.
import { realpath } from 'node:fs/promises';
import { setAt, textAt, valueAt } from '../../config/credentials/dotted.ts';
import { readExpiry, writeExpiry } from '../../config/credentials/expiry.ts';
import { readText } from '../../config/credentials/read-file.ts';
import { noVault } from '../../config/credentials/vault/vault.ts';
import type { CredentialNames, TokenOrigin, TokenSet } from '../../config/loaded.ts';
import { isTree, type Tree } from '../../config/read/tree.ts';
import { whileWriting } from './lock.ts';
import { isOfAnother } from './of-another.ts';
import { writeCredential } from './write-credential.ts';

/** Undefined where the file or the account in it is gone, or is not readable at the moment. */
export async function tokensIn(
  origin: TokenOrigin,
  now: number,
  names: CredentialNames = {},
): Promise<TokenSet | undefined> {
  const text = await clearText(origin).catch(() => undefined);
  const item = text === undefined ? undefined : itemOf(text, origin, names)?.item;
  const found = item && tokensOf(item, origin, now);
  // In another shape by now: whoever reads the configuration again will find its way in it.
  return found?.accessToken === undefined && found?.refreshToken === undefined ? undefined : found;
}

export interface TokenWrite {
  readonly origin: TokenOrigin;
  readonly tokens: TokenSet;
  readonly now: number;
  readonly names?: CredentialNames;
  /** Asked of what the file holds by then: whether these tokens may take its place. */
  readonly may?: (found: TokenSet) => boolean;
}

/** `refused`: `may` said no. `gone`: the file, the account in it, or its tokens where they stood: a login may write another shape. */
export type Written = 'written' | 'refused' | 'gone';

/**
 * Never torn, 0600, one after the other: accounts of one list must not undo each other's. Throws what the file system throws.
 */
export function writeTokens(write: TokenWrite): Promise<Written> {
  return whileWriting(write.origin.file, async () => {
    // Behind a symbolic link stands the file that counts; the link stays.
    const file = await realpath(write.origin.file).catch(unlessGone);
    return file === undefined ? 'gone' : writeInto(file, write);
  });
}

async function writeInto(file: string, { origin, tokens, now, names = {}, may }: TokenWrite): Promise<Written> {
  const text = await clearText({ ...origin, file }).catch(unlessGone);
  const found = text === undefined ? undefined : itemOf(text, origin, names);
  if (found === undefined) return 'gone';
  const { item, whole } = found;
  const before = tokensOf(item, origin, now);
  if (before.refreshToken === undefined) return 'gone';
  if (may?.(before) === false) return 'refused';
  const { accessToken, refreshToken, idToken, expiresAt } = origin.paths;
  if (accessToken !== undefined) setAt(item, accessToken, tokens.accessToken);
  if (refreshToken !== undefined && tokens.refreshToken !== undefined) setAt(item, refreshToken, tokens.refreshToken);
  if (idToken !== undefined && tokens.idToken !== undefined) setAt(item, idToken, tokens.idToken);
  if (expiresAt !== undefined && tokens.expiresAt !== undefined) {
    setAt(item, expiresAt, writeExpiry(tokens.expiresAt, origin.expiry ?? 'rfc3339', now));
  } else if (expiresAt !== undefined && valueAt(item, expiresAt) !== undefined) {
    // The end of the token before is none of this one's: whoever reads it would refresh again, and again.
    setAt(item, expiresAt, undefined);
  }
  for (const name of ['last_refresh', 'last_refresh_at']) {
    if (typeof item[name] === 'string') item[name] = new Date(now).toISOString();
  }
  await writeCredential(file, whole, origin.vault ?? noVault);
  return 'written';
}

function unlessGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

async function clearText({ file, vault = noVault }: TokenOrigin): Promise<string> {
  return vault.open(await readText(file));
}

function tokensOf(item: Tree, { paths }: TokenOrigin, now: number): TokenSet {
  const { accessToken, refreshToken, idToken, expiresAt } = paths;
  const expiry = expiresAt === undefined ? undefined : readExpiry(valueAt(item, expiresAt), now);
  return {
    accessToken: accessToken && textAt(item, accessToken),
    refreshToken: refreshToken && textAt(item, refreshToken),
    idToken: idToken && textAt(item, idToken),
    expiresAt: expiry?.at,
  };
}

function itemOf(
  text: string,
  { index }: TokenOrigin,
  names: CredentialNames,
): { readonly whole: unknown; readonly item: Tree } | undefined {
  try {
    const whole: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    const item: unknown = index === undefined ? whole : Array.isArray(whole) ? whole[index] : undefined;
    // A list that somebody has put into another order, a file that is another account's by now.
    return isTree(item) && !isOfAnother(item, names) ? { whole, item } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
