// Which credential a file holds, without the parts of it that change.
import type { LoadedCredential } from '../loaded-credential.ts';
import type { FoundCredential } from './account-files.ts';

/**
 * The account at the vendor where the file says it, else the place in the file: tokens rotate, this stays. An account id may be
 * that of a team: both together tell its members apart.
 */
export function identityOf({ read, file, index }: FoundCredential): string {
  const { accountId, email } = read.names;
  const named = [accountId, email].filter((name) => name !== undefined);
  return named.length > 0 ? named.join(' ') : `${file}#${index ?? 0}`;
}

/** Undefined for an API key: that is the credential itself. */
export function credentialOf({ read }: FoundCredential): LoadedCredential | undefined {
  if (read.tokens !== undefined) return { kind: 'oauth', names: read.names };
  return read.serviceAccount && { kind: 'service-account', names: read.names };
}
