// The token endpoint of an issuer that says its endpoints itself (OpenID Connect Discovery 1.0, section 4; RFC 8414).
import { mayName } from '../../config/credentials/safe-endpoint.ts';
import { hostOf } from '../endpoint/host-of.ts';
import { MintError } from '../minted.ts';
import { askEndpoint } from './token-endpoint.ts';

export interface TokenUrlWish {
  readonly issuer: string;
  readonly egressUrl: string | undefined;
  readonly signal: AbortSignal;
}

/** Asked once in the life of a process: issuers hardly ever move. */
const known = new Map<string, string>();

/** Throws MintError. */
export async function tokenUrlOf({ issuer, egressUrl, signal }: TokenUrlWish): Promise<string> {
  const before = known.get(issuer);
  if (before !== undefined) return before;
  for (const url of documentsOf(issuer)) {
    const asked = { url, method: 'GET', headers: { accept: 'application/json' }, body: undefined } as const;
    const { status, answer } = await askEndpoint({ ...asked, egressUrl, signal });
    if (status !== 200) continue;
    const { token_endpoint: tokenUrl, issuer: told } = answer;
    // A document of somebody else's must not say where refresh tokens go.
    if (nameOf(told) !== nameOf(issuer)) throw new MintError(`${hostOf(issuer)} says that it is another issuer`, false);
    if (typeof tokenUrl !== 'string' || !mayName(issuer, tokenUrl)) {
      throw new MintError(`${hostOf(issuer)} names no token endpoint that may be used`, false);
    }
    known.set(issuer, tokenUrl);
    return tokenUrl;
  }
  throw new MintError(`${hostOf(issuer)} does not say its endpoints: set providers[].oauth.tokenUrl`, false);
}

/** With or without a slash at the end: operators write both. */
function nameOf(issuer: unknown): string {
  return String(issuer).replace(/\/$/, '');
}

function documentsOf(issuer: string): readonly string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  return [
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${path}`,
  ];
}
