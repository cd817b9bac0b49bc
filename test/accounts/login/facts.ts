// The facts of a login at the authorization server of the tests.
import type { LoadedLogin } from '../../../src/config/loaded.ts';
import type { AuthorizationServer } from '../authorization-server.ts';

type Named = Pick<
  AuthorizationServer,
  'authorizeUrl' | 'tokenUrl' | 'deviceUrl' | 'revokeUrl' | 'userinfoUrl' | 'clientId' | 'clientSecret'
>;

export function factsOf(server: Named, change: Partial<LoadedLogin> = {}): LoadedLogin {
  return {
    provider: 'acme',
    use: 'acme',
    title: 'Acme AI',
    clientId: server.clientId,
    clientSecret: server.clientSecret,
    clientAuth: 'body',
    body: 'form',
    register: 'Register a desktop client at https://acme.example/clients.',
    issuer: undefined,
    authorizeUrl: server.authorizeUrl,
    tokenUrl: server.tokenUrl,
    deviceUrl: server.deviceUrl,
    revokeUrl: server.revokeUrl,
    userinfoUrl: server.userinfoUrl,
    flows: ['code', 'device'],
    scopes: ['openid', 'email', 'offline_access'],
    pkce: true,
    devicePkce: false,
    callback: { host: '127.0.0.1', port: 0, path: '/callback', registeredPort: undefined },
    authorizeParameters: { prompt: 'consent' },
    tokenParameters: {},
    deviceParameters: {},
    fields: {},
    exchanged: false,
    egressUrl: undefined,
    ...change,
  };
}
