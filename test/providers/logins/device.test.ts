// Logins with a code that is typed in elsewhere, from the shipped directories, against a double of the vendor.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { idToken, loginOf, signIn, vendorDouble } from './vendor-double.ts';

const clientId = 'client-of-the-operator';
const tokens = {
  access_token: 'acc-0123456789',
  refresh_token: 'ref-0123456789',
  token_type: 'Bearer',
  expires_in: 21_600,
};
const grantType = 'urn:ietf:params:oauth:grant-type:device_code';
const code = {
  device_code: 'dev-0123456789',
  user_code: 'ABCD-EFGH',
  verification_uri: 'https://vendor.example/device',
  verification_uri_complete: 'https://vendor.example/device?user_code=ABCD-EFGH',
  expires_in: 900,
  interval: 5,
};
const pending = { error: 'authorization_pending', error_description: 'not yet' };

test('qwen: with a challenge; the answer names the base URL', async (context) => {
  const vendor = await vendorDouble(context, () => ({
    '/device/code': [code],
    '/token': [pending, { ...tokens, resource_url: 'portal.qwen.ai' }],
  }));
  const urls = { deviceUrl: `${vendor.url}/device/code`, tokenUrl: `${vendor.url}/token` };
  const { login, granted } = await signIn(await loginOf('qwen', { clientId, ...urls }));
  assert.deepEqual([login.userCode, login.url], [code.user_code, code.verification_uri_complete]);
  assert.equal(login.redirectUri, undefined);
  const asked = vendor.at('/device/code').fields;
  assert.equal(asked.scope, 'openid profile email model.completion');
  assert.equal(asked.code_challenge_method, 'S256');
  const { fields } = vendor.at('/token');
  assert.deepEqual([fields.grant_type, fields.device_code, fields.client_id], [grantType, code.device_code, clientId]);
  const challenge = createHash('sha256').update(String(fields.code_verifier)).digest('base64url');
  assert.equal(asked.code_challenge, challenge);
  assert.match(granted.fields.baseUrl ?? '', /^(https:\/\/)?portal\.qwen\.ai$/);
});

test('kimi: no scopes, which the vendor sets itself', async (context) => {
  const vendor = await vendorDouble(context, () => ({
    '/device_authorization': [code],
    '/token': [{ ...tokens, scope: 'kimi-code' }],
  }));
  const urls = { deviceUrl: `${vendor.url}/device_authorization`, tokenUrl: `${vendor.url}/token` };
  const { granted } = await signIn(await loginOf('kimi', { clientId, ...urls }));
  const { fields, headers } = vendor.at('/device_authorization');
  assert.deepEqual(fields, { client_id: clientId });
  const played = Object.keys(headers).filter((name) => name.startsWith('x-'));
  assert.deepEqual(played, [], 'no device, no platform of another client');
  assert.deepEqual(
    [granted.tokens.accessToken, granted.tokens.refreshToken],
    [tokens.access_token, tokens.refresh_token],
  );
});

test('xai: the issuer names where codes are asked for; names stand in the id token', async (context) => {
  const vendor = await vendorDouble(context, (url) => ({
    '/.well-known/openid-configuration': [
      {
        issuer: url,
        authorization_endpoint: `${url}/oauth2/authorize`,
        token_endpoint: `${url}/oauth2/token`,
        device_authorization_endpoint: `${url}/oauth2/device/code`,
        revocation_endpoint: `${url}/oauth2/revoke`,
        jwks_uri: `${url}/jwks`,
      },
    ],
    '/oauth2/device/code': [code],
    '/oauth2/token': [
      {
        ...tokens,
        id_token: idToken({ iss: url, aud: clientId, sub: 's-1', email: 'ada@example.com', exp: 4e9, iat: 1 }),
      },
    ],
  }));
  const { login, granted } = await signIn(
    await loginOf('xai', { clientId, issuer: vendor.url, tokenUrl: `${vendor.url}/oauth2/token` }),
  );
  assert.equal(login.flow, 'device');
  assert.equal(
    vendor.at('/oauth2/device/code').fields.scope,
    'openid profile email offline_access api:access',
    'the scope of the command line of the vendor is not asked for',
  );
  assert.deepEqual(granted.fields, { email: 'ada@example.com', accountId: 's-1' });
});

test('github-copilot: errors come with status 200; the token is what others are traded for', async (context) => {
  const vendor = await vendorDouble(context, () => ({
    '/login/device/code': [{ ...code, verification_uri_complete: undefined }],
    '/login/oauth/access_token': [
      pending,
      { access_token: 'gho_0123456789', token_type: 'bearer', scope: 'read:user' },
    ],
    '/user': [{ login: 'ada', id: 7, email: null }],
  }));
  const facts = await loginOf('github-copilot', {
    clientId,
    deviceUrl: `${vendor.url}/login/device/code`,
    tokenUrl: `${vendor.url}/login/oauth/access_token`,
    userinfoUrl: `${vendor.url}/user`,
  });
  assert.equal(facts.exchanged, true);
  const { login, granted } = await signIn(facts);
  assert.equal(login.url, code.verification_uri);
  assert.equal(vendor.at('/login/device/code').fields.scope, 'read:user');
  for (const path of ['/login/device/code', '/login/oauth/access_token', '/user']) {
    const { headers } = vendor.at(path);
    assert.match(headers.accept ?? '', /application\/json/, `${path} answers with a form otherwise`);
    assert.ok(headers['user-agent'], `${path} is refused without a name`);
  }
  assert.deepEqual([granted.tokens.accessToken, granted.tokens.refreshToken], [undefined, 'gho_0123456789']);
  assert.deepEqual(granted.fields, { accountId: 'ada' });
});
