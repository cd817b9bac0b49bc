// Whether two readings of the configuration refresh an account the same way: what failed with the one says nothing of another.
import type { CredentialSource } from '../../config/loaded.ts';

export function isSameWay(one: CredentialSource, other: CredentialSource): boolean {
  return wayOf(one) === wayOf(other);
}

function wayOf(source: CredentialSource): string {
  const { tokenUrl, issuer, clientId, clientSecret, clientAuth, body, scopes, exchange, egressUrl } = source;
  const { serviceAccount, refreshAhead } = source;
  const client = [tokenUrl, issuer, clientId, clientSecret, clientAuth, body, scopes, exchange, egressUrl];
  return JSON.stringify([...client, serviceAccount, refreshAhead]);
}
