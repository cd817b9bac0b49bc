// The tokens of a login are given back (RFC 7009): the refresh token first, which takes the others with it at most vendors.
import * as oauth from 'oauth4webapi';
import type { LoadedLogin, TokenSet } from '../../config/loaded.ts';
import type { Clock } from '../../core/index.ts';
import type { LoginProblem } from './login.ts';
import { LoginFailure, refused } from './problems.ts';
import { endpointsOf } from './vendor/endpoints.ts';
import { readAnswer, wrongWith } from './vendor/read-answer.ts';
import { openVendor, type Vendor } from './vendor/vendor.ts';

export type Revocation =
  | { readonly state: 'revoked' }
  /** The vendor has no revocation endpoint: the tokens stay good until they end. */
  | { readonly state: 'not-offered' }
  /** At least one of them may still be good. */
  | { readonly state: 'failed'; readonly problem: LoginProblem };

export interface RevokeOptions {
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/** Never rejects. A token that was not good any more counts as revoked. */
export async function revoke(
  facts: LoadedLogin,
  tokens: TokenSet,
  { clock, signal = new AbortController().signal }: RevokeOptions,
): Promise<Revocation> {
  if (facts.revokeUrl === undefined && facts.issuer === undefined) return { state: 'not-offered' };
  try {
    const vendor = openVendor(facts, clock, signal);
    try {
      return await revokeAll(vendor, tokens);
    } finally {
      await vendor.close();
    }
  } catch (error) {
    if (error instanceof LoginFailure) return { state: 'failed', problem: error.problem };
    throw error;
  }
}

async function revokeAll(vendor: Vendor, { refreshToken, accessToken }: TokenSet): Promise<Revocation> {
  const server = await endpointsOf(vendor, [], ['revokeUrl']);
  const url = server.revocation_endpoint;
  if (url === undefined) return { state: 'not-offered' };
  // What is kept as the refresh token is an access token to its vendor, where it is traded.
  const first = vendor.facts.exchanged ? 'access_token' : 'refresh_token';
  const hinted = [
    [refreshToken, first],
    [vendor.facts.exchanged ? undefined : accessToken, 'access_token'],
  ] as const;
  for (const [token, hint] of hinted) {
    if (token === undefined) continue;
    const response = await oauth.revocationRequest(server, vendor.client, vendor.authentication, token, {
      [oauth.customFetch]: vendor.fetch('form'),
      [oauth.allowInsecureRequests]: true,
      additionalParameters: { token_type_hint: hint },
    });
    const answer = await readAnswer(response);
    const wrong = isGone(answer.error) ? undefined : wrongWith(answer);
    if (wrong === undefined) continue;
    // RFC 7009, 2.2.1: access tokens that cannot be revoked on their own end by themselves.
    if (answer.error === 'unsupported_token_type' && token === accessToken && refreshToken !== undefined) continue;
    throw new LoginFailure(refused(vendor.facts, url, wrong, answer.error));
  }
  return { state: 'revoked' };
}

/** Some vendors say so of tokens that have ended, or went with the first. */
function isGone(error: string | undefined): boolean {
  return error === 'invalid_token' || error === 'invalid_grant';
}
