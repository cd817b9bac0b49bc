// What accounts keep (files, batches): one account for all of it, and who may be asked for it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { account, secret, TestGateway } from '../../support/gateway.ts';
import { json, Upstream } from '../../support/upstream.ts';

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
const _megabyte = 1024 * 1024;

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
