// What came back with the browser is checked, and its code traded for tokens.
import * as oauth from 'oauth4webapi';
import { filledIn, type Question } from './authorization-url.ts';
import type { Granted } from './login.ts';
import { denied, LoginFailure, refused } from './problems.ts';
import { grantOf } from './vendor/grant.ts';
import { readAnswer } from './vendor/read-answer.ts';
import type { Vendor } from './vendor/vendor.ts';

export interface Redemption {
  readonly server: oauth.AuthorizationServer;
  readonly question: Question;
  readonly note: (message: string) => void;
}

/** Throws LoginFailure. */
export async function redeemCode(
  vendor: Vendor,
  parameters: URLSearchParams,
  { server, question, note }: Redemption,
): Promise<Granted> {
  const { facts, client, authentication } = vendor;
  const { redirectUri, verifier = oauth.nopkce, nonce, state } = question;
  const answered = answeredIn(vendor, server, parameters, state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    authentication,
    answered,
    redirectUri,
    verifier,
    {
      [oauth.customFetch]: vendor.fetch(facts.body),
      [oauth.allowInsecureRequests]: true,
      additionalParameters: filledIn(facts.tokenParameters, question),
    },
  );
  return grantOf(vendor, await readAnswer(response), { server, nonce, note });
}

/** What the vendor sent back with the browser, checked. Throws LoginFailure. */
function answeredIn(
  { facts, client }: Vendor,
  server: oauth.AuthorizationServer,
  parameters: URLSearchParams,
  state: string,
): URLSearchParams {
  const answer = new URLSearchParams(parameters);
  // RFC 9207: compared where it is known who the issuer is.
  if (facts.issuer === undefined) answer.delete('iss');
  const url = server.authorization_endpoint ?? '';
  try {
    return oauth.validateAuthResponse(server, client, answer, state);
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError) {
      if (error.error === 'access_denied') throw new LoginFailure(denied(facts));
      const code = /^[\w.-]{1,60}$/.test(error.error) ? error.error : 'an error without a code';
      throw new LoginFailure(refused(facts, url, code, code));
    }
    throw new LoginFailure(refused(facts, url, error instanceof Error ? error.message : String(error)));
  }
}
