// Items that a request only names (`item_reference`), and items that stand for more than they say.
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { createOpenAI } from '@ai-sdk/openai';
import { generateText } from 'ai';
import type { JsonObject } from '../../../src/core/index.ts';
import { secret, TestGateway } from '../../support/gateway.ts';
import { Upstream } from '../../support/upstream.ts';
import { sent, upstreamOf } from '../translate/rig.ts';

const stranger = 'sk-stranger-0123456789abcdef';

interface House extends AsyncDisposable {
  readonly far: Upstream;
  readonly near: Upstream;
  readonly gateway: TestGateway;
}

/** Two keys; the model `far` is reached in another dialect, `near` in this one. */
async function house(): Promise<House> {
  const far = await Upstream.start(upstreamOf('anthropic-messages'));
  const near = await Upstream.start(upstreamOf('openai-responses'));
  const gateway = await TestGateway.start({
    providers: [
      { name: 'far', url: far.url, dialects: ['anthropic-messages'], models: { any: false, ids: { far: 'far' } } },
      { name: 'near', url: near.url, dialects: ['openai-responses'], models: { any: false, ids: { near: 'near' } } },
    ],
    keys: [{}, { name: 'stranger', hash: hash('sha256', stranger, 'hex') }],
  });
  return {
    far,
    near,
    gateway,
    async [Symbol.asyncDispose]() {
      for (const each of [gateway, far, near]) await each[Symbol.asyncDispose]();
    },
  };
}

async function said(gateway: TestGateway, more: JsonObject = {}): Promise<string> {
  const answer = await gateway.post('/v1/responses', { model: 'far', input: 'hello', ...more });
  const { output } = (await answer.json()) as { output: { id: string }[] };
  return output[0]?.id ?? assert.fail('an item with an id');
}

const naming = (model: string, id: string) => ({
  model,
  input: [
    { role: 'user', content: 'hello' },
    { type: 'item_reference', id },
    { role: 'user', content: 'again' },
  ],
});

test('an item that is named is put in, whatever the dialect of the model', async () => {
  await using both = await house();
  const { far, near, gateway } = both;
  const id = await said(gateway);
  assert.equal((await gateway.post('/v1/responses', naming('far', id))).status, 200);
  assert.match(far.last.body.toString(), /hello.*"hi".*again/s);
  assert.equal((await gateway.post('/v1/responses', naming('near', id))).status, 200);
  const { input } = sent(near.last) as { input: JsonObject[] };
  assert.deepEqual([input[1]?.role, input[1]?.id], ['assistant', id]);
});

test('what went on from a request that named items is whole', async () => {
  await using both = await house();
  const { far, gateway } = both;
  const answer = await gateway.post('/v1/responses', naming('far', await said(gateway)));
  const { id } = (await answer.json()) as { id: string };
  const next = { model: 'far', input: 'more', previous_response_id: id };
  const { previous_response_id: told } = (await (await gateway.post('/v1/responses', next)).json()) as JsonObject;
  assert.match(far.last.body.toString(), /hello.*"hi".*again.*"hi".*more/s);
  assert.equal(told, id, 'an answer repeats what it went on from');
  const { data } = (await (await gateway.get(`/v1/responses/${id}/input_items`)).json()) as { data: JsonObject[] };
  assert.deepEqual(new Set(data.map(({ type }) => type)), new Set(['message']));
});

test('the AI SDK names what was said before instead of sending it', async () => {
  await using both = await house();
  const { far, gateway } = both;
  const model = createOpenAI({ apiKey: secret, baseURL: `${gateway.url}/v1` }).responses('far');
  const first = await generateText({ model, prompt: 'hello', maxRetries: 0 });
  const again = [{ role: 'user' as const, content: 'again' }];
  const messages = [{ role: 'user' as const, content: 'hello' }, ...first.response.messages, ...again];
  await generateText({ model, messages, maxRetries: 0 });
  assert.match(far.last.body.toString(), /hello.*"hi".*again/s);
});

const refused: readonly (readonly [string, JsonObject])[] = [
  ['an item that nobody knows', { type: 'item_reference', id: 'msg_68ac3a038ac7' }],
  ['an item whose type is left out', { id: 'msg_68ac3a038ac7' }],
  ['an item of a response that is not kept', { type: 'item_reference', id: 'msg_c1k7ulhf0851tsymnadd1mvpcn_0' }],
  ['a conversation that was compacted', { type: 'compaction', encrypted_content: 'sealed' }],
  ['the wish to compact', { type: 'compaction_trigger' }],
];

for (const [what, item] of refused) {
  test(`${what} is no conversation in another dialect: refused before anybody is asked`, async () => {
    await using both = await house();
    const body = { model: 'far', input: [{ role: 'user', content: 'hello' }, item] };
    const answer = await both.gateway.post('/v1/responses', body);
    const { error } = (await answer.json()) as { error: JsonObject };
    assert.deepEqual([answer.status, error.code, error.param], [400, 'untranslatable', 'input']);
    assert.equal(both.far.requests.length, 0);
    assert.equal((await both.gateway.post('/v1/responses', { ...body, model: 'near' })).status, 200);
    assert.deepEqual((sent(both.near.last).input as JsonObject[])[1], item);
  });
}

test('an item of an answer that was not stored is not kept', async () => {
  await using both = await house();
  const id = await said(both.gateway, { store: false });
  assert.equal((await both.gateway.post('/v1/responses', naming('far', id))).status, 400);
});

test('an item of somebody else’s answer is as unknown as any', async () => {
  await using both = await house();
  const id = await said(both.gateway);
  const headers = { authorization: `Bearer ${stranger}` };
  const answer = await both.gateway.post('/v1/responses', naming('far', id), { headers });
  assert.equal(answer.status, 400, await answer.text());
  assert.equal(both.far.requests.length, 1);
});
