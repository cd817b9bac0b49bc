// A real authorization server on loopback: refresh tokens rotate, and one that is used twice revokes its whole family. It has
// pages to sign in, to consent and to type a device code in, which a browser can click through, and `walk` without one.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import Provider from 'oidc-provider';
import { answersOf, clientId, clientSecret, publicClientId } from './authorization-answers.ts';
import { type Walk, walkPages } from './walk-pages.ts';

export interface AuthorizationServer {
  readonly issuer: string;
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  readonly deviceUrl: string;
  readonly revokeUrl: string;
  readonly userinfoUrl: string;
  /** RFC 7662, for an upstream that asks whether a token is good. */
  readonly introspectUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Of a client without a secret. */
  readonly publicClientId: string;
  /** Requests to the token endpoint. */
  readonly requests: () => number;
  /** Answers these next requests to the token endpoint with this status instead. */
  fail(status: number, times: number, error?: string): void;
  /** A login: the first tokens of a family. */
  login(): Promise<{ accessToken: string; refreshToken: string }>;
  /** Whether the access token is good at the vendor. */
  isGood(accessToken: string): Promise<boolean>;
  /** Whether the refresh token is, used or not. */
  isKept(refreshToken: string): Promise<boolean>;
  /**
   * Goes through the pages behind the URL of a login as a person with a browser would, and returns where that ended: the
   * callback URL, not yet opened; for a device code the last page's own.
   */
  walk(url: string, options?: Walk): Promise<string>;
}

export interface AuthorizationServerOptions {
  /** Seconds tokens are good for: 3600, and a day. */
  readonly accessTokenSeconds?: number;
  readonly refreshTokenSeconds?: number;
  readonly deviceCodeSeconds?: number;
}

export async function authorizationServer(
  context: TestContext,
  options: AuthorizationServerOptions = {},
): Promise<AuthorizationServer> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  context.after(() => close(server));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = quiet(() => new Provider(issuer, answersOf(options)));
  let requests = 0;
  let failing = { status: 0, left: 0, error: '' };
  const answer = provider.callback();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request.method !== 'POST' || request.url !== '/token') return void answer(request, response);
    requests += 1;
    if (failing.left === 0) return void answer(request, response);
    failing = { ...failing, left: failing.left - 1 };
    request.resume();
    response.writeHead(failing.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: failing.error }));
  });
  return {
    issuer,
    authorizeUrl: `${issuer}/auth`,
    tokenUrl: `${issuer}/token`,
    deviceUrl: `${issuer}/device/auth`,
    revokeUrl: `${issuer}/token/revocation`,
    userinfoUrl: `${issuer}/me`,
    introspectUrl: `${issuer}/token/introspection`,
    clientId,
    clientSecret,
    publicClientId,
    requests: () => requests,
    fail: (status, times, error = 'temporarily_unavailable') => {
      failing = { status, left: times, error };
    },
    login: () => login(provider),
    isGood: async (token) => (await provider.AccessToken.find(token))?.isExpired === false,
    isKept: async (token) => (await provider.RefreshToken.find(token)) !== undefined,
    walk: (url, how = {}) => walkPages(url, how),
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
