// Responses that a provider keeps: asked of the one account that keeps them, with the official SDK.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import OpenAI from 'openai';
import { account, configOf, secret, TestGateway, type Wanted } from '../../support/gateway.ts';
import { json, Upstream } from '../../support/upstream.ts';

const { manifest } =
  configOf({ providers: [{ name: 'up', url: 'http://127.0.0.1:1/v1' }] }).providers[0] ?? assert.fail();
const keeping = {
  ...manifest,
  dialects: { 'openai-responses': { operations: ['chat', 'responses', 'compact'] } },
} as const;

async function set(t: TestContext, names: readonly string[], more: Partial<Wanted> = {}) {
  const response = { id: 'resp_1', object: 'response', status: 'completed', output: [], data: [], deleted: true };
  const upstream = await Upstream.start(json(response));
  const url = `${upstream.url}/v1`;
  const accounts = [account('spare', url), account('first', url, { priority: 1 })];
  const providers = names.map((name) => ({ name, url, manifest: keeping, accounts }));
  const gateway = await TestGateway.start({ providers, ...more });
  t.after(async () => {
    await gateway[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  });
  const openai = new OpenAI({ apiKey: secret, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
  return { upstream, gateway, openai };
}

test('every request about one goes to the same account, as it is', async (t) => {
  const { upstream, gateway, openai } = await set(t, ['up']);
  await openai.responses.retrieve('resp_1');
  await openai.responses.inputItems.list('resp_1', { limit: 3, order: 'asc' });
  await openai.responses.cancel('resp_1');
  await openai.responses.delete('resp_1');
  assert.deepEqual(
    upstream.requests.map(({ method, path, headers }) => [method, path, headers.authorization]),
    [
      ['GET', '/v1/responses/resp_1', 'Bearer up-first'],
      ['GET', '/v1/responses/resp_1/input_items?limit=3&order=asc', 'Bearer up-first'],
      ['POST', '/v1/responses/resp_1/cancel', 'Bearer up-first'],
      ['DELETE', '/v1/responses/resp_1', 'Bearer up-first'],
    ],
  );
  await gateway.recorded(4);
  assert.deepEqual(new Set(gateway.records.map(({ operation }) => operation)), new Set(['responses']));
});

test('of several providers one must be named', async (t) => {
  const { upstream, openai } = await set(t, ['one', 'two']);
  await assert.rejects(openai.responses.retrieve('resp_1'), { status: 400, code: 'provider_missing' });
  const headers = { 'x-portico-provider': 'two' };
  await openai.responses.retrieve('resp_1', undefined, { headers });
  assert.equal(upstream.last.headers['x-portico-provider'], undefined);
});

test('where nobody keeps any, and for ids of the gateway’s own, it is unknown at once', async (t) => {
  const { upstream, openai, gateway } = await set(t, ['up']);
  await assert.rejects(openai.responses.retrieve('resp_portico_x'), { status: 404, code: 'unknown_response' });
  await gateway.load({ providers: [{ name: 'up', url: upstream.url }], generation: 2 });
  await assert.rejects(openai.responses.retrieve('resp_1'), { status: 404, code: 'unknown_response' });
  assert.equal(upstream.requests.length, 0);
});

test('to compact goes by the model, and only where it is offered', async (t) => {
  const { upstream, openai, gateway } = await set(t, ['up']);
  await openai.responses.compact({ model: 'model-a', input: 'long' });
  assert.deepEqual(
    [upstream.last.path, JSON.parse(String(upstream.last.body)).input],
    ['/v1/responses/compact', 'long'],
  );
  await gateway.load({ providers: [{ name: 'up', url: upstream.url }], generation: 2 });
  await assert.rejects(openai.responses.compact({ model: 'model-a', input: 'long' }), { status: 501 });
});
