// What an account of a credential file is called: as it says itself, else after the file.
import { textAt } from './dotted.ts';
import type { ReadCredential } from './read-credential.ts';
import type { CredentialItem } from './read-file.ts';

const longest = 63;

/** `several`: the file holds more than this one. */
export function accountNameFor(item: CredentialItem, file: string, several: boolean, read: ReadCredential): string {
  const own = textAt(item.value, 'account');
  if (own !== undefined) return plain(own);
  const base = (file.split(/[\\/]/).at(-1) ?? '').replace(/\.json$/i, '');
  if (!several) return plain(base);
  const { email, accountId } = read.names;
  return plain(`${base}-${email ?? accountId ?? (item.index ?? 0) + 1}`);
}

/** Letters, digits, dot, dash and underscore, beginning with a letter or a digit. */
export function plain(text: string): string {
  const kept = text
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '');
  return kept.slice(0, longest).replace(/[^A-Za-z0-9]+$/, '') || 'account';
}
