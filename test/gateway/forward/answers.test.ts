// Answers on their way down through a forward: whatever they are, they arrive as they were sent.
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import net from 'node:net';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { HandClock } from '../../support/clock.ts';
import { forward, secret, TestGateway } from '../../support/gateway.ts';
import { Service } from '../../support/service.ts';

function routed(url: string, more: object = {}) {
  return { routes: [{ name: 'files', paths: ['/files'], url, forward, ...more }] };
}

test('events arrive one by one, the head before any of them, and nothing is put in between', async () => {
  const open = Promise.withResolvers<ServerResponse>();
  await using service = await Service.start((_req, res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    res.flushHeaders();
    open.resolve(res);
  });
  const clock = new HandClock();
  await using gateway = await TestGateway.start(routed(service.url, { heartbeat: 1000 }), clock);
  const answer = await gateway.get('/files/events');
  const reader = (answer.body ?? assert.fail()).getReader();
  const upstream = await open.promise;
  for (const event of ['data: 1\n\n', 'data: 2\n\n']) {
    upstream.write(event);
    const { value } = await reader.read();
    assert.equal(Buffer.from(value ?? []).toString(), event);
    clock.advance(4000);
  }
  upstream.end();
  assert.equal((await reader.read()).done, true);
});

test('answers without a body, interim answers and trailers', async () => {
  await using service = await Service.start((req, res) => {
    if (req.url === '/hints') res.writeEarlyHints({ link: '</a>; rel=preload' });
    if (req.url === '/trailers') {
      res.writeHead(200, { trailer: 'x-sum' });
      res.write('body');
      res.addTrailers({ 'x-sum': '1' });
      return res.end();
    }
    if (req.url === '/304') return res.writeHead(304, { etag: '"a"', 'content-length': '7' }).end();
    if (req.url === '/204') return res.writeHead(204).end();
    return res.writeHead(200, { 'content-length': '7' }).end(req.method === 'HEAD' ? undefined : '7 bytes');
  });
  await using gateway = await TestGateway.start(routed(service.url));
  const headers = { authorization: `Bearer ${secret}` };
  const of = async (path: string, method = 'GET') => {
    const answer = await fetch(`${gateway.url}/files${path}`, { method, headers });
    return [answer.status, answer.headers.get('content-length'), answer.headers.get('trailer'), await answer.text()];
  };
  assert.deepEqual(await of('/', 'HEAD'), [200, '7', null, '']);
  assert.deepEqual(await of('/304'), [304, '7', null, '']);
  assert.deepEqual(await of('/204'), [204, null, null, '']);
  assert.deepEqual(await of('/hints'), [200, '7', null, '7 bytes']);
  assert.deepEqual(await of('/trailers'), [200, null, null, 'body']);
});

test('a compressed answer is passed on as it is', async () => {
  const packed = gzipSync('hello');
  await using service = await Service.start((_req, res) => {
    res.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length }).end(packed);
  });
  await using gateway = await TestGateway.start(routed(service.url));
  const raw = net.connect(Number(new URL(gateway.url).port), '127.0.0.1');
  raw.write(`GET /files/ HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${secret}\r\nconnection: close\r\n\r\n`);
  const chunks: Buffer[] = [];
  for await (const chunk of raw) chunks.push(chunk as Buffer);
  const whole = Buffer.concat(chunks);
  assert.match(whole.toString('latin1'), /content-encoding: gzip/);
  assert.ok(whole.subarray(-packed.length).equals(packed));
});

test('a service that breaks off breaks the answer off; one that is slow is a 504', async () => {
  const asked = Promise.withResolvers<void>();
  await using service = await Service.start((req, res) => {
    if (req.url === '/slow') return asked.resolve();
    res.writeHead(200, { 'content-length': '100' });
    res.write('half', () => res.destroy());
  });
  const clock = new HandClock();
  const timeouts = { connect: 5000, firstByte: 30_000, idle: 1000, total: 60_000 };
  await using gateway = await TestGateway.start(routed(service.url, { timeouts }), clock);
  const answer = await gateway.get('/files/half');
  await assert.rejects(answer.text());
  const slow = gateway.get('/files/slow');
  await asked.promise;
  clock.advance(30_000);
  assert.equal((await slow).status, 504);
});
