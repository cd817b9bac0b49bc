// What an account of a credential file is called: as it says itself, else after the file. Clients may see the names of
// accounts, in errors: a name that is made here holds nobody's e-mail address.
import { hash } from 'node:crypto';
import { textAt } from './dotted.ts';
import type { ReadCredential } from './read-credential.ts';
import type { CredentialItem } from './read-file.ts';

const longest = 63;

/** `several`: the file holds more than this one. */
export function accountNameFor(item: CredentialItem, file: string, several: boolean, read: ReadCredential): string {
  const own = textAt(item.value, 'account');
  if (own !== undefined) return plain(own);
  const base = (file.split(/[\\/]/).at(-1) ?? '').replace(/\.json$/i, '');
  if (!several) return plain(withoutAddresses(base));
  const { email, accountId } = read.names;
  return plain(withoutAddresses(`${base}-${email ?? accountId ?? (item.index ?? 0) + 1}`));
}

const address = /[^\s@]+@[^\s@]+?\.[A-Za-z]{2,}(?![A-Za-z.])/g;
const longestLocal = 40;

/** `ada@example.com` becomes `ada-` and a mark that tells this Ada from others. */
export function withoutAddresses(text: string): string {
  return text.replace(address, (found) => {
    const local = found.slice(0, found.indexOf('@')).slice(0, longestLocal);
    return `${local}-${hash('sha256', found.toLowerCase(), 'hex').slice(0, 6)}`;
  });
}

/** Letters, digits, dot, dash and underscore, beginning with a letter or a digit. */
export function plain(text: string): string {
  const kept = text
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '');
  return kept.slice(0, longest).replace(/[^A-Za-z0-9]+$/, '') || 'account';
}
