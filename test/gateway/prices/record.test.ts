// What a call cost stands on its record: by the provider and model that answered, reported or estimated, never in silence.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { account, TestGateway } from '../../support/gateway.ts';
import { chunk, events, json, Upstream } from '../../support/upstream.ts';

const price = { input: 2, output: 10, cacheRead: 0.5 };
const usage = {
  prompt_tokens: 100,
  completion_tokens: 20,
  total_tokens: 120,
  prompt_tokens_details: { cached_tokens: 40 },
};
const body = { model: 'model-a', messages: [{ role: 'user', content: 'What is the capital of France?' }] };
const cost = 60 * 2 + 40 * 0.5 + 200;
const words = 'The capital of France is Paris, which lies on the Seine. ';

describe('the cost of a call', async () => {
  const upstream = await Upstream.start(json({ usage }));
  const providers = [{ name: 'up', url: upstream.url }];
  const portico = await TestGateway.start({
    providers,
    prices: { models: [{ model: 'model-*', provider: undefined, price }] },
  });
  after(async () => {
    await portico[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  });

  async function recordOf(sent: unknown, path = '/v1/chat/completions') {
    const before = portico.records.length;
    const response = await portico.post(path, sent);
    await response.text().catch(() => undefined);
    await portico.recorded(before + 1);
    const record = portico.records.at(-1);
    assert.ok(record !== undefined);
    return record;
  }

  test('is on the record, with where its price stood', async () => {
    upstream.answer = json({ usage });
    const { costMicros, priceSource, usageSource } = await recordOf(body);
    assert.deepEqual([costMicros, priceSource, usageSource], [cost, 'configured', 'reported']);
  });

  test('is the same for a stream', async () => {
    const said = chunk({ choices: [{ index: 0, delta: { content: words } }] });
    upstream.answer = events(said, chunk({ choices: [], usage }), 'data: [DONE]\n\n');
    const { costMicros, usageSource } = await recordOf({ ...body, stream: true });
    assert.deepEqual([costMicros, usageSource], [cost, 'reported']);
  });

  test('is not known where the price is not, and says so', async () => {
    upstream.answer = json({ usage });
    const record = await recordOf({ ...body, model: 'other' });
    assert.deepEqual([record.status, record.costMicros, record.priceSource], [200, undefined, 'none']);
  });

  test('of a refused request is not invented', async () => {
    upstream.answer = json({ error: { message: 'no' } }, 400);
    const record = await recordOf(body);
    assert.deepEqual([record.costMicros, record.usage, record.usageSource], [undefined, undefined, 'none']);
  });

  test('of a vendor that reports nothing is estimated', async () => {
    upstream.answer = json({ choices: [{ message: { role: 'assistant', content: words.repeat(10) } }] });
    const record = await recordOf(body);
    assert.equal(record.usageSource, 'estimated');
    assert.ok(Math.abs((record.usage?.output ?? 0) - 130) < 33, String(record.usage?.output));
    assert.ok((record.usage?.input ?? 0) >= 7 && (record.usage?.input ?? 0) < 40, String(record.usage?.input));
    assert.equal(record.costMicros, (record.usage?.input ?? 0) * 2 + (record.usage?.output ?? 0) * 10);
  });

  test('of an answer in which nothing is said is none', async () => {
    upstream.answer = json({ choices: [{ message: { role: 'assistant', content: '' } }] });
    const record = await recordOf(body);
    assert.deepEqual([record.usage, record.costMicros], [undefined, undefined]);
  });

  test('of a stream that breaks off is estimated from what was delivered', async () => {
    upstream.answer = (res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      for (let count = 0; count < 60; count += 1) {
        for (const word of words.split(/(?<= )/))
          res.write(chunk({ choices: [{ index: 0, delta: { content: word } }] }));
      }
      res.end();
    };
    const record = await recordOf({ ...body, stream: true });
    assert.deepEqual([record.outcome, record.usageSource], ['error', 'estimated']);
    const truth = 60 * 13;
    assert.ok(Math.abs((record.usage?.output ?? 0) - truth) < truth / 4, String(record.usage?.output));
  });

  test('of a stream whose client leaves keeps the input that was told and estimates the output', async () => {
    upstream.answer = (res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      const message = { usage: { input_tokens: 500, cache_read_input_tokens: 100, output_tokens: 1 } };
      res.write(`event: message_start\ndata: ${JSON.stringify({ type: 'message_start', message })}\n\n`);
      for (let count = 0; count < 100; count += 1) {
        const delta = { type: 'text_delta', text: words };
        res.write(
          `event: content_block_delta\ndata: ${JSON.stringify({ type: 'content_block_delta', index: 0, delta })}\n\n`,
        );
      }
    };
    const before = portico.records.length;
    const leave = new AbortController();
    const sent = { ...body, max_tokens: 9000, stream: true };
    const response = await portico.post('/v1/messages', sent, { signal: leave.signal });
    const reader = response.body?.getReader();
    let seen = '';
    while (seen.split('text_delta').length < 101) seen += Buffer.from((await reader?.read())?.value ?? []).toString();
    leave.abort();
    await portico.recorded(before + 1);
    const record = portico.records.at(-1);
    assert.deepEqual([record?.outcome, record?.usageSource], ['aborted', 'estimated']);
    assert.deepEqual([record?.usage?.input, record?.usage?.cacheRead], [600, 100]);
    assert.ok(Math.abs((record?.usage?.output ?? 0) - 1300) < 325, String(record?.usage?.output));
  });
});

test('a stream that told its usage only before it began is estimated', async () => {
  const message = { usage: { input_tokens: 500, output_tokens: 1 } };
  const event = (data: { readonly type: string }) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
  const delta = { type: 'text_delta', text: words };
  await using upstream = await Upstream.start(
    events(
      event({ type: 'message_start', message } as never),
      ...Array.from({ length: 20 }, () => event({ type: 'content_block_delta', index: 0, delta } as never)),
      event({ type: 'message_delta', delta: { stop_reason: 'end_turn' } } as never),
      event({ type: 'message_stop' }),
    ),
  );
  await using portico = await TestGateway.start({ providers: [{ name: 'up', url: upstream.url }] });
  await (await portico.post('/v1/messages', { ...body, max_tokens: 5, stream: true })).text();
  await portico.recorded(1);
  const [record] = portico.records;
  assert.deepEqual([record?.outcome, record?.usageSource, record?.usage?.input], ['ok', 'estimated', 500]);
  assert.ok(Math.abs((record?.usage?.output ?? 0) - 260) < 65, String(record?.usage?.output));
});

test('the one that answered decides, not the one that was asked first', async () => {
  await using failing = await Upstream.start(json({ error: {} }, 503));
  await using working = await Upstream.start(json({ usage }));
  await using portico = await TestGateway.start({
    providers: [
      { name: 'dear', url: failing.url, accounts: [account('main', failing.url, { priority: 9 })] },
      { name: 'cheap', url: working.url },
    ],
    prices: {
      models: [
        { model: '*', provider: 'dear', price: { input: 1000, output: 1000 } },
        { model: '*', provider: 'cheap', price: { input: 1, output: 1 } },
      ],
    },
  });
  await (await portico.post('/v1/chat/completions', body)).text();
  await portico.recorded(1);
  assert.deepEqual(
    portico.records[0]?.attempts.map(({ provider }) => provider),
    ['dear', 'cheap'],
  );
  assert.equal(portico.records[0]?.costMicros, 120);
});

test('one-hour cache writes are priced apart', async () => {
  const written = { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 10 };
  const told = { input_tokens: 1, output_tokens: 1, cache_creation_input_tokens: 30, cache_creation: written };
  await using upstream = await Upstream.start(json({ type: 'message', usage: told }));
  const dear = { input: 1, output: 1, cacheWrite: 10, cacheWrite1h: 100 };
  await using portico = await TestGateway.start({
    providers: [{ name: 'up', url: upstream.url }],
    prices: { models: [{ model: 'model-a', provider: undefined, price: dear }] },
  });
  await (await portico.post('/v1/messages', { ...body, max_tokens: 5 })).text();
  await portico.recorded(1);
  assert.equal(portico.records[0]?.costMicros, 1 + 1 + 20 * 10 + 10 * 100);
});
