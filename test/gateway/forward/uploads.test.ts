// Bodies on their way up through a forward: as they come, bounded, and what one side breaks off is broken off on the other.
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http, { type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { forward, secret, TestGateway } from '../../support/gateway.ts';
import { read, Service, still } from '../../support/service.ts';

function routed(url: string, more: object = {}) {
  return { routes: [{ name: 'files', paths: ['/files'], url, forward, ...more }] };
}

/** A request whose body the test sends piece by piece. */
function upload(gateway: TestGateway, headers: http.OutgoingHttpHeaders = {}, method = 'PUT') {
  const request = http.request(`${gateway.url}/files/a`, {
    method,
    headers: { authorization: `Bearer ${secret}`, ...headers },
  });
  request.on('error', () => undefined);
  return request;
}

async function answerOf(request: http.ClientRequest): Promise<{ status: number | undefined; body: string }> {
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  return { status: answer.statusCode, body: (await read(answer)).toString() };
}

const mebibyte = Buffer.alloc(1024 * 1024, 'x');

test('50 MiB go up without being kept, at the pace of the service', async () => {
  let seen: IncomingMessage | undefined;
  const reached = Promise.withResolvers<void>();
  await using service = await Service.start(async (req, res) => {
    seen = req;
    reached.resolve();
    req.pause();
    await once(req, 'goon');
    let bytes = 0;
    for await (const chunk of req) bytes += (chunk as Buffer).length;
    res.end(String(bytes));
  });
  await using gateway = await TestGateway.start(routed(service.url, { maxBody: 64 * 1024 * 1024 }));
  const length = 50 * mebibyte.length;
  const request = upload(gateway, { 'content-length': length });
  let taken = 0;
  const feed = (async () => {
    for (let piece = 0; piece < 50; piece += 1) {
      if (!request.write(mebibyte)) await once(request, 'drain');
      taken += mebibyte.length;
    }
    request.end();
  })();
  await reached.promise;
  await still(() => taken);
  // Nobody reads: the client may send what the buffers of all sockets hold, and no more.
  assert.ok(taken < 24 * mebibyte.length, `${taken} bytes were taken in`);
  assert.equal(seen?.headers['content-length'], String(length));
  seen?.emit('goon');
  await feed;
  assert.deepEqual(await answerOf(request), { status: 200, body: String(length) });
  await gateway.recorded(1);
  assert.equal(gateway.records[0]?.bytesIn, length);
});

test('a body without a length goes up in chunks, with any method, and as it was compressed', async () => {
  const seen: unknown[] = [];
  await using service = await Service.start(async (req, res) => {
    const { 'content-length': length, 'transfer-encoding': coding, 'content-encoding': encoding } = req.headers;
    seen.push([req.method, length, coding, encoding, hash('sha256', await read(req))]);
    res.end();
  });
  await using gateway = await TestGateway.start(routed(service.url));
  const packed = gzipSync(mebibyte);
  for (const [method, headers] of [
    ['POST', { 'transfer-encoding': 'chunked', 'content-encoding': 'gzip' }],
    ['GET', { 'content-length': packed.length, 'content-encoding': 'aws-chunked' }],
    ['DELETE', { 'content-length': packed.length }],
  ] as const) {
    const request = upload(gateway, headers, method);
    request.end(packed);
    assert.equal((await answerOf(request)).status, 200);
  }
  const length = String(packed.length);
  assert.deepEqual(seen, [
    ['POST', undefined, 'chunked', 'gzip', hash('sha256', packed)],
    ['GET', length, undefined, 'aws-chunked', hash('sha256', packed)],
    ['DELETE', length, undefined, undefined, hash('sha256', packed)],
  ]);
});

test('a plugin that reads the body first leaves it for the service', async () => {
  await using service = await Service.start(async (req, res) => res.end(await read(req)));
  const path = await mkdtemp(join(tmpdir(), 'portico-plugin-'));
  const code = 'export default () => async (ctx, next) => { await ctx.call.body(); return next(); };';
  await writeFile(join(path, 'index.js'), code);
  const directory = { name: 'reader', path, digest: '1', code: true };
  await using gateway = await TestGateway.start({
    ...routed(service.url),
    plugins: [{ directory, on: true, settings: {} }],
  });
  await rm(path, { recursive: true });
  const request = upload(gateway);
  request.end('all of it');
  assert.deepEqual(await answerOf(request), { status: 200, body: 'all of it' });
});

test('more than maxBody is 413, announced or not, and the service is broken off', async () => {
  const broken = Promise.withResolvers<void>();
  await using service = await Service.start((req, res) => {
    req.resume();
    res.once('close', () => broken.resolve());
  });
  await using gateway = await TestGateway.start(routed(service.url, { maxBody: 3 * mebibyte.length }));
  const announced = upload(gateway, { 'content-length': 4 * mebibyte.length });
  announced.flushHeaders();
  assert.equal((await answerOf(announced)).status, 413);
  const unannounced = upload(gateway);
  const answer = answerOf(unannounced);
  for (let piece = 0; piece < 4; piece += 1) unannounced.write(mebibyte);
  assert.equal((await answer).status, 413);
  await broken.promise;
  await gateway.recorded(2);
  assert.deepEqual(
    gateway.records.map(({ error }) => error),
    ['body-too-large', 'body-too-large'],
  );
});

test('a client that leaves while it uploads is gone for the service too', async () => {
  const broken = Promise.withResolvers<void>();
  await using service = await Service.start((req) => {
    req.once('data', () => request.destroy());
    req.once('aborted', () => broken.resolve());
    req.on('error', () => undefined);
  });
  await using gateway = await TestGateway.start(routed(service.url));
  const request = upload(gateway, { 'content-length': 4 * mebibyte.length });
  request.write(mebibyte);
  await broken.promise;
  await gateway.recorded(1);
  assert.equal(gateway.records[0]?.outcome, 'aborted');
});

test('an answer may come before the body has: the client reads it, and the connection ends', async () => {
  await using service = await Service.start((_req, res) => res.writeHead(401).end('who are you?'));
  await using gateway = await TestGateway.start(routed(service.url));
  const request = upload(gateway, { 'content-length': 4 * mebibyte.length });
  request.write(mebibyte);
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  assert.deepEqual([answer.statusCode, answer.headers.connection], [401, 'close']);
  assert.equal((await read(answer)).toString(), 'who are you?');
  request.destroy();
});

test('100 Continue is said when the chain has let the request pass, and not to one it has not', async () => {
  await using service = await Service.start(async (req, res) => res.end(await read(req)));
  await using gateway = await TestGateway.start(routed(service.url));
  const request = upload(gateway, { expect: '100-continue', 'content-length': 2 });
  request.flushHeaders();
  await once(request, 'continue');
  request.end('ok');
  assert.deepEqual(await answerOf(request), { status: 200, body: 'ok' });
  const refused = upload(gateway, { expect: '100-continue', 'content-length': 2, authorization: 'Bearer no' });
  refused.on('continue', () => assert.fail('was asked for its body'));
  refused.flushHeaders();
  assert.equal((await answerOf(refused)).status, 401);
});
