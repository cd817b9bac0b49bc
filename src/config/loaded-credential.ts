// Credentials as configured: what the data threads know of one, and what only the control thread does. Tokens change
// without the configuration changing, so they are no part of it.
import type { CredentialField, ProviderOauth, TokenExchange } from '../core/index.ts';
import type { Vault } from './credentials/vault/vault.ts';

/** Names of a credential that are not secret: `accountId`, `email`, `plan`, `project`, `location`. */
export type CredentialNames = Readonly<Record<string, string>>;

/** A credential whose access token is minted or refreshed while the gateway runs. */
export interface LoadedCredential {
  readonly kind: 'oauth' | 'service-account';
  readonly names: CredentialNames;
}

/** Epoch milliseconds; undefined: not known. */
export interface TokenSet {
  readonly accessToken: string | undefined;
  readonly refreshToken: string | undefined;
  readonly idToken: string | undefined;
  readonly expiresAt: number | undefined;
}

/** How an expiry was written, so that it is written back the same way. */
export type ExpiryForm = 'rfc3339' | 'seconds' | 'milliseconds' | 'left';

/** Where in a file a token set stands. */
export interface TokenOrigin {
  /** Absolute. */
  readonly file: string;
  /** Index in a file that holds a list. */
  readonly index: number | undefined;
  /** Dotted paths of the fields. */
  readonly paths: Readonly<Partial<Record<CredentialField, string>>>;
  readonly expiry: ExpiryForm | undefined;
  /** Opens and seals the file. Undefined: it is plain. */
  readonly vault?: Vault | undefined;
}

export interface ServiceAccountKey {
  readonly clientEmail: string;
  /** PEM (PKCS #8). */
  readonly privateKey: string;
  readonly privateKeyId: string | undefined;
}

/** What the control thread keeps fresh: never part of what data threads are given. */
export interface CredentialSource {
  readonly provider: string;
  readonly account: string;
  readonly kind: LoadedCredential['kind'];
  readonly names: CredentialNames;
  readonly fingerprint: string;
  readonly tokens: TokenSet;
  readonly origin: TokenOrigin | undefined;
  readonly serviceAccount: ServiceAccountKey | undefined;
  /** Undefined: the issuer is asked; without one it cannot be refreshed. */
  readonly tokenUrl: string | undefined;
  readonly issuer?: string | undefined;
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  readonly clientAuth: 'body' | 'basic';
  readonly body: 'form' | 'json';
  readonly scopes: readonly string[];
  /** Where answers of the token endpoint have what. */
  readonly loginFields?: ProviderOauth['loginFields'];
  /** Takes the place of the refresh token grant. */
  readonly exchange?: TokenExchange | undefined;
  /** Milliseconds. */
  readonly refreshAhead: number;
  /** Proxy, with its password; undefined: direct. */
  readonly egressUrl: string | undefined;
}
