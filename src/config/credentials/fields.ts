// Where the fields of a credential usually stand in a JSON file, and looking them up. What a vendor's files have elsewhere
// its directory says (`accountFiles` in provider.yaml).
import type { AccountFileShape, CredentialField } from '../../core/index.ts';
import { isTree } from '../read/tree.ts';
import { holds, textAt, valueAt } from './dotted.ts';

/** In order: the first that holds something counts. */
const usual: Readonly<Record<CredentialField, readonly string[]>> = {
  apiKey: ['apiKey', 'api_key'],
  accessToken: ['accessToken', 'access_token', 'token.access_token', 'tokens.access_token'],
  refreshToken: ['refreshToken', 'refresh_token', 'token.refresh_token', 'tokens.refresh_token'],
  idToken: ['idToken', 'id_token', 'token.id_token', 'tokens.id_token'],
  expiresAt: [
    'expiresAt',
    'expires_at',
    'expired',
    'expired_at',
    'expiry_date',
    'expiry',
    'token.expiry',
    'token.expires_at',
    'expires_in',
  ],
  accountId: ['accountId', 'account_id', 'tokens.account_id', 'account_uuid', 'sub'],
  email: ['email', 'client_email'],
  plan: ['plan', 'plan_type', 'subscriptionType'],
  project: ['project', 'project_id', 'quota_project_id'],
  location: ['location'],
  clientId: ['clientId', 'client_id', 'token.client_id'],
  clientSecret: ['clientSecret', 'client_secret', 'token.client_secret'],
  tokenUrl: ['tokenUrl', 'token_uri', 'token_endpoint', 'token.token_uri'],
  baseUrl: ['baseUrl', 'base_url', 'resource_url'],
  serviceAccount: ['serviceAccount', 'service_account'],
};

export class Fields {
  readonly #item: unknown;
  readonly #own: NonNullable<AccountFileShape['fields']>;
  /** Places that the directory says hold something: what usually stands there does not. */
  readonly #taken: ReadonlySet<string>;

  constructor(item: unknown, shape: AccountFileShape | undefined) {
    this.#item = item;
    this.#own = shape?.fields ?? {};
    this.#taken = new Set(Object.values(this.#own));
  }

  /** Where the field stands; undefined where it does not. The directory's place comes first. */
  pathOf(field: CredentialField): string | undefined {
    const own = this.#own[field];
    if (own !== undefined && holds(this.#item, own)) return own;
    return usual[field].find((path) => !this.#taken.has(path) && holds(this.#item, path));
  }

  /** Where it stands, or where the directory says it would. */
  placeOf(field: CredentialField): string | undefined {
    return this.pathOf(field) ?? this.#own[field];
  }

  text(field: CredentialField): string | undefined {
    const path = this.pathOf(field);
    return path === undefined ? undefined : textAt(this.#item, path);
  }
}

/** Where a field that is not there yet would stand: beside the access token, in its style. */
export function besideToken(tokenPath: string, field: 'refreshToken' | 'expiresAt'): string {
  const cut = tokenPath.lastIndexOf('.') + 1;
  const snake = tokenPath.slice(cut).includes('_');
  const names = snake
    ? { refreshToken: 'refresh_token', expiresAt: 'expires_at' }
    : { refreshToken: field, expiresAt: field };
  return tokenPath.slice(0, cut) + names[field];
}

/** Google's form, which other tools wrap: https://cloud.google.com/iam/docs/keys-create-delete#creating. */
export function serviceAccountIn(item: unknown, shape: AccountFileShape | undefined): unknown {
  const path = new Fields(item, shape).pathOf('serviceAccount');
  const found = path === undefined ? undefined : valueAt(item, path);
  if (isTree(found)) return found;
  if (typeof found === 'string') return parsed(found);
  return textAt(item, 'private_key') !== undefined && textAt(item, 'client_email') !== undefined ? item : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
