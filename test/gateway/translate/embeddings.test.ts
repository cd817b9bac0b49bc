// Embeddings of a model behind the other dialect that has them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { json } from '../../support/upstream.ts';
import { rigOf, sent } from './rig.ts';

const vector = [0.5, -0.25];

test('one text of OpenAI becomes one of Gemini, and its usage an estimate that says so', async () => {
  await using rig = await rigOf('gemini');
  rig.upstream.answer = json({ embedding: { values: vector } });
  const response = await rig.portico.post('/v1/embeddings', { model: 'model-a', input: 'hello', user: 'u' });
  const body = (await response.json()) as { data: object[]; usage: { prompt_tokens: number } };
  assert.equal(response.status, 200);
  assert.deepEqual(body.data, [{ object: 'embedding', index: 0, embedding: vector }]);
  assert.equal(response.headers.get('x-portico-dropped'), 'user');
  assert.equal(response.headers.get('x-portico-estimated'), 'true');
  assert.equal(rig.upstream.last.path, '/v1beta/models/model-a:embedContent');
  await rig.portico.recorded(1);
  const [record] = rig.portico.records;
  assert.deepEqual([record?.usageSource, record?.usage?.input], ['estimated', body.usage.prompt_tokens]);
  assert.ok(body.usage.prompt_tokens > 0);
});

test('several texts become a batch, and base64 is told where it was asked for', async () => {
  await using rig = await rigOf('gemini');
  rig.upstream.answer = json({ embeddings: [{ values: vector }, { values: vector }] });
  const request = { model: 'model-a', input: ['a', 'b'], encoding_format: 'base64', dimensions: 2 };
  const response = await rig.portico.post('/v1/embeddings', request);
  const { data } = (await response.json()) as { data: { embedding: string }[] };
  const bytes = Buffer.from(data[1]?.embedding ?? '', 'base64');
  assert.deepEqual([data.length, bytes.readFloatLE(0), bytes.readFloatLE(4)], [2, ...vector]);
  assert.equal(rig.upstream.last.path, '/v1beta/models/model-a:batchEmbedContents');
  const { requests } = sent(rig.upstream.last) as { requests: { outputDimensionality: number }[] };
  assert.deepEqual([requests.length, requests[0]?.outputDimensionality], [2, 2]);
});

test('a batch of Gemini becomes one request of OpenAI, with the usage it reports', async () => {
  await using rig = await rigOf('openai-chat');
  const data = [vector, vector].map((embedding, index) => ({ object: 'embedding', index, embedding }));
  rig.upstream.answer = json({ object: 'list', data, model: 'm', usage: { prompt_tokens: 2, total_tokens: 2 } });
  const requests = ['a', 'b'].map((text) => ({ model: 'models/model-a', content: { parts: [{ text }] } }));
  const response = await rig.portico.post('/v1beta/models/model-a:batchEmbedContents', { requests });
  assert.equal(response.headers.get('x-portico-estimated'), null);
  assert.deepEqual(await response.json(), {
    embeddings: [{ values: vector }, { values: vector }],
    usageMetadata: { promptTokenCount: 2 },
  });
  assert.deepEqual(sent(rig.upstream.last), { model: 'model-a', input: ['a', 'b'], encoding_format: 'float' });
  await rig.portico.recorded(1);
  const [record] = rig.portico.records;
  assert.deepEqual([record?.usageSource, record?.usage?.input, record?.operation], ['reported', 2, 'embeddings']);
});

test('tokens instead of text are refused, and nobody is called', async () => {
  await using rig = await rigOf('gemini');
  const response = await rig.portico.post('/v1/embeddings', { model: 'model-a', input: [1, 2, 3] });
  const { error } = (await response.json()) as { error: { code: string; param: string } };
  assert.deepEqual([response.status, error.code, error.param], [400, 'untranslatable', 'input']);
  assert.equal(rig.upstream.requests.length, 0);
});

test('fewer vectors than inputs are no answer', async () => {
  await using rig = await rigOf('gemini');
  rig.upstream.answer = json({ embeddings: [{ values: vector }] });
  const response = await rig.portico.post('/v1/embeddings', { model: 'model-a', input: ['a', 'b'] });
  assert.equal(response.status, 502);
  assert.match(await response.text(), /upstream_invalid/);
});

test('vectors that claim one place are no answer', async () => {
  await using rig = await rigOf('openai-chat');
  const data = [vector, vector].map((embedding) => ({ object: 'embedding', index: 1, embedding }));
  rig.upstream.answer = json({ object: 'list', data, model: 'm' });
  const requests = ['a', 'b'].map((text) => ({ content: { parts: [{ text }] } }));
  const response = await rig.portico.post('/v1beta/models/model-a:batchEmbedContents', { requests });
  assert.equal(response.status, 502);
});
