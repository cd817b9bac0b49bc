// Bodies that pass unread, answers that may be anything, addresses that lead back.
import assert from 'node:assert/strict';
import http, { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { chainOf } from '../../support/chain.ts';
import { secret, TestGateway } from '../../support/gateway.ts';
import { json, Upstream } from '../../support/upstream.ts';
import { field, file, form, formHeaders, noise, sendForm } from './form.ts';

const auth = { kind: 'header', name: 'authorization', prefix: 'Bearer ' } as const;
const manifest = {
  title: 'up',
  auth,
  dialects: {
    'openai-chat': { operations: ['chat', 'images', 'files', 'uploads', 'batches', 'opaque'] as const },
    gemini: { operations: ['chat', 'files', 'batches', 'caches'] as const },
  },
};
const models = { any: true, ids: {} };
const megabyte = 1024 * 1024;

let upstream: Upstream;
before(async () => {
  upstream = await Upstream.start(json({ id: 'file-1', usage: { prompt_tokens: 1, completion_tokens: 1 } }));
});
after(async () => {
  await upstream[Symbol.asyncDispose]();
});

const start = () => TestGateway.start({ providers: [{ name: 'up', url: upstream.url, manifest, models }] });

describe('a body that nobody reads', () => {
  test('passes as it is, with its length', async () => {
    await using portico = await start();
    const body = form(field('purpose', 'batch'), field('model', 'a'), field('model', 'b'), file(noise(2 * megabyte)));
    assert.equal((await sendForm(portico, '/v1/files', body)).status, 200);
    assert.ok(upstream.last.body.equals(body));
    assert.equal(upstream.last.headers['content-length'], String(body.length));
    await portico.recorded(1);
    assert.equal(portico.records[0]?.bytesIn, body.length);
    const empty = await sendForm(portico, '/v1/files', Buffer.alloc(0));
    assert.equal(empty.status, 200);
  });

  test('passes also where a plugin has asked for all of it', async () => {
    const rules = [{ type: 'body', field: 'a', pattern: '.' }];
    const filter = { mode: 'shadow', custom: [{ name: 'by-body', rules }], clients: ['by-body'] };
    await using portico = await TestGateway.start({
      providers: [{ name: 'up', url: upstream.url, manifest, models }],
      plugins: await chainOf('auth', { 'client-filter': filter }, 'balancer'),
    });
    for (const path of ['/v1/files', '/v1/anything']) {
      const body = form(field('purpose', 'batch'), file(noise(1_500_000)));
      const response = await sendForm(portico, path, body);
      assert.equal(response.status, 200, await response.text());
      assert.ok(upstream.last.body.equals(body), path);
    }
    assert.deepEqual(
      portico.lines.filter((line) => JSON.stringify(line).includes('failed inside')),
      [],
    );
  });

  test('is not tried again once some of it is gone, nor taken beyond the route’s bound', async () => {
    upstream.answer = json({ error: { message: 'no' } }, 500);
    await using portico = await TestGateway.start({
      providers: [{ name: 'up', url: upstream.url, manifest, models }],
      routes: [{ name: 'root', maxBody: megabyte }],
    });
    const before = upstream.requests.length;
    const response = await sendForm(portico, '/v1/files', form(file(noise(1000))));
    upstream.answer = json({ id: 'file-1' });
    assert.deepEqual([response.status, upstream.requests.length], [500, before + 1]);
    assert.equal((await sendForm(portico, '/v1/files', noise(2 * megabyte))).status, 413);
    const stream = {
      method: 'POST',
      headers: formHeaders,
      body: new Blob([noise(2 * megabyte)]).stream(),
      duplex: 'half',
    };
    const late = await fetch(`${portico.url}/v1/files`, stream as RequestInit).catch(() => undefined);
    if (late !== undefined) assert.equal(late.status, 413);
    assert.equal(upstream.requests.length, before + 1);
  });

  test('reaches the upstream while it is being sent, and waits for it', async () => {
    const paused = Promise.withResolvers<http.IncomingMessage>();
    const server = http.createServer((req, res) => {
      req.once('data', () => {
        req.pause();
        paused.resolve(req);
      });
      req.on('end', () => res.writeHead(200, { 'content-type': 'application/json' }).end('{"id":"file-3"}'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await using portico = await TestGateway.start({
      providers: [{ name: 'up', url, manifest, models }],
      routes: [{ name: 'root', maxBody: 200 * megabyte }],
    });
    const sending = request(`${portico.url}/v1/files`, {
      method: 'POST',
      headers: { ...formHeaders, 'content-length': 64 * megabyte },
    });
    const answered = new Promise<number | undefined>((resolve) => {
      sending.on('response', (response) => resolve(response.resume().statusCode));
    });
    const piece = noise(megabyte);
    let sent = 0;
    // Until the client's socket takes no more, with the upstream standing still.
    while (sending.write(piece) || sending.writableLength < 8 * megabyte) sent += 1;
    const reading = await paused.promise;
    await new Promise((resolve) => setImmediate(resolve));
    assert.ok(sending.writableLength > 0, 'everything was taken from the client');
    reading.resume();
    for (sent += 1; sent < 64; sent += 1) {
      if (!sending.write(piece)) await new Promise((resolve) => sending.once('drain', resolve));
    }
    sending.end();
    assert.equal(await answered, 200);
    server.closeAllConnections();
    server.close();
  });
});

describe('an answer that is not JSON', () => {
  test('passes byte for byte, a web page and one that looks like usage included', async () => {
    await using portico = await start();
    for (const [type, text] of [
      ['text/html', '<html></html>'],
      ['application/jsonl', '{"usage":{"prompt_tokens":5,"completion_tokens":5,"total_tokens":10}}\n'],
    ] as const) {
      upstream.answer = (res) => void res.writeHead(200, { 'content-type': type }).end(text);
      const response = await portico.get('/v1/files/f/content');
      assert.deepEqual(
        [response.status, response.headers.get('content-type'), await response.text()],
        [200, type, text],
      );
    }
    await portico.recorded(2);
    assert.ok(portico.records.every(({ usage }) => usage === undefined));
    upstream.answer = json({ id: 'file-1' });
  });
});

test('the address for the bytes of an upload leads through the gateway, prefix and all', async () => {
  await using google = await Upstream.start((res, { path, method }) => {
    const link = `${google.url}/base/upload/v1beta/files?upload_id=7&upload_protocol=resumable&key=secret`;
    if (!path.includes('upload_id')) res.setHeader('x-goog-upload-url', link);
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ method, path }));
  });
  await using portico = await TestGateway.start({
    providers: [{ name: 'up', url: `${google.url}/base`, manifest, models }],
    routes: [{ name: 'g', paths: ['/g'] }],
  });
  const headers = { 'x-goog-upload-protocol': 'resumable', 'x-goog-upload-command': 'start' };
  const started = await portico.post('/g/upload/v1beta/files', { file: {} }, { headers });
  const link = started.headers.get('x-goog-upload-url') ?? '';
  assert.equal(link, `${portico.url}/g/upload/v1beta/files?upload_id=7&upload_protocol=resumable`);
  const bytes = noise(70_000);
  const sent = await fetch(link, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'x-goog-upload-command': 'upload, finalize' },
    body: bytes,
  });
  assert.equal(sent.status, 200);
  assert.equal(google.last.path, '/base/upload/v1beta/files?upload_id=7&upload_protocol=resumable');
  assert.ok(google.last.body.equals(bytes));
  assert.equal(google.last.headers['x-goog-upload-command'], 'upload, finalize');
});
