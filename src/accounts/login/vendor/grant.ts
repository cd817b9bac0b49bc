// A token endpoint's answer -> what the login gave: the token set, and the names of the account where the directory says they
// stand, else where OpenID Connect has them.
import type * as oauth from 'oauth4webapi';
import { claimsOf, endOf } from '../../../config/credentials/claims.ts';
import { valueAt } from '../../../config/credentials/dotted.ts';
import { readExpiry } from '../../../config/credentials/expiry.ts';
import { isSendable, longestToken, safeUrl } from '../../../config/credentials/sendable.ts';
import type { TokenSet } from '../../../config/loaded.ts';
import type { Tree } from '../../../config/read/tree.ts';
import type { CredentialField, LoginPath } from '../../../core/index.ts';
import type { Granted } from '../login.ts';
import { LoginFailure, refused } from '../problems.ts';
import { checkIdToken } from './id-token.ts';
import { type Answer, wrongWith } from './read-answer.ts';
import { askUserinfo } from './userinfo.ts';
import type { Vendor } from './vendor.ts';

/** Ten years: more than any token is good for. */
const longestMs = 315_360_000_000;

export interface GrantOptions {
  readonly server: oauth.AuthorizationServer;
  /** The one that was sent. */
  readonly nonce: string | undefined;
  readonly note: (message: string) => void;
}

/** Throws LoginFailure. */
export async function grantOf(vendor: Vendor, answer: Answer, options: GrantOptions): Promise<Granted> {
  const { facts } = vendor;
  const url = options.server.token_endpoint ?? '';
  const wrong = wrongWith(answer);
  if (wrong !== undefined) throw new LoginFailure(refused(facts, url, wrong, answer.error));
  const tokens = tokensIn(vendor, answer.body);
  const { accessToken = '', idToken } = tokens;
  if (!isSendable(accessToken)) {
    const what = accessToken === '' ? 'it answered without an access_token' : 'no header can hold its access_token';
    throw new LoginFailure(refused(facts, url, what));
  }
  const untrue = idToken === undefined ? undefined : checkIdToken(idToken, facts, options);
  if (untrue !== undefined) throw new LoginFailure(refused(facts, url, untrue));
  const claims: Tree = { ...claimsOf(idToken) };
  const userinfo = await askUserinfo(vendor, options.server, { accessToken, claims, note: options.note });
  const fields = {
    // Found by discovery, it is what refreshing will have to know.
    ...(facts.tokenUrl === undefined && url !== '' ? { tokenUrl: url } : {}),
    ...fieldsIn(facts.fields, { response: answer.body, idToken: claims, userinfo }),
  };
  if (facts.fields.apiKey !== undefined && fields.apiKey === undefined) {
    throw new LoginFailure(refused(facts, url, 'it gave no API key'));
  }
  return { tokens: facts.exchanged ? kept(accessToken) : tokens, fields };
}

/** It never ends by itself; what requests carry is got for it. */
function kept(token: string): TokenSet {
  return { accessToken: undefined, refreshToken: token, idToken: undefined, expiresAt: undefined };
}

function tokensIn({ facts: { fields }, clock }: Vendor, response: Tree): TokenSet {
  const text = (field: 'accessToken' | 'refreshToken' | 'idToken', usual: string) =>
    textOf(valueAt({ response }, fields[field] ?? ['response', usual]));
  const accessToken = text('accessToken', 'access_token');
  const now = clock.now();
  const end = fields.expiresAt === undefined ? response.expires_in : valueAt({ response }, fields.expiresAt);
  const at = readExpiry(end, now)?.at ?? endOf(accessToken);
  return {
    accessToken,
    refreshToken: text('refreshToken', 'refresh_token'),
    idToken: text('idToken', 'id_token'),
    expiresAt: at === undefined ? undefined : Math.min(at, now + longestMs),
  };
}

type Places = Readonly<Record<string, Tree | undefined>>;

const ofTokens = new Set<string>(['accessToken', 'refreshToken', 'idToken', 'expiresAt']);

function fieldsIn(paths: Vendor['facts']['fields'], places: Places): Granted['fields'] {
  const fields: Partial<Record<CredentialField, string>> = {};
  for (const [field, path] of Object.entries(paths) as [CredentialField, LoginPath][]) {
    const text = ofTokens.has(field) ? undefined : textOf(valueAt(places, path));
    if (text !== undefined && isUsable(field, text)) fields[field] = text;
  }
  const claim = (name: 'email' | 'sub') =>
    [places.idToken?.[name], places.userinfo?.[name]].map(textOf).find((text) => text && isUsable('email', text));
  const { email = claim('email'), accountId = claim('sub') } = fields;
  return { ...fields, ...(email === undefined ? {} : { email }), ...(accountId === undefined ? {} : { accountId }) };
}

/** E-mail addresses end at 254 characters, and no id of a vendor is much longer. */
const longestName = 1000;

function isUsable(field: CredentialField, text: string): boolean {
  if (field === 'apiKey' || field === 'clientSecret') return isSendable(text);
  if (text.length > longestName) return false;
  return field === 'baseUrl' || field === 'tokenUrl' ? safeUrl(text) !== undefined : true;
}

/** What would disturb a terminal or a header: control characters, and those that turn the direction of text. */
const disturbing = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;

/** Numbers are ids of some vendors. */
function textOf(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || text.length > longestToken) return undefined;
  const plain = text.trim();
  return plain === '' || disturbing.test(plain) ? undefined : plain;
}
