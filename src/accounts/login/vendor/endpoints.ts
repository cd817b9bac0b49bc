// Where a vendor's endpoints are: those that are named come first, the issuer is asked for the others.
import * as oauth from 'oauth4webapi';
import { isSafeEndpoint, mayName } from '../../../config/credentials/safe-endpoint.ts';
import { hostOf } from '../../endpoint/host-of.ts';
import { discoveryFailed, LoginFailure, noEndpoint, unsafeEndpoint } from '../problems.ts';
import type { Vendor } from './vendor.ts';

export type Endpoint = 'authorizeUrl' | 'tokenUrl' | 'deviceUrl' | 'revokeUrl' | 'userinfoUrl';

/** What the library calls them. */
const metadata = {
  authorizeUrl: 'authorization_endpoint',
  tokenUrl: 'token_endpoint',
  deviceUrl: 'device_authorization_endpoint',
  revokeUrl: 'revocation_endpoint',
  userinfoUrl: 'userinfo_endpoint',
} as const satisfies Record<Endpoint, keyof oauth.AuthorizationServer>;

/** With all of `needed`; the issuer is asked for those of `wanted` too. Throws LoginFailure. */
export async function endpointsOf(
  vendor: Vendor,
  needed: readonly Endpoint[],
  wanted: readonly Endpoint[] = [],
): Promise<oauth.AuthorizationServer> {
  const { facts } = vendor;
  const unnamed = [...needed, ...wanted].some((name) => facts[name] === undefined);
  const asked = facts.issuer !== undefined && unnamed;
  // The library wants a name for every server; an issuer that nobody told is never compared with.
  const found: oauth.AuthorizationServer = asked ? await discover(vendor) : { issuer: facts.issuer ?? 'unknown' };
  const urls: Partial<Record<string, string>> = {};
  for (const [name, key] of Object.entries(metadata) as [Endpoint, (typeof metadata)[Endpoint]][]) {
    const url = facts[name] ?? found[key];
    if (url === undefined && needed.includes(name)) throw new LoginFailure(noEndpoint(facts, name));
    if (url !== undefined && !isSafeEndpoint(url)) throw new LoginFailure(unsafeEndpoint(facts, url));
    if (url !== undefined && facts[name] === undefined && !mayName(found.issuer, url)) {
      throw new LoginFailure(discoveryFailed(facts, found.issuer, `it names ${hostOf(url)}, where it is not itself`));
    }
    urls[key] = url;
  }
  return { ...found, ...urls };
}

/** OpenID Connect Discovery first, then RFC 8414 where there is no such document. */
async function discover(vendor: Vendor): Promise<oauth.AuthorizationServer> {
  const issuer = URL.parse(vendor.facts.issuer ?? '');
  if (issuer === null) throw new LoginFailure(discoveryFailed(vendor.facts, '', 'it is no URL'));
  const answer = await ask(vendor, issuer, 'oidc');
  const second = answer.status === 200 ? answer : await ask(vendor, issuer, 'oauth2');
  if (second.status !== 200) throw failed(vendor, issuer, `it answered with status ${answer.status}`);
  try {
    return await oauth.processDiscoveryResponse(issuer, second);
  } catch (error) {
    // The library's messages name fields, not what is in them.
    throw failed(vendor, issuer, error instanceof Error ? error.message : String(error));
  }
}

async function ask(vendor: Vendor, issuer: URL, algorithm: 'oidc' | 'oauth2'): Promise<Response> {
  try {
    return await oauth.discoveryRequest(issuer, {
      algorithm,
      [oauth.customFetch]: vendor.fetch('form'),
      [oauth.allowInsecureRequests]: true,
    });
  } catch (error) {
    if (!(error instanceof LoginFailure)) throw failed(vendor, issuer, 'it cannot be asked');
    // Nobody was there: that says nothing of the issuer.
    if (error.problem.code === 'unreachable') throw error;
    throw failed(vendor, issuer, error.problem.message.replace(/\.$/, ''));
  }
}

function failed({ facts }: Vendor, issuer: URL, reason: string): LoginFailure {
  return new LoginFailure(discoveryFailed(facts, issuer.href, reason));
}

/** An endpoint that was made sure of by `endpointsOf`. */
export function endpointIn(vendor: Vendor, server: oauth.AuthorizationServer, name: Endpoint): string {
  const url = server[metadata[name]];
  if (url === undefined) throw new LoginFailure(noEndpoint(vendor.facts, name));
  return url;
}
