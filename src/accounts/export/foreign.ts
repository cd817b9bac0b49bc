// A credential as another tool's file, by what its provider directory says of such files: the reading of `accountFiles` the
// other way round.
import { holds, setAt } from '../../config/credentials/dotted.ts';
import type { ReadCredential } from '../../config/credentials/read-credential.ts';
import type { Tree } from '../../config/read/tree.ts';
import type { AccountFileShape, CredentialField } from '../../core/index.ts';

/** Names as most tools write them, where a shape names none of its own. */
const usual: Readonly<Partial<Record<CredentialField, string>>> = {
  apiKey: 'api_key',
  accessToken: 'access_token',
  refreshToken: 'refresh_token',
  idToken: 'id_token',
  expiresAt: 'expired',
  accountId: 'account_id',
  email: 'email',
  plan: 'plan_type',
  project: 'project_id',
  clientId: 'client_id',
  clientSecret: 'client_secret',
  baseUrl: 'resource_url',
};

export interface ForeignInput {
  readonly read: ReadCredential;
  readonly shape: AccountFileShape;
  /** Of the login, for shapes that hold them. */
  readonly scopes: readonly string[];
  /** Epoch milliseconds. */
  readonly now: number;
}

/** A string says why there can be no such file of it. */
export function foreignFile({ read, shape, scopes, now }: ForeignInput): Tree | string {
  if (read.serviceAccount !== undefined) return 'a service account has one shape alone: its own';
  const values = valuesOf(read);
  const item: Tree = {};
  const [type] = shape.type ?? [];
  if (type !== undefined) item.type = type;
  for (const field of Object.keys(values) as CredentialField[]) {
    const path = placeOf(field, shape);
    const value = values[field];
    if (path === undefined || path === '.' || value === undefined) continue;
    setAt(item, path, field === 'expiresAt' ? expiryAt(path, Number(value)) : value);
  }
  if (shape.has?.includes('scope') === true && scopes.length > 0) item.scope = scopes.join(' ');
  if (type !== undefined && values.refreshToken !== undefined) item.last_refresh = new Date(now).toISOString();
  const missing = (shape.has ?? []).find((path) => !holds(item, path));
  return missing === undefined ? item : `such files hold "${missing}", which this account has not`;
}

function valuesOf(read: ReadCredential): Partial<Record<CredentialField, string | number | undefined>> {
  const { tokens, names, apiKey, clientId, clientSecret, baseUrl } = read;
  return { apiKey, ...tokens, ...names, clientId, clientSecret, baseUrl };
}

/** A shape that says where its fields stand has these and no others, but for those it must have. */
function placeOf(field: CredentialField, { fields, has = [], type }: AccountFileShape): string | undefined {
  const own = fields?.[field];
  if (own !== undefined) return own;
  const last = (path: string) => path.split('.').at(-1);
  const needed = has.find((path) => namesFor(field).includes(last(path) ?? ''));
  if (needed !== undefined) return needed;
  if (type === undefined && Object.values(fields ?? {}).some((path) => path?.includes('.'))) return undefined;
  // Beside the token, where that stands inside something.
  const inner = has.find((path) => last(path) === 'access_token')?.replace(/[^.]+$/, '') ?? '';
  const name = usual[field];
  return name === undefined ? undefined : inside.has(field) ? `${inner}${name}` : name;
}

const inside: ReadonlySet<CredentialField> = new Set(['idToken', 'accountId']);

/** Under which names a shape may demand a field. */
function namesFor(field: CredentialField): readonly string[] {
  if (field === 'expiresAt') return ['expiry_date', 'expires_at', 'expired_at', 'expired', 'expiresAt', 'expiry'];
  return [usual[field] ?? field, field];
}

/** As the tools whose names these are write them: milliseconds since 1970, else RFC 3339. */
function expiryAt(path: string, at: number): string | number {
  const name = path.split('.').at(-1);
  return name === 'expiry_date' || name === 'expiresAt' ? at : new Date(at).toISOString();
}
