// Refreshing in a running gateway: asked for by hand, visible where it fails, once for two processes on one directory.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import type { Refreshed } from '../../src/accounts/credential-status.ts';
import type { AccountFigures } from '../../src/control/stats/accounts.ts';
import type { Running } from '../../src/process/serve.ts';
import { authorizationServer } from '../accounts/authorization-server.ts';
import { control, gatewayYaml, secret, until, Workplace } from '../process/running.ts';
import { Upstream } from '../support/upstream.ts';
import { answer } from './answer.ts';
import { GatewayProcess } from './process.ts';

const workplaces: Workplace[] = [];
after(() => Promise.all(workplaces.map((workplace) => workplace.remove())));

/** An account with a login at a real authorization server, an upstream that takes its tokens only, and a gateway. */
async function desk(context: TestContext, threads = 1) {
  const server = await authorizationServer(context);
  const upstream = await Upstream.start(async (res, { headers }) => {
    const good = await server.isGood(String(headers.authorization).slice('Bearer '.length));
    res.writeHead(good ? 200 : 401, { 'content-type': 'application/json' });
    res.end(good ? answer : '{"error":{"message":"expired","type":"authentication_error"}}');
  });
  context.after(() => upstream[Symbol.asyncDispose]());
  const workplace = await Workplace.make();
  workplaces.push(workplace);
  const file = join(workplace.directory, 'accounts', 'ada.json');
  mkdirSync(join(workplace.directory, 'accounts'));
  const { clientId, clientSecret, tokenUrl } = server;
  const provider = { use: 'openai-compatible', baseUrl: `${upstream.url}/v1`, models: ['mock-echo'] };
  const yaml = gatewayYaml({
    providers: [
      { name: 'desk', ...provider, oauth: { clientId, clientSecret, tokenUrl } },
      { name: 'lost', ...provider, oauth: { clientId, clientSecret, tokenUrl } },
      { name: 'down', ...provider, oauth: { clientId, clientSecret, tokenUrl: 'http://127.0.0.1:9/token' } },
      { name: 'keyed', ...provider, accounts: [{ name: 'main', apiKey: 'sk-keyed-0123456789' }] },
    ],
    models: [{ name: 'only-desk', targets: ['desk/mock-echo'] }],
    plugins: ['auth', { balancer: { strategy: 'round-robin' } }],
    accounts: { directory: './accounts' },
    threads,
  });
  await workplace.write('gateway.yaml', yaml);
  const put = (access: string, refresh: string) =>
    writeFileSync(file, JSON.stringify({ provider: 'desk', access_token: access, refresh_token: refresh }), {
      mode: 0o600,
    });
  return { server, upstream, workplace, file, put };
}

const refreshPath = '/accounts/desk/ada/refresh';

async function post(running: Running, path: string) {
  const reply = await control(running, 'POST', path);
  const body: Refreshed & { error: { code: string; message: string } } = JSON.parse(await reply.text());
  return { status: reply.status, body };
}

async function bodyOf<Body>(running: Running, path: string): Promise<Body> {
  return JSON.parse(await (await control(running, 'GET', path)).text());
}

interface Accounts {
  readonly accounts: readonly AccountFigures[];
}

test('a running gateway', async (context) => {
  const place = await desk(context);
  const { accessToken, refreshToken } = await place.server.login();
  place.put(accessToken, refreshToken);
  const ended = { access_token: 'acc-old-0123456789', refresh_token: 'ref-nobody-knows-0123456789' };
  const expired = new Date(Date.now() - 1000).toISOString();
  writeFileSync(
    join(place.workplace.directory, 'accounts', 'eve.json'),
    JSON.stringify({ provider: 'lost', ...ended, expired }),
  );
  writeFileSync(
    join(place.workplace.directory, 'accounts', 'bob.json'),
    JSON.stringify({
      provider: 'down',
      access_token: 'acc-bob-0123456789',
      refresh_token: 'ref-bob-0123456789',
      expired,
    }),
  );
  const running = await place.workplace.serve();
  await context.test('shows what cannot be refreshed: in accounts, status, metrics and health', () =>
    failing(running, place),
  );
  await context.test('refreshes by hand, once however many ask, or says why not', () =>
    byHand(running, place, accessToken),
  );
});

type Place = Awaited<ReturnType<typeof desk>>;

async function byHand(running: Running, { server, file }: Place, accessToken: string): Promise<void> {
  const before = server.requests();
  const all = await Promise.all(Array.from({ length: 10 }, () => post(running, refreshPath)));
  assert.equal(server.requests(), before + 1);
  for (const { status, body } of all) {
    assert.deepEqual([status, body.refreshed, body.kept], [200, true, 'file']);
    assert.ok((body.expiresAt ?? 0) > Date.now());
  }
  const written = readFileSync(file, 'utf8');
  assert.notEqual(JSON.parse(written).access_token, accessToken);
  assert.doesNotMatch(JSON.stringify(all), new RegExp(JSON.parse(written).access_token));
  const [account] = (await bodyOf<Accounts>(running, '/accounts')).accounts;
  const { refresh, expiresAt = 0 } = account?.credential ?? assert.fail('it has none');
  assert.deepEqual([refresh.state, refresh.failures], ['due', 0]);
  assert.ok((refresh.next ?? expiresAt) < expiresAt && (refresh.last ?? 0) <= Date.now());
  const codes = async (path: string) => {
    const { status, body } = await post(running, path);
    return [status, body.error.code, body.error.message];
  };
  assert.deepEqual(await codes('/accounts/desk/bob/refresh'), [
    404,
    'unknown-account',
    'There is no account desk/bob.',
  ]);
  assert.deepEqual(await codes('/accounts/keyed/main/refresh'), [
    409,
    'cannot-refresh',
    'keyed/main cannot be refreshed: its credential is none that ends.',
  ]);
  server.fail(503, 1);
  assert.deepEqual((await codes(refreshPath)).slice(0, 2), [502, 'refresh-failed']);
  server.fail(400, 1, 'invalid_grant');
  assert.deepEqual(await codes(refreshPath), [
    409,
    'cannot-refresh',
    'desk/ada was not refreshed: the token endpoint refused (invalid_grant, status 400)',
  ]);
}

async function failing(running: Running, { workplace }: Place): Promise<void> {
  const reason = 'the token endpoint refused (invalid_grant, status 400)';
  await until(running, ({ providers }) => providers[1]?.accounts[0]?.usable === false);
  await until(running, ({ providers }) => providers[2]?.accounts[0]?.usable === false);
  const account = running.status().providers[1]?.accounts[0];
  const refresh = account?.credential?.refresh;
  assert.deepEqual([account?.reason, refresh?.state, refresh?.failures], [reason, 'failing', 1]);
  assert.ok((refresh?.next ?? 0) > Date.now() + 29 * 60_000);
  const [, told] = (await bodyOf<Accounts>(running, '/accounts')).accounts;
  assert.deepEqual([told?.state, told?.disabled, told?.credential?.broken], ['disabled', reason, true]);
  const health = await bodyOf(running, '/health');
  assert.deepEqual(health, {
    status: 'degraded',
    authenticated: true,
    reasons: [
      `no account of lost is usable (eve: ${reason})`,
      'no account of down is usable (bob: it has no valid token: 127.0.0.1:9 cannot be reached: connect ECONNREFUSED 127.0.0.1:9)',
    ],
  });
  assert.equal((await control(running, 'GET', '/health/ready')).status, 200, 'others are served');
  const metrics = await (await control(running, 'GET', '/metrics')).text();
  assert.match(metrics, /^portico_credential_refresh_failures\{provider="lost",account="eve"\} 1$/m);
  assert.match(metrics, /^portico_account_usable\{provider="down",account="bob"\} 0$/m);
  assert.match(metrics, /^portico_credential_refreshes_total\{provider="lost",result="failed"\} 1$/m);
  assert.doesNotMatch(workplace.output, /ref-nobody|acc-old/);
}

test('two gateways on one directory, forty requests with an expired token: one refresh, forty answers', async (context) => {
  const { server, workplace, file, put } = await desk(context, 2);
  const { refreshToken } = await server.login();
  put('acc-stale-0123456789', refreshToken);
  const [running, other] = await Promise.all([
    workplace.serve(),
    GatewayProcess.start(workplace.file, join(workplace.directory, 'other')),
  ]);
  context.after(() => other.end('SIGKILL'));
  const url = await other.url();
  const asking = Array.from({ length: 20 }, () => [chatOnly(running), ask(url)]).flat();
  const statuses = await Promise.all(asking);
  assert.deepEqual(new Set(statuses), new Set([200]));
  assert.equal(server.requests(), 1);
  const written = JSON.parse(readFileSync(file, 'utf8'));
  assert.ok(await server.isGood(written.access_token), 'the family lives');
});

async function chatOnly(running: Running): Promise<number> {
  const [listener] = running.listeners;
  return ask(`http://${listener?.host}:${listener?.port}`);
}

async function ask(url: string): Promise<number> {
  const reply = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'only-desk', messages: [{ role: 'user', content: 'Hello' }] }),
  });
  await reply.arrayBuffer();
  return reply.status;
}
