// A real authorization server on loopback: refresh tokens rotate, and one that is used twice revokes its whole family.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import Provider from 'oidc-provider';

export interface AuthorizationServer {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Requests to the token endpoint. */
  readonly requests: () => number;
  /** Answers these next requests with this status instead. */
  fail(status: number, times: number): void;
  /** A login: the first tokens of a family. */
  login(): Promise<{ accessToken: string; refreshToken: string }>;
  /** Whether the access token is good at the vendor. */
  isGood(accessToken: string): Promise<boolean>;
}

const clientId = 'desk';
const clientSecret = 'desk-secret-0123456789';

export async function authorizationServer(context: TestContext): Promise<AuthorizationServer> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  context.after(() => close(server));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = quiet(
    () =>
      new Provider(issuer, {
        clients: [
          {
            client_id: clientId,
            client_secret: clientSecret,
            redirect_uris: ['https://client.example/callback'],
            grant_types: ['authorization_code', 'refresh_token'],
            token_endpoint_auth_method: 'client_secret_post',
          },
        ],
        scopes: ['openid', 'offline_access'],
        rotateRefreshToken: true,
        issueRefreshToken: () => true,
        ttl: { AccessToken: 3600, RefreshToken: 86_400, Grant: 86_400, IdToken: 3600 },
        cookies: { keys: ['test'] },
        findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
      }),
  );
  let requests = 0;
  let failing: { status: number; left: number } = { status: 0, left: 0 };
  const answer = provider.callback();
  server.on('request', (req, res) => {
    if (req.url?.startsWith('/token') !== true) return void answer(req, res);
    requests += 1;
    if (failing.left === 0) return void answer(req, res);
    failing = { ...failing, left: failing.left - 1 };
    req.resume();
    res.writeHead(failing.status, { 'content-type': 'application/json' }).end('{"error":"temporarily_unavailable"}');
  });
  return {
    tokenUrl: `${issuer}/token`,
    clientId,
    clientSecret,
    requests: () => requests,
    fail: (status, times) => {
      failing = { status, left: times };
    },
    login: () => login(provider),
    isGood: async (token) => (await provider.AccessToken.find(token)) !== undefined,
  };
}

async function login(provider: Provider): Promise<{ accessToken: string; refreshToken: string }> {
  const client = await provider.Client.find(clientId);
  if (client === undefined) throw new Error('no client');
  const grant = new provider.Grant({ accountId: 'ada', clientId });
  grant.addOIDCScope('openid offline_access');
  const grantId = await grant.save();
  const shared = { accountId: 'ada', client, grantId, scope: 'openid offline_access', gty: 'authorization_code' };
  const access = new provider.AccessToken(shared as never);
  const refresh = new provider.RefreshToken({
    ...shared,
    authTime: 1,
    rotations: 0,
    iiat: Math.floor(Date.now() / 1000),
  } as never);
  return { accessToken: await access.save(), refreshToken: await refresh.save() };
}

/** It warns on the console of what a server for the world should not do. */
function quiet<Result>(make: () => Result): Result {
  const { warn, info } = console;
  console.warn = () => undefined;
  console.info = () => undefined;
  try {
    return make();
  } finally {
    Object.assign(console, { warn, info });
  }
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
}
