// What is refused at the door, and in which words: keys, models, paths, broken bodies. Always in the caller's dialect.
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import net from 'node:net';
import { after, describe, test } from 'node:test';
import { secret, TestGateway } from '../support/gateway.ts';
import { json, Upstream } from '../support/upstream.ts';

/** Whatever a test looks at in an answer. */
interface Told {
  readonly type: string;
  readonly request_id: string;
  readonly object: string;
  readonly has_more: boolean;
  readonly error: Readonly<Record<'message' | 'type' | 'param' | 'code' | 'status', unknown>>;
  readonly data: readonly { readonly id: string; readonly type: string }[];
  readonly models: readonly { readonly name: string }[];
}

const read = async (response: Response) => (await response.json()) as Told;
const sha = (text: string) => hash('sha256', text, 'hex');
const keys = [
  {},
  { name: 'narrow', hash: sha('narrow'), models: ['model-*'], routes: ['root'] },
  { name: 'elsewhere', hash: sha('elsewhere'), routes: ['other'] },
  { name: 'old', hash: sha('old'), expiresAt: 1 },
  { name: 'off', hash: sha('off'), enabled: false },
];

describe('at the door', async () => {
  const upstream = await Upstream.start(json({ ok: true }));
  const portico = await TestGateway.start({
    keys,
    providers: [
      { name: 'up', url: upstream.url, models: { any: false, ids: { 'model-a': 'model-a', other: 'other' } } },
      {
        name: 'dead',
        url: upstream.url,
        accounts: [{ ...(await deadAccount(upstream.url)) }],
        models: { any: false, ids: { lost: 'lost' } },
      },
    ],
    routes: [
      { name: 'root', maxBody: 100_000 },
      { name: 'other', paths: ['/other/'], models: ['other'] },
    ],
  });
  after(async () => {
    await portico[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  });
  const chat = { model: 'model-a', messages: [] };

  for (const headers of [
    { authorization: `Bearer ${secret}` },
    { authorization: `bearer  ${secret}` },
    { 'x-api-key': secret },
    { 'x-goog-api-key': secret },
    { 'api-key': secret },
  ]) {
    test(`a key in ${Object.keys(headers)[0]} opens every dialect`, async () => {
      for (const path of [
        '/v1/chat/completions',
        '/v1/responses',
        '/v1/messages',
        '/v1beta/models/model-a:generateContent',
      ]) {
        const init = {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: '{"model":"model-a"}',
        };
        assert.equal((await fetch(portico.url + path, init as RequestInit)).status, 200, path);
      }
    });
  }

  test('a key in the query opens too and is not sent on', async () => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
    const response = await fetch(`${portico.url}/v1beta/models/model-a:generateContent?key=${secret}&x=1`, init);
    assert.equal(response.status, 200);
    assert.equal(upstream.last.path, '/v1beta/models/model-a:generateContent?x=1');
  });

  const refusals: [string, string, unknown, Record<string, string>, number, RegExp][] = [
    ['no key', '/v1/chat/completions', chat, { authorization: '' }, 401, /Send one as a Bearer/],
    ['an unknown key', '/v1/chat/completions', chat, { authorization: 'Bearer nope' }, 401, /not known here/],
    ['an expired key', '/v1/chat/completions', chat, { authorization: 'Bearer old' }, 401, /expired/],
    ['a disabled key', '/v1/chat/completions', chat, { authorization: 'Bearer off' }, 401, /disabled/],
    ['a key of another route', '/v1/chat/completions', chat, { authorization: 'Bearer elsewhere' }, 403, /route/],
    [
      'a model the key may not use',
      '/v1/chat/completions',
      { model: 'other' },
      { authorization: 'Bearer narrow' },
      403,
      /other/,
    ],
    ['a model the route does not serve', '/other/v1/chat/completions', chat, {}, 403, /model-a/],
    ['an unknown model', '/v1/chat/completions', { model: 'gibberish' }, {}, 404, /gibberish/],
    ['a model without a usable account', '/v1/chat/completions', { model: 'lost' }, {}, 503, /dead\/gone: not paid/],
    ['no model', '/v1/chat/completions', { messages: [] }, {}, 400, /names no model/],
    ['a model that is no string', '/v1/chat/completions', { model: 7 }, {}, 400, /must be a string/],
    ['two models', '/v1beta/models/model-a:generateContent', { model: 'models/other' }, {}, 400, /differ/],
    ['JSON that is no object', '/v1/chat/completions', '[1]', {}, 400, /must be a JSON object/],
    ['broken JSON', '/v1/chat/completions', '{"model":"model-a",}', {}, 400, /JSON/],
    ['an empty body', '/v1/chat/completions', '', {}, 400, /JSON/],
    ['a repeated model', '/v1/chat/completions', '{"model":"model-a","mod\\u0065l":"other"}', {}, 400, /model/],
    [
      'invalid UTF-8',
      '/v1/chat/completions',
      Buffer.from('{"model":"model-a","x":"\xff"}', 'latin1'),
      {},
      400,
      /UTF-8/,
    ],
    [
      'deep nesting',
      '/v1/chat/completions',
      `{"model":"model-a","x":${'['.repeat(5000)}${']'.repeat(5000)}}`,
      {},
      400,
      /deep/,
    ],
    ['a body that is too large', '/v1/chat/completions', { ...chat, x: 'a'.repeat(200_000) }, {}, 413, /large/],
    [
      'a wrong content type',
      '/v1/chat/completions',
      'a=b',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      /JSON is expected/,
    ],
    ['an unknown encoding', '/v1/chat/completions', chat, { 'content-encoding': 'lzma' }, 415, /encoding/],
  ];
  for (const [name, path, body, headers, status, words] of refusals) {
    test(`${name} is refused with ${status}`, async () => {
      const asked = upstream.requests.length;
      const response = await portico.post(path, body, { headers });
      const told = await read(response);
      assert.equal(response.status, status, JSON.stringify(told));
      assert.match(String(told.error.message), words);
      assert.match(response.headers.get('x-portico-id') ?? '', /^c[0-9a-z]{25}$/);
      assert.equal(upstream.requests.length, asked, 'the upstream was not asked');
    });
  }

  test('each dialect gets its own error shape with the id of the call', async () => {
    const shape = async (path: string) => {
      const response = await portico.post(path, '{');
      return [await read(response), response.headers.get('x-portico-id')] as const;
    };
    const [openai, openaiId] = await shape('/v1/chat/completions');
    assert.deepEqual(Object.keys(openai.error), ['message', 'type', 'param', 'code']);
    assert.ok(String(openai.error.message).includes(openaiId ?? '?'));
    const [anthropic, anthropicId] = await shape('/v1/messages');
    assert.deepEqual(
      [anthropic.type, anthropic.error.type, anthropic.request_id],
      ['error', 'invalid_request_error', anthropicId],
    );
    const [gemini, geminiId] = await shape('/v1beta/models/model-a:generateContent');
    assert.deepEqual([gemini.error.code, gemini.error.status], [400, 'INVALID_ARGUMENT']);
    assert.ok(JSON.stringify(gemini).includes(geminiId ?? '?'));
  });

  test('unknown paths and wrong methods are told apart', async () => {
    assert.equal((await portico.get('/v1/nothing')).status, 404);
    const wrong = await portico.get('/v1/messages');
    assert.deepEqual([wrong.status, wrong.headers.get('allow')], [405, 'POST']);
  });

  test('HEAD of the root and of a prefix is answered with 200, without a key', async () => {
    for (const path of ['/', '/other', '/other/']) {
      assert.equal((await fetch(portico.url + path, { method: 'HEAD' })).status, 200, path);
    }
  });

  test('headers beyond 16 KiB and requests that are no HTTP get a clean answer', async () => {
    const oversized = `POST /v1/messages HTTP/1.1\r\nhost: x\r\nx-large: ${'a'.repeat(20_000)}\r\n\r\n`;
    assert.match(await raw(portico.url, oversized), /^HTTP\/1\.1 431 .*"type":"error"/s);
    assert.match(
      await raw(portico.url, 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n'),
      /^HTTP\/1\.1 400 /,
    );
    assert.match(await raw(portico.url, 'HELLO\r\n\r\n'), /^HTTP\/1\.1 400 .*"code"/s);
  });

  test('model lists hold what the key can reach, in the shape of who asks', async () => {
    const ids = async (path: string, headers = {}) => read(await portico.get(path, headers));
    assert.deepEqual(
      (await ids('/v1/models')).data.map((m) => m.id),
      ['model-a', 'other'],
    );
    const narrow = await ids('/v1/models', { authorization: 'Bearer narrow' });
    assert.deepEqual(
      narrow.data.map((m) => m.id),
      ['model-a'],
    );
    const anthropic = await ids('/v1/models', { 'anthropic-version': '2023-06-01' });
    assert.deepEqual([anthropic.data[0]?.type, anthropic.has_more], ['model', false]);
    const gemini = await ids('/v1beta/models');
    assert.equal(gemini.models[0]?.name, 'models/model-a');
    assert.equal((await ids('/v1/models/model-a')).object, 'model');
    assert.equal((await portico.get('/v1/models/lost')).status, 404);
  });
});

async function deadAccount(url: string) {
  const { account } = await import('../support/gateway.ts');
  return account('gone', url, { disabled: 'not paid' });
}

/** Sends bytes and reads until the other side closes. */
function raw(url: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { port, hostname } = new URL(url);
    const socket = net.connect(Number(port), hostname, () => socket.write(text));
    let received = '';
    socket.on('data', (data) => {
      received += data;
    });
    socket.on('end', () => resolve(received));
    socket.on('error', reject);
  });
}
