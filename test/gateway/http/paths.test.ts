// A target has one reading: what a route is matched by is what its upstream is asked for. Nothing leads out of a prefix.
import assert from 'node:assert/strict';
import { after, afterEach, describe, test } from 'node:test';
import { configOf, TestGateway } from '../../support/gateway.ts';
import { json, Upstream } from '../../support/upstream.ts';
import { get, idle, messageOf, post, usual, Wire } from './wire.ts';

describe('targets', async () => {
  const upstream = await Upstream.start(json({ ok: true }));
  const providers = [{ name: 'up', url: upstream.url }];
  const routes = [{ name: 'root' }, { name: 'wiki', paths: ['/wiki'], url: `${upstream.url}/base` }];
  const portico = await TestGateway.start({ providers, routes });
  after(async () => {
    await portico[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  });
  afterEach(() => idle(portico));

  const leading = [
    '..',
    '.',
    '%2e%2e',
    '.%2E',
    '%2e',
    '..;',
    '..;a=b',
    '..%3b',
    '..%2f',
    '..%2Fv1',
    '..\\v1',
    '..%5cv1',
  ];
  test('with a dot segment, however it is spelled, are refused', async () => {
    using wire = await Wire.open(portico.url);
    for (const segment of leading) {
      for (const path of [`/wiki/${segment}/v1/models`, `/wiki/a%2f${segment}`, `http://portico/wiki/${segment}/x`]) {
        const answer = await wire.send(get(path)).answer();
        assert.equal(answer.status, 400, path);
        assert.match(messageOf(answer, 'chat'), /segment/);
      }
    }
    assert.equal(upstream.requests.length, 0);
  });

  test('with dots that are no segment are served', async () => {
    using wire = await Wire.open(portico.url);
    for (const rest of ['a..b', '...', '.well-known/x', 'v1.5', 'a%2fb', '..a', '%252e%252e']) {
      assert.equal((await wire.send(get(`/wiki/${rest}`)).answer()).status, 200);
      assert.equal(upstream.last.path, `/base/${rest}`);
    }
  });

  test('do not reach a route by a prefix that only looks like it', async () => {
    const asked = upstream.requests.length;
    using wire = await Wire.open(portico.url);
    for (const path of ['/wiki;x/page', '/wikipage', '/wiki%2fpage', '/WIKI/page', '/wik%69/page']) {
      assert.equal((await wire.send(get(path)).answer()).status, 404, path);
    }
    assert.equal(upstream.requests.length, asked);
  });

  test('with doubled slashes mean the path without them, and nobody else’s host', async () => {
    using wire = await Wire.open(portico.url);
    assert.match((await wire.send(get('//v1///models')).answer()).body, /"object":"list"/);
    await wire.send(get('//wiki//page')).answer();
    assert.equal(upstream.last.path, '/base/page');
    await wire.send(get('/wiki//other.example/page')).answer();
    assert.equal(upstream.last.path, '/base/other.example/page');
  });

  test('in absolute form name a path, on whatever host', async () => {
    using wire = await Wire.open(portico.url);
    assert.match((await wire.send(get('http://other.example/v1/models')).answer()).body, /"object":"list"/);
    await wire.send(get('HTTPS://other.example:1/wiki/page?a=b')).answer();
    assert.equal(upstream.last.path, '/base/page?a=b');
    assert.match(upstream.last.headers.host ?? '', /^127\.0\.0\.1:/);
    assert.equal((await wire.send(get('ftp://other.example/v1/models')).answer()).status, 404);
  });

  test('with a fragment are refused', async () => {
    using wire = await Wire.open(portico.url);
    assert.equal((await wire.send(get('/wiki/page#a')).answer()).status, 400);
  });

  test('that are refused are told so in the dialect of the path', async () => {
    using wire = await Wire.open(portico.url);
    for (const [path, dialect] of [
      ['/v1/messages/../x', 'messages'],
      ['/v1beta/models/../x', 'gemini'],
      ['/v1/chat/completions/../x', 'chat'],
    ] as const) {
      assert.match(messageOf(await wire.send(get(path)).answer(), dialect), /segment/);
    }
  });

  test('of CONNECT, and of OPTIONS for the whole server, are refused at once', async () => {
    for (const [line, status] of [
      ['CONNECT other.example:443 HTTP/1.1', 405],
      ['CONNECT /v1/messages HTTP/1.1', 405],
      ['OPTIONS * HTTP/1.1', 404],
    ] as const) {
      using wire = await Wire.open(portico.url);
      const answer = await wire.send(`${line}\r\n${usual}\r\n`).answer();
      assert.equal(answer.status, status);
      messageOf(answer, line.includes('messages') ? 'messages' : 'chat');
    }
  });

  test('of HEAD and OPTIONS that no dialect has are refused at once', async () => {
    using wire = await Wire.open(portico.url);
    const { status, headers } = await wire.send(`OPTIONS /v1/messages HTTP/1.1\r\n${usual}\r\n`).answer();
    assert.deepEqual([status, headers.allow], [405, 'POST']);
    wire.send(`HEAD /v1/messages HTTP/1.1\r\n${usual}Connection: close\r\n\r\n`);
    assert.match(await wire.closed, /^HTTP\/1\.1 405 [^{]*\r\n\r\n$/, 'a head and no body');
  });

  test('a websocket asked for on a path of POST is refused at once, and the connection ends', async () => {
    using wire = await Wire.open(portico.url);
    const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n';
    const answer = await wire.send(get('/v1/chat/completions', upgrade)).answer();
    assert.deepEqual([answer.status, answer.headers.connection], [426, 'close']);
    messageOf(answer, 'chat');
    assert.equal(await wire.closed, '');
  });

  test('an upgrade is not passed on: the request is served as what it is without it', async () => {
    using wire = await Wire.open(portico.url);
    const upgrade = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n';
    assert.equal((await wire.send(get('/wiki/page', upgrade)).answer()).status, 200);
    const { upgrade: passed, 'http2-settings': settings, connection } = upstream.last.headers;
    assert.deepEqual([passed, settings, connection], [undefined, undefined, 'keep-alive']);
  });

  test('a model cannot lead out of the path it is put into', async () => {
    const { manifest } = configOf({ providers }).providers[0] ?? assert.fail();
    const dialects = { 'anthropic-messages': { paths: { chat: '/deployments/{model}/chat' } } };
    await using inPath = await TestGateway.start({
      providers: [{ name: 'up', url: upstream.url, manifest: { ...manifest, dialects } }],
    });
    using wire = await Wire.open(inPath.url);
    const ask = (model: string) => {
      const content = JSON.stringify({ model });
      return wire.send(post(`Content-Length: ${content.length}\r\n`, content)).answer();
    };
    for (const model of ['../../admin', 'a/../b', '..', './a', 'a//b', '/a', 'a\ud800']) {
      const answer = await ask(model);
      assert.equal(answer.status, 400, model);
      assert.match(messageOf(answer, 'messages'), /model/);
    }
    assert.equal((await ask('team/a?b#c\r\nX: y')).status, 200);
    assert.equal(upstream.last.path, '/deployments/team/a%3Fb%23c%0D%0AX%3A%20y/chat');
  });
});
