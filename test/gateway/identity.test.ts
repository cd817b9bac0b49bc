// The identity lane: what the client wrote is what the upstream reads, but for the model's name.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { TestGateway } from '../support/gateway.ts';
import { chunk, events, json, Upstream } from '../support/upstream.ts';

describe('identity lane', () => {
  let upstream: Upstream;
  let portico: TestGateway;
  before(async () => {
    upstream = await Upstream.start(json({ ok: true }));
    portico = await TestGateway.start({
      providers: [{ name: 'up', url: upstream.url, models: { any: false, ids: { alias: 'real-model' } } }],
    });
  });
  after(async () => {
    await portico[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  });

  test('only the model differs, whatever the body holds and however it is written', async () => {
    upstream.answer = json({ ok: true });
    const value = fc.jsonValue({ maxDepth: 3 });
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), value), fc.nat(3), fc.boolean(), async (extra, indent, first) => {
        const { model: _, ...rest } = extra;
        const asked = first ? { model: 'alias', ...rest } : { ...rest, model: 'alias' };
        const text = JSON.stringify(asked, null, indent);
        const response = await portico.post('/v1/embeddings', text);
        assert.equal(response.status, 200, await response.text());
        const sent = upstream.last.body.toString();
        assert.deepEqual(JSON.parse(sent), { ...JSON.parse(text), model: 'real-model' });
        const at = sent.indexOf('"real-model"', sent.search(/"model"\s*:\s*"real-model"/));
        assert.equal(`${sent.slice(0, at)}"alias"${sent.slice(at + '"real-model"'.length)}`, text);
      }),
      { numRuns: 60 },
    );
  });

  test('numbers, key order and spacing of the original survive', async () => {
    const text = '{ "z":1.0, "big":12345678901234567890,\n"model" : "alias" ,"a":1e2 }';
    await portico.post('/v1/chat/completions', text);
    assert.equal(upstream.last.body.toString(), text.replace('"alias"', '"real-model"'));
    assert.equal(upstream.last.headers['content-length'], String(upstream.last.body.length));
  });

  for (const [name, compress] of Object.entries({ gzip: gzipSync, br: brotliCompressSync, zstd: zstdCompressSync })) {
    test(`an answer in ${name} reaches the client in clear, usage included`, async () => {
      const answer = { id: 'x', usage: { prompt_tokens: 7, completion_tokens: 5, total_tokens: 12 } };
      const body = compress(Buffer.from(JSON.stringify(answer)));
      upstream.answer = (res) => {
        res.writeHead(200, { 'content-type': 'application/json', 'content-encoding': name });
        res.end(body);
      };
      const before = portico.records.length;
      const response = await portico.post('/v1/chat/completions', { model: 'alias', messages: [] });
      assert.equal(response.headers.get('content-encoding'), null);
      assert.deepEqual(await response.json(), answer);
      await portico.recorded(before + 1);
      assert.equal(portico.records.at(-1)?.usage?.output, 5);
    });

    test(`a request in ${name} is read in clear`, async () => {
      upstream.answer = json({ ok: true });
      const body = compress(Buffer.from(JSON.stringify({ model: 'alias', input: 'x' })));
      const response = await portico.post('/v1/embeddings', body, { headers: { 'content-encoding': name } });
      assert.equal(response.status, 200);
      assert.deepEqual(JSON.parse(upstream.last.body.toString()), { model: 'real-model', input: 'x' });
      assert.equal(upstream.last.headers['content-encoding'], undefined);
    });
  }

  test('a stream passes byte for byte and its usage is recorded', async () => {
    const text = [
      chunk({ choices: [{ index: 0, delta: { role: 'assistant', content: '' } }] }),
      ': a comment\n\n',
      chunk({ choices: [{ index: 0, delta: { content: 'héllo ✓' } }] }),
      chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
      chunk({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 } }),
      'data: [DONE]\n\n',
    ];
    upstream.answer = events(...text);
    const before = portico.records.length;
    const body = { model: 'alias', stream: true, stream_options: { include_usage: true }, messages: [] };
    const response = await portico.post('/v1/chat/completions', body);
    assert.equal(await response.text(), text.join(''));
    await portico.recorded(before + 1);
    const record = portico.records.at(-1);
    assert.deepEqual(record?.usage, {
      input: 3,
      output: 4,
      cacheRead: 0,
      cacheWrite: 0,
      cacheWrite1h: 0,
      reasoning: 0,
    });
    assert.equal(record?.outcome, 'ok');
  });

  test('credentials of the client stay here, those of the account are sent', async () => {
    upstream.answer = json({ ok: true });
    await portico.post(
      '/v1/chat/completions?key=nothing&beta=true',
      { model: 'alias' },
      {
        headers: { 'x-api-key': 'client', cookie: 'a=b', 'x-custom': 'kept', connection: 'close' },
      },
    );
    const { headers, path } = upstream.last;
    assert.equal(headers.authorization, 'Bearer up-main');
    assert.equal(headers['x-api-key'], undefined);
    assert.equal(headers.cookie, undefined);
    assert.equal(headers['x-custom'], 'kept');
    assert.equal(path, '/chat/completions?beta=true');
  });
});
