// Accounts from credential files in a running gateway: added, changed and removed while it runs, refreshed when the vendor
// refuses a token, once for all threads.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Running } from '../../src/process/serve.ts';
import { authorizationServer } from '../accounts/authorization-server.ts';
import { chat, control, gatewayYaml, until, Workplace } from '../process/running.ts';
import { Upstream } from '../support/upstream.ts';
import { answer } from './answer.ts';

const workplaces: Workplace[] = [];
after(() => Promise.all(workplaces.map((workplace) => workplace.remove())));

/** A vendor that takes these tokens only. */
async function vendor(isGood: (token: string) => boolean | Promise<boolean>): Promise<Upstream> {
  return Upstream.start(async (res, seen) => {
    const token = /^Bearer (.+)$/.exec(seen.headers.authorization ?? '')?.[1] ?? '';
    const good = await isGood(token);
    res.writeHead(good ? 200 : 401, { 'content-type': 'application/json' });
    res.end(good ? answer : '{"error":{"message":"expired","type":"authentication_error"}}');
  });
}

async function serveWith(url: string, oauth: Record<string, unknown> = {}, threads = 1) {
  const workplace = await Workplace.make();
  workplaces.push(workplace);
  mkdirSync(join(workplace.directory, 'accounts'));
  const providers = [{ name: 'desk', use: 'openai-compatible', baseUrl: `${url}/v1`, models: ['mock-echo'], ...oauth }];
  const plugins = ['auth', { balancer: { strategy: 'round-robin' } }];
  await workplace.write(
    'gateway.yaml',
    gatewayYaml({ providers, plugins, accounts: { directory: './accounts' }, threads }),
  );
  const put = (name: string, content: unknown) =>
    writeFileSync(join(workplace.directory, 'accounts', name), JSON.stringify(content), { mode: 0o600 });
  return { workplace, put };
}

function accountsOf(running: Running, isSo: (names: string) => boolean) {
  const names = (status: ReturnType<Running['status']>) =>
    (status.providers[0]?.accounts ?? []).map(({ name, usable }) => `${name}:${usable}`).join();
  return until(running, (status) => isSo(names(status)));
}

test('files of the directory come, change and go within a second, and no request is lost', async () => {
  await using upstream = await vendor((token) => token.startsWith('tok-'));
  const { workplace, put } = await serveWith(upstream.url);
  put('one.json', { provider: 'desk', access_token: 'tok-one-0123456789' });
  const running = await workplace.serve();
  const lost: number[] = [];
  let asking = true;
  const client = (async () => {
    while (asking) {
      const { status } = await chat(running);
      if (status !== 200) lost.push(status);
    }
  })();
  const started = performance.now();
  put('two.json', { provider: 'desk', access_token: 'tok-two-0123456789', priority: 5 });
  await accountsOf(running, (names) => names === 'one:true,two:true');
  assert.ok(performance.now() - started < 1500);
  put('two.json', { provider: 'desk', access_token: 'tok-two-9876543210', priority: 5 });
  while (!upstream.requests.some(({ headers }) => headers.authorization?.endsWith('9876543210'))) await upstream.next();
  rmSync(join(workplace.directory, 'accounts', 'two.json'));
  await accountsOf(running, (names) => names === 'one:true');
  put('bad.json', { provider: 'nobody', access_token: 'tok-bad-0123456789' });
  await until(
    running,
    ({ config }) => config.last?.issues.some(({ message }) => message.includes('no provider "nobody"')) === true,
  );
  asking = false;
  await client;
  assert.deepEqual(lost, []);
  assert.equal(workplace.output.includes('tok-two'), false);
});

test('twenty parallel requests with an expired token: one refresh over both threads, twenty answers', async (context) => {
  const server = await authorizationServer(context);
  await using upstream = await vendor((token) => server.isGood(token));
  const oauth = { clientId: server.clientId, clientSecret: server.clientSecret, tokenUrl: server.tokenUrl };
  const { workplace, put } = await serveWith(upstream.url, { oauth }, 2);
  const { refreshToken } = await server.login();
  put('ada.json', {
    provider: 'desk',
    email: 'ada@example.com',
    access_token: 'tok-stale-0123456789',
    refresh_token: refreshToken,
  });
  const running = await workplace.serve();
  const all = await Promise.all(Array.from({ length: 20 }, () => chat(running)));
  assert.deepEqual(new Set(all.map(({ status }) => status)), new Set([200]));
  assert.equal(server.requests(), 1);
  const written = JSON.parse(readFileSync(join(workplace.directory, 'accounts', 'ada.json'), 'utf8'));
  assert.ok(await server.isGood(written.access_token));
  assert.equal(running.status().providers[0]?.accounts[0]?.usable, true);
  const told = await control(running, 'GET', '/accounts').then((reply) => reply.text());
  assert.doesNotMatch(told, new RegExp(`${written.access_token}|${written.refresh_token}|tok-stale`));
  const [{ credential }] = JSON.parse(told).accounts;
  assert.deepEqual([credential.kind, credential.email, credential.broken], ['oauth', 'ada@example.com', false]);
  assert.ok(credential.expiresAt > Date.now() + 3_000_000);
});

test('a token that is refused and cannot be refreshed takes the account out of service, until its file changes', async () => {
  await using upstream = await vendor((token) => token === 'tok-new-0123456789');
  const { workplace, put } = await serveWith(upstream.url);
  put('ada.json', { provider: 'desk', access_token: 'tok-old-0123456789', refresh_token: 'ref-old-0123456789' });
  const running = await workplace.serve();
  const health = async () => JSON.parse(await control(running, 'GET', '/health').then((reply) => reply.text()));
  assert.equal((await health()).authenticated, true);
  assert.notEqual((await chat(running)).status, 200);
  const status = await accountsOf(running, (names) => names === 'ada:false');
  assert.equal((await health()).authenticated, false);
  assert.equal(
    status.providers[0]?.accounts[0]?.reason,
    'its token was refused (401), and it cannot be refreshed: set providers[].oauth.tokenUrl',
  );
  put('ada.json', { provider: 'desk', access_token: 'tok-new-0123456789', refresh_token: 'ref-new-0123456789' });
  await accountsOf(running, (names) => names === 'ada:true');
  assert.equal((await chat(running)).status, 200);
});
