// Whatever leaves the gateway leaves it the way the configuration says: requests, uploads, WebSockets, lists of models.
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { after, before, beforeEach, describe, test } from 'node:test';
import { Server as HttpProxy } from 'proxy-chain';
import { load } from '../../src/config/load.ts';
import { systemClock } from '../../src/core/index.ts';
import { noCredentials } from '../../src/gateway/credentials.ts';
import { Discovery } from '../../src/process/discovery/discovery.ts';
import { account, forward, root, secret, TestGateway } from '../support/gateway.ts';
import { json, Upstream } from '../support/upstream.ts';
import { connect, nextMessage, WebSocketUpstream } from '../support/websocket.ts';

/** Connections the proxy was asked for. */
let tunnels: string[] = [];
let proxy: HttpProxy;
let egress: { name: string; url: string }[];
before(async () => {
  proxy = new HttpProxy({
    port: 0,
    host: '127.0.0.1',
    prepareRequestFunction: ({ hostname, port }) => {
      tunnels.push(`${hostname}:${port}`);
      return {};
    },
  });
  await proxy.listen();
  egress = [{ name: 'office', url: `http://127.0.0.1:${proxy.port}` }];
});
after(() => proxy.close(true));
beforeEach(() => {
  tunnels = [];
});

const body = { model: 'model-a', messages: [{ role: 'user', content: 'hello' }] };
const answer = json({ id: 'x', object: 'chat.completion', choices: [] });

describe('the egress of an account is taken by', () => {
  test('its requests', async () => {
    await using upstream = await Upstream.start(answer);
    const accounts = [account('main', upstream.url, { egress: 'office' })];
    await using gateway = await TestGateway.start({
      providers: [{ name: 'up', url: upstream.url, accounts }],
      egress,
    });
    assert.equal((await gateway.post('/v1/chat/completions', body)).status, 200);
    assert.deepEqual(tunnels, [new URL(upstream.url).host]);
  });

  test('WebSockets to its models', async () => {
    await using upstream = await WebSocketUpstream.start();
    const accounts = [account('main', upstream.url, { egress: 'office' })];
    const dialects = { 'openai-chat': { operations: ['realtime' as const] } };
    const manifest = { title: 'up', auth: { kind: 'none' as const }, dialects };
    await using gateway = await TestGateway.start({
      providers: [{ name: 'up', url: upstream.url, accounts, manifest, dialects: ['openai-chat'] }],
      egress,
    });
    const keyed = { headers: { authorization: `Bearer ${secret}` } };
    const client = await connect(`${gateway.url}/v1/realtime?model=model-a`, [], keyed);
    const reply = nextMessage(client);
    client.send('hello');
    assert.equal(String(await reply), 'hello');
    client.terminate();
    assert.deepEqual(tunnels, [new URL(upstream.url).host]);
  });

  test('asking for its list of models', async () => {
    await using upstream = await Upstream.start(json({ data: [{ id: 'small' }] }));
    const provider = { name: 'up', use: 'openai-compatible', baseUrl: upstream.url, models: 'discover' };
    const accounts = [{ name: 'main', apiKey: 'sk-0123456789' }];
    const text = JSON.stringify({ version: 1, egress, providers: [{ ...provider, egress: 'office', accounts }] });
    const { config } = await load({ file: '/g.yaml', documents: [{ path: '/g.yaml', text }], env: {}, builtin: root });
    assert.ok(config);
    const quiet = { reload: () => undefined, say: () => undefined };
    const discovery = new Discovery({
      clock: systemClock,
      directory: '/nowhere',
      credentials: noCredentials,
      ...quiet,
    });
    discovery.configure(config);
    assert.equal((await discovery.refresh('up'))?.state, 'current');
    discovery.close();
    assert.deepEqual(tunnels, [new URL(upstream.url).host]);
  });
});

test('an account may have another than its provider, or none', async () => {
  const accounts = [
    { name: 'usual', apiKey: 'sk-0123456789' },
    { name: 'none', apiKey: 'sk-0123456789', egress: 'direct' },
  ];
  const provider = { name: 'up', use: 'openai-compatible', baseUrl: 'http://up.test/v1', egress: 'office', accounts };
  const text = JSON.stringify({ version: 1, egress, providers: [provider] });
  const { config } = await load({ file: '/g.yaml', documents: [{ path: '/g.yaml', text }], env: {}, builtin: root });
  assert.deepEqual(
    config?.providers[0]?.accounts.map((each) => each.egress),
    ['office', 'direct'],
  );
});

describe('the egress of a forward route is taken by', () => {
  const route = (url: string) => ({
    routes: [{ name: 'live', paths: ['/live'], url, forward: { ...forward, egress: 'office' } }],
    egress,
  });

  test('uploads that are passed on as they arrive', async () => {
    await using upstream = await Upstream.start((res, seen) => void res.end(String(seen.body.length)));
    await using gateway = await TestGateway.start(route(upstream.url));
    const bytes = Buffer.alloc(3_000_000, 'x');
    const reply = await gateway.post('/live/upload', bytes, { headers: { 'content-type': 'video/mp4' } });
    assert.equal(await reply.text(), '3000000');
    assert.deepEqual(tunnels, [new URL(upstream.url).host]);
  });

  test('its WebSockets', async () => {
    await using upstream = await WebSocketUpstream.start();
    await using gateway = await TestGateway.start(route(upstream.url));
    const client = await connect(`${gateway.url}/live/chat`, [], { headers: { authorization: `Bearer ${secret}` } });
    client.terminate();
    assert.deepEqual(tunnels, [new URL(upstream.url).host]);
  });
});

describe('an egress that is down', () => {
  async function freed(): Promise<number> {
    const server: Server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    await new Promise((resolve) => server.close(resolve));
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  test('is a failed connection that names it, and another account is asked', async () => {
    await using upstream = await Upstream.start(answer);
    const accounts = [
      account('through', upstream.url, { egress: 'gone', priority: 1 }),
      account('around', upstream.url, { egress: 'direct' }),
    ];
    const gone = { name: 'gone', url: `http://user:hunter2@127.0.0.1:${await freed()}` };
    await using gateway = await TestGateway.start({
      providers: [{ name: 'up', url: upstream.url, accounts }],
      egress: [gone],
    });
    assert.equal((await gateway.post('/v1/chat/completions', body)).status, 200);
    await gateway.recorded(1);
    const [first, second] = gateway.records[0]?.attempts ?? [];
    assert.deepEqual([first?.account, first?.failure], ['through', 'connect']);
    assert.equal(first?.reason, 'The egress "gone" cannot be reached.');
    assert.equal(second?.failure, undefined);
  });
});
