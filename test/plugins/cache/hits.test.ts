// The same request again is answered from memory: whole answers and streams, with nobody asked and nothing charged.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { HandClock } from '../../support/clock.ts';
import { cached, chat, wantedOf } from './cached.ts';

const price = { input: 1, output: 2, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0, tiers: [] };
const priced = { prices: { models: [{ model: 'model-*', provider: undefined, price }] } };

describe('a whole answer', () => {
  test('is given again word for word, as itself and not as a stream', async () => {
    await using rig = await cached();
    const first = await rig.ask(chat);
    const second = await rig.ask(chat);
    assert.deepEqual([first.result, second.result], ['miss', 'hit']);
    assert.equal(second.text, first.text);
    assert.equal(second.headers.get('content-type'), 'application/json');
    assert.equal(second.headers.get('content-length'), String(first.text.length));
    assert.equal(first.headers.get('age'), null);
    assert.equal(second.headers.get('age'), '0');
    assert.equal((await rig.ask({ ...chat, stream: true })).result, 'miss');
    assert.equal(rig.upstream.requests.length, 2);
  });

  test('keeps its own id for the call, and not the headers of the first one', async () => {
    await using rig = await cached();
    const first = await rig.ask(chat);
    const second = await rig.ask(chat);
    assert.equal(first.headers.get('x-request-id'), 'up-1');
    assert.equal(second.headers.get('x-request-id'), null);
    assert.equal(second.headers.get('x-ratelimit-remaining-requests'), null);
    assert.notEqual(second.headers.get('x-portico-id'), first.headers.get('x-portico-id'));
  });

  test('uses and costs nothing; the record names the cache', async () => {
    await using rig = await cached({}, { rest: priced });
    await rig.ask(chat);
    await rig.ask(chat);
    const [first, second] = rig.portico.records;
    assert.equal(first?.usage?.output, 7);
    assert.deepEqual([first?.madeBy, first?.costMicros], [undefined, 19]);
    assert.deepEqual(
      [second?.usage, second?.usageSource, second?.costMicros, second?.madeBy, second?.attempts, second?.outcome],
      [undefined, 'none', undefined, 'cache', [], 'ok'],
    );
  });

  test('counts as a request of the key, not as tokens', async () => {
    await using rig = await cached(
      {},
      {
        before: ['auth', { 'rate-limit': { rules: [{ per: 'key', limits: { tokens: '2000/m', requests: '10/m' } }] } }],
      },
    );
    const left = async () => {
      const { headers } = await rig.ask(chat);
      return [headers.get('x-ratelimit-remaining-requests'), headers.get('x-ratelimit-remaining-tokens')];
    };
    const [, second, third] = [await left(), await left(), await left()];
    assert.equal(Number(second?.[0]) - Number(third?.[0]), 1);
    assert.equal(second?.[1], third?.[1]);
  });

  test('of embeddings, counts, moderations, reranking and completions is kept as well', async () => {
    const bodies = {
      '/v1/embeddings': { model: 'model-a', input: 'x' },
      '/v1/moderations': { model: 'model-a', input: 'x' },
      '/v1/rerank': { model: 'model-a', query: 'x', documents: ['y'] },
      '/v1/completions': { model: 'model-a', prompt: 'x' },
      '/v1/messages/count_tokens': { model: 'model-a', messages: [{ role: 'user', content: 'x' }] },
    };
    await using rig = await cached();
    for (const [at, body] of Object.entries(bodies)) {
      const results = [(await rig.ask(body, {}, at)).result, (await rig.ask(body, {}, at)).result];
      assert.deepEqual(results, ['miss', 'hit'], at);
    }
  });
});

describe('a stream', () => {
  test('flows again with the same events', async () => {
    await using rig = await cached();
    const streamed = { ...chat, stream: true, stream_options: { include_usage: true } };
    const first = await rig.ask(streamed);
    const second = await rig.ask(streamed);
    assert.deepEqual([first.result, second.result], ['miss', 'hit']);
    assert.equal(second.text, first.text);
    assert.match(second.text, /\[DONE\]/);
    assert.match(second.headers.get('content-type') ?? '', /event-stream/);
    assert.equal(second.headers.get('content-length'), null);
    assert.equal(rig.portico.records[1]?.usage, undefined);
    assert.equal(rig.portico.records[1]?.stream, true);
    assert.equal((await rig.ask(chat)).result, 'miss', 'a whole answer is another one');
    assert.equal(rig.upstream.requests.length, 2);
  });

  test('of a translated call flows again in the client’s own dialect, with what was dropped', async () => {
    await using rig = await cached();
    const providers = [{ name: 'up', url: rig.upstream.url, dialects: ['openai-chat' as const] }];
    await rig.portico.load({ ...(await wantedOf(rig.upstream, {})), providers, generation: 2 });
    const message = { model: 'model-a', max_tokens: 9, top_k: 3, stream: true, messages: chat.messages };
    const first = await rig.ask(message, {}, '/v1/messages');
    const second = await rig.ask(message, {}, '/v1/messages');
    assert.deepEqual([first.result, second.result], ['miss', 'hit']);
    assert.equal(second.text, first.text);
    assert.match(second.text, /message_stop/);
    assert.equal(first.headers.get('x-portico-dropped'), 'top_k');
    assert.equal(second.headers.get('x-portico-dropped'), 'top_k');
  });
});

test('answers grow old: ttl and what the client says; a newer one takes their place', async () => {
  const clock = new HandClock();
  await using rig = await cached({ ttl: '10s' }, { clock });
  await rig.ask(chat);
  clock.advance(4000);
  const aged = await rig.ask(chat);
  assert.deepEqual([aged.result, aged.headers.get('age')], ['hit', '4']);
  assert.equal((await rig.ask(chat, { 'cache-control': 'max-age=4' })).result, 'hit');
  assert.equal((await rig.ask(chat, { 'cache-control': 'max-age=3' })).result, 'miss');
  clock.advance(10_000);
  assert.equal((await rig.ask(chat)).result, 'hit');
  clock.advance(1);
  assert.equal((await rig.ask(chat)).result, 'miss');
});

test('a client may refuse what is kept: no-cache renews it, no-store leaves it alone', async () => {
  await using rig = await cached();
  await rig.ask(chat);
  const renewed = await rig.ask(chat, { 'cache-control': 'No-Cache' });
  const passed = await rig.ask(chat, { 'cache-control': 'max-age=100, no-store' });
  assert.deepEqual([renewed.result, passed.result], ['bypass', 'bypass']);
  const kept = await rig.ask(chat);
  assert.equal(kept.result, 'hit');
  assert.equal(kept.text, renewed.text);
  assert.notEqual(kept.text, passed.text);
});

test('what happened is counted', async () => {
  await using rig = await cached();
  await rig.ask(chat);
  await rig.ask(chat);
  await rig.ask(chat, { 'cache-control': 'no-store' });
  const counted = [...rig.portico.counts].filter(([name]) => name.startsWith('plugin_cache'));
  assert.deepEqual(counted, [
    ['plugin_cache_requests miss', 1],
    ['plugin_cache_requests hit', 1],
    ['plugin_cache_requests bypass', 1],
  ]);
});

test('a reload keeps what is kept, for the time that is set then; another word or other bounds begin anew', async () => {
  const clock = new HandClock();
  await using rig = await cached({}, { clock });
  await rig.ask(chat);
  clock.advance(5000);
  const load = async (generation: number, settings: Record<string, unknown>) =>
    rig.portico.load({ ...(await wantedOf(rig.upstream, settings)), generation });
  await load(2, { ttl: '6s' });
  assert.equal((await rig.ask(chat)).result, 'hit');
  await load(3, { ttl: '4s' });
  assert.equal((await rig.ask(chat)).result, 'miss');
  await load(4, { namespace: 'next' });
  assert.equal((await rig.ask(chat)).result, 'miss');
  await load(5, { maxEntries: 7 });
  assert.equal((await rig.ask(chat)).result, 'miss');
});

test('other plugins see and change an answer that comes from here like any other', async () => {
  const headers = { headers: { response: { set: { 'x-own': 'yes' } } } };
  await using rig = await cached({}, { before: ['auth', headers] });
  await rig.ask(chat);
  const { result, headers: told } = await rig.ask(chat);
  assert.deepEqual([result, told.get('x-own')], ['hit', 'yes']);
});

test('where it is switched off nothing is said', async () => {
  await using rig = await cached({}, { rest: { routes: [{ name: 'root', plugins: { cache: 'off' } }] } });
  assert.equal((await rig.ask(chat)).result, null);
  assert.equal((await rig.ask(chat)).result, null);
  assert.equal(rig.upstream.requests.length, 2);
});
