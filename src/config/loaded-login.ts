// How people sign in to the accounts of a provider instance: its directory's facts and the operator's client, put together.
// With secrets: the control thread and the commands have it, data threads never.
import type { CredentialField, LoginFlow, LoginPath } from '../core/index.ts';

export interface LoadedLogin {
  /** The instance. */
  readonly provider: string;
  /** Its directory. */
  readonly use: string;
  /** Other words for it: those that other tools have. */
  readonly aliases?: readonly string[] | undefined;
  readonly title: string;
  /** Undefined: there can be no login, `register` tells what is to be done. */
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  readonly clientAuth: 'body' | 'basic';
  /** What the token endpoint reads. */
  readonly body: 'form' | 'json';
  readonly register: string | undefined;
  /** Endpoints that are not named are asked of the issuer, where there is one. */
  readonly issuer: string | undefined;
  readonly authorizeUrl: string | undefined;
  readonly tokenUrl: string | undefined;
  readonly deviceUrl: string | undefined;
  readonly revokeUrl: string | undefined;
  readonly userinfoUrl: string | undefined;
  /** The usual one first; empty where no login is known. */
  readonly flows: readonly LoginFlow[];
  readonly scopes: readonly string[];
  readonly pkce: boolean;
  readonly devicePkce: boolean;
  readonly callback: LoadedCallback;
  readonly authorizeParameters: Readonly<Record<string, string>>;
  readonly tokenParameters: Readonly<Record<string, string>>;
  readonly deviceParameters: Readonly<Record<string, string>>;
  readonly fields: Readonly<Partial<Record<CredentialField, LoginPath>>>;
  /** The token that is got is kept as the refresh token: it is traded for the one that requests carry. */
  readonly exchanged: boolean;
  /** Proxy, with its password; undefined: direct. */
  readonly egressUrl: string | undefined;
}

export interface LoadedCallback {
  readonly host: 'localhost' | '127.0.0.1';
  /** Where the listener is: 0 lets the system choose. */
  readonly port: number;
  readonly path: string;
  /** Port of the redirect URI where that must not follow the listener's; undefined: it does. */
  readonly registeredPort: number | undefined;
  /** The redirect URI in place of all that: nobody listens. */
  readonly redirectUri?: string | undefined;
  /** Address to listen at in place of loopback, in a container whose published port leads there (`PORTICO_OAUTH_HOST`). */
  readonly listenHost?: string | undefined;
}
