// Vendors that are not quite as the standards have them: what they ask for is sent, what they answer is understood.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { UnsecuredJWT } from 'jose';
import type { Granted, LoginProblem } from '../../../src/accounts/login/login.ts';
import type { LoadedLogin } from '../../../src/config/loaded.ts';
import { HandClock } from '../../support/clock.ts';
import { begin, grantedOf } from './begin.ts';
import { type OddVendor, oddVendor, type Reply } from './odd-vendor.ts';

const tokens = { access_token: 'at-1', refresh_token: 'rt-1', token_type: 'Bearer', expires_in: 3600 };
const now = 1_800_000_000_000;

interface Tried {
  readonly granted: Granted | undefined;
  readonly problem: LoginProblem | undefined;
  readonly notes: readonly string[];
  readonly vendor: OddVendor;
}

/** A login whose code is redeemed. */
async function redeemed(
  context: TestContext,
  replies: Readonly<Record<string, Reply>>,
  change: (origin: string) => Partial<LoadedLogin> = () => ({}),
): Promise<Tried> {
  const lists = Object.fromEntries(Object.entries(replies).map(([path, reply]) => [path, [reply]]));
  const vendor = await oddVendor(context, lists);
  const notes: string[] = [];
  const login = await begin(context, vendor.facts(change(vendor.origin)), {
    listen: false,
    clock: new HandClock(now),
    note: (message) => notes.push(message),
  });
  assert.equal(login.paste(`code-1#${login.id}`), undefined);
  const outcome = await login.outcome;
  const granted = 'granted' in outcome ? outcome.granted : undefined;
  return { granted, problem: 'problem' in outcome ? outcome.problem : undefined, notes, vendor };
}

function idToken(claims: Record<string, unknown>): string {
  return new UnsecuredJWT(claims).encode().replace(/\.$/, '.sig');
}

test('a JSON body, with state and redirect URI filled into further parameters', async (context) => {
  const parameters = { state: '{state}', redirect: '{redirectUri}' };
  const { vendor, granted } = await redeemed(context, { '/token': tokens }, () => ({
    body: 'json',
    clientSecret: undefined,
    tokenParameters: parameters,
    callback: { host: 'localhost', port: 54_545, path: '/callback', registeredPort: 54_545 },
  }));
  const { headers, body } = vendor.asked[0] ?? { headers: {}, body: '' };
  assert.equal(headers['content-type'], 'application/json');
  assert.equal(headers['user-agent'], 'portico');
  assert.equal(headers.accept, 'application/json');
  const { state, code_verifier: verifier, ...rest } = JSON.parse(body);
  assert.equal(Buffer.from(state, 'base64url').length, 32);
  assert.match(verifier, /^[\w-]{43}$/);
  assert.deepEqual(rest, {
    grant_type: 'authorization_code',
    code: 'code-1',
    client_id: 'odd-client',
    redirect_uri: 'http://localhost:54545/callback',
    redirect: 'http://localhost:54545/callback',
  });
  assert.deepEqual(granted?.tokens, {
    accessToken: 'at-1',
    refreshToken: 'rt-1',
    idToken: undefined,
    expiresAt: now + 3_600_000,
  });
});

test('Basic as RFC 6749 has it: what needs no escape is not escaped', async (context) => {
  const { vendor } = await redeemed(context, { '/token': tokens }, () => ({
    clientAuth: 'basic',
    clientId: 'my-app.v1_x',
    clientSecret: 'a:b c',
  }));
  const { headers, body } = vendor.asked[0] ?? { headers: {}, body: '' };
  const sent = Buffer.from(String(headers.authorization).replace('Basic ', ''), 'base64').toString();
  assert.equal(sent, 'my-app.v1_x:a%3Ab+c');
  assert.doesNotMatch(body, /client_/);
});

test('without PKCE where the vendor refuses it', async (context) => {
  const vendor = await oddVendor(context, { '/token': [tokens] });
  const login = await begin(context, vendor.facts({ pkce: false }), { listen: false });
  assert.doesNotMatch(login.url, /code_challenge/);
  login.paste(`c#${login.id}`);
  await grantedOf(login);
  assert.doesNotMatch(vendor.asked[0]?.body ?? '', /verifier/);
});

test('the authorization URL: parameters of the directory, of which none can take the place of ours', async (context) => {
  const vendor = await oddVendor(context, {});
  const login = await begin(context, {
    ...vendor.facts({ authorizeUrl: `${vendor.origin}/authorize?tenant=a%20b` }),
    authorizeParameters: { access_type: 'offline', redirect: '{redirectUri}', state: 'fixed', response_type: 'token' },
    scopes: ['one', 'two'],
  });
  const asked = Object.fromEntries(new URL(login.url).searchParams);
  const { code_challenge: challenge, state, ...rest } = asked;
  assert.equal(state, login.id);
  assert.equal(challenge?.length, 43);
  assert.deepEqual(rest, {
    tenant: 'a b',
    access_type: 'offline',
    redirect: login.redirectUri,
    redirect_uri: login.redirectUri,
    response_type: 'code',
    client_id: 'odd-client',
    scope: 'one two',
    code_challenge_method: 'S256',
  });
});

const odd: Readonly<Record<string, readonly [Reply, Partial<Granted['tokens']>]>> = {
  'no token_type, seconds as text': [
    { access_token: 'at-1', expires_in: '7200' },
    { accessToken: 'at-1', refreshToken: undefined, expiresAt: now + 7_200_000 },
  ],
  'a form in the place of JSON': [
    { type: 'application/x-www-form-urlencoded; charset=utf-8', text: 'access_token=at-2&scope=&token_type=bearer' },
    { accessToken: 'at-2', expiresAt: undefined },
  ],
  'JSON that is called text': [{ type: 'text/plain', text: '{"access_token":"at-3"}' }, { accessToken: 'at-3' }],
  'status 201': [{ status: 201, text: '{"access_token":"at-4"}' }, { accessToken: 'at-4' }],
  'a scope that is a list, a refresh token that is null': [
    { access_token: 'at-5', refresh_token: null, scope: ['a'] },
    { accessToken: 'at-5', refreshToken: undefined },
  ],
  'no end but the one in the token itself': [
    { access_token: idToken({ exp: 1_800_003_000 }) },
    { expiresAt: 1_800_003_000_000 },
  ],
  'an id token that cannot be read': [{ access_token: 'at-6', id_token: 'opaque' }, { idToken: 'opaque' }],
};

for (const [what, [reply, expected]] of Object.entries(odd)) {
  test(`understood: ${what}`, async (context) => {
    const { granted, problem } = await redeemed(context, { '/token': reply });
    assert.deepEqual(problem, undefined);
    const found = Object.keys(expected).map((name) => [name, granted?.tokens[name as keyof typeof expected]]);
    assert.deepEqual(Object.fromEntries(found), expected);
  });
}

const refusals: Readonly<Record<string, readonly [Reply, RegExp]>> = {
  'an error with status 200': [
    { error: 'bad_verification_code', error_description: 'rt-secret' },
    /: bad_verification/,
  ],
  'an error of a vendor': [
    { status: 400, text: '{"type":"error","error":{"type":"invalid_request_error","message":"rt-secret"}}' },
    /invalid_request_error, status 400/,
  ],
  'an error that is what was sent': [{ error: 'odd-secret-123' }, /an error without a code/],
  'an error that is a sentence': [{ error: 'rt-secret is not good' }, /an error without a code/],
  'no access token': [{ token_type: 'bearer' }, /without an access_token/],
  'a list': [{ text: '["rt-secret"]' }, /without an access_token/],
  'JSON that is cut off': [{ text: '{"access_token":"rt-secret' }, /without an access_token/],
  'a page': [{ status: 502, type: 'text/html', text: '<h1>rt-secret</h1>' }, /status 502/],
  'a redirect': [{ status: 302, location: '/elsewhere', text: '' }, /status 302/],
  'a token that no header can hold': [{ access_token: 'rt-secret\r\nx: y' }, /without an access_token/],
  'more than is sensible': [{ text: `"${'x'.repeat(1_100_000)}"` }, /more than 1 MiB/],
};

for (const [what, [reply, expected]] of Object.entries(refusals)) {
  test(`refused: ${what}`, async (context) => {
    const { problem, vendor } = await redeemed(context, { '/token': reply });
    assert.equal(problem?.code, 'refused');
    assert.match(problem?.message ?? '', expected);
    assert.doesNotMatch(JSON.stringify(problem), /rt-secret|odd-secret|code-1/);
    assert.equal(vendor.asked.length, 1, 'nobody is asked twice');
  });
}

test('names are read where the directory says they stand', async (context) => {
  const claims = { sub: 'u-1', email: 'id@example.com', 'https://vendor.example/auth': { account: 'team-7' } };
  const replies = {
    '/token': { ...tokens, id_token: idToken(claims), resource_url: 'portal.example.com', account: { uuid: 'a-1' } },
    '/userinfo': { id: 4711, data: { plan: 'max', key: ' key-1 ' }, email: 'who@example.com' },
  };
  const { granted, vendor } = await redeemed(context, replies, (origin) => ({
    userinfoUrl: `${origin}/userinfo?token={accessToken}&v=2`,
    fields: {
      accountId: ['idToken', 'https://vendor.example/auth', 'account'],
      project: 'userinfo.id',
      plan: 'userinfo.data.plan',
      apiKey: 'userinfo.data.key',
      baseUrl: 'response.resource_url',
      location: 'response.nowhere.at.all',
    },
  }));
  assert.deepEqual(granted?.fields, {
    accountId: 'team-7',
    project: '4711',
    plan: 'max',
    apiKey: 'key-1',
    baseUrl: 'portal.example.com',
    email: 'id@example.com',
  });
  assert.equal(vendor.asked[1]?.path, '/userinfo?token=at-1&v=2');
  assert.equal(vendor.asked[1]?.headers.authorization, undefined);
});

test('the vendor is asked who it was once, as Bearer, and only where nothing says it yet', async (context) => {
  const who = { '/userinfo': { sub: 'u-2', email: 'u2@example.com' } };
  const asked = await redeemed(context, { '/token': tokens, ...who }, (origin) => ({
    userinfoUrl: `${origin}/userinfo`,
  }));
  assert.equal(asked.vendor.asked[1]?.headers.authorization, 'Bearer at-1');
  assert.deepEqual(asked.granted?.fields, { email: 'u2@example.com', accountId: 'u-2' });
  const named = { ...tokens, id_token: idToken({ sub: 'u-3', email: 'u3@example.com' }) };
  const known = await redeemed(context, { '/token': named, ...who }, (origin) => ({
    userinfoUrl: `${origin}/userinfo`,
  }));
  assert.equal(known.vendor.asked.length, 1);
  assert.deepEqual(known.granted?.fields, { email: 'u3@example.com', accountId: 'u-3' });
});

test('a vendor that does not say who it was has given its tokens all the same', async (context) => {
  const { granted, notes } = await redeemed(
    context,
    { '/token': tokens, '/userinfo': { status: 403, text: 'at-1' } },
    (origin) => ({ userinfoUrl: `${origin}/userinfo` }),
  );
  assert.equal(granted?.tokens.accessToken, 'at-1');
  assert.deepEqual(notes, ["The account's names are not known: the userinfo endpoint refused (status 403)."]);
});

test('where the account is used with an API key, a login without one is none', async (context) => {
  const { problem } = await redeemed(context, { '/token': tokens, '/userinfo': { success: false } }, (origin) => ({
    userinfoUrl: `${origin}/userinfo`,
    fields: { apiKey: 'userinfo.data.apiKey' },
  }));
  assert.match(problem?.message ?? '', /gave no API key/);
});

test('names that would disturb a terminal or lead elsewhere are none', async (context) => {
  const { granted } = await redeemed(
    context,
    {
      '/token': {
        ...tokens,
        plan: 'a\u001b[2J',
        project: 'a\u202eb',
        base: 'http://far.example',
        email: 'ok@example.com',
      },
    },
    () => ({
      fields: { plan: 'response.plan', project: 'response.project', baseUrl: 'response.base', email: 'response.email' },
    }),
  );
  assert.deepEqual(granted?.fields, { email: 'ok@example.com' });
});

test('names and tokens of a length that nothing has are none', async (context) => {
  const long = 'a'.repeat(300_000);
  const userinfo = (origin: string) => ({ userinfoUrl: `${origin}/userinfo`, fields: { plan: 'response.plan' } });
  const replies = { '/token': { ...tokens, plan: long, refresh_token: long }, '/userinfo': { sub: long, email: long } };
  const { granted } = await redeemed(context, replies, userinfo);
  assert.deepEqual(granted?.fields, {});
  assert.equal(granted?.tokens.refreshToken, undefined);
  const { problem } = await redeemed(context, { '/token': { access_token: 'a'.repeat(20_000) } });
  assert.match(problem?.message ?? '', /no header can hold its access_token/);
});

test('a token that is traded for others is kept as the refresh token', async (context) => {
  const { granted } = await redeemed(context, { '/token': { access_token: 'gho-1' } }, () => ({ exchanged: true }));
  assert.deepEqual(granted?.tokens, {
    accessToken: undefined,
    refreshToken: 'gho-1',
    idToken: undefined,
    expiresAt: undefined,
  });
});

const claimed: Readonly<Record<string, readonly [Record<string, unknown>, RegExp | undefined]>> = {
  'the nonce of another login': [{ nonce: 'another' }, /nonce/],
  'another issuer': [{ iss: 'https://elsewhere.example' }, /another issuer/],
  'another client': [{ aud: ['someone'] }, /another client/],
  'this client among others': [{ aud: ['someone', 'odd-client'] }, undefined],
};

for (const [what, [claims, expected]] of Object.entries(claimed)) {
  test(`an id token of ${what}`, async (context) => {
    const replies = { '/token': { ...tokens, id_token: idToken({ sub: 'u', email: 'u@example.com', ...claims }) } };
    const { problem } = await redeemed(context, replies, (origin) => ({ issuer: origin, scopes: ['openid'] }));
    if (expected === undefined) assert.equal(problem, undefined);
    else assert.match(problem?.message ?? '', expected);
  });
}
