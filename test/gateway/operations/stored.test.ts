// What accounts keep (files, batches): one account for all of it, bodies that pass unread, answers that may be anything.
import assert from 'node:assert/strict';
import http, { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { chainOf } from '../../support/chain.ts';
import { account, secret, TestGateway } from '../../support/gateway.ts';
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
let other: Upstream;
before(async () => {
  upstream = await Upstream.start(json({ id: 'file-1', usage: { prompt_tokens: 1, completion_tokens: 1 } }));
  other = await Upstream.start(json({ id: 'file-2' }));
});
after(async () => {
  await upstream[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
});

const withAccounts = () =>
  TestGateway.start({
    providers: [
      {
        name: 'up',
        url: upstream.url,
        manifest,
        models,
        accounts: [
          account('low', other.url),
          account('gone', other.url, { priority: 9, disabled: 'no key' }),
          account('high', upstream.url, { priority: 2 }),
          account('too', other.url, { priority: 2 }),
        ],
      },
    ],
  });

const two = () =>
  TestGateway.start({
    providers: [
      { name: 'one', url: upstream.url, manifest, models },
      { name: 'two', url: other.url, manifest, models },
      { name: 'chats', url: other.url, models },
    ],
    routes: [{ name: 'root' }, { name: 'second', paths: ['/second'], providers: ['two', 'chats'] }],
  });

describe('things an account keeps', () => {
  test('are always found with the account of highest priority, each at its own path', async () => {
    await using portico = await withAccounts();
    const asked = [
      ['GET', '/v1/files?limit=2', '/files?limit=2'],
      ['GET', '/files/file-1', '/files/file-1'],
      ['GET', '/v1/files/file%201/content', '/files/file%201/content'],
      ['DELETE', '/v1/files/file-1', '/files/file-1'],
      ['POST', '/v1/uploads/up-1/cancel', '/uploads/up-1/cancel'],
      ['POST', '/v1/batches/batch-1/cancel', '/batches/batch-1/cancel'],
      ['GET', '/v1beta/files/abc:download?alt=media', '/v1beta/files/abc:download?alt=media'],
      ['PATCH', '/v1beta/cachedContents/c1?updateMask=ttl', '/v1beta/cachedContents/c1?updateMask=ttl'],
      ['DELETE', '/v1/vector_stores/vs-1/files/file-1', '/v1/vector_stores/vs-1/files/file-1'],
      ['GET', '/v1/vector_stores', '/v1/vector_stores'],
    ];
    for (let round = 0; round < 3; round += 1) {
      for (const [method = '', path = '', wanted] of asked) {
        const response = await fetch(portico.url + path, { method, headers: { authorization: `Bearer ${secret}` } });
        assert.equal(response.status, 200, `${method} ${path}: ${await response.text()}`);
        assert.deepEqual([upstream.last.method, upstream.last.path], [method, wanted]);
        assert.equal(upstream.last.headers.authorization, 'Bearer up-high');
      }
    }
    assert.equal(other.requests.length, 0);
  });

  test('count no usage: a batch tells on every look what all of it has used', async () => {
    await using portico = await withAccounts();
    await (await portico.get('/v1/batches/b')).text();
    await portico.recorded(1);
    assert.deepEqual([portico.records[0]?.operation, portico.records[0]?.usage], ['batches', undefined]);
  });

  test('bound by a model too: a cache is made where it will be looked for', async () => {
    await using portico = await withAccounts();
    for (let round = 0; round < 3; round += 1) {
      await portico.post('/v1beta/cachedContents', { model: 'models/g', contents: [] });
      await portico.post('/v1beta/models/g:batchGenerateContent', { batch: {} });
      assert.equal(upstream.last.path, '/v1beta/models/g:batchGenerateContent');
    }
    assert.equal(other.requests.length, 0);
  });

  test('need a name where several providers keep some', async () => {
    await using portico = await two();
    const unclear = await portico.get('/v1/files');
    const { error } = (await unclear.json()) as { error: { code: string; message: string } };
    assert.deepEqual([unclear.status, error.code], [400, 'provider_missing']);
    assert.match(error.message, /one, two.*x-portico-provider/);
    for (const [name, asked] of [
      ['one', upstream],
      ['two', other],
    ] as const) {
      assert.equal((await portico.get('/v1/files', { 'x-portico-provider': name })).status, 200);
      assert.equal(asked.last.headers['x-portico-provider'], undefined);
    }
    assert.equal((await portico.get('/v1/files', { 'x-portico-provider': 'chats' })).status, 400);
    const before = other.requests.length;
    assert.equal((await portico.get('/second/v1/files')).status, 200);
    assert.equal(other.requests.length, before + 1);
    const cache = { model: 'models/g', contents: [] };
    for (const [name, asked] of [
      ['one', upstream],
      ['two', other],
    ] as const) {
      const before = asked.requests.length;
      const headers = { 'x-portico-provider': name };
      assert.equal((await portico.post('/v1beta/cachedContents', cache, { headers })).status, 200);
      assert.equal(asked.requests.length, before + 1);
    }
    const headers = { 'x-portico-provider': 'chats' };
    assert.equal((await portico.post('/v1beta/cachedContents', cache, { headers })).status, 400);
    // An image may be asked for without a model, but not of just anybody.
    assert.equal((await portico.post('/v1/images/generations', { prompt: 'x' })).status, 400);
    assert.equal((await portico.post('/second/v1/images/generations', { prompt: 'x' })).status, 200);
  });

  test('are not offered by who does not say so; unknown paths are, by who takes them', async () => {
    await using portico = await TestGateway.start({ providers: [{ name: 'chats', url: upstream.url, models }] });
    const response = await portico.get('/v1/files');
    const { error } = (await response.json()) as { error: { code: string; message: string; param: unknown } };
    assert.deepEqual([response.status, error.code, error.param], [501, 'not_offered', null]);
    assert.match(error.message, /the operation files in openai-chat/);
    assert.equal((await portico.get('/v1/vector_stores')).status, 404);
    assert.equal((await portico.post('/v1/audio/speech', { model: 'tts', input: 'x' })).status, 501);
    assert.equal((await portico.get('/v1/audio/speech')).status, 405);
  });

  test('at an unknown path go to who speaks like the client', async () => {
    const operations = ['chat', 'opaque'] as const;
    const speaks = (dialect: string) => ({ title: dialect, auth, dialects: { [dialect]: { operations } } });
    await using portico = await TestGateway.start({
      providers: [
        { name: 'one', url: upstream.url, manifest: speaks('openai-chat'), models },
        { name: 'two', url: other.url, manifest: speaks('anthropic-messages'), models },
      ],
    });
    const before = [upstream.requests.length, other.requests.length];
    assert.equal((await portico.get('/v1/skills')).status, 200);
    assert.equal((await portico.get('/v1/skills', { 'anthropic-version': '2023-06-01' })).status, 200);
    assert.deepEqual(
      [upstream.requests.length, other.requests.length],
      before.map((count) => count + 1),
    );
  });

  test('with a key for certain models: files yes, what runs models no', async () => {
    await using portico = await TestGateway.start({
      providers: [{ name: 'up', url: upstream.url, manifest, models }],
      keys: [{ models: ['gpt-*'] }],
    });
    const statuses = [];
    for (const path of ['/v1/files', '/v1/batches', '/v1/vector_stores'])
      statuses.push((await portico.get(path)).status);
    assert.deepEqual(statuses, [200, 400, 400]);
  });
});

describe('a body that nobody reads', () => {
  test('passes as it is, with its length', async () => {
    await using portico = await withAccounts();
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
    await using portico = await withAccounts();
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
