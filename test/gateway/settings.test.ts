// Settings of routes, providers and accounts that no other test holds: what the file says is what happens.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { Server as ProxyServer } from 'proxy-chain';
import { makeCertificate } from '../support/certificate.ts';
import { account, configOf, secret, TestGateway, usualPlugins } from '../support/gateway.ts';
import { events, json, Upstream } from '../support/upstream.ts';

const chat = { model: 'model-a', messages: [] };

describe('settings', async () => {
  const upstream = await Upstream.start(json({ ok: true }));
  after(() => upstream[Symbol.asyncDispose]());
  const providers = [{ name: 'up', url: upstream.url }];

  test('a route with url: forwards everything below its prefix, whatever it is', async () => {
    upstream.answer = (res, seen) =>
      void res.writeHead(203, { 'x-from': 'wiki', 'set-cookie': 'a=b' }).end(`${seen.method} ${seen.path}`);
    const routes = [{ name: 'root' }, { name: 'wiki', paths: ['/wiki'], url: `${upstream.url}/base` }];
    await using portico = await TestGateway.start({ providers, routes });
    const got = await portico.get('/wiki/page?a=1&key=x');
    assert.deepEqual([got.status, got.headers.get('x-from'), await got.text()], [203, 'wiki', 'GET /base/page?a=1']);
    const put = await fetch(`${portico.url}/wiki/`, {
      method: 'PUT',
      body: 'not json',
      headers: { 'x-api-key': 'sk-test-0123456789abcdef' },
    });
    assert.equal(await put.text(), 'PUT /base/');
    assert.equal(upstream.last.body.toString(), 'not json');
    assert.equal(upstream.last.headers['x-forwarded-for'], '127.0.0.1');
    upstream.answer = (res) => void res.writeHead(404, { 'content-type': 'text/html' }).end('<html>none');
    assert.equal(await (await portico.get('/wiki/none')).text(), '<html>none');
    upstream.answer = (res) => void res.writeHead(200, { 'content-length': '1234' }).end();
    const head = await fetch(`${portico.url}/wiki/page`, { method: 'HEAD', headers: { 'x-api-key': secret } });
    assert.equal(head.headers.get('content-length'), '1234');
    upstream.answer = (res) => void res.writeHead(204).end();
    const none = await portico.get('/wiki/page');
    assert.deepEqual([none.status, none.headers.get('content-length')], [204, null]);
    assert.equal((await fetch(`${portico.url}/wiki/page`)).status, 401, 'the same plugins stand before it');
  });

  test('dialects of a route: others are not served there', async () => {
    upstream.answer = json({ ok: true });
    const { manifest } = configOf({ providers }).providers[0] ?? assert.fail();
    const all = { 'openai-chat': {}, 'anthropic-messages': {}, gemini: { operations: ['chat', 'opaque'] as const } };
    await using portico = await TestGateway.start({
      providers: [{ name: 'up', url: upstream.url, manifest: { ...manifest, dialects: all } }],
      routes: [{ name: 'root', dialects: ['gemini'] }],
    });
    assert.equal((await portico.post('/v1beta/models/model-a:generateContent', {})).status, 200);
    assert.equal((await portico.post('/of/no/dialect', {})).status, 200, 'the provider takes unknown paths');
    const before = upstream.requests.length;
    for (const path of ['/v1/messages', '/v1/chat/completions']) {
      const refused = await portico.post(path, chat);
      assert.equal(refused.status, 404, `${path} is known, and must not pass as unknown`);
      assert.match(await refused.text(), /not spoken on this route/);
    }
    assert.equal(upstream.requests.length, before);
  });

  test('headers of provider and account go upstream and replace those of the client', async () => {
    upstream.answer = json({ ok: true });
    const accounts = [account('main', upstream.url, { headers: { 'x-team': 'ours', 'user-agent': 'portico' } })];
    await using portico = await TestGateway.start({ providers: [{ name: 'up', url: upstream.url, accounts }] });
    await portico.post('/v1/chat/completions', chat, { headers: { 'x-team': 'theirs' } });
    assert.deepEqual([upstream.last.headers['x-team'], upstream.last.headers['user-agent']], ['ours', 'portico']);
  });

  test('headers of a directory are defaults: the client may say otherwise', async () => {
    upstream.answer = json({ ok: true });
    const { manifest } = configOf({ providers }).providers[0] ?? assert.fail();
    const versioned = { ...manifest, headers: { 'x-version': '1' } };
    await using portico = await TestGateway.start({
      providers: [{ name: 'up', url: upstream.url, manifest: versioned }],
    });
    await portico.post('/v1/chat/completions', chat);
    assert.equal(upstream.last.headers['x-version'], '1');
    await portico.post('/v1/chat/completions', chat, { headers: { 'x-version': '2' } });
    assert.equal(upstream.last.headers['x-version'], '2');
  });

  test('parameters a directory renames or drops are, with a note about what was dropped', async () => {
    upstream.answer = json({ ok: true });
    const { manifest } = configOf({ providers }).providers[0] ?? assert.fail();
    const parameters = { rename: { max_tokens: 'max_completion_tokens' }, drop: ['logit_bias', 'absent'] };
    await using portico = await TestGateway.start({
      providers: [{ name: 'up', url: upstream.url, manifest: { ...manifest, parameters } }],
    });
    const response = await portico.post(
      '/v1/chat/completions',
      '{"model":"model-a","max_tokens":5,"logit_bias":{"1":2},"z":[1]}',
    );
    assert.equal(upstream.last.body.toString(), '{"model":"model-a","max_completion_tokens":5,"z":[1]}');
    assert.equal(response.headers.get('x-portico-dropped'), 'logit_bias');
    const both = await portico.post(
      '/v1/chat/completions',
      '{"model":"model-a","max_tokens":5,"max_completion_tokens":7}',
    );
    assert.equal(upstream.last.body.toString(), '{"model":"model-a","max_completion_tokens":7}');
    assert.equal(both.headers.get('x-portico-dropped'), 'max_tokens');
  });

  test('a directory that takes it is asked for usage, which a client that did not ask never sees', async () => {
    const usage = 'data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}\n\n';
    const word = 'data: {"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":"stop"}],"usage":null}\n\n';
    upstream.answer = events(
      word.slice(0, 20),
      word.slice(20) + usage.slice(0, 30),
      `${usage.slice(30)}data: [DONE]\n\n`,
    );
    const { manifest } = configOf({ providers }).providers[0] ?? assert.fail();
    const asking = { ...manifest, dialects: { 'openai-chat': { streamUsage: true } } };
    await using portico = await TestGateway.start({ providers: [{ name: 'up', url: upstream.url, manifest: asking }] });
    const response = await portico.post('/v1/chat/completions', { ...chat, stream: true });
    assert.equal(await response.text(), `${word}data: [DONE]\n\n`);
    assert.deepEqual(JSON.parse(upstream.last.body.toString()).stream_options, { include_usage: true });
    await portico.recorded(1);
    assert.equal(portico.records[0]?.usage?.output, 4);
    const asked = { ...chat, stream: true, stream_options: { include_usage: true, extra: 1 } };
    assert.equal(await (await portico.post('/v1/chat/completions', asked)).text(), `${word}${usage}data: [DONE]\n\n`);
  });

  test('an account goes out through its egress', async () => {
    upstream.answer = json({ ok: true });
    const proxy = new ProxyServer({ port: 0, host: '127.0.0.1' });
    await proxy.listen();
    let through = 0;
    proxy.server.on('connect', () => {
      through += 1;
    });
    const accounts = [account('main', upstream.url, { egress: 'out' })];
    const config = configOf({ providers: [{ name: 'up', url: upstream.url, accounts }] });
    await using portico = await TestGateway.start({});
    await portico.gateway.prepare(2, { ...config, egress: [{ name: 'out', url: `http://127.0.0.1:${proxy.port}` }] });
    portico.gateway.commit(2);
    assert.equal((await portico.post('/v1/chat/completions', chat)).status, 200);
    assert.equal(through, 1);
    await proxy.close(true);
  });

  test('unknown paths are posted on to a directory that takes them, in its own words', async () => {
    upstream.answer = json({ echo: true });
    const { manifest } = configOf({ providers }).providers[0] ?? assert.fail();
    const opaque = { ...manifest, dialects: { 'openai-chat': { operations: ['chat', 'opaque'] } } } as typeof manifest;
    const base = `${upstream.url}/v1`;
    await using portico = await TestGateway.start({
      providers: [{ name: 'up', url: base, manifest: opaque, accounts: [account('main', base)] }],
    });
    const response = await portico.post('/v1/something/new', { model: 'model-a', x: 1 });
    assert.deepEqual([response.status, upstream.last.path], [200, '/v1/something/new']);
    await using closed = await TestGateway.start({ providers });
    assert.equal((await closed.post('/v1/something/new', chat)).status, 501);
  });

  test('the most specific override of a plugin wins: key over route over listener over chain', async () => {
    const path = await mkdtemp(join(tmpdir(), 'portico-plugin-'));
    await writeFile(
      join(path, 'index.ts'),
      "export default ({ word }) => function say(ctx, next) { ctx.set('x-word', word); return next(); };",
    );
    const say = { directory: { name: 'say', path, digest: '1', code: true }, on: true, settings: { word: 'chain' } };
    const [auth, , balancer] = usualPlugins;
    const plugins = [auth, say, balancer] as typeof usualPlugins;
    const routes = [
      { name: 'root' },
      { name: 'loud', paths: ['/loud'], plugins: { say: { settings: { word: 'route' } } } },
      { name: 'quiet', paths: ['/quiet'], plugins: { say: 'off' as const } },
    ];
    const keys = [
      {},
      {
        name: 'vip',
        hash: (await import('node:crypto')).hash('sha256', 'vip', 'hex'),
        plugins: { say: { settings: { word: 'key' } } },
      },
    ];
    upstream.answer = json({ ok: true });
    await using portico = await TestGateway.start({ providers, plugins, routes, keys });
    const word = async (at: string, init: RequestInit = {}) =>
      (await portico.post(`${at}/v1/chat/completions`, chat, init)).headers.get('x-word');
    const vip = { headers: { authorization: 'Bearer vip' } };
    assert.deepEqual(
      [await word(''), await word('/loud'), await word('/quiet'), await word('/loud', vip), await word('/quiet', vip)],
      ['chain', 'route', null, 'key', 'key'],
    );
    await rm(path, { recursive: true });
  });

  const certificate = makeCertificate();
  test('a listener with tls: serves it, and a new certificate without a new socket', {
    skip: certificate === undefined && 'no openssl',
  }, async () => {
    const config = (pair: { cert: string; key: string }) => {
      const certificates = [{ ...pair, hosts: [] }];
      const tls = { certificates, minVersion: 'TLSv1.2', http2: false, clientCertificates: undefined } as const;
      return configOf({ providers, listener: { tls } });
    };
    await using portico = await TestGateway.start({});
    const serials: (string | undefined)[] = [];
    let port: number | undefined;
    for (const [generation, tls] of [
      [2, certificate],
      [3, makeCertificate()],
    ] as const) {
      if (tls === undefined) continue;
      await portico.gateway.prepare(generation, config(tls));
      portico.gateway.commit(generation);
      port ??= portico.gateway.ports()[0];
      assert.equal(portico.gateway.ports()[0], port);
      serials.push(await serialOf(port ?? 0, tls.cert));
    }
    assert.equal(new Set(serials).size, 2);
  });
});

/** Serial number of the certificate a server shows to a client that trusts it. */
function serialOf(port: number, ca: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const request = https.get({ host: '127.0.0.1', port, path: '/health', ca, agent: false }, (res) => {
      const { serialNumber } = (res.socket as import('node:tls').TLSSocket).getPeerCertificate();
      res.resume().once('end', () => resolve(serialNumber));
    });
    request.on('error', reject);
  });
}
