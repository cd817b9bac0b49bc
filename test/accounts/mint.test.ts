// What a token endpoint is asked in, by what a directory says of it; through the account's egress; how its refusals are told.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Server } from 'proxy-chain';
import { mint } from '../../src/accounts/mint/mint.ts';
import type { MintError } from '../../src/accounts/minted.ts';
import type { CredentialSource } from '../../src/config/loaded.ts';
import { sendToken } from '../../src/gateway/attempt/send-token.ts';
import { type Answer, Upstream } from '../support/upstream.ts';

const good: Answer = (res) => void res.end('{"access_token":"acc-new","expires_in":"60"}');

async function asked(context: TestContext, source: Partial<CredentialSource>, answer: Answer = good) {
  const endpoint = await Upstream.start(answer);
  context.after(() => endpoint[Symbol.asyncDispose]());
  const whole: CredentialSource = {
    provider: 'acme',
    account: 'ada',
    kind: 'oauth',
    names: {},
    fingerprint: '',
    tokens: { accessToken: undefined, refreshToken: undefined, idToken: undefined, expiresAt: undefined },
    origin: undefined,
    serviceAccount: undefined,
    tokenUrl: `${endpoint.url}/token`,
    clientId: 'the desk',
    clientSecret: undefined,
    clientAuth: 'body',
    body: 'form',
    scopes: [],
    refreshAhead: 0,
    egressUrl: undefined,
    ...source,
  };
  const signal = AbortSignal.timeout(5_000);
  const outcome = await mint({ source: whole, refreshToken: 'ref-secret-0123456789', now: Date.now(), signal }).then(
    (minted) => ({ minted, error: undefined }),
    (error: MintError) => ({ minted: undefined, error }),
  );
  return { ...outcome, endpoint };
}

test('a form with the client in it; a public client sends no secret', async (context) => {
  const { minted, endpoint } = await asked(context, {});
  assert.deepEqual(minted, { accessToken: 'acc-new', refreshToken: undefined, idToken: undefined, lifetimeMs: 60_000 });
  assert.equal(endpoint.last.headers['content-type'], 'application/x-www-form-urlencoded');
  assert.deepEqual(Object.fromEntries(new URLSearchParams(endpoint.last.body.toString())), {
    grant_type: 'refresh_token',
    refresh_token: 'ref-secret-0123456789',
    client_id: 'the desk',
  });
});

test('JSON, and a secret in the body', async (context) => {
  const { endpoint } = await asked(context, { body: 'json', clientSecret: 'cs' });
  assert.equal(endpoint.last.headers['content-type'], 'application/json');
  assert.equal(JSON.parse(endpoint.last.body.toString()).client_secret, 'cs');
});

test('an answer that is a form, as some vendors write it', async (context) => {
  const { minted } = await asked(context, {}, (res) => {
    res.setHeader('content-type', 'application/x-www-form-urlencoded; charset=utf-8');
    res.end('access_token=acc-new&expires_in=60&refresh_token=ref-new');
  });
  assert.deepEqual([minted?.accessToken, minted?.refreshToken, minted?.lifetimeMs], ['acc-new', 'ref-new', 60_000]);
});

test('an answer that has its tokens where the directory says', async (context) => {
  const loginFields = {
    accessToken: 'response.data.token',
    refreshToken: ['response', 'data', 'next.token'],
    expiresAt: 'response.data.till',
    email: 'userinfo.email',
  };
  const till = Math.floor(Date.now() / 1000) + 3600;
  const data = { token: 'acc-new', 'next.token': 'ref-new', till };
  const { minted } = await asked(context, { loginFields }, (res) => void res.end(JSON.stringify({ data })));
  assert.deepEqual([minted?.accessToken, minted?.refreshToken], ['acc-new', 'ref-new']);
  assert.ok(Math.abs((minted?.lifetimeMs ?? 0) - 3_600_000) < 10_000, String(minted?.lifetimeMs));
});

test('the client as Basic, form-encoded first', async (context) => {
  const { endpoint } = await asked(context, { clientAuth: 'basic', clientSecret: 'a:b c' });
  const basic = Buffer.from(String(endpoint.last.headers.authorization).slice('Basic '.length), 'base64').toString();
  assert.equal(basic, 'the+desk:a%3Ab+c');
  assert.equal(new URLSearchParams(endpoint.last.body.toString()).has('client_id'), false);
});

test('through the account’s egress, and nowhere else when it is down', async (context) => {
  let passed = 0;
  const proxy = new Server({
    port: 0,
    host: '127.0.0.1',
    prepareRequestFunction: () => {
      passed += 1;
      return {};
    },
  });
  await proxy.listen();
  context.after(() => proxy.close(true));
  const { minted } = await asked(context, { egressUrl: `http://127.0.0.1:${proxy.port}` });
  assert.deepEqual([minted?.accessToken, passed], ['acc-new', 1]);
  const down = await asked(context, { egressUrl: 'http://127.0.0.1:9' });
  assert.match(down.error?.message ?? '', /cannot be reached: egress http:\/\/127\.0\.0\.1:9 /);
  assert.equal(down.endpoint.requests.length, 0);
});

const refusals: readonly [string, Answer, RegExp, boolean, number?][] = [
  [
    'a revoked token',
    (res) =>
      void res.writeHead(400).end('{"error":"invalid_grant","error_description":"ref-secret-0123456789 was revoked"}'),
    /^the token endpoint refused \(invalid_grant, status 400\)$/,
    true,
  ],
  [
    'a nested error',
    (res) => void res.writeHead(400).end('{"error":{"type":"invalid_grant","message":"ref-secret-0123456789"}}'),
    /\(invalid_grant, status 400\)$/,
    true,
  ],
  ['too many', (res) => void res.writeHead(429, { 'retry-after': '7' }).end('no'), /\(status 429\)$/, false, 7000],
  [
    'a page',
    (res) => void res.writeHead(200).end('<html>ref-secret-0123456789'),
    /answered without an access_token$/,
    false,
  ],
  ['a fault', (res) => void res.writeHead(500).end(), /\(status 500\)$/, false],
  ['a connection that breaks', (res) => void res.destroy(), /cannot be reached: /, false],
  ['long after', (res) => void res.writeHead(429, { 'retry-after': '1e300' }).end(), /429/, false, 1_800_000],
  [
    'a token that ends the header',
    (res) => void res.end('{"access_token":"acc-secret\\r\\nx: y"}'),
    /answered with an access_token that no header can hold$/,
    false,
  ],
  ['more than anybody reads', (res) => void res.end('x'.repeat(2_000_000)), /more than 1 MiB$/, false],
];

for (const [name, answer, message, final, wait] of refusals) {
  test(`refused, told without a secret: ${name}`, async (context) => {
    const { error } = await asked(context, {}, answer);
    assert.match(error?.message ?? '', message);
    assert.doesNotMatch(error?.message ?? '', /secret/);
    assert.deepEqual([error?.final, error?.retryAfterMs], [final, wait]);
  });
}

test('a redirect takes the refresh token nowhere', async (context) => {
  const other = await Upstream.start(good);
  context.after(() => other[Symbol.asyncDispose]());
  for (const status of [301, 302, 307, 308]) {
    const { error } = await asked(context, {}, (res) => void res.writeHead(status, { location: other.url }).end());
    assert.deepEqual([error?.message, error?.final], [`the token endpoint refused (status ${status})`, false]);
  }
  assert.equal(other.requests.length, 0);
});

test('tokens of a length that nothing has are none', async (context) => {
  const long = 'r'.repeat(300_000);
  const said =
    (answer: object): Answer =>
    (res) =>
      void res.end(JSON.stringify(answer));
  const { minted } = await asked(context, {}, said({ access_token: 'acc', refresh_token: long, id_token: long }));
  assert.deepEqual([minted?.accessToken, minted?.refreshToken, minted?.idToken], ['acc', undefined, undefined]);
  const { error } = await asked(context, {}, said({ access_token: long }));
  assert.match(error?.message ?? '', /an access_token that no header can hold/);
});

test('a lifetime no date can hold is none to reckon with', async (context) => {
  const { minted } = await asked(context, {}, (res) => void res.end('{"access_token":"acc","expires_in":1e300}'));
  assert.equal(minted?.lifetimeMs, 315_360_000_000);
});

test('what is missing is named with its remedy, and nobody is asked', async (context) => {
  for (const [source, remedy] of [
    [{ clientId: undefined }, 'it cannot be refreshed: set providers[].oauth.clientId'],
    [{ tokenUrl: undefined }, 'it cannot be refreshed: set providers[].oauth.tokenUrl'],
    [
      {
        kind: 'service-account' as const,
        serviceAccount: { clientEmail: 'a', privateKey: 'no key', privateKeyId: undefined },
      },
      'the private key of its service account cannot be read: it must be a PKCS #8 RSA key',
    ],
  ] as const) {
    const { error, endpoint } = await asked(context, source);
    assert.deepEqual([error?.message, error?.final, endpoint.requests.length], [remedy, true, 0]);
  }
});

test('a token is sent as the directory says; a header whose field is not known stays away', () => {
  const headers: Record<string, string> = {};
  const auth = {
    kind: 'header',
    name: 'Authorization',
    prefix: 'Bearer ',
    headers: { 'X-Account-Id': '{accountId}', 'X-Project': 'p/{project}' },
  } as const;
  sendToken(auth, { token: 't', expiresAt: undefined, names: { accountId: 'acct-1' } }, headers);
  assert.deepEqual(headers, { authorization: 'Bearer t', 'x-account-id': 'acct-1' });
});
