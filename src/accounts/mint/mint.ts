// A new access token for a credential: the refresh token grant of a token set (RFC 6749, section 6), what its vendor has in
// the place of that, or the signed assertion of a service account (RFC 7523; https://developers.google.com/identity/protocols/oauth2/service-account#httprest).
import { importPKCS8, SignJWT } from 'jose';
import type { CredentialSource } from '../../config/loaded.ts';
import { basicAuthorization } from '../basic-authorization.ts';
import { whyNotRefreshed } from '../keep/why-not-refreshed.ts';
import { MintError, type Minted } from '../minted.ts';
import { askToken } from './ask-token.ts';
import { exchangeToken } from './exchange-token.ts';
import { tokenUrlOf } from './token-url.ts';

const assertionSeconds = 3600;
const assertionGrant = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

export interface MintOptions {
  readonly source: CredentialSource;
  readonly refreshToken: string | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly signal: AbortSignal;
}

/** Throws MintError. */
export function mint(options: MintOptions): Promise<Minted> {
  const why = whyNotRefreshed(options.source, options.refreshToken);
  if (why !== undefined) return Promise.reject(new MintError(why, true));
  const { source, refreshToken = '', now, signal } = options;
  if (source.kind === 'service-account') return asserted(options);
  const { exchange, egressUrl } = source;
  if (exchange === undefined) return refreshed(options);
  return exchangeToken({ exchange, refreshToken, now, egressUrl, signal });
}

async function refreshed({ source, refreshToken = '', now, signal }: MintOptions): Promise<Minted> {
  const { tokenUrl, issuer = '', clientId = '', clientSecret, clientAuth, body, egressUrl } = source;
  const basic = clientAuth === 'basic' && clientSecret !== undefined;
  const fields: Record<string, string> = { grant_type: 'refresh_token', refresh_token: refreshToken };
  if (!basic) fields.client_id = clientId;
  if (!basic && clientSecret !== undefined) fields.client_secret = clientSecret;
  return askToken({
    url: tokenUrl ?? (await tokenUrlOf({ issuer, egressUrl, signal })),
    body,
    fields,
    headers: basic ? { authorization: basicAuthorization(clientId, clientSecret) } : {},
    places: source.loginFields,
    now,
    egressUrl,
    signal,
  });
}

async function asserted({ source, now, signal }: MintOptions): Promise<Minted> {
  const { tokenUrl: url = '', serviceAccount, scopes, egressUrl } = source;
  if (serviceAccount === undefined) throw new MintError('its file holds no service account', true);
  const { clientEmail, privateKey, privateKeyId } = serviceAccount;
  const issued = Math.floor(now / 1000);
  const key = await importPKCS8(privateKey, 'RS256').catch(() => {
    throw new MintError('the private key of its service account cannot be read: it must be a PKCS #8 RSA key', true);
  });
  const assertion = await new SignJWT(scopes.length === 0 ? {} : { scope: scopes.join(' ') })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(privateKeyId === undefined ? {} : { kid: privateKeyId }) })
    .setIssuer(clientEmail)
    .setAudience(url)
    .setIssuedAt(issued)
    .setExpirationTime(issued + assertionSeconds)
    .sign(key);
  return askToken({
    url,
    body: 'form',
    fields: { grant_type: assertionGrant, assertion },
    headers: {},
    now,
    egressUrl,
    signal,
  });
}
