// Tokens are given back: the refresh token first, and it is said where some may still be good.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { revoke } from '../../../src/accounts/login/revoke.ts';
import type { TokenSet } from '../../../src/config/loaded.ts';
import { systemClock } from '../../../src/core/index.ts';
import { authorizationServer } from '../authorization-server.ts';
import { begin, grantedOf } from './begin.ts';
import { factsOf } from './facts.ts';
import { oddVendor, type Reply } from './odd-vendor.ts';

const clock = systemClock;
const set: TokenSet = { accessToken: 'at-1', refreshToken: 'rt-1', idToken: undefined, expiresAt: undefined };

test('neither token is good any more at the vendor', async (context) => {
  const server = await authorizationServer(context);
  const facts = factsOf(server);
  const login = await begin(context, facts, { listen: false });
  login.paste(await server.walk(login.url));
  const { tokens } = await grantedOf(login);
  assert.deepEqual(await revoke(facts, tokens, { clock }), { state: 'revoked' });
  assert.equal(await server.isGood(tokens.accessToken ?? ''), false);
  assert.equal(await server.isKept(tokens.refreshToken ?? ''), false);
  assert.deepEqual(await revoke(facts, tokens, { clock }), { state: 'revoked' }, 'nor is it a failure to ask again');
});

test('where the endpoint is not named the issuer says it', async (context) => {
  const server = await authorizationServer(context);
  const { accessToken, refreshToken } = await server.login();
  const facts = factsOf(server, { revokeUrl: undefined, issuer: server.issuer });
  const tokens = { ...set, accessToken, refreshToken };
  assert.deepEqual(await revoke(facts, tokens, { clock }), { state: 'revoked' });
  assert.equal(await server.isGood(accessToken), false);
});

test('vendors that offer none', async (context) => {
  const lists: Record<string, readonly Reply[]> = {};
  const vendor = await oddVendor(context, lists);
  lists['/.well-known/openid-configuration'] = [{ issuer: vendor.origin }];
  const facts = vendor.facts({ revokeUrl: undefined });
  assert.deepEqual(await revoke(facts, set, { clock }), { state: 'not-offered' });
  assert.deepEqual(await revoke({ ...facts, issuer: vendor.origin }, set, { clock }), { state: 'not-offered' });
});

const answers: Readonly<Record<string, readonly [readonly Reply[], RegExp | undefined]>> = {
  'nothing in it': [[{ status: 200, text: '' }], undefined],
  'that it has ended already': [[{ status: 400, text: '{"error":"invalid_token"}' }], undefined],
  'that access tokens end by themselves': [
    [
      { status: 200, text: '' },
      { status: 400, text: '{"error":"unsupported_token_type"}' },
    ],
    undefined,
  ],
  'that refresh tokens are not taken': [[{ status: 400, text: '{"error":"unsupported_token_type"}' }], /unsupported_/],
  'an error': [[{ status: 401, text: '{"error":"invalid_client","error_description":"rt-1"}' }], /invalid_client/],
  'a failure': [[{ status: 503, text: 'rt-1' }], /status 503/],
};

for (const [what, [replies, expected]] of Object.entries(answers)) {
  test(`a vendor that answers with ${what}`, async (context) => {
    const vendor = await oddVendor(context, { '/revoke': replies });
    const told = await revoke(vendor.facts(), set, { clock });
    assert.match(vendor.asked[0]?.body ?? '', /^(?=.*\btoken=rt-1\b)(?=.*token_type_hint=refresh_token)/);
    if (expected === undefined) {
      assert.deepEqual(told, { state: 'revoked' });
      assert.match(vendor.asked[1]?.body ?? '', /^(?=.*\btoken=at-1\b)(?=.*token_type_hint=access_token)/);
      return;
    }
    assert.ok(told.state === 'failed');
    assert.match(told.problem.message, expected);
    assert.doesNotMatch(JSON.stringify(told), /rt-1|odd-secret/);
  });
}

test('a token that is traded for others is an access token to its vendor', async (context) => {
  const vendor = await oddVendor(context, { '/revoke': [{ status: 200, text: '' }] });
  await revoke(vendor.facts({ exchanged: true }), { ...set, accessToken: 'traded' }, { clock });
  assert.equal(vendor.asked.length, 1);
  assert.match(vendor.asked[0]?.body ?? '', /^(?=.*\btoken=rt-1\b)(?=.*token_type_hint=access_token)/);
});

test('a vendor that is not there, a client that is not set, a person who leaves', async (context) => {
  const vendor = await oddVendor(context, { '/revoke': [undefined] });
  const away = await revoke(vendor.facts({ revokeUrl: 'http://127.0.0.1:9/' }), set, { clock });
  assert.equal(away.state === 'failed' && away.problem.code, 'unreachable');
  const nobody = await revoke(vendor.facts({ clientId: undefined }), set, { clock });
  assert.equal(nobody.state === 'failed' && nobody.problem.code, 'no-client');
  const left = await revoke(vendor.facts(), set, { clock, signal: AbortSignal.abort() });
  assert.equal(left.state, 'failed');
});
