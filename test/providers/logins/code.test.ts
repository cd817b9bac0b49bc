// Logins with a browser, from the shipped directories, against a double of the vendor: what its documents demand arrives, at the
// redirect URI older guides name, and the account's names are read from an answer of the documented shape.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { idToken, loginOf, signIn, vendorDouble } from './vendor-double.ts';

const client = { clientId: 'client-of-the-operator', clientSecret: 'secret-0123456789' };
const tokens = {
  access_token: 'acc-0123456789',
  refresh_token: 'ref-0123456789',
  token_type: 'Bearer',
  expires_in: 3599,
};

/** That the verifier is the one of the challenge, which the URL had. */
function isProven(parameters: URLSearchParams, verifier: unknown): boolean {
  const challenge = createHash('sha256').update(String(verifier)).digest('base64url');
  return parameters.get('code_challenge_method') === 'S256' && parameters.get('code_challenge') === challenge;
}

for (const [name, redirectUri] of [
  ['gemini', 'http://localhost:8085/oauth2callback'],
  ['antigravity', 'http://localhost:51121/oauth-callback'],
] as const) {
  test(`${name}: a refresh token is asked for, in the name of the operator's client`, async (context) => {
    const vendor = await vendorDouble(context, () => ({
      '/token': [{ ...tokens, scope: 'openid' }],
      '/userinfo': [{ sub: '1099', email: 'ada@example.com', email_verified: true, picture: 'https://example.com/p' }],
    }));
    const facts = await loginOf(name, {
      ...client,
      authorizeUrl: `${vendor.url}/authorize`,
      tokenUrl: `${vendor.url}/token`,
      userinfoUrl: `${vendor.url}/userinfo`,
    });
    const { login, parameters, granted } = await signIn(facts);
    assert.equal(login.redirectUri, redirectUri);
    const asked = Object.fromEntries(parameters);
    assert.deepEqual(
      [asked.response_type, asked.client_id, asked.redirect_uri, asked.access_type, asked.prompt],
      ['code', client.clientId, redirectUri, 'offline', 'consent'],
    );
    assert.deepEqual(
      asked.scope?.split(' ').map((scope) => scope.split('/').at(-1)),
      ['cloud-platform', 'userinfo.email', 'userinfo.profile'],
    );
    const { fields, headers } = vendor.at('/token');
    assert.match(headers['content-type'] ?? '', /^application\/x-www-form-urlencoded/);
    assert.deepEqual(
      [fields.grant_type, fields.code, fields.redirect_uri, fields.client_id, fields.client_secret],
      ['authorization_code', 'code-0123456789', redirectUri, client.clientId, client.clientSecret],
    );
    assert.ok(isProven(parameters, fields.code_verifier));
    assert.equal(vendor.at('/userinfo').headers.authorization, 'Bearer acc-0123456789');
    assert.deepEqual(granted.fields, { email: 'ada@example.com', accountId: '1099' });
    assert.deepEqual(
      [granted.tokens.accessToken, granted.tokens.refreshToken],
      [tokens.access_token, tokens.refresh_token],
    );
  });
}

test('codex: account, plan and e-mail stand in the id token; the redirect URI keeps its port', async (context) => {
  const vendor = await vendorDouble(context, () => ({
    '/token': [
      {
        ...tokens,
        expires_in: 864_000,
        id_token: idToken({
          iss: 'https://auth.openai.com',
          aud: [client.clientId],
          sub: 'google-oauth2|1',
          email: 'ada@example.com',
          'https://api.openai.com/auth': { chatgpt_account_id: 'acct-1', chatgpt_plan_type: 'plus' },
        }),
      },
    ],
  }));
  const facts = await loginOf('codex', {
    clientId: client.clientId,
    authorizeUrl: `${vendor.url}/authorize`,
    tokenUrl: `${vendor.url}/token`,
  });
  const { login, parameters, granted } = await signIn(facts);
  assert.equal(login.redirectUri, 'http://localhost:1455/auth/callback');
  const asked = Object.fromEntries(parameters);
  assert.deepEqual(
    [asked.redirect_uri, asked.prompt, asked.id_token_add_organizations, asked.scope],
    [login.redirectUri, 'login', 'true', 'openid profile email offline_access'],
  );
  assert.equal(asked.originator, undefined, 'nobody else is played');
  assert.equal(asked.codex_cli_simplified_flow, undefined, 'nobody else is played');
  const { fields } = vendor.at('/token');
  assert.ok(isProven(parameters, fields.code_verifier));
  assert.equal(fields.client_secret, undefined);
  assert.deepEqual(granted.fields, { email: 'ada@example.com', accountId: 'acct-1', plan: 'plus' });
});

test('anthropic: JSON with the state in it; names from the answer, the plan from the profile', async (context) => {
  const vendor = await vendorDouble(context, () => ({
    '/v1/oauth/token': [
      {
        ...tokens,
        expires_in: 28_800,
        account: { uuid: 'u-1', email_address: 'ada@example.com' },
        organization: { uuid: 'o-1', name: 'Ada' },
      },
    ],
    '/profile': [
      { account: { uuid: 'u-1', email: 'ada@example.com' }, organization: { organization_type: 'claude_max' } },
    ],
  }));
  const facts = await loginOf('anthropic', {
    clientId: client.clientId,
    authorizeUrl: `${vendor.url}/oauth/authorize`,
    tokenUrl: `${vendor.url}/v1/oauth/token`,
    userinfoUrl: `${vendor.url}/profile`,
  });
  const { login, parameters, granted } = await signIn(facts);
  assert.equal(login.redirectUri, 'http://localhost:54545/callback');
  assert.deepEqual(
    [parameters.get('code'), parameters.get('scope'), parameters.get('redirect_uri')],
    ['true', 'user:profile user:inference', login.redirectUri],
  );
  const { fields, headers } = vendor.at('/v1/oauth/token');
  assert.equal(headers['content-type'], 'application/json');
  assert.equal(headers['user-agent']?.split('/')[0], 'portico');
  const { code_verifier: verifier, ...rest } = fields;
  assert.ok(isProven(parameters, verifier));
  assert.deepEqual(rest, {
    grant_type: 'authorization_code',
    code: 'code-0123456789',
    redirect_uri: login.redirectUri,
    client_id: client.clientId,
    state: parameters.get('state'),
  });
  assert.deepEqual(granted.fields, { email: 'ada@example.com', accountId: 'u-1', plan: 'claude_max' });
});

test('iflow: client by Basic, its own name of the redirect URI, and a key in the user information', async (context) => {
  const vendor = await vendorDouble(context, () => ({
    '/oauth/token': [{ ...tokens, scope: 'read' }],
    '/getUserInfo': [{ success: true, data: { apiKey: 'key-0123456789', email: 'ada@example.com', phone: '' } }],
  }));
  const facts = await loginOf('iflow', {
    ...client,
    authorizeUrl: `${vendor.url}/oauth`,
    tokenUrl: `${vendor.url}/oauth/token`,
    userinfoUrl: `${vendor.url}/getUserInfo?accessToken={accessToken}`,
  });
  const { login, parameters, granted } = await signIn(facts);
  assert.equal(login.redirectUri, 'http://localhost:11451/oauth2callback');
  assert.deepEqual(
    ['loginMethod', 'type', 'redirect', 'client_id'].map((name) => parameters.get(name)),
    ['phone', 'phone', login.redirectUri, client.clientId],
  );
  const { fields, headers } = vendor.at('/oauth/token');
  const basic = Buffer.from(`${client.clientId}:${client.clientSecret}`).toString('base64');
  assert.equal(headers.authorization, `Basic ${basic}`);
  assert.deepEqual([fields.client_secret, fields.redirect_uri], [undefined, login.redirectUri]);
  const { query, headers: plain } = vendor.at('/getUserInfo');
  assert.deepEqual([query.get('accessToken'), plain.authorization], ['acc-0123456789', undefined]);
  assert.deepEqual(granted.fields, { email: 'ada@example.com', apiKey: 'key-0123456789' });
});
