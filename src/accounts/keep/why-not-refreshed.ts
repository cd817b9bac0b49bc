// Whether a credential can be refreshed at all, before anybody is asked.
import type { CredentialSource } from '../../config/loaded.ts';

/** What keeps a credential from being refreshed at all; undefined where nothing does. */
export function whyNotRefreshed(source: CredentialSource, refreshToken: string | undefined): string | undefined {
  const { kind, tokenUrl, issuer, clientId, exchange } = source;
  if (kind === 'service-account') {
    return tokenUrl === undefined ? 'no token can be made: its file names no token_uri' : undefined;
  }
  if (refreshToken === undefined) return 'it cannot be refreshed: its file holds no refresh token';
  if (exchange !== undefined) return undefined;
  if (tokenUrl === undefined && issuer === undefined) return 'it cannot be refreshed: set providers[].oauth.tokenUrl';
  return clientId === undefined ? 'it cannot be refreshed: set providers[].oauth.clientId' : undefined;
}
