// Responses kept by the gateway for an upstream that keeps none: gone on from, looked at, listed, deleted; each key's own.
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { HandClock } from '../../support/clock.ts';
import { configOf, secret, TestGateway, type Wanted } from '../../support/gateway.ts';
import { type Answer, json, Upstream } from '../../support/upstream.ts';

const other = 'sk-other-0123456789abcdef';
const { manifest } =
  configOf({ providers: [{ name: 'up', url: 'http://127.0.0.1:1/v1' }] }).providers[0] ?? assert.fail();

function stateless(url: string, more: Partial<Wanted> = {}): Wanted {
  const dialects = { ...manifest.dialects, 'openai-responses': { state: false } };
  return {
    providers: [{ name: 'up', url: `${url}/v1`, manifest: { ...manifest, dialects } }],
    keys: [{}, { name: 'other', hash: hash('sha256', other, 'hex') }],
    ...more,
  };
}

/** Answers `said <number>` under the id `resp_<number>`. */
function counting(): Answer {
  let count = 0;
  return (res, seen) => {
    count += 1;
    const response = responseOf(`resp_${count}`, `said ${count}`);
    if (JSON.parse(String(seen.body)).stream !== true) return json(response)(res, seen);
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    res.write(`event: response.created\ndata: ${JSON.stringify({ type: 'response.created', response })}\n\n`);
    res.end(`event: response.completed\ndata: ${JSON.stringify({ type: 'response.completed', response })}\n\n`);
  };
}

function responseOf(id: string, text: string) {
  const message = {
    type: 'message',
    id: `msg_${id}`,
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text, annotations: [] }],
  };
  return { id, object: 'response', status: 'completed', output: [message], usage: null };
}

const user = (content: string) => ({ type: 'message', role: 'user', content });
const ask = { model: 'model-a', input: 'one' };

/** What the upstream was asked last. */
function lastAsked(upstream: Upstream): { input?: unknown; previous_response_id?: unknown } {
  return JSON.parse(String(upstream.last.body));
}

async function both(more: Partial<Wanted> = {}, clock?: HandClock) {
  const upstream = await Upstream.start(counting());
  const gateway = await TestGateway.start(stateless(upstream.url, more), clock);
  return {
    upstream,
    gateway,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await upstream[Symbol.asyncDispose]();
    },
  };
}

for (const stream of [false, true]) {
  test(`a request goes on from a kept response, over two of them (${stream ? 'streams' : 'whole answers'})`, async () => {
    await using all = await both();
    const { gateway, upstream } = all;
    await (await gateway.post('/v1/responses', { ...ask, stream })).text();
    const second = { model: 'model-a', stream, input: [user('two')], previous_response_id: 'resp_1' };
    await (await gateway.post('/v1/responses', second)).text();
    await (
      await gateway.post('/v1/responses', { ...ask, stream, input: 'three', previous_response_id: 'resp_2' })
    ).text();
    const { input, previous_response_id } = lastAsked(upstream);
    assert.deepEqual(input, [
      user('one'),
      responseOf('resp_1', 'said 1').output[0],
      user('two'),
      responseOf('resp_2', 'said 2').output[0],
      user('three'),
    ]);
    assert.equal(previous_response_id, undefined);
  });
}

test('instructions of the earlier request are not taken over; other fields stay as they were', async () => {
  await using all = await both();
  await all.gateway.post('/v1/responses', { ...ask, instructions: 'be brief' });
  await all.gateway.post('/v1/responses', {
    ...ask,
    seed: 12345678901234567890n.toString(),
    previous_response_id: 'resp_1',
  });
  const asked = lastAsked(all.upstream) as Record<string, unknown>;
  assert.equal(asked.instructions, undefined);
  assert.equal(asked.seed, '12345678901234567890');
});

test('a kept response is looked at, and another key’s is as unknown as any', async () => {
  await using all = await both();
  const { gateway } = all;
  await gateway.post('/v1/responses', ask);
  const mine = (await (await gateway.get('/v1/responses/resp_1')).json()) as Record<string, unknown>;
  assert.equal(mine.id, 'resp_1');
  assert.equal(mine.store, true);
  const theirs = { authorization: `Bearer ${other}` };
  for (const path of ['/v1/responses/resp_1', '/v1/responses/resp_1/input_items', '/v1/responses/resp_9']) {
    const answer = await gateway.get(path, theirs);
    assert.equal(answer.status, 404, path);
    const { error } = (await answer.json()) as { error: { code: string } };
    assert.equal(error.code, 'unknown_response');
  }
  const gone = await gateway.post('/v1/responses', { ...ask, previous_response_id: 'resp_1' }, { headers: theirs });
  assert.equal(gone.status, 400);
});

test('`store: false` keeps nothing', async () => {
  await using all = await both();
  await all.gateway.post('/v1/responses', { ...ask, store: false });
  assert.equal((await all.gateway.get('/v1/responses/resp_1')).status, 404);
});

test('a deleted response is gone; what went on from it cannot be gone on from any more', async () => {
  await using all = await both();
  const { gateway } = all;
  await gateway.post('/v1/responses', ask);
  await gateway.post('/v1/responses', { ...ask, previous_response_id: 'resp_1' });
  const init = { method: 'DELETE', headers: { authorization: `Bearer ${secret}` } };
  const deleted = await fetch(`${gateway.url}/v1/responses/resp_1`, init);
  assert.deepEqual(await deleted.json(), { id: 'resp_1', object: 'response', deleted: true });
  assert.equal((await fetch(`${gateway.url}/v1/responses/resp_1`, init)).status, 404);
  const answer = await gateway.post('/v1/responses', { ...ask, previous_response_id: 'resp_2' });
  assert.equal(answer.status, 400);
});

test('input items are listed newest first, page by page, each with an id', async () => {
  await using all = await both();
  const { gateway } = all;
  await gateway.post('/v1/responses', { ...ask, input: [user('one'), user('two')] });
  await gateway.post('/v1/responses', { ...ask, input: 'three', previous_response_id: 'resp_1' });
  type Page = { data: { id: string; content: { text: string }[] }[]; has_more: boolean; last_id: string };
  const page = async (query: string) =>
    (await (await gateway.get(`/v1/responses/resp_2/input_items${query}`)).json()) as Page;
  const texts = ({ data }: Page) => data.map(({ content }) => content[0]?.text);
  const whole = await page('');
  assert.deepEqual(texts(whole), ['three', 'said 1', 'two', 'one']);
  assert.equal(whole.has_more, false);
  assert.deepEqual(texts(await page('?order=asc&limit=2')), ['one', 'two']);
  const first = await page('?limit=3');
  assert.equal(first.has_more, true);
  assert.deepEqual(texts(await page(`?limit=3&after=${first.last_id}`)), ['one']);
  assert.equal((await gateway.get('/v1/responses/resp_2/input_items?limit=0')).status, 400);
  assert.equal((await gateway.get('/v1/responses/resp_2/input_items?order=up')).status, 400);
});

test('a page behind an item that is none of the list is refused', async () => {
  await using all = await both();
  await all.gateway.post('/v1/responses', ask);
  const answer = await all.gateway.get('/v1/responses/resp_1/input_items?after=msg_of_another');
  const { error } = (await answer.json()) as { error: { param: string } };
  assert.deepEqual([answer.status, error.param], [400, 'after']);
});

test('items that a client sent twice are listed once each, page by page', async () => {
  await using all = await both();
  const twice = [user('a'), { ...user('b'), id: 'msg_same' }, { ...user('c'), id: 'msg_same' }, user('d')];
  await all.gateway.post('/v1/responses', { ...ask, input: twice });
  const listed: unknown[] = [];
  let after = '';
  for (let page = 0; page < 4; page += 1) {
    const answer = await all.gateway.get(`/v1/responses/resp_1/input_items?limit=1&order=asc${after}`);
    const { data, has_more, last_id } = (await answer.json()) as {
      data: unknown[];
      has_more: boolean;
      last_id: string;
    };
    listed.push(...data.map((item) => (item as { content: { text: string }[] }).content[0]?.text));
    assert.equal(has_more, page < 3);
    after = `&after=${last_id}`;
  }
  assert.deepEqual(listed, ['a', 'b', 'c', 'd']);
});

test('nothing runs in the background, so nothing can be cancelled', async () => {
  await using all = await both();
  await all.gateway.post('/v1/responses', ask);
  const answer = await all.gateway.post('/v1/responses/resp_1/cancel', '');
  assert.equal(answer.status, 400);
  assert.match(await answer.text(), /Cannot cancel a synchronous response/);
});

test('a response is kept for its time, counted from when it was last gone on from', async () => {
  const clock = new HandClock();
  await using all = await both({}, clock);
  const { gateway } = all;
  await gateway.post('/v1/responses', ask);
  clock.advance(40_000);
  await gateway.post('/v1/responses', { ...ask, previous_response_id: 'resp_1' });
  clock.advance(40_000);
  assert.equal((await gateway.get('/v1/responses/resp_1')).status, 200);
  clock.advance(60_000);
  assert.equal((await gateway.get('/v1/responses/resp_1')).status, 404);
});

test('beyond the bound the oldest go; a bound of 0 keeps nothing', async () => {
  await using all = await both({ store: { responses: { ttl: 0, maxBytes: 1_000 } } });
  const { gateway } = all;
  for (let count = 0; count < 4; count += 1) await gateway.post('/v1/responses', ask);
  assert.equal((await gateway.get('/v1/responses/resp_1')).status, 404);
  assert.equal((await gateway.get('/v1/responses/resp_4')).status, 200);
  await gateway.load({ ...stateless(all.upstream.url), generation: 2, store: { responses: { ttl: 0, maxBytes: 0 } } });
  await gateway.post('/v1/responses', ask);
  assert.equal((await gateway.get('/v1/responses/resp_5')).status, 404);
});

test('a kept response is gone on from with a provider that keeps its own; what that one keeps is left to it', async () => {
  await using all = await both();
  await using keeping = await Upstream.start(counting());
  const { providers } = stateless(all.upstream.url);
  const near = { name: 'near', url: `${keeping.url}/v1`, models: { any: false, ids: { near: 'near' } } };
  await using gateway = await TestGateway.start({ providers: [...(providers ?? []), near] });
  await gateway.post('/v1/responses', { ...ask, model: 'up/model-a' });
  const next = { model: 'near', input: 'two' };
  await gateway.post('/v1/responses', { ...next, previous_response_id: 'resp_1' });
  const asked = lastAsked(keeping);
  assert.deepEqual(asked.input, [user('one'), responseOf('resp_1', 'said 1').output[0], user('two')]);
  assert.equal(asked.previous_response_id, undefined);
  await gateway.post('/v1/responses', { ...next, previous_response_id: 'resp_their_own' });
  assert.deepEqual([lastAsked(keeping).input, lastAsked(keeping).previous_response_id], ['two', 'resp_their_own']);
});
