// /logins over real HTTP: begun, watched, pasted, ended; nobody without the token, no secret in any answer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answers, granted, problem, secrets } from './fake-login.ts';
import { bearer, keyed, serveLogins } from './served.ts';

test('a login from its start to its account, and no secret on the way', async (context) => {
  const scene = await serveLogins(context);
  const providers = await scene.ask('GET', '/logins/providers', bearer);
  assert.deepEqual(
    providers.body.providers.map(({ provider, flows }: { provider: string; flows: string[] }) => [provider, flows]),
    [
      ['acme', ['code']],
      ['other', ['device', 'code']],
    ],
  );
  const begun = await scene.ask('POST', '/logins', bearer, { provider: 'acme', account: 'ada', callbackPort: 9001 });
  assert.equal(begun.status, 201);
  const { id, url, redirectUri, listening, expiresAt, status } = begun.body;
  assert.equal(begun.headers.location, `/logins/${id}`);
  assert.match(url, /^https:\/\/vendor\.example\/authorize\?/);
  assert.deepEqual(
    [status, redirectUri, listening, expiresAt],
    ['waiting', 'http://localhost:8085/oauth2callback', { host: '127.0.0.1', port: 9001 }, scene.clock.now() + 300_000],
  );
  assert.deepEqual((await scene.ask('GET', `/logins/${id}`, bearer)).body, begun.body);
  answers(scene, granted);
  const done = await scene.ask('POST', `/logins/${id}/paste`, bearer, { url: `http://localhost/?code=c&state=${id}` });
  const { account, email, plan, file } = done.body;
  assert.deepEqual([done.status, done.body.status], [200, 'done']);
  assert.deepEqual([account, email, plan, file], ['ada', 'ada@example.com', 'pro', '/accounts/ada.json']);
  assert.equal(done.body.url, undefined);
  assert.deepEqual((await scene.ask('GET', '/logins', bearer)).body.logins, [done.body]);
  for (const secret of secrets) assert.ok(!`${scene.told} ${scene.said}`.includes(secret), secret);
});

test('a device code is told with where it is to be typed in', async (context) => {
  const scene = await serveLogins(context);
  const { body } = await scene.ask('POST', '/logins', bearer, { provider: 'other', listen: false });
  assert.deepEqual(
    [body.flow, body.userCode, body.verificationUrl, body.redirectUri],
    ['device', 'ABCD-EFGH', 'https://vendor.example/device', undefined],
  );
});

test('what failed, what is over and what never was', async (context) => {
  const scene = await serveLogins(context);
  const { id } = (await scene.ask('POST', '/logins', bearer, { provider: 'acme' })).body;
  const paste = (url: string) => scene.ask('POST', `/logins/${id}/paste`, bearer, { url });
  const wrong = await paste('http://localhost/?code=c&state=guessed');
  assert.deepEqual(
    [wrong.status, wrong.body.error.code, wrong.body.remedy],
    [400, 'state-mismatch', 'Paste the right one.'],
  );
  assert.equal((await scene.ask('GET', `/logins/${id}`, bearer)).body.status, 'waiting');
  scene.driven[0]?.end({ problem });
  await scene.registry.settled(id, 1000);
  const failed = (await scene.ask('GET', `/logins/${id}`, bearer)).body;
  assert.deepEqual([failed.status, failed.code, failed.remedy], ['failed', 'denied', 'Sign in again.']);
  const over = await paste(`http://localhost/?code=c&state=${id}`);
  assert.deepEqual([over.status, over.body.error.code], [409, 'login-over']);
  assert.equal((await scene.ask('DELETE', `/logins/${id}`, bearer)).status, 204);
  for (const [method, path, body] of [
    ['GET', `/logins/${id}`, undefined],
    ['DELETE', `/logins/${id}`, undefined],
    ['POST', `/logins/${id}/paste`, { url: 'http://localhost/?code=c' }],
  ] as const) {
    const unknown = await scene.ask(method, path, bearer, body);
    assert.deepEqual([unknown.status, unknown.body.error.code], [404, 'unknown-login'], method);
  }
});

test('one that waits is ended by DELETE', async (context) => {
  const scene = await serveLogins(context);
  const { id } = (await scene.ask('POST', '/logins', bearer, { provider: 'acme' })).body;
  assert.equal((await scene.ask('DELETE', `/logins/${id}`, bearer)).status, 204);
  await scene.registry.settled(id, 1000);
  assert.equal((await scene.ask('GET', `/logins/${id}`, bearer)).body.code, 'cancelled');
});

test('a body that says something else is refused with what is wrong', async (context) => {
  const scene = await serveLogins(context);
  for (const [body, what] of [
    [[], /JSON object/],
    [{}, /provider/],
    [{ provider: 'acme', acount: 'ada' }, /acount/],
    [{ provider: 'acme', account: '../ada' }, /account/],
    [{ provider: 'acme', flow: 'implicit' }, /flow/],
    [{ provider: 'acme', listen: 'yes' }, /listen/],
    [{ provider: 'acme', callbackPort: 70_000 }, /callbackPort/],
  ] as const) {
    const { status, body: told } = await scene.ask('POST', '/logins', bearer, body);
    assert.deepEqual([status, told.error.code], [400, 'invalid-request'], JSON.stringify(body));
    assert.match(told.error.message, what);
  }
  const refused = await scene.ask('POST', '/logins', bearer, { provider: 'nobody' });
  assert.deepEqual([refused.status, refused.body.error.code], [404, 'unknown-provider']);
  assert.match(refused.body.remedy, /acme, other/);
  assert.equal(scene.driven.length, 0);
});

test('nobody without the token begins, sees, pastes or ends a login', async (context) => {
  const scene = await serveLogins(context, { remote: true });
  const { id } = (await scene.ask('POST', '/logins', bearer, { provider: 'acme' })).body;
  for (const [method, path] of [
    ['GET', '/logins/providers'],
    ['GET', '/logins'],
    ['POST', '/logins'],
    ['GET', `/logins/${id}`],
    ['POST', `/logins/${id}/paste`],
    ['DELETE', `/logins/${id}`],
    ['POST', '/logins/callback'],
    ['DELETE', '/logins/callback'],
    ['GET', '/logins/callback/'],
  ] as const) {
    for (const headers of [{}, keyed, { authorization: `Bearer ${id}` }]) {
      const { status, text } = await scene.ask(
        method,
        path,
        headers,
        method === 'POST' ? { provider: 'acme' } : undefined,
      );
      assert.equal(status, 401, `${method} ${path}`);
      assert.ok(!text.includes(id));
    }
  }
  assert.equal(scene.driven.length, 1);
  assert.equal(scene.registry.find(id)?.status, 'waiting');
});

test('the callback of the control listener takes what the browser came back with, without a token, once', async (context) => {
  const scene = await serveLogins(context);
  const { id } = (await scene.ask('POST', '/logins', bearer, { provider: 'acme', listen: false })).body;
  const guessed = await scene.ask('GET', '/logins/callback?code=c&state=guessed', { host: 'gateway.example' });
  assert.equal(guessed.status, 400);
  assert.match(guessed.text, /Another login/);
  assert.equal((await scene.ask('HEAD', `/logins/callback?code=c&state=${id}`)).status, 404);
  assert.deepEqual(scene.driven[0]?.pasted, [], 'who only looks does not use the code up');
  answers(scene, granted);
  const page = await scene.ask('GET', `/logins/callback?code=c%2B1&state=${id}&iss=x`, { host: 'gateway.example' });
  assert.equal(page.status, 200);
  assert.match(page.text, /Signed in/);
  assert.match(String(page.headers['content-security-policy']), /default-src 'none'/);
  assert.equal(page.headers['cache-control'], 'no-store');
  assert.deepEqual(scene.driven[0]?.pasted, [`?code=c%2B1&state=${id}&iss=x`]);
  assert.match((await scene.ask('GET', `/logins/callback?code=c&state=${id}`)).text, /Signed in/);
  assert.equal(scene.kept.length, 1, 'one that is opened again is only told of');
  assert.match((await scene.ask('GET', `/logins/callback?state=${id}`)).text, /No answer/);
  const denied = (await scene.ask('POST', '/logins', bearer, { provider: 'acme' })).body;
  answers(scene, { problem });
  const refused = await scene.ask('GET', `/logins/callback?error=access_denied&state=${denied.id}`);
  assert.match(refused.text, /Consent was refused/);
});
