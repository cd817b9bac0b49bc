// How the authorization server of the tests is set up: its clients, its people, how long what it gives is good for.

import { generateKeyPairSync } from 'node:crypto';
import type { Configuration, JWK } from 'oidc-provider';
import type { AuthorizationServerOptions } from './authorization-server.ts';

export const clientId = 'desk';
export const clientSecret = 'desk-secret-0123456789';
export const publicClientId = 'desk-public';

/** Of native clients any port of loopback will do (RFC 8252, 7.3). */
const redirectUris = ['localhost', '127.0.0.1'].flatMap((host) =>
  ['/callback', '/auth/callback', '/oauth2callback', '/oauth-callback', '/logins/callback'].map(
    (path) => `http://${host}${path}`,
  ),
);

const grants = ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'];

const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });

export function answersOf({
  accessTokenSeconds = 3600,
  refreshTokenSeconds = 86_400,
  deviceCodeSeconds = 600,
}: AuthorizationServerOptions): Configuration {
  const client = {
    redirect_uris: redirectUris,
    response_types: ['code' as const],
    grant_types: grants,
    application_type: 'native' as const,
    id_token_signed_response_alg: 'ES256' as const,
  };
  return {
    clients: [
      {
        ...client,
        client_id: clientId,
        client_secret: clientSecret,
        token_endpoint_auth_method: 'client_secret_post',
      },
      { ...client, client_id: publicClientId, token_endpoint_auth_method: 'none' },
    ],
    jwks: { keys: [{ ...key, alg: 'ES256', use: 'sig' } as JWK] },
    scopes: ['openid', 'offline_access'],
    claims: { openid: ['sub'], email: ['email'], profile: ['plan'] },
    features: {
      deviceFlow: {
        enabled: true,
        userCodeInputSource: async (ctx, form) => page(ctx, 'Enter the code', form, 'op.deviceInputForm'),
        userCodeConfirmSource: async (ctx, form) => page(ctx, 'Confirm the code', form, 'op.deviceConfirmForm'),
        successSource: async (ctx) => page(ctx, 'Signed in'),
      },
      revocation: { enabled: true, allowedPolicy: async () => true },
      introspection: { enabled: true, allowedPolicy: async () => true },
    },
    rotateRefreshToken: true,
    issueRefreshToken: () => true,
    ttl: {
      AccessToken: accessTokenSeconds,
      RefreshToken: refreshTokenSeconds,
      DeviceCode: deviceCodeSeconds,
      AuthorizationCode: 60,
      Grant: 86_400,
      IdToken: 3600,
      Interaction: 600,
      Session: 86_400,
    },
    cookies: { keys: ['test'] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@example.com`, plan: 'team' }),
    }),
  };
}

/** Of the device flow; those of sign-in and consent are the server's own. */
function page(ctx: { body: unknown }, title: string, form = '', id = ''): void {
  const button = id === '' ? '' : `<button type="submit" form="${id}">Continue</button>`;
  ctx.body = `<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1>${form}${button}</html>`;
}
