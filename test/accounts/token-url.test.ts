// Where a refresh token goes when only the issuer is named: to the endpoint that this issuer says, and nowhere else.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { mint } from '../../src/accounts/mint/mint.ts';
import type { MintError } from '../../src/accounts/minted.ts';
import { Upstream } from '../support/upstream.ts';
import { sourceOf } from './desk.ts';

const oidc = '/.well-known/openid-configuration';
const rfc8414 = '/.well-known/oauth-authorization-server';

/** `documents`: by path, what the issuer says. */
async function refreshedBy(context: TestContext, documents: (url: string) => Record<string, object>) {
  const server = await Upstream.start((res, { path }) => {
    const document = documents(server.url)[path];
    if (path === '/token') return void res.end('{"access_token":"acc-new"}');
    res.writeHead(document === undefined ? 404 : 200).end(JSON.stringify(document));
  });
  context.after(() => server[Symbol.asyncDispose]());
  const nobody = { tokenUrl: '', clientId: 'c', clientSecret: 's' };
  const source = { ...sourceOf(nobody, '', {}), tokenUrl: undefined, issuer: server.url };
  const ask = () =>
    mint({ source, refreshToken: 'ref-secret', now: 0, signal: AbortSignal.timeout(5_000) }).then(
      ({ accessToken }) => accessToken,
      (error: MintError) => error.message.replaceAll(/:\d+/g, ''),
    );
  return { ask, paths: () => server.requests.map(({ path }) => path) };
}

test('the issuer is asked once', async (context) => {
  const { ask, paths } = await refreshedBy(context, (issuer) => ({
    [oidc]: { issuer: `${issuer}/`, token_endpoint: `${issuer}/token` },
  }));
  assert.deepEqual([await ask(), await ask()], ['acc-new', 'acc-new']);
  assert.deepEqual(paths(), [oidc, '/token', '/token']);
});

test('one that knows OAuth only', async (context) => {
  const { ask, paths } = await refreshedBy(context, (issuer) => ({
    [rfc8414]: { issuer, token_endpoint: `${issuer}/token` },
  }));
  assert.equal(await ask(), 'acc-new');
  assert.deepEqual(paths(), [oidc, rfc8414, '/token']);
});

for (const [name, document, told] of [
  [
    'another issuer',
    { issuer: 'https://evil.example', token_endpoint: 'http://127.0.0.1:9/' },
    'says that it is another issuer',
  ],
  [
    'an endpoint in the clear',
    { token_endpoint: 'http://evil.example/token' },
    'names no token endpoint that may be used',
  ],
  ['no endpoint', {}, 'names no token endpoint that may be used'],
  ['no document', undefined, 'does not say its endpoints: set providers[].oauth.tokenUrl'],
] as const) {
  test(`the token goes nowhere: ${name}`, async (context) => {
    const { ask, paths } = await refreshedBy(
      context,
      (issuer): Record<string, object> => (document === undefined ? {} : { [oidc]: { issuer, ...document } }),
    );
    assert.equal(await ask(), `127.0.0.1 ${told}`);
    assert.ok(!paths().includes('/token'));
  });
}
