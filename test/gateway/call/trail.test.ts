// Who was passed over before an attempt stands on its record, and in the message of an error.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HandClock } from '../../support/clock.ts';
import { account, TestGateway } from '../../support/gateway.ts';
import { Upstream } from '../../support/upstream.ts';

const chat = { model: 'model-a', messages: [{ role: 'user', content: 'hi' }] };

async function start(url: string, names: readonly string[]): Promise<TestGateway> {
  const accounts = names.map((name, index) => account(name, url, { priority: -index }));
  const gateway = await TestGateway.start({ providers: [{ name: 'up', url, accounts }] }, new HandClock());
  const target = { provider: 'up', account: 'a', model: 'model-a', priority: 0, weight: 1, credential: '' };
  const watch = gateway.ledger.health.begin(target);
  watch.cool({ cause: 'rate-limit', scope: 'model', status: 429, hintMs: 42_000, firstMs: 1000, mostMs: 60_000 });
  watch.end();
  return gateway;
}

test('an attempt names who was passed over before it', async () => {
  await using upstream = await Upstream.start((res) => {
    res.setHeader('content-type', 'application/json');
    res.end('{"choices":[{"message":{"content":"hi"}}]}');
  });
  await using gateway = await start(upstream.url, ['a', 'b']);
  await (await gateway.post('/v1/chat/completions', chat)).text();
  await gateway.recorded(1);
  const [record] = gateway.records;
  const [attempt] = record?.attempts ?? [];
  assert.equal(attempt?.account, 'b');
  assert.equal(attempt?.passed?.length, 1);
  assert.deepEqual([attempt?.passed?.[0]?.provider, attempt?.passed?.[0]?.account], ['up', 'a']);
  assert.match(attempt?.passed?.[0]?.reason ?? '', /42 s.*429/);
  assert.deepEqual([attempt?.passedCount, record?.passed], [undefined, undefined]);
});

test('a request that tried nobody has them itself, and says so', async () => {
  await using upstream = await Upstream.start((res) => void res.end());
  await using gateway = await start(upstream.url, ['a']);
  const answer = await gateway.post('/v1/chat/completions', chat);
  assert.equal(answer.status, 429);
  assert.match(await answer.text(), /42 s after 429/);
  await gateway.recorded(1);
  assert.equal(gateway.records[0]?.passed?.[0]?.account, 'a');
  assert.equal(upstream.requests.length, 0);
});

test('who answered at once passed nobody over: nothing is kept', async () => {
  await using upstream = await Upstream.start((res) => {
    res.setHeader('content-type', 'application/json');
    res.end('{"choices":[{"message":{"content":"hi"}}]}');
  });
  await using gateway = await TestGateway.start({ providers: [{ name: 'up', url: upstream.url }] });
  await (await gateway.post('/v1/chat/completions', chat)).text();
  await gateway.recorded(1);
  assert.deepEqual([gateway.records[0]?.attempts[0]?.passed, gateway.records[0]?.passed], [undefined, undefined]);
});

test('the message of an error names who was passed over beside who failed', async () => {
  await using upstream = await Upstream.start((res) => void res.writeHead(401).end('{}'));
  await using gateway = await start(upstream.url, ['a', 'b']);
  const answer = await gateway.post('/v1/chat/completions', chat);
  assert.match(await answer.text(), /Passed over up\/a \(.*42 s after 429\)\./);
  await gateway.recorded(1);
  assert.equal(gateway.records[0]?.attempts[0]?.passed?.[0]?.account, 'a');
});
