// Which headers cross the gateway: hop-by-hop ones in neither direction, credentials of the client never.
import assert from 'node:assert/strict';
import { after, afterEach, describe, test } from 'node:test';
import { secret, TestGateway } from '../../support/gateway.ts';
import { json, Upstream } from '../../support/upstream.ts';
import { body, get, idle, post, sized, Wire } from './wire.ts';

describe('headers', async () => {
  const upstream = await Upstream.start(json({ ok: true }));
  const routes = [{ name: 'root' }, { name: 'wiki', paths: ['/wiki'], url: upstream.url }];
  const portico = await TestGateway.start({ providers: [{ name: 'up', url: upstream.url }], routes });
  after(async () => {
    await portico[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  });
  afterEach(() => idle(portico));

  const hops = [
    'Keep-Alive: timeout=9',
    'Proxy-Connection: keep-alive',
    'Proxy-Authorization: Basic c2VjcmV0',
    'Proxy-Authenticate: Basic',
    'TE: trailers',
    'Trailer: X-Trailer',
    'X-Listed: a',
    'X-Also: b',
  ];
  const length = `Content-Length: ${body.length}\r\n`;

  test('of one hop, by name or by Connection, are not sent upstream', async () => {
    using wire = await Wire.open(portico.url);
    const connection =
      'Connection: keep-alive, X-LISTED ,x-also\r\nConnection: x-second\r\nX-Second: c\r\nX-Kept: d\r\n';
    for (const request of [
      post(`${hops.join('\r\n')}\r\n${connection}${length}`),
      get('/wiki/page', `${hops.join('\r\n')}\r\n${connection}`),
    ]) {
      assert.equal((await wire.send(request).answer()).status, 200);
      const { headers } = upstream.last;
      const names = ['keep-alive', 'proxy-connection', 'proxy-authorization', 'proxy-authenticate', 'te', 'trailer'];
      for (const name of [...names, 'x-listed', 'x-also', 'x-second']) assert.equal(headers[name], undefined, name);
      assert.deepEqual([headers['x-kept'], headers.connection], ['d', 'keep-alive']);
    }
  });

  test('of one hop are not sent to the client', async () => {
    upstream.answer = (res) => {
      res.writeHead(200, {
        'content-type': 'application/json',
        connection: 'close, X-Listed',
        'x-listed': 'a',
        'keep-alive': 'timeout=1',
        'proxy-authenticate': 'Basic',
        trailer: 'x-t',
        upgrade: 'h2c',
        'x-kept': 'd',
      });
      res.end('{}');
    };
    for (const request of [sized(), get('/wiki/page')]) {
      using wire = await Wire.open(portico.url);
      const { headers } = await wire.send(request).answer();
      for (const name of ['x-listed', 'proxy-authenticate', 'trailer', 'upgrade']) {
        assert.equal(headers[name], undefined, name);
      }
      assert.deepEqual([headers['x-kept'], headers.connection], ['d', 'keep-alive']);
      assert.notEqual(headers['keep-alive'], 'timeout=1');
    }
    upstream.answer = json({ ok: true });
  });

  test('with credentials of the client are not sent upstream, wherever they stand', async () => {
    using wire = await Wire.open(portico.url);
    const keys = ['X-Api-Key', 'X-Goog-Api-Key', 'Api-Key', 'Proxy-Authorization', 'AUTHORIZATION'];
    const headers = keys.map((name) => `${name}: ${secret}\r\n`).join('');
    for (const request of [
      post(`${headers}Cookie: session=${secret}\r\n${length}`),
      post(`${headers}${length}`, body, `POST /v1/messages?key=${secret} HTTP/1.1`),
      get(`/wiki/page?key=${secret}&%6bey=${secret}&a=b`, headers),
    ]) {
      assert.equal((await wire.send(request).answer()).status, 200);
      const { last } = upstream;
      assert.ok(!JSON.stringify([last.path, last.headers]).includes(secret));
    }
  });

  test('are bytes: what is not ASCII crosses as it is, both ways', async () => {
    upstream.answer = (res) => {
      res.setHeader('x-note', Buffer.from('日本').toString('latin1'));
      res.setHeader('content-type', 'application/json');
      // As bytes: node would encode the head like a body that is text.
      res.end(Buffer.from('{}'));
    };
    using wire = await Wire.open(portico.url);
    const note = Buffer.from('naïve').toString('latin1');
    const { headers } = await wire.send(post(`X-Note: ${note}\r\n${length}`)).answer();
    assert.equal(upstream.last.headers['x-note'], note);
    assert.equal(Buffer.from(headers['x-note'] ?? '', 'latin1').toString(), '日本');
    upstream.answer = json({ ok: true });
  });

  test('that Expect what nobody knows are served, and the client that waits is told to go on', async () => {
    using wire = await Wire.open(portico.url);
    const expecting = (what: string) => post(`Expect: ${what}\r\n${length}`, '');
    assert.equal((await wire.send(expecting('100-Continue')).answer()).status, 100);
    assert.equal((await wire.send(body).answer()).status, 200);
    assert.equal(upstream.last.headers.expect, undefined);
    assert.equal((await wire.send(expecting('wonders') + body).answer()).status, 200);
  });

  test('a client that asks before it sends is not invited when it is refused', async () => {
    using wire = await Wire.open(portico.url);
    const uninvited = post('Expect: 100-continue\r\nContent-Length: 33000000\r\n', '');
    assert.equal((await wire.send(uninvited.replace(secret, 'wrong')).answer()).status, 401);
    wire.socket.end();
    assert.equal(await wire.closed, '');
  });

  test('nor when what it announces is too large', async () => {
    using wire = await Wire.open(portico.url);
    const answer = await wire.send(post('Expect: 100-continue\r\nContent-Length: 34000000\r\n', '')).answer();
    assert.deepEqual([answer.status, answer.headers.connection], [413, 'close']);
  });
});
