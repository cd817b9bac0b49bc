// The state of the Responses API over models that are reached in another dialect: gone on from, looked at, never shown to a
// stranger; and the same over a WebSocket.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DialectName, JsonObject } from '../../../src/core/index.ts';
import { wrap } from '../../../src/dialects/canonical/envelope.ts';
import { TestGateway, type Wanted } from '../../support/gateway.ts';
import { Upstream } from '../../support/upstream.ts';
import { sent, upstreamOf } from '../translate/rig.ts';
import { errorIn, Talker } from './talker.ts';

interface Both extends AsyncDisposable {
  readonly upstream: Upstream;
  readonly gateway: TestGateway;
}

async function reaching(dialect: DialectName, more: Partial<Wanted> = {}): Promise<Both> {
  const upstream = await Upstream.start(upstreamOf(dialect));
  const gateway = await TestGateway.start({
    providers: [{ name: 'far', url: upstream.url, dialects: [dialect] }],
    ...more,
  });
  return {
    upstream,
    gateway,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await upstream[Symbol.asyncDispose]();
    },
  };
}

const ask = { model: 'model-a', input: 'hello' };

function idIn(text: string): string {
  return /"id":"(resp_portico_[^"]+)"/.exec(text)?.[1] ?? assert.fail(text);
}

for (const dialect of ['openai-chat', 'anthropic-messages', 'gemini'] as const) {
  for (const stream of [false, true]) {
    test(`a response made from ${dialect} is gone on from (${stream ? 'stream' : 'whole'})`, async () => {
      await using both = await reaching(dialect);
      const { upstream, gateway } = both;
      const first = await (await gateway.post('/v1/responses', { ...ask, stream })).text();
      const id = idIn(first);
      const again = await gateway.post('/v1/responses', { ...ask, stream, input: 'again', previous_response_id: id });
      assert.equal(again.status, 200, await again.text());
      const body = upstream.last.body.toString();
      assert.match(body, /hello.*(good day|hi).*again/s);
      assert.doesNotMatch(body, /previous_response_id|resp_portico/);
      const looked = (await (await gateway.get(`/v1/responses/${id}`)).json()) as JsonObject;
      assert.deepEqual([looked.id, looked.status, looked.store], [id, 'completed', true]);
    });
  }
}

const refusals: readonly (readonly [string, JsonObject, string])[] = [
  ['a conversation that a vendor keeps', { conversation: 'conv_1' }, 'untranslatable'],
  ['work in the background', { background: true }, 'untranslatable'],
  ['a response that a vendor keeps', { previous_response_id: 'resp_abc' }, 'untranslatable'],
  ['one that is not kept', { previous_response_id: 'resp_portico_x' }, 'previous_response_not_found'],
  ['an id that is none', { previous_response_id: 7 }, 'invalid_request'],
];

for (const [what, member, code] of refusals) {
  test(`${what} is refused before anybody is asked`, async () => {
    await using both = await reaching('gemini');
    const answer = await both.gateway.post('/v1/responses', { ...ask, ...member });
    assert.equal(answer.status, 400);
    const { error } = (await answer.json()) as { error: JsonObject };
    assert.deepEqual([error.code, error.param], [code, Object.keys(member)[0]]);
    assert.equal(both.upstream.requests.length, 0);
  });
}

test('members that ask for nothing of the kind are no refusal', async () => {
  await using both = await reaching('gemini');
  const more = { conversation: null, background: false, previous_response_id: null, store: false };
  const answer = await both.gateway.post('/v1/responses', { ...ask, ...more });
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  assert.equal((await both.gateway.get(`/v1/responses/${idIn(text)}`)).status, 404);
});

test('a response of the gateway’s goes on at a native model as items, without the blobs of another vendor', async () => {
  await using far = await Upstream.start(upstreamOf('gemini'));
  await using near = await Upstream.start(upstreamOf('openai-responses'));
  await using gateway = await TestGateway.start({
    providers: [
      { name: 'far', url: far.url, dialects: ['gemini'], models: { any: false, ids: { far: 'far' } } },
      { name: 'near', url: near.url, dialects: ['openai-responses'], models: { any: false, ids: { near: 'near' } } },
    ],
  });
  const secret = wrap({ origin: 'gemini/far', data: 'c2VjcmV0' }, 'openai-responses');
  const reasoning = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: secret };
  const input = [{ role: 'user', content: 'hello' }, reasoning, { role: 'user', content: 'more' }];
  const first = await (await gateway.post('/v1/responses', { model: 'far', input })).text();
  const next = { model: 'near', input: 'again', previous_response_id: idIn(first) };
  const answer = await gateway.post('/v1/responses', next);
  assert.equal(answer.status, 200, await answer.text());
  const body = sent(near.last);
  assert.equal(body.previous_response_id, undefined);
  assert.match(JSON.stringify(body.input), /hello.*more.*again/s);
  assert.ok(!near.last.body.includes(secret) && !near.last.body.includes('c2VjcmV0'));
});

test('over a WebSocket: a translated answer, gone on from though nothing stores it', async () => {
  await using both = await reaching('anthropic-messages');
  const { upstream, gateway } = both;
  const client = await Talker.open(gateway);
  const frames = await client.ask({ input: 'hello', store: false });
  assert.equal(frames[0]?.type, 'response.created');
  const id = idIn(JSON.stringify(frames.at(-1)));
  assert.equal((await gateway.get(`/v1/responses/${id}`)).status, 404);
  const second = await client.ask({ input: 'again', store: false, previous_response_id: id });
  assert.equal(second.at(-1)?.type, 'response.completed');
  assert.match(upstream.last.body.toString(), /hello.*good day.*again/s);
  const [refused] = await client.ask({ input: 'x', conversation: 'conv_1' });
  assert.deepEqual([refused?.status, errorIn(refused).code], [400, 'untranslatable']);
  client.socket.close();
});
