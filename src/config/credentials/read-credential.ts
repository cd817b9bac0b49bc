// One item of a credential file -> the credential in it, whatever its shape.
import type { AccountFileShape, CredentialField } from '../../core/index.ts';
import type { CredentialNames, ExpiryForm, ServiceAccountKey, TokenSet } from '../loaded-credential.ts';
import { claimsOf, endOf } from './claims.ts';
import { textAt, valueAt } from './dotted.ts';
import { readExpiry } from './expiry.ts';
import { besideToken, Fields, serviceAccountIn } from './fields.ts';
import { isSendable, safeUrl } from './sendable.ts';

export interface ReadCredential {
  readonly apiKey: string | undefined;
  readonly tokens: TokenSet | undefined;
  readonly serviceAccount: ServiceAccountKey | undefined;
  readonly names: CredentialNames;
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  readonly tokenUrl: string | undefined;
  readonly baseUrl: string | undefined;
  /** Where the fields of a token set stand, or would. */
  readonly paths: Readonly<Partial<Record<CredentialField, string>>>;
  readonly expiry: ExpiryForm | undefined;
}

/** `fileTime` (epoch ms): when the file was written. A string says why there is no credential in it. */
export function readCredential(
  item: unknown,
  shape: AccountFileShape | undefined,
  fileTime: number,
): ReadCredential | string {
  const fields = new Fields(item, shape);
  const apiKey = fields.text('apiKey');
  const found = apiKey === undefined ? serviceAccountIn(item, shape) : undefined;
  if (found !== undefined) return readServiceAccount(item, found, fields);
  const tokens = apiKey === undefined ? readTokens(item, fields, fileTime) : undefined;
  if (apiKey === undefined && tokens === undefined) {
    return 'there is neither an API key nor a token set nor a service account in it';
  }
  const wrong = wrongIn(fields, item) ?? unsendableIn({ 'API key': apiKey, 'access token': tokens?.accessToken });
  if (wrong !== undefined) return wrong;
  const claims: Readonly<Record<string, unknown>> = claimsOf(tokens?.idToken);
  const subject = typeof claims.sub === 'string' ? claims.sub : undefined;
  const email = fields.text('email') ?? (typeof claims.email === 'string' ? claims.email : undefined);
  return {
    apiKey,
    tokens,
    serviceAccount: undefined,
    names: namesOf(fields, { email, accountId: fields.text('accountId') ?? subject }),
    clientId: fields.text('clientId'),
    clientSecret: fields.text('clientSecret'),
    tokenUrl: urlIn(fields.text('tokenUrl')),
    baseUrl: urlIn(fields.text('baseUrl')),
    paths: tokens === undefined ? {} : pathsOf(fields),
    expiry: tokens?.form,
  };
}

function readTokens(
  item: unknown,
  fields: Fields,
  fileTime: number,
): (TokenSet & { form: ExpiryForm | undefined }) | undefined {
  const accessToken = fields.text('accessToken');
  const refreshToken = fields.text('refreshToken');
  if (accessToken === undefined && refreshToken === undefined) return undefined;
  const refreshed = [textAt(item, 'last_refresh'), textAt(item, 'last_refresh_at')].find((text) => text !== undefined);
  const since = (refreshed === undefined ? undefined : readExpiry(refreshed, fileTime)?.at) ?? fileTime;
  const path = fields.pathOf('expiresAt');
  const expiry = path === undefined ? undefined : readExpiry(valueAt(item, path), since);
  const expiresAt = expiry?.at ?? endOf(accessToken);
  return { accessToken, refreshToken, idToken: fields.text('idToken'), expiresAt, form: expiry?.form };
}

/** With where missing ones would be written. */
function pathsOf(fields: Fields): ReadCredential['paths'] {
  const accessToken = fields.placeOf('accessToken') ?? fields.pathOf('refreshToken')?.replace('refresh', 'access');
  const idToken = fields.pathOf('idToken');
  if (accessToken === undefined) return {};
  return {
    accessToken,
    refreshToken: fields.pathOf('refreshToken') ?? besideToken(accessToken, 'refreshToken'),
    expiresAt: fields.pathOf('expiresAt') ?? besideToken(accessToken, 'expiresAt'),
    ...(idToken === undefined ? {} : { idToken }),
  };
}

function readServiceAccount(item: unknown, found: unknown, outer: Fields): ReadCredential | string {
  const clientEmail = textAt(found, 'client_email');
  const privateKey = textAt(found, 'private_key');
  if (clientEmail === undefined || privateKey === undefined) {
    return 'the service account in it lacks client_email or private_key';
  }
  if (!/^-----BEGIN (RSA )?PRIVATE KEY-----/.test(privateKey)) return 'the private_key in it is no PEM key';
  const wrong = wrongIn(outer, found);
  if (wrong !== undefined) return wrong;
  const project = outer.text('project') ?? textAt(found, 'project_id');
  return {
    apiKey: undefined,
    tokens: undefined,
    serviceAccount: { clientEmail, privateKey: `${privateKey}\n`, privateKeyId: textAt(found, 'private_key_id') },
    names: namesOf(outer, { email: clientEmail, project, accountId: clientEmail }),
    clientId: undefined,
    clientSecret: undefined,
    tokenUrl: urlIn(textAt(found, 'token_uri') ?? textAt(item, 'token_uri')),
    baseUrl: urlIn(outer.text('baseUrl')),
    paths: {},
    expiry: undefined,
  };
}

function namesOf(fields: Fields, known: Readonly<Record<string, string | undefined>>): CredentialNames {
  const { plan, project, location } = {
    plan: fields.text('plan'),
    project: fields.text('project'),
    location: fields.text('location'),
  };
  const all = { plan, project, location, ...known };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function urlIn(text: string | undefined): string | undefined {
  return text === undefined ? undefined : safeUrl(text);
}

/** To leave a URL out in silence would send the credential somewhere else than its file says. */
function wrongIn(fields: Fields, account: unknown): string | undefined {
  const urls = [
    [fields.pathOf('baseUrl'), fields.text('baseUrl')],
    [fields.pathOf('tokenUrl'), fields.text('tokenUrl')],
    ['token_uri', textAt(account, 'token_uri')],
  ];
  const [path] = urls.find(([, text]) => text !== undefined && safeUrl(text) === undefined) ?? [];
  if (path === undefined) return undefined;
  return `${path} in it is no URL a credential may be sent to: https, or http to loopback, without user and query`;
}

function unsendableIn(secrets: Readonly<Record<string, string | undefined>>): string | undefined {
  const [name] = Object.entries(secrets).find(([, text]) => text !== undefined && !isSendable(text)) ?? [];
  return name && `the ${name} in it holds characters that no header can carry`;
}
