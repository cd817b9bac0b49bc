// The tokens in the file they came from: read again before a refresh (another program may have been there), and written back
// after one, in the shape the file has. Everything else in it stays as it is.
import { readFile, realpath } from 'node:fs/promises';
import { setAt, textAt, valueAt } from '../config/credentials/dotted.ts';
import { readExpiry, writeExpiry } from '../config/credentials/expiry.ts';
import { writeFileWhole } from '../config/history/write-file.ts';
import type { TokenOrigin, TokenSet } from '../config/loaded.ts';
import { isTree, type Tree } from '../config/read/tree.ts';

/** Undefined where the file or the account in it is gone, or is not readable at the moment. */
export async function tokensIn(origin: TokenOrigin, now: number): Promise<TokenSet | undefined> {
  const text = await readFile(origin.file, 'utf8').catch(() => undefined);
  const item = text === undefined ? undefined : itemOf(text, origin)?.item;
  if (item === undefined) return undefined;
  const { accessToken, refreshToken, idToken, expiresAt } = origin.paths;
  const expiry = expiresAt === undefined ? undefined : readExpiry(valueAt(item, expiresAt), now);
  return {
    accessToken: accessToken && textAt(item, accessToken),
    refreshToken: refreshToken && textAt(item, refreshToken),
    idToken: idToken && textAt(item, idToken),
    expiresAt: expiry?.at,
  };
}

/** Never torn, 0600. Throws what the file system throws. */
export async function writeTokens(origin: TokenOrigin, tokens: TokenSet, now: number): Promise<void> {
  // Behind a symbolic link stands the file that counts; the link stays.
  const file = await realpath(origin.file);
  const found = itemOf(await readFile(file, 'utf8'), origin);
  if (found === undefined) throw new Error('the file no longer holds the account');
  const { item, whole } = found;
  const { accessToken, refreshToken, idToken, expiresAt } = origin.paths;
  if (accessToken !== undefined) setAt(item, accessToken, tokens.accessToken);
  if (refreshToken !== undefined && tokens.refreshToken !== undefined) setAt(item, refreshToken, tokens.refreshToken);
  if (idToken !== undefined && tokens.idToken !== undefined) setAt(item, idToken, tokens.idToken);
  if (expiresAt !== undefined && tokens.expiresAt !== undefined) {
    setAt(item, expiresAt, writeExpiry(tokens.expiresAt, origin.expiry ?? 'rfc3339', now));
  }
  for (const name of ['last_refresh', 'last_refresh_at']) {
    if (typeof item[name] === 'string') item[name] = new Date(now).toISOString();
  }
  await writeFileWhole(file, `${JSON.stringify(whole, null, 2)}\n`, 0o600);
}

function itemOf(text: string, { index }: TokenOrigin): { readonly whole: unknown; readonly item: Tree } | undefined {
  try {
    const whole: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    const item: unknown = index === undefined ? whole : Array.isArray(whole) ? whole[index] : undefined;
    return isTree(item) ? { whole, item } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
