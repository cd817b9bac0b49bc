// Logins through a gateway that runs, against a real authorization server: by its listener, by pasting, by the control
// listener's callback and by the management paths. What is signed in to is served at once, and no secret is told.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, type TestContext, test } from 'node:test';
import { systemClock } from '../../src/core/index.ts';
import type { Running } from '../../src/process/serve.ts';
import { type AuthorizationServer, authorizationServer } from '../accounts/authorization-server.ts';
import { control, fakeThread, gatewayYaml, Workplace } from './running.ts';

const managementKey = 'management-key-0123456789';
let place: Workplace;
let told: string[];
beforeEach(async () => {
  place = await Workplace.make();
  told = [];
});
afterEach(() => place.remove());

function yamlFor(vendor: AuthorizationServer, { redirectUri, ...more }: Record<string, unknown> = {}): string {
  const { clientId, clientSecret, authorizeUrl, tokenUrl, deviceUrl, userinfoUrl } = vendor;
  const oauth = {
    clientId,
    clientSecret,
    authorizeUrl,
    tokenUrl,
    deviceUrl,
    userinfoUrl,
    scopes: ['openid', 'email'],
    redirectUri,
  };
  const desk = { name: 'desk', use: 'openai', baseUrl: 'http://127.0.0.1:9/v1', oauth };
  const accounts = { directory: './accounts' };
  return gatewayYaml({ providers: [desk], plugins: [], threads: 1, accounts, ...more });
}

async function begin(context: TestContext, more: Record<string, unknown> = {}) {
  const vendor = await authorizationServer(context);
  await place.write('gateway.yaml', yamlFor(vendor, more));
  const running = await place.serve(fakeThread);
  return { vendor, running };
}

// biome-ignore lint/suspicious/noExplicitAny: a test says what it expects
async function ask(running: Running, method: string, path: string, body?: unknown): Promise<any> {
  const answer = await control(running, method, path, body === undefined ? undefined : JSON.stringify(body));
  const text = await answer.text();
  told.push(text);
  return text === '' ? { http: answer.status } : { http: answer.status, ...JSON.parse(text) };
}

/** Asks until it is over: what is waited for happens by itself. */
async function over(running: Running, id: string) {
  const deadline = systemClock.ticks() + 10_000;
  for (;;) {
    const login = await ask(running, 'GET', `/logins/${id}`);
    if (login.status !== 'waiting') return login;
    assert.ok(systemClock.ticks() < deadline, JSON.stringify(login));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function fileOf(): { readonly path: string; readonly item: Record<string, string> } {
  const [name = assert.fail('no account file')] = readdirSync(join(place.directory, 'accounts')).filter((each) =>
    each.endsWith('.json'),
  );
  const path = join(place.directory, 'accounts', name);
  return { path, item: JSON.parse(readFileSync(path, 'utf8')) };
}

/** What the file holds stands nowhere else. */
function assertNothingTold(vendor: AuthorizationServer, ...more: string[]): void {
  const { item } = fileOf();
  const secrets = [vendor.clientSecret, item.accessToken, item.refreshToken, item.idToken, ...more];
  const all = `${told.join()}${place.output}`;
  for (const secret of secrets) assert.ok(secret === undefined || !all.includes(secret), `told: ${secret}`);
}

async function isAuthenticated(running: Running): Promise<unknown> {
  const answers = await Promise.all([
    fetch(`http://${running.control.host}:${running.control.port}/health`),
    ask(running, 'GET', '/health'),
  ]);
  const { authenticated } = (await answers[0].json()) as { authenticated: boolean };
  assert.equal(answers[1].authenticated, authenticated);
  return authenticated;
}

test('by the listener of the login: done, kept, served, and health says so', async (context) => {
  const { vendor, running } = await begin(context);
  assert.equal(await isAuthenticated(running), false);
  const { providers } = await ask(running, 'GET', '/logins/providers');
  assert.deepEqual([providers.length, providers[0].provider, providers[0].clientId], [1, 'desk', true]);
  const login = await ask(running, 'POST', '/logins', { provider: 'desk' });
  assert.equal(login.http, 201);
  assert.equal(new URL(login.url).searchParams.get('state'), login.id);
  const page = await fetch(await vendor.walk(login.url));
  assert.equal(page.status, 200);
  const done = await over(running, login.id);
  assert.deepEqual([done.status, done.provider, done.served, done.outcome], ['done', 'desk', true, 'added']);
  const { path, item } = fileOf();
  assert.equal(done.file, path);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.ok(await vendor.isGood(item.accessToken ?? ''));
  assert.equal(await isAuthenticated(running), true);
  assert.match(place.output, /signed in: desk\//);
  assertNothingTold(vendor);
});

test('by pasting, where nobody can reach a listener; the same person again updates the account', async (context) => {
  const { vendor, running } = await begin(context);
  const outcomes: string[] = [];
  for (let times = 0; times < 2; times += 1) {
    const login = await ask(running, 'POST', '/logins', { provider: 'desk', listen: false, account: 'ada' });
    assert.equal(login.listening, undefined);
    const url = await vendor.walk(login.url);
    const wrong = await ask(running, 'POST', `/logins/${login.id}/paste`, { url: url.replace(/state=./, 'state=') });
    assert.deepEqual([wrong.http, wrong.error.code], [400, 'state-mismatch']);
    const done = await ask(running, 'POST', `/logins/${login.id}/paste`, { url });
    assert.deepEqual([done.http, done.status, done.account, done.served], [200, 'done', 'ada', true]);
    outcomes.push(done.outcome);
  }
  assert.deepEqual(outcomes, ['added', 'updated']);
  const { accounts } = await ask(running, 'GET', '/accounts');
  assert.deepEqual(
    accounts.map(({ name }: { name: string }) => name),
    ['ada'],
  );
  assertNothingTold(vendor);
});

test('by the callback of the control listener, for a client that is registered with it', async (context) => {
  const { vendor, running } = await begin(context);
  const redirectUri = `http://localhost:${running.control.port}/logins/callback`;
  await place.write('gateway.yaml', yamlFor(vendor, { redirectUri }));
  await ask(running, 'POST', '/reload');
  const { providers } = await ask(running, 'GET', '/logins/providers');
  assert.equal(providers[0].callback.redirectUri, redirectUri);
  const login = await ask(running, 'POST', '/logins', { provider: 'desk' });
  assert.deepEqual([login.redirectUri, login.listening], [redirectUri, undefined]);
  const url = await vendor.walk(login.url);
  assert.ok(url.startsWith(redirectUri));
  const page = await fetch(url.replace('localhost', '127.0.0.1'));
  assert.deepEqual([page.status, page.headers.get('content-type')], [200, 'text/html; charset=utf-8']);
  assert.match(await page.text(), /Signed in/);
  assert.equal((await ask(running, 'GET', `/logins/${login.id}`)).status, 'done');
  assertNothingTold(vendor);
});

test('by a device code', async (context) => {
  const { vendor, running } = await begin(context);
  const login = await ask(running, 'POST', '/logins', { provider: 'desk', flow: 'device' });
  assert.match(login.userCode, /\S/);
  await ask(running, 'DELETE', `/logins/${login.id}`);
  const ended = await over(running, login.id);
  assert.deepEqual([ended.status, ended.code], ['failed', 'cancelled']);
  assert.ok(vendor.requests() <= 1);
});

test('by the management paths', async (context) => {
  const { vendor, running } = await begin(context, { control: { port: 0, managementKey } });
  const { host, port } = running.control;
  const manage = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`http://${host}:${port}/v0/management/${path}`, {
      method,
      headers: { 'x-management-key': managementKey },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    told.push(text);
    return JSON.parse(text);
  };
  const { status, url, state } = await manage('GET', 'desk-auth-url');
  assert.equal(status, 'ok');
  assert.deepEqual(await manage('GET', `get-auth-status?state=${state}`), { status: 'wait' });
  assert.deepEqual(await manage('POST', 'oauth-callback', { redirect_url: await vendor.walk(url) }), { status: 'ok' });
  assert.equal((await over(running, state)).status, 'done');
  assert.deepEqual(await manage('GET', `get-auth-status?state=${state}`), { status: 'ok' });
  assertNothingTold(vendor, managementKey);
  assert.ok(!JSON.stringify(running.status()).includes(managementKey));
});

test('without a directory of account files nothing is begun; a reload that brings one is enough', async (context) => {
  const { vendor, running } = await begin(context, { accounts: {} });
  const refused = await ask(running, 'POST', '/logins', { provider: 'desk', listen: false });
  assert.deepEqual([refused.http, refused.error.code], [409, 'no-directory']);
  assert.match(refused.remedy, /accounts: \{ directory:/);
  await place.write('gateway.yaml', yamlFor(vendor));
  await ask(running, 'POST', '/reload');
  assert.equal((await ask(running, 'POST', '/logins', { provider: 'desk', listen: false })).http, 201);
});

test('an account that names its file is signed in to there; one with a key of its own is not', async (context) => {
  const vendor = await authorizationServer(context);
  const { providers, ...rest } = JSON.parse(yamlFor(vendor, { accounts: {} }));
  const accounts = [
    { name: 'ada', file: './tokens/ada.json' },
    { name: 'bob', apiKey: 'sk-of-bob-0123456789' },
  ];
  await place.write('gateway.yaml', JSON.stringify({ ...rest, providers: [{ ...providers[0], accounts }] }));
  const running = await place.serve(fakeThread);
  const refused = await ask(running, 'POST', '/logins', { provider: 'desk', account: 'bob', listen: false });
  assert.deepEqual([refused.http, refused.error.code], [409, 'account-configured']);
  const login = await ask(running, 'POST', '/logins', { provider: 'desk', account: 'ada', listen: false });
  const done = await ask(running, 'POST', `/logins/${login.id}/paste`, { url: await vendor.walk(login.url) });
  assert.deepEqual([done.status, done.account, done.served], ['done', 'ada', true]);
  assert.equal(done.file, join(place.directory, 'tokens', 'ada.json'));
});

test('a client secret that changed in its own file is the one that is used', async (context) => {
  const vendor = await authorizationServer(context);
  const { providers, ...rest } = JSON.parse(yamlFor(vendor));
  const oauth = { ...providers[0].oauth, clientSecret: '${file:./secret}' };
  await place.write('secret', 'a-secret-of-yesterday');
  await place.write('gateway.yaml', JSON.stringify({ ...rest, providers: [{ ...providers[0], oauth }] }));
  const running = await place.serve(fakeThread);
  const signIn = async () => {
    const login = await ask(running, 'POST', '/logins', { provider: 'desk', listen: false });
    return ask(running, 'POST', `/logins/${login.id}/paste`, { url: await vendor.walk(login.url) });
  };
  const refused = await signIn();
  assert.deepEqual([refused.status, refused.code], ['failed', 'refused']);
  await place.write('secret', vendor.clientSecret);
  await ask(running, 'POST', '/reload');
  assert.equal((await signIn()).status, 'done');
  assertNothingTold(vendor, 'a-secret-of-yesterday');
});

test('a provider that a reload took away between start and end is said to be gone', async (context) => {
  const { vendor, running } = await begin(context);
  const login = await ask(running, 'POST', '/logins', { provider: 'desk', listen: false });
  const url = await vendor.walk(login.url);
  await place.write('gateway.yaml', yamlFor(vendor, { providers: [{ name: 'mock' }] }));
  await ask(running, 'POST', '/reload');
  const ended = await ask(running, 'POST', `/logins/${login.id}/paste`, { url });
  assert.deepEqual([ended.status, ended.code], ['failed', 'provider-gone']);
  assert.deepEqual(readdirSync(place.directory).includes('accounts'), false);
});

test('at the end of the gateway a login that waits is cancelled, and its port is free', async (context) => {
  const { running } = await begin(context);
  const { listening } = await ask(running, 'POST', '/logins', { provider: 'desk' });
  assert.equal((await fetch(`http://${listening.host}:${listening.port}/`)).status, 404);
  const second = await ask(running, 'POST', '/logins', { provider: 'desk', callbackPort: listening.port });
  assert.deepEqual([second.http, second.error.code], [409, 'port-taken']);
  assert.match(second.error.message, /^Another login of this gateway/);
  await running.stop();
  await assert.rejects(fetch(`http://${listening.host}:${listening.port}/`));
  assert.match(place.output, /the login to desk came to nothing/);
});
