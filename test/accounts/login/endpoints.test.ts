// Endpoints that are not there, not answering, or not to be trusted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Server as HttpProxy } from 'proxy-chain';
import { revoke } from '../../../src/accounts/login/revoke.ts';
import type { LoadedLogin } from '../../../src/config/loaded.ts';
import { systemClock } from '../../../src/core/index.ts';
import { HandClock } from '../../support/clock.ts';
import { begin, grantedOf, problemOf, refusal } from './begin.ts';
import { oddFacts, oddVendor, type Reply } from './odd-vendor.ts';

/** A port that nobody listens at: the discard service has it, which nobody offers. */
const nobody = 'http://127.0.0.1:9';

test('a token endpoint that is not there', async (context) => {
  const login = await begin(context, oddFacts(nobody), { listen: false });
  login.paste(`c#${login.id}`);
  const problem = await problemOf(login);
  assert.equal(problem.code, 'unreachable');
  assert.match(problem.message, /^127\.0\.0\.1:9 cannot be reached: .*ECONNREFUSED/);
  assert.match(problem.remedy, /egress/);
});

test('a proxy that is not there is told without its password', async (context) => {
  const facts = oddFacts(nobody, { egressUrl: 'http://proxy-user:proxy-secret@127.0.0.1:9' });
  const login = await begin(context, facts, { listen: false });
  login.paste(`c#${login.id}`);
  const problem = await problemOf(login);
  assert.equal(problem.code, 'unreachable');
  assert.doesNotMatch(JSON.stringify(problem), /proxy-secret/);
});

test('everything that is asked goes through the egress of the provider', async (context) => {
  const proxied: string[] = [];
  const proxy = new HttpProxy({
    port: 0,
    host: '127.0.0.1',
    prepareRequestFunction: ({ request, username, password }) => {
      proxied.push(`${request.method} ${username}:${password}`);
      return {};
    },
  });
  await proxy.listen();
  context.after(() => proxy.close(true));
  const vendor = await oddVendor(context, {
    '/token': [{ access_token: 'at' }],
    '/userinfo': [{ sub: 'u' }],
    '/revoke': [{ status: 200, text: '' }],
  });
  const egressUrl = `http://me:pass@127.0.0.1:${proxy.port}`;
  const facts = vendor.facts({ egressUrl, userinfoUrl: `${vendor.origin}/userinfo` });
  const login = await begin(context, facts, { listen: false });
  login.paste(`c#${login.id}`);
  const { tokens } = await grantedOf(login);
  const before = proxied.length;
  assert.ok(before > 0, 'the proxy was asked for a login');
  assert.deepEqual(await revoke(facts, tokens, { clock: systemClock }), { state: 'revoked' });
  assert.ok(proxied.length > before, 'and for a revocation');
  assert.deepEqual(new Set(proxied), new Set(['CONNECT me:pass']));
  assert.equal(vendor.asked.length, 3);
});

test('a token endpoint that does not answer is given up after 20 seconds', async (context) => {
  const vendor = await oddVendor(context, { '/token': [undefined] });
  const clock = new HandClock();
  const login = await begin(context, vendor.facts(), { listen: false, clock });
  login.paste(`c#${login.id}`);
  const limit = Date.now() + 5000;
  while (vendor.asked.length === 0 && Date.now() < limit) await new Promise((next) => setImmediate(next));
  clock.advance(20_000);
  const problem = await problemOf(login);
  assert.equal(problem.code, 'unreachable');
  assert.match(problem.message, /no answer within 20 s/);
  assert.equal(clock.waiting, 0);
});

test('secrets are not sent where they can be read on the way', async () => {
  for (const [name, flow] of [
    ['tokenUrl', 'code'],
    ['authorizeUrl', 'code'],
    ['deviceUrl', 'device'],
  ] as const) {
    const facts = oddFacts(nobody, { [name]: 'http://vendor.example/oauth' });
    const problem = await refusal(facts, { flow });
    assert.equal(problem.code, 'no-flow', name);
    assert.match(problem.message, /vendor\.example is reached neither by https nor on loopback/);
  }
});

test('a flow that the vendor does not have, or that nothing says the endpoints of', async () => {
  const codeOnly = await refusal(oddFacts(nobody, { flows: ['code'] }), { flow: 'device' });
  assert.equal(codeOnly.code, 'no-flow');
  assert.match(codeOnly.remedy, /authorization code flow/);
  const unnamed = await refusal(oddFacts(nobody, { tokenUrl: undefined }));
  assert.match(unnamed.message, /`tokenUrl`/);
  const none = await refusal(oddFacts(nobody, { flows: [] }));
  assert.equal(none.code, 'no-flow');
});

const wellKnown = '/.well-known/openid-configuration';
const wellKnownOauth = '/.well-known/oauth-authorization-server';
const unnamed: Partial<LoadedLogin> = { authorizeUrl: undefined, tokenUrl: undefined, deviceUrl: undefined };

const unsaid: Readonly<Record<string, readonly [(origin: string) => Readonly<Record<string, Reply>>, string, RegExp]>> =
  {
    'no document': [() => ({}), 'discovery-failed', /status 404/],
    'a page': [() => ({ [wellKnown]: { type: 'text/html', text: '<h1>' } }), 'discovery-failed', /does not say/],
    'another issuer': [
      () => ({ [wellKnown]: { issuer: 'https://elsewhere.example', token_endpoint: 'https://elsewhere.example/t' } }),
      'discovery-failed',
      /issuer/,
    ],
    'no endpoint that is needed': [(origin) => ({ [wellKnown]: { issuer: origin } }), 'no-flow', /`authorizeUrl`/],
    'an endpoint without TLS': [
      (origin) => ({ [wellKnown]: { issuer: origin, authorization_endpoint: 'http://vendor.example/a' } }),
      'no-flow',
      /neither by https/,
    ],
  };

for (const [what, [replies, expected, message]] of Object.entries(unsaid)) {
  test(`an issuer that says ${what}`, async (context) => {
    const lists: Record<string, readonly Reply[]> = {};
    const vendor = await oddVendor(context, lists);
    for (const [path, reply] of Object.entries(replies(vendor.origin))) lists[path] = [reply];
    const problem = await refusal(vendor.facts({ ...unnamed, issuer: vendor.origin }));
    assert.equal(problem.code, expected);
    assert.match(problem.message, message);
  });
}

test('an issuer that is not there', async () => {
  const problem = await refusal(oddFacts(nobody, { ...unnamed, issuer: nobody }));
  assert.equal(problem.code, 'unreachable');
  assert.match(problem.message, /ECONNREFUSED/);
});

test('RFC 8414 is asked where there is no OpenID document; endpoints that are named come first', async (context) => {
  const lists: Record<string, readonly Reply[]> = { '/token': [{ access_token: 'at' }] };
  const vendor = await oddVendor(context, lists);
  lists[wellKnownOauth] = [
    {
      issuer: vendor.origin,
      authorization_endpoint: `${vendor.origin}/discovered`,
      token_endpoint: 'https://never.example',
    },
  ];
  const facts = vendor.facts({ ...unnamed, issuer: vendor.origin, tokenUrl: `${vendor.origin}/token` });
  const login = await begin(context, facts, { listen: false });
  assert.ok(login.url.startsWith(`${vendor.origin}/discovered?`));
  assert.deepEqual(
    vendor.asked.map(({ path }) => path),
    [wellKnown, wellKnownOauth],
  );
  login.paste(`c#${login.id}`);
  const outcome = await login.outcome;
  assert.ok('granted' in outcome, JSON.stringify(outcome));
});
