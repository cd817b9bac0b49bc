// Multipart forms: the model is found wherever it stands, the rest goes upstream as it came.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { account, TestGateway } from '../../support/gateway.ts';
import { json, Upstream } from '../../support/upstream.ts';
import { field, file, form, formHeaders, noise, sendForm } from './form.ts';

const path = '/v1/audio/transcriptions';
const megabyte = 1024 * 1024;
const dialects = { 'openai-chat': { operations: ['transcriptions', 'image-edits', 'files'] as const } };
const manifest = {
  title: 'up',
  auth: { kind: 'header', name: 'authorization', prefix: 'Bearer ' } as const,
  dialects,
};
const models = { any: false, ids: { alias: 'real-model', same: 'same' } };

let sick: Upstream;
let upstream: Upstream;
let portico: TestGateway;

before(async () => {
  sick = await Upstream.start(json({ error: { message: 'down' } }, 500));
  upstream = await Upstream.start(
    json({ text: 'hello', usage: { type: 'tokens', input_tokens: 9, output_tokens: 2 } }),
  );
  portico = await TestGateway.start({
    providers: [
      { name: 'up', url: upstream.url, manifest, models },
      {
        name: 'pair',
        url: upstream.url,
        manifest,
        models: { any: false, ids: { twice: 'real-model' } },
        accounts: [account('sick', sick.url, { priority: 1 }), account('well', upstream.url)],
      },
    ],
  });
});
after(async () => {
  await portico[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
  await sick[Symbol.asyncDispose]();
});

describe('a form', () => {
  for (const [where, parts] of Object.entries({
    first: (model: Buffer, content: Buffer) => [model, file(content), field('language', 'en')],
    last: (model: Buffer, content: Buffer) => [field('language', 'en'), file(content), model],
  })) {
    for (const [size, bytes] of Object.entries({ small: 1000, 'beyond memory': 3 * megabyte })) {
      test(`with its model ${where}, ${size}, differs upstream by nothing but the model’s name`, async () => {
        const content = noise(bytes);
        const response = await sendForm(portico, path, form(...parts(field('model', 'alias'), content)));
        assert.equal(response.status, 200, await response.clone().text());
        const { headers, body } = upstream.last;
        assert.ok(body.equals(form(...parts(field('model', 'real-model'), content))));
        assert.equal(headers['content-length'], String(body.length));
        assert.equal(headers['content-type'], formHeaders['content-type']);
        assert.equal(headers.authorization, 'Bearer up-main');
      });
    }
  }

  test('is sent as it came where the model keeps its name', async () => {
    const sent = form(file(noise(2 * megabyte)), field('model', 'same'));
    await sendForm(portico, path, sent);
    assert.ok(upstream.last.body.equals(sent));
  });

  test('of unknown length, and a compressed one, arrive whole', async () => {
    const sent = form(field('model', 'alias'), file(noise(2 * megabyte)));
    const wanted = form(field('model', 'real-model'), file(noise(2 * megabyte)));
    const stream = new Blob([sent]).stream();
    const chunked = { method: 'POST', headers: formHeaders, body: stream, duplex: 'half' } as const;
    assert.equal((await fetch(portico.url + path, chunked)).status, 200);
    assert.ok(upstream.last.body.equals(wanted));
    const packed = await sendForm(portico, path, gzipSync(sent), { 'content-encoding': 'gzip' });
    assert.equal(packed.status, 200);
    assert.ok(upstream.last.body.equals(wanted));
    assert.equal(upstream.last.headers['content-encoding'], undefined);
  });

  test('is sent again, from its first byte, when an account fails', async () => {
    const content = noise(3 * megabyte);
    const response = await sendForm(portico, path, form(field('model', 'twice'), file(content)));
    assert.equal(response.status, 200, await response.clone().text());
    assert.ok(sick.last.body.equals(upstream.last.body));
    assert.ok(upstream.last.body.equals(form(field('model', 'real-model'), file(content))));
  });

  test('gives its record the model, the size and the usage', async () => {
    const before = portico.records.length;
    const sent = form(field('stream', 'true'), field('model', 'alias'), file(noise(1000)));
    await sendForm(portico, path, sent);
    await portico.recorded(before + 1);
    const record = portico.records.at(-1);
    assert.deepEqual(
      [record?.operation, record?.model, record?.stream, record?.bytesIn, record?.usage?.input, record?.usage?.output],
      ['transcriptions', 'alias', true, sent.length, 9, 2],
    );
  });
});

describe('is refused and not sent', () => {
  const cases: Record<string, [body: Buffer, status: number, code: string]> = {
    'a model twice': [form(field('model', 'alias'), field('model', 'alias')), 400, 'duplicate_field'],
    'a form without its end': [field('model', 'alias'), 400, 'invalid_form'],
    'a file without its end': [file(noise(100)), 400, 'invalid_form'],
    'no model': [form(file(noise(100))), 400, 'missing_required_parameter'],
    'an unknown model': [form(file(noise(100)), field('model', 'nobody')), 404, 'model_not_found'],
  };
  for (const [what, [body, status, code]] of Object.entries(cases)) {
    test(what, async () => {
      const before = upstream.requests.length;
      const response = await sendForm(portico, path, body);
      const told = (await response.json()) as { error: { code: string } };
      assert.deepEqual([response.status, told.error.code], [status, code]);
      assert.equal(upstream.requests.length, before);
    });
  }

  test('another content type, or a form without a boundary', async () => {
    const plain = await sendForm(portico, path, Buffer.from('x'), { 'content-type': 'text/plain' });
    assert.equal(plain.status, 415);
    const bare = await sendForm(portico, path, form(), { 'content-type': 'multipart/form-data' });
    assert.equal(bare.status, 400);
  });

  test('more than the route takes, announced or not', async () => {
    await using small = await TestGateway.start({
      providers: [{ name: 'up', url: upstream.url, manifest, models }],
      routes: [{ name: 'root', maxBody: 2 * megabyte }],
    });
    const body = form(field('model', 'alias'), file(noise(3 * megabyte)));
    assert.equal((await sendForm(small, path, body)).status, 413);
    const before = upstream.requests.length;
    const sending = request(small.url + path, {
      method: 'POST',
      headers: { ...formHeaders, 'transfer-encoding': 'chunked' },
    });
    sending.on('error', () => undefined);
    const answered = new Promise<number | undefined>((resolve) => {
      sending.on('response', (response) => resolve(response.resume().statusCode));
    });
    sending.end(body);
    assert.equal(await answered, 413);
    assert.equal(upstream.requests.length, before);
  });
});

test('a second model behind the file breaks off what is already on its way', async () => {
  const before = upstream.requests.length;
  const sent = form(field('model', 'alias'), file(noise(3 * megabyte)), field('model', 'same'));
  const sending = request(portico.url + path, {
    method: 'POST',
    headers: { ...formHeaders, 'content-length': sent.length },
  });
  const answered = new Promise<[number | undefined, string]>((resolve, reject) => {
    sending.on('error', reject).on('response', async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      resolve([response.statusCode, Buffer.concat(chunks).toString()]);
    });
  });
  sending.end(sent);
  const [status, text] = await answered;
  assert.equal(status, 400, text);
  assert.match(text, /duplicate_field/);
  assert.equal(upstream.requests.length, before, 'the upstream saw it whole');
});

test('JSON is taken as well, where the upstream takes it', async () => {
  const response = await portico.post('/v1/images/edits', { model: 'alias', images: [] });
  assert.equal(response.status, 200);
  assert.deepEqual(JSON.parse(upstream.last.body.toString()), { model: 'real-model', images: [] });
});

test('a key that may use one model only may use no other by a form', async () => {
  await using narrow = await TestGateway.start({
    providers: [{ name: 'up', url: upstream.url, manifest, models }],
    keys: [{ name: 'narrow', models: ['same'] }],
  });
  assert.equal((await sendForm(narrow, path, form(file(noise(10)), field('model', 'alias')))).status, 403);
  assert.equal((await sendForm(narrow, path, form(file(noise(10)), field('model', 'same')))).status, 200);
});
