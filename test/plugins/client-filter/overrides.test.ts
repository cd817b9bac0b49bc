// What routes and keys lay over the chain's settings decides for them, and every decision is counted.
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { pluginEntry, secret, TestGateway, usualPlugins } from '../../support/gateway.ts';
import { Upstream } from '../../support/upstream.ts';

const settings = { mode: 'strict', clients: ['claude-code'], custom: [], bodyLimit: 2000 };
const codex = { 'user-agent': 'codex_exec/1.0', originator: 'codex_exec' };
const claude = { 'user-agent': 'claude-cli/9.0', 'x-app': 'cli', 'anthropic-version': '2023-06-01' };
const curl = { 'user-agent': 'curl/8.5.0' };

const routes = [
  { name: 'root' },
  { name: 'codex', paths: ['/codex'], plugins: { 'client-filter': { settings: { ...settings, clients: ['codex'] } } } },
  { name: 'trial', paths: ['/trial'], plugins: { 'client-filter': { settings: { ...settings, mode: 'shadow' } } } },
  { name: 'open', paths: ['/open'], plugins: { 'client-filter': 'off' as const } },
];

/** `scripts` is a key that the filter lets alone; `codex` one that stands above whatever its route says. */
const keys = [
  { name: 'plain' },
  { name: 'scripts', hash: hashOf('scripts'), plugins: { 'client-filter': 'off' as const } },
  {
    name: 'codex',
    hash: hashOf('codex'),
    plugins: { 'client-filter': { settings: { ...settings, clients: ['codex'] } } },
  },
];

function hashOf(name: string): string {
  return hash('sha256', `${secret}-${name}`, 'hex');
}

async function start(t: { after(fn: () => unknown): void }, on = true) {
  const upstream = await Upstream.start((response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  const [auth, ...rest] = usualPlugins;
  assert.ok(auth);
  const plugins = [auth, { ...pluginEntry('client-filter', settings), on }, ...rest];
  const providers = [{ name: 'up', url: upstream.url }];
  const gateway = await TestGateway.start({ providers, plugins, routes, keys });
  t.after(async () => {
    await gateway[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  });
  const ask = async (prefix: string, headers: Record<string, string>, key = secret) => {
    const body = { model: 'model-a', messages: [] };
    const init = { headers: { ...headers, authorization: `Bearer ${key}` } };
    const answer = await gateway.post(`${prefix}/v1/chat/completions`, body, init);
    await answer.text();
    return answer.status;
  };
  return { gateway, ask, sent: () => upstream.requests.length };
}

test('each route has the clients it names', async (t) => {
  const { ask, sent } = await start(t);
  assert.deepEqual([await ask('', claude), await ask('', codex)], [200, 403]);
  assert.deepEqual([await ask('/codex', claude), await ask('/codex', codex)], [403, 200]);
  assert.deepEqual([await ask('/open', curl), await ask('/trial', curl)], [200, 200]);
  assert.equal(sent(), 4, 'what is refused never leaves');
});

test('a key stands above its route', async (t) => {
  const { ask } = await start(t);
  assert.equal(await ask('', curl, `${secret}-scripts`), 200);
  assert.equal(await ask('/codex', curl, `${secret}-scripts`), 200);
  assert.deepEqual([await ask('', codex, `${secret}-codex`), await ask('', claude, `${secret}-codex`)], [200, 403]);
  assert.equal(await ask('/open', claude, `${secret}-codex`), 403, 'also where the route switches it off');
});

test('off in the chain, it decides only where a route or a key switches it on', async (t) => {
  const { ask } = await start(t, false);
  assert.equal(await ask('', curl), 200);
  assert.equal(await ask('/codex', curl), 403);
  assert.equal(await ask('', curl, `${secret}-codex`), 403);
});

test('every decision is counted, by client and result; what is off counts nothing', async (t) => {
  const { gateway, ask } = await start(t);
  await ask('', claude);
  await ask('', claude);
  await ask('', codex);
  await ask('', curl);
  await ask('/trial', curl);
  await ask('/trial', codex);
  await ask('/trial', claude);
  await ask('/open', curl);
  await ask('', curl, `${secret}-scripts`);
  assert.deepEqual(Object.fromEntries(gateway.counts), {
    'plugin_client_filter_requests claude-code allowed': 3,
    'plugin_client_filter_requests codex blocked': 1,
    'plugin_client_filter_requests unknown blocked': 1,
    'plugin_client_filter_requests unknown would-block': 1,
    'plugin_client_filter_requests codex would-block': 1,
  });
});
