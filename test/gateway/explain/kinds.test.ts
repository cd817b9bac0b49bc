// Requests that go to no model, and what an explanation leaves undone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HandClock } from '../../support/clock.ts';
import { account, pluginEntry, TestGateway, type Wanted } from '../../support/gateway.ts';
import { Upstream } from '../../support/upstream.ts';
import { explained } from './asking.ts';

const auth = pluginEntry('auth', { query: true });
const nowhere = 'http://127.0.0.1:9';
const start = (wanted: Partial<Wanted> = {}) =>
  TestGateway.start({
    plugins: [auth, pluginEntry('translator')],
    providers: [{ name: 'up', url: nowhere }],
    ...wanted,
  });

test('a model list and a health check are answered by the gateway', async () => {
  await using gateway = await start();
  const list = await explained(gateway, undefined, { path: '/v1/models' });
  assert.deepEqual([list.verdict, list.match?.operation], [{ outcome: 'answered', by: 'gateway' }, 'models']);
  const health = await explained(gateway, undefined, { path: '/health/ready', key: undefined });
  assert.deepEqual(health.verdict, { outcome: 'answered', by: 'health check' });
});

test('a plain forward says where it leads', async () => {
  const routes = [{ name: 'root' }, { name: 'wiki', paths: ['/wiki'], url: 'http://127.0.0.1:9/base' }];
  await using gateway = await start({ routes });
  const told = await explained(gateway, undefined, { path: '/wiki/page?q=1' });
  assert.deepEqual(told.verdict, { outcome: 'forwarded', to: 'http://127.0.0.1:9/base/page?q=1' });
});

test('a WebSocket is taken for one', async () => {
  await using gateway = await start({ providers: [{ name: 'up', url: nowhere, manifest: realtime }] });
  const headers = { connection: 'Upgrade', upgrade: 'websocket' };
  const path = '/v1/realtime?model=model-a';
  const told = await explained(gateway, undefined, { path, headers });
  assert.equal(told.verdict.outcome, 'sent');
  assert.match(told.upstream?.url ?? '', /realtime\?model=model-a$/);
  const plain = await explained(gateway, undefined, { path });
  assert.ok(plain.verdict.outcome === 'refused');
  assert.equal(plain.verdict.code, 'websocket-required');
});

const realtime = {
  title: 'up',
  auth: { kind: 'header', name: 'authorization', prefix: 'Bearer ' },
  dialects: { 'openai-chat': { operations: ['chat', 'realtime'] } },
} as const;

test('files that are given by URL are not fetched', async () => {
  await using files = await Upstream.start((res) => void res.end('x'));
  const manifest = {
    ...realtime,
    dialects: { 'anthropic-messages': { translate: { imageUrls: false } } },
  };
  const media = { fetch: true, maxBytes: 1_000_000, timeout: 5000, networks: ['127.0.0.0/8'] };
  await using gateway = await start({
    plugins: [auth, pluginEntry('translator', { media })],
    providers: [{ name: 'up', url: nowhere, manifest, dialects: ['anthropic-messages'] }],
  });
  const image = { type: 'image_url', image_url: { url: `${files.url}/a.png` } };
  const told = await explained(gateway, { model: 'model-a', messages: [{ role: 'user', content: [image] }] });
  assert.equal(told.verdict.outcome, 'sent');
  assert.match(told.upstream?.notes[0] ?? '', /would be fetched and put in first/);
  assert.equal(files.requests.length, 0);
});

test('an account without room whose requests may wait says so', async () => {
  const limit = { kind: 'concurrency', amount: 1, window: undefined, burst: undefined } as const;
  const accounts = [account('a', nowhere, { limits: [limit], queue: { size: 2, wait: 1000 } })];
  await using gateway = await TestGateway.start(
    { plugins: [auth], providers: [{ name: 'up', url: nowhere, accounts }] },
    new HandClock(),
  );
  const grant = await gateway.ledger.reserve([{ subject: 'account:up/a', limit, amount: 1 }]);
  assert.ok(grant.granted);
  const told = await explained(gateway, { model: 'model-a', messages: [] });
  assert.equal(told.candidates[0]?.skipped, 'at its limit of 1 request at once; requests wait in its queue');
  grant.release();
});
