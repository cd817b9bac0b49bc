// Asks the vendor once who has signed in, where neither its token answer nor an id token says it.
import * as oauth from 'oauth4webapi';
import { isSafeEndpoint } from '../../../config/credentials/safe-endpoint.ts';
import type { Tree } from '../../../config/read/tree.ts';
import { LoginFailure } from '../problems.ts';
import { readAnswer, wrongWith } from './read-answer.ts';
import type { Vendor } from './vendor.ts';

export interface UserinfoOptions {
  readonly accessToken: string;
  /** Of the id token. */
  readonly claims: Tree;
  readonly note: (message: string) => void;
}

/** A vendor that does not say who somebody is has given its tokens all the same: what went wrong is only told. */
export async function askUserinfo(
  vendor: Vendor,
  server: oauth.AuthorizationServer,
  { accessToken, claims, note }: UserinfoOptions,
): Promise<Tree | undefined> {
  const url = server.userinfo_endpoint;
  if (url === undefined || !isNeeded(vendor, claims)) return undefined;
  try {
    const answer = await readAnswer(await request(vendor, server, url, accessToken));
    const wrong = wrongWith(answer);
    if (wrong === undefined) return answer.body;
    note(`The account's names are not known: the userinfo endpoint refused (${wrong}).`);
  } catch (error) {
    if (!(error instanceof LoginFailure)) throw error;
    note(`The account's names are not known: ${error.problem.message}`);
  }
  return undefined;
}

function isNeeded({ facts: { fields } }: Vendor, claims: Tree): boolean {
  const paths = Object.values(fields);
  const named = paths.some((path) => (typeof path === 'string' ? path.split('.') : path)[0] === 'userinfo');
  return named || claims.sub === undefined || claims.email === undefined;
}

/** Some vendors want the token in the URL; the usual place is the header. */
function request(
  vendor: Vendor,
  server: oauth.AuthorizationServer,
  url: string,
  accessToken: string,
): Promise<Response> {
  const fetch = vendor.fetch('form');
  const inUrl = url.replaceAll('{accessToken}', encodeURIComponent(accessToken));
  if (inUrl !== url && isSafeEndpoint(url)) {
    return fetch(inUrl, { method: 'GET', headers: { accept: 'application/json' } });
  }
  return oauth.userInfoRequest(server, vendor.client, accessToken, {
    [oauth.customFetch]: fetch,
    [oauth.allowInsecureRequests]: true,
  });
}
