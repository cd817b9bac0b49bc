// What an id token must not say. Its signature is not checked: it came over TLS from the token endpoint itself (OpenID Connect
// Core, 3.1.3.7), and not every vendor of a login publishes keys.
import { claimsOf } from '../../../config/credentials/claims.ts';
import { isSameSecret } from '../../../config/credentials/same-secret.ts';
import type { LoadedLogin } from '../../../config/loaded.ts';

/** Undefined: it is of this login, as far as can be known. */
export function checkIdToken(
  idToken: string,
  { issuer, clientId = '' }: LoadedLogin,
  { nonce, server }: { readonly nonce: string | undefined; readonly server: { readonly issuer: string } },
): string | undefined {
  const { nonce: said, iss, aud } = claimsOf(idToken);
  if (nonce !== undefined && said !== undefined && !isSameSecret(String(said), nonce)) {
    return 'its id token answers another login (nonce)';
  }
  // Where nobody says the issuer there is nothing to hold it to.
  if (issuer === undefined) return undefined;
  if (iss !== undefined && iss !== server.issuer) return 'its id token is of another issuer';
  const audience = aud === undefined ? [clientId] : [aud].flat();
  return audience.includes(clientId) ? undefined : 'its id token is for another client';
}
