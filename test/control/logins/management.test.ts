// /v0/management/ over real HTTP: the login paths as other gateways' tools use them, and who is kept out.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { answers, factsOf, granted, problem, secrets } from './fake-login.ts';
import { bearer, keyed, managementKey, serveLogins } from './served.ts';

const home = '/v0/management';
const minute = 60_000;
const paths = [
  ['GET', `${home}/acme-auth-url`],
  ['GET', `${home}/get-auth-status?state=x`],
  ['DELETE', `${home}/oauth-session?state=x`],
  ['GET', `${home}/config`],
] as const;

test('without a key in the configuration nothing is there, whoever asks', async (context) => {
  const scene = await serveLogins(context);
  for (const [method, path] of [...paths, ['GET', `${home}/oauth-callback?code=c&state=x`] as const]) {
    for (const headers of [{}, bearer, keyed]) assert.equal((await scene.ask(method, path, headers)).status, 404, path);
  }
});

test('a login as a web page drives it: URL, polling, the address that was pasted', async (context) => {
  const scene = await serveLogins(context, { remote: false });
  const begun = await scene.ask('GET', `${home}/acme-auth-url?is_webui=true`, keyed);
  const { status, url, state } = begun.body;
  assert.deepEqual([begun.status, status, Object.keys(begun.body)], [200, 'ok', ['status', 'url', 'state']]);
  assert.equal(new URL(url).searchParams.get('state'), state);
  assert.equal(scene.driven[0]?.options.listen, true);
  const poll = async () => (await scene.ask('GET', `${home}/get-auth-status?state=${state}`, keyed)).body;
  assert.deepEqual(await poll(), { status: 'wait' });
  answers(scene, granted);
  const redirect_url = `http://localhost:8085/oauth2callback?code=c&state=${state}`;
  const taken = await scene.ask('POST', `${home}/oauth-callback`, {}, { provider: 'acme', redirect_url });
  assert.deepEqual([taken.status, taken.body], [200, { status: 'ok' }]);
  await scene.registry.settled(state, minute);
  assert.deepEqual(await poll(), { status: 'ok' });
  const again = await scene.ask('POST', `${home}/oauth-callback`, {}, { redirect_url });
  assert.equal(again.status, 409);
  for (const secret of [...secrets, managementKey]) {
    assert.ok(!`${scene.told} ${scene.said} ${scene.warnings}`.includes(secret), secret);
  }
});

test('callbacks come as a query, as members or as code#state; what does not fit leaves the login waiting', async (context) => {
  const scene = await serveLogins(context, { remote: false });
  const begin = async () => (await scene.ask('GET', `${home}/acme-auth-url`, keyed)).body.state as string;
  const state = await begin();
  assert.equal(scene.driven[0]?.options.listen, false);
  for (const [query, status] of [
    ['', 400],
    ['?code=c', 400],
    [`?state=${state}`, 400],
    ['?code=c&state=guessed', 404],
  ] as const) {
    const answer = await scene.ask('GET', `${home}/oauth-callback${query}`);
    assert.deepEqual([answer.status, answer.body.status], [status, 'error'], query);
  }
  assert.equal((await scene.ask('POST', `${home}/oauth-callback`, {}, 'no json')).status, 400);
  assert.equal((await scene.ask('POST', `${home}/oauth-callback`, {}, [])).status, 400);
  assert.equal((await scene.ask('POST', `${home}/oauth-callback`, {}, { code: 'c'.repeat(70_000) })).status, 413);
  assert.equal(scene.registry.find(state)?.status, 'waiting');
  const ways = [
    (id: string) => scene.ask('GET', `${home}/oauth-callback?code=c%26d&state=${id}&provider=acme`),
    (id: string) => scene.ask('POST', `${home}/oauth-callback`, {}, { code: 'c&d', state: id }),
  ];
  for (const way of ways) {
    const id = await begin();
    assert.equal((await way(id)).status, 200);
    assert.deepEqual(scene.driven.at(-1)?.pasted, [`?code=c%26d&state=${id}`]);
  }
  const id = await begin();
  assert.equal((await scene.ask('POST', `${home}/oauth-callback`, {}, { redirect_url: `c#${id}` })).status, 200);
});

test('an error of the vendor, a login that is ended, a state nobody knows', async (context) => {
  const scene = await serveLogins(context, { remote: false });
  const begin = async () => (await scene.ask('GET', `${home}/acme-auth-url`, keyed)).body.state as string;
  const poll = async (state: string) => (await scene.ask('GET', `${home}/get-auth-status?state=${state}`, keyed)).body;
  const denied = await begin();
  answers(scene, { problem });
  assert.equal((await scene.ask('GET', `${home}/oauth-callback?error=access_denied&state=${denied}`)).status, 200);
  await scene.registry.settled(denied, minute);
  assert.deepEqual(await poll(denied), { status: 'error', error: 'Consent was refused. Sign in again.' });
  const ended = await begin();
  const end = async () => (await scene.ask('DELETE', `${home}/oauth-session?state=${ended}`, keyed)).body;
  assert.deepEqual(await end(), { status: 'ok', cancelled: true });
  await scene.registry.settled(ended, minute);
  assert.deepEqual(await end(), { status: 'ok', cancelled: false });
  assert.deepEqual(await poll('guessed'), { status: 'error', error: 'unknown or expired state' });
  assert.equal((await scene.ask('GET', `${home}/get-auth-status`, keyed)).status, 400);
  assert.equal((await scene.ask('POST', `${home}/acme-auth-url`, keyed)).status, 405);
  assert.equal((await scene.ask('GET', `${home}/config`, keyed)).status, 404);
});

test('the word may be the instance, its directory or an alias; of several instances one can be named', async (context) => {
  const scene = await serveLogins(context, { remote: false });
  scene.facts = [
    factsOf('one', { use: 'gemini', aliases: ['gemini-cli'] }),
    factsOf('two', { use: 'gemini', aliases: ['gemini-cli'] }),
    factsOf('typed', { use: 'kimi', flows: ['device'] }),
  ];
  const begin = (path: string) => scene.ask('GET', `${home}/${path}`, keyed);
  for (const [path, provider] of [
    ['gemini-cli-auth-url', 'one'],
    ['gemini-auth-url', 'one'],
    ['Gemini-auth-url?provider=two', 'two'],
    ['two-auth-url', 'two'],
  ] as const) {
    assert.equal((await begin(path)).status, 200, path);
    assert.equal(scene.driven.at(-1)?.facts.provider, provider, path);
  }
  const { body } = await begin('kimi-auth-url');
  assert.deepEqual([body.user_code, body.verification_uri], ['ABCD-EFGH', 'https://vendor.example/device']);
  for (const path of ['qwen-auth-url', 'gemini-cli-auth-url?provider=typed']) {
    const unknown = await begin(path);
    assert.equal(unknown.status, 404);
    assert.match(unknown.body.error, /These can be signed in to: one, two, typed\./);
  }
  scene.refused = { ...problem, code: 'no-client', message: 'There is no client id.', remedy: 'Register one.' };
  const refused = await begin('gemini-auth-url');
  assert.deepEqual([refused.status, refused.body.error], [409, 'There is no client id. Register one.']);
});

test('where the callback port is taken the callback is handed in', async (context) => {
  const scene = await serveLogins(context, { remote: false });
  scene.refusedListening = { ...problem, code: 'port-taken' };
  assert.equal((await scene.ask('GET', `${home}/acme-auth-url?is_webui=1`, keyed)).status, 200);
  assert.equal(scene.driven[0]?.options.listen, false);
});

test('the key is needed, in either header, and the control token is not it', async (context) => {
  const scene = await serveLogins(context, { remote: false });
  for (const [method, path] of paths) {
    const wrong: Record<string, string>[] = [{}, { authorization: managementKey }];
    for (const headers of wrong) {
      const answer = await scene.ask(method, path, headers);
      assert.deepEqual([answer.status, answer.body.status], [401, 'error'], path);
      assert.match(String(answer.headers['www-authenticate']), /^Bearer/);
    }
  }
  const named = { 'x-management-key': managementKey };
  assert.equal((await scene.ask('GET', `${home}/acme-auth-url`, named)).status, 200);
  assert.equal((await scene.ask('GET', `${home}/acme-auth-url`, bearer)).status, 401);
});

test('five wrong keys ban the address for thirty minutes, the right key too; others are not', async (context) => {
  const scene = await serveLogins(context, { remote: false });
  const ask = (key: string, from = '127.0.0.1') =>
    scene.ask('GET', `${home}/get-auth-status?state=x`, { 'x-management-key': key }, undefined, from);
  for (let times = 0; times < 4; times += 1) assert.equal((await ask('guess')).status, 401);
  assert.equal((await ask(managementKey)).status, 200, 'a right one resets the count');
  for (let times = 0; times < 5; times += 1) assert.equal((await ask('guess')).status, 401);
  assert.deepEqual(scene.warnings, ['127.0.0.1 sent too many wrong management keys and is banned for 30 minutes']);
  const banned = await ask(managementKey);
  assert.deepEqual([banned.status, banned.headers['retry-after']], [429, '1800']);
  assert.equal((await ask(managementKey, '127.0.0.2')).status, 200);
  assert.equal((await scene.ask('GET', '/logins', bearer)).status, 200, 'the control token is another door');
  scene.clock.advance(30 * minute);
  assert.equal((await ask(managementKey)).status, 200);
});

test('callers from elsewhere, and those that a proxy speaks for, are let in by a setting alone', async (context) => {
  const scene = await serveLogins(context, { remote: false });
  for (const name of ['x-forwarded-for', 'x-real-ip', 'forwarded', 'via']) {
    for (const path of [`${home}/acme-auth-url`, `${home}/oauth-callback?code=c&state=x`]) {
      assert.equal((await scene.ask('GET', path, { ...keyed, [name]: '203.0.113.9' })).status, 403, name);
    }
  }
  scene.control = { ...scene.control, management: { ...scene.control.management, remote: true } as never };
  const proxied = { ...keyed, 'x-forwarded-for': '203.0.113.9', host: 'gateway.example' };
  assert.equal((await scene.ask('GET', `${home}/acme-auth-url`, proxied)).status, 200);
});

test('a page of somebody else gets nowhere, by its origin or by a name it made to lead here', async (context) => {
  const scene = await serveLogins(context, { remote: false });
  const { state } = (await scene.ask('GET', `${home}/acme-auth-url`, keyed)).body;
  const callback = `${home}/oauth-callback?code=c&state=${state}`;
  for (const origin of ['https://evil.example', 'null', 'http://localhost:1']) {
    assert.equal((await scene.ask('GET', callback, { origin })).status, 403, origin);
    const posted = await scene.ask('POST', `${home}/oauth-callback`, { origin }, { code: 'c', state });
    assert.equal(posted.status, 403, origin);
  }
  assert.equal((await scene.ask('GET', callback, { host: 'evil.example' })).status, 421);
  assert.deepEqual(scene.driven[0]?.pasted, []);
  const own = { host: 'localhost:8318', origin: 'http://localhost:8318' };
  assert.equal((await scene.ask('GET', callback, own)).status, 200);
});

test('a page that made its name lead here guesses against itself: who comes by address is not locked out', async (context) => {
  const scene = await serveLogins(context, { remote: false });
  const page = { host: 'evil.example', origin: 'http://evil.example' };
  const guess = (headers: Record<string, string>) => scene.ask('GET', `${home}/get-auth-status?state=x`, headers);
  for (let times = 0; times < 5; times += 1) {
    assert.equal((await guess({ ...page, 'x-management-key': 'guess' })).status, 401);
  }
  assert.equal((await guess({ ...page, ...keyed })).status, 429);
  assert.equal((await guess(keyed)).status, 200);
});

test('whoever leaves in the middle of a body is no fault of the gateway', async (context) => {
  const scene = await serveLogins(context, { remote: false });
  const port = scene.port();
  const caller = connect(port, '127.0.0.1');
  caller.write(`POST ${home}/oauth-callback HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\n{`);
  // Answered after it has been read, as far as it came.
  assert.equal((await scene.ask('GET', `${home}/get-auth-status?state=x`, keyed)).status, 200);
  caller.resetAndDestroy();
  // The listener fails the test where it hears of an error.
  for (let times = 0; times < 3; times += 1) await scene.ask('GET', '/health');
});
