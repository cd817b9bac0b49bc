// What an account of a credential file is called: as it says itself, else after the file. Clients may see the names of
// accounts, in errors: a name that is made here holds nobody's e-mail address.
import { hash } from 'node:crypto';
import { textAt } from './dotted.ts';
import type { ReadCredential } from './read-credential.ts';
import type { CredentialItem } from './read-file.ts';

const longest = 63;

export interface Belonging {
  readonly file: string;
  /** The instance that it is for. */
  readonly provider: string;
  /** The file holds more than this one. */
  readonly several: boolean;
  readonly read: ReadCredential;
}

export function accountNameFor(item: CredentialItem, { file, provider, several, read }: Belonging): string {
  const own = textAt(item.value, 'account');
  if (own !== undefined) return plain(own);
  const base = (file.split(/[\\/]/).at(-1) ?? '').replace(/\.json$/i, '');
  const { email, accountId } = read.names;
  const whole = several ? `${base}-${email ?? accountId ?? (item.index ?? 0) + 1}` : base;
  // Addresses first: the mark of one is that of the whole, as it is in the names of files that Portico writes.
  const text = withoutAddresses(whole);
  const ofProvider = base.startsWith(`${provider}-`) && text.startsWith(`${provider}-`);
  return plain(ofProvider ? withoutProvider(text, provider) : text);
}

/** `team-ada` of the provider `team` is `ada`: its name is shown behind the provider's. */
function withoutProvider(text: string, provider: string): string {
  const rest = text.slice(provider.length + 1);
  return /[A-Za-z0-9]/.test(rest) ? rest : text;
}

const address = /[^\s@]+@[^\s@]+?\.[A-Za-z]{2,}(?![A-Za-z.])/g;
const longestLocal = 40;
/** A vendor may send anything for a name, and to look for addresses in it takes the square of its length. */
const longestRead = 400;

/** `ada@example.com` becomes `ada-` and a mark that tells this Ada from others. */
export function withoutAddresses(text: string): string {
  return text.slice(0, longestRead).replace(address, (found) => {
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
