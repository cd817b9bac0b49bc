// Where a browser asks for consent: the directory's parameters, and ours laid over them.
import * as oauth from 'oauth4webapi';
import type { Vendor } from './vendor/vendor.ts';

/** What this login asked with, and is answered with. */
export interface Question {
  readonly state: string;
  readonly verifier: string | undefined;
  readonly nonce: string | undefined;
  readonly redirectUri: string;
}

export function questionFor({ facts }: Vendor): Omit<Question, 'redirectUri'> {
  return {
    state: oauth.generateRandomState(),
    verifier: facts.pkce ? oauth.generateRandomCodeVerifier() : undefined,
    nonce: facts.scopes.includes('openid') ? oauth.generateRandomNonce() : undefined,
  };
}

export async function authorizationUrl(
  { facts, client }: Vendor,
  endpoint: string,
  { state, verifier, nonce, redirectUri }: Question,
): Promise<string> {
  const url = new URL(endpoint);
  const parameters: Record<string, string | undefined> = {
    ...filledIn(facts.authorizeParameters, { state, redirectUri }),
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: redirectUri,
    scope: facts.scopes.length === 0 ? undefined : facts.scopes.join(' '),
    state,
    nonce,
    code_challenge: verifier && (await oauth.calculatePKCECodeChallenge(verifier)),
    code_challenge_method: verifier && 'S256',
  };
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, value);
  return url.href;
}

/** Some vendors want the state again where the code is redeemed, or the redirect URI under another name. */
export function filledIn(
  parameters: Readonly<Record<string, string>>,
  { state, redirectUri }: Pick<Question, 'state' | 'redirectUri'>,
): Record<string, string> {
  const fill = (text: string) => text.replaceAll('{state}', state).replaceAll('{redirectUri}', redirectUri);
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, fill(value)]));
}
