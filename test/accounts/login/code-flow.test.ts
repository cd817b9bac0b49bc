// Authorization code with PKCE against a real authorization server.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HandClock } from '../../support/clock.ts';
import { authorizationServer } from '../authorization-server.ts';
import { begin, grantedOf, problemOf } from './begin.ts';
import { factsOf } from './facts.ts';

test('a person signs in with a browser: tokens, names, and nothing left behind', async (context) => {
  const server = await authorizationServer(context);
  const clock = new HandClock(Date.now());
  const login = await begin(context, factsOf(server), { clock });
  assert.equal(login.flow, 'code');
  assert.equal(login.expiresAt, clock.now() + 300_000);
  const asked = new URL(login.url).searchParams;
  assert.equal(asked.get('code_challenge_method'), 'S256');
  assert.equal(asked.get('state'), login.id);
  assert.equal(Buffer.from(login.id, 'base64url').length, 32);
  assert.ok(asked.has('nonce'), 'openid is asked for');
  const callback = await server.walk(login.url);
  assert.ok(callback.startsWith(`${login.redirectUri}?`), callback);
  const page = await fetch(callback);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /Signed in/);
  const { tokens, fields } = await grantedOf(login);
  assert.ok(await server.isGood(tokens.accessToken ?? ''));
  assert.ok(await server.isKept(tokens.refreshToken ?? ''));
  const { clientId: id, clientSecret: secret } = server;
  const question = { client_id: id, client_secret: secret, token: tokens.accessToken ?? '' };
  const told = await fetch(server.introspectUrl, { method: 'POST', body: new URLSearchParams(question) });
  assert.equal(Object(await told.json()).active, true, 'an upstream that asks the server is told the same');
  assert.ok((tokens.expiresAt ?? 0) > clock.now() + 3_500_000);
  assert.deepEqual(fields, { email: 'ada@example.com', accountId: 'ada' });
  await assert.rejects(fetch(callback), 'the listener is gone');
  assert.equal(clock.waiting, 0);
});

test('a client without a secret signs in too', async (context) => {
  const server = await authorizationServer(context);
  const facts = factsOf(server, { clientId: server.publicClientId, clientSecret: undefined });
  const login = await begin(context, facts, { listen: false });
  assert.equal(login.paste(await server.walk(login.url)), undefined);
  await grantedOf(login);
});

test('each login has its own state and verifier', async (context) => {
  const server = await authorizationServer(context);
  const logins = [await begin(context, factsOf(server)), await begin(context, factsOf(server))];
  for (const name of ['state', 'nonce', 'code_challenge']) {
    assert.equal(new Set(logins.map(({ url }) => new URL(url).searchParams.get(name))).size, 2, name);
  }
});

test('the issuer says the endpoints, and is held to what it is', async (context) => {
  const server = await authorizationServer(context);
  const unnamed = { authorizeUrl: undefined, tokenUrl: undefined, userinfoUrl: undefined, deviceUrl: undefined };
  const facts = factsOf(server, { ...unnamed, issuer: server.issuer });
  const login = await begin(context, facts, { listen: false });
  assert.equal(login.paste(await server.walk(login.url)), undefined);
  const names = { email: 'ada@example.com', accountId: 'ada' };
  assert.deepEqual((await grantedOf(login)).fields, { ...names, tokenUrl: server.tokenUrl });
  // RFC 9207: the answer names whose it is.
  const other = await begin(context, facts, { listen: false });
  const callback = new URL(await server.walk(other.url));
  callback.searchParams.set('iss', 'https://elsewhere.example');
  assert.equal(other.paste(callback.href), undefined);
  assert.equal((await problemOf(other)).code, 'refused');
  const none = await begin(context, facts, { listen: false });
  const without = new URL(await server.walk(none.url));
  without.searchParams.delete('iss');
  assert.equal(none.paste(without.href), undefined);
  assert.equal((await problemOf(none)).code, 'refused');
});

test('the server refuses a code whose verifier is another', async (context) => {
  const server = await authorizationServer(context);
  const login = await begin(context, factsOf(server), { listen: false });
  const url = new URL(login.url);
  url.searchParams.set('code_challenge', 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM');
  assert.equal(login.paste(await server.walk(url.href)), undefined);
  const problem = await problemOf(login);
  assert.equal(problem.code, 'refused');
  assert.match(problem.message, /invalid_grant/);
});

test('consent that is refused ends the login, and the page says so', async (context) => {
  const server = await authorizationServer(context);
  const login = await begin(context, factsOf(server));
  const page = await fetch(await server.walk(login.url, { deny: true }));
  assert.match(await page.text(), /Consent was refused/);
  assert.equal((await problemOf(login)).code, 'denied');
});

test('a client secret that is wrong is told with where it stands', async (context) => {
  const server = await authorizationServer(context);
  for (const clientAuth of ['body', 'basic'] as const) {
    const facts = factsOf(server, { clientSecret: 'not-the-secret-of-it', clientAuth });
    const login = await begin(context, facts, { listen: false });
    login.paste(await server.walk(login.url));
    const problem = await problemOf(login);
    assert.match(problem.message, /invalid_client/);
    assert.match(problem.remedy, /clientSecret/);
    assert.doesNotMatch(JSON.stringify(problem), /not-the-secret/);
  }
});

test('a login that waits is cancelled, or ends with its time; the listener goes with it', async (context) => {
  const server = await authorizationServer(context);
  const clock = new HandClock(Date.now());
  const cancelled = await begin(context, factsOf(server), { clock });
  cancelled.cancel();
  assert.equal((await problemOf(cancelled)).code, 'cancelled');
  await assert.rejects(fetch(cancelled.redirectUri ?? ''));
  const late = await begin(context, factsOf(server), { clock });
  clock.advance(299_999);
  assert.equal((await fetch(late.redirectUri ?? '')).status, 400, 'it waits to the end');
  clock.advance(1);
  const problem = await problemOf(late);
  assert.equal(problem.code, 'timeout');
  assert.match(problem.message, /5 min/);
  await assert.rejects(fetch(late.redirectUri ?? ''));
  assert.equal(clock.waiting, 0);
  assert.equal(late.paste(`code=a&state=${late.id}`)?.code, 'timeout', 'and nothing is asked for it any more');
  assert.equal(server.requests(), 0);
});

test('what is listened at and what the vendor is told: ports that are asked for, registered, or any', async (context) => {
  const server = await authorizationServer(context);
  const callback = { host: 'localhost' as const, port: 0, path: '/auth/callback', registeredPort: 1455 };
  const fixed = await begin(context, factsOf(server, { callback }));
  assert.equal(fixed.redirectUri, 'http://localhost:1455/auth/callback');
  assert.notEqual(fixed.listening?.port, 1455);
  const any = await begin(context, factsOf(server, { callback: { ...callback, registeredPort: undefined } }));
  assert.equal(any.redirectUri, `http://localhost:${any.listening?.port}/auth/callback`);
  const port = any.listening?.port ?? 0;
  any.cancel();
  await any.outcome;
  const asked = await begin(context, factsOf(server), { callbackPort: port });
  assert.equal(asked.redirectUri, `http://127.0.0.1:${port}/callback`);
  const nowhere = await begin(context, factsOf(server), { listen: false });
  assert.equal(nowhere.listening, undefined);
  assert.match(nowhere.redirectUri ?? '', /^http:\/\/127\.0\.0\.1:(49|5\d|6\d)\d{3}\/callback$/);
});
