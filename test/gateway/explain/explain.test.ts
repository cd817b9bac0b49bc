// An explanation says what would become of a request, calls nobody and counts nothing.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Limit } from '../../../src/core/index.ts';
import { HandClock } from '../../support/clock.ts';
import { account, pluginEntry, TestGateway, type Wanted } from '../../support/gateway.ts';
import { explained, questionOf } from './asking.ts';

const chat = { model: 'model-a', messages: [{ role: 'user', content: 'hi' }] };
const perMinute: Limit = {
  kind: 'requests',
  amount: 2,
  window: { shape: 'fixed', unit: 'minute', count: 1 },
  burst: undefined,
};
const rateLimit = pluginEntry('rate-limit', {
  mode: 'enforce',
  rules: [],
  users: {},
  headers: true,
  reserveOutput: 10,
});
const chain = [pluginEntry('auth', { query: true }), rateLimit, pluginEntry('translator')];

let sockets = 0;
const upstream = createServer((socket) => {
  sockets += 1;
  socket.destroy();
});
let url: string;
before(async () => {
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const address = upstream.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/v1`;
});
after(() => upstream.close());
beforeEach(() => {
  sockets = 0;
});

const start = (wanted: Partial<Wanted> = {}) =>
  TestGateway.start({ plugins: chain, providers: [{ name: 'up', url }], ...wanted }, new HandClock());

describe('a request that would be sent', () => {
  test('says where it would go, by which key and with which model', async () => {
    await using gateway = await start();
    const told = await explained(gateway, chat);
    assert.deepEqual(told.verdict, { outcome: 'sent', provider: 'up', account: 'main', model: 'model-a' });
    assert.equal(told.key, 'test');
    assert.deepEqual(told.match, {
      listener: 'api',
      route: 'root',
      path: '/v1/chat/completions',
      dialect: 'openai-chat',
      operation: 'chat',
    });
    assert.equal(told.request?.model, 'model-a');
    assert.deepEqual(
      told.plugins.map(({ name, state }) => [name, state]),
      [
        ['auth', 'passes'],
        ['rate-limit', 'passes'],
        ['translator', 'passes'],
      ],
    );
  });

  test('shows the upstream request with stars in the place of every credential', async () => {
    const headers = { 'x-team-secret': 'team-secret-value', 'x-plain': 'plain' };
    await using gateway = await start({ providers: [{ name: 'up', url, accounts: [account('a', url, { headers })] }] });
    const told = await explained(gateway, chat);
    assert.equal(told.upstream?.method, 'POST');
    assert.equal(told.upstream?.url, `${url}/chat/completions`);
    assert.equal(told.upstream?.headers.authorization, 'Bearer ***');
    assert.equal(told.upstream?.headers['x-team-secret'], '***');
    assert.equal(told.upstream?.headers['x-plain'], '***');
    assert.deepEqual(told.upstream?.body, chat);
    const text = JSON.stringify(told);
    assert.ok(!text.includes('up-a') && !text.includes('team-secret-value') && !text.includes('explained-'));
  });

  test('translates for a target of another dialect, and names what it is not told', async () => {
    await using gateway = await start({ providers: [{ name: 'up', url, dialects: ['anthropic-messages'] }] });
    const told = await explained(gateway, { ...chat, logit_bias: { 1: 2 } });
    assert.equal(told.candidates[0]?.translated, 'anthropic-messages');
    assert.equal(told.upstream?.url, `${url}/v1/messages`);
    assert.deepEqual(told.upstream?.dropped, ['logit_bias']);
  });

  test('follows the model from alias to alias', async () => {
    const target = { weight: 1, on: undefined };
    await using gateway = await start({
      models: [
        { name: 'fast', strategy: 'fallback', hidden: false, targets: [{ ...target, model: 'small' }] },
        { name: 'small', strategy: 'round-robin', hidden: false, targets: [{ ...target, model: 'up/model-a' }] },
      ],
    });
    const told = await explained(gateway, { ...chat, model: 'fast' });
    assert.equal(told.model?.name, 'fast');
    assert.ok(told.model?.kind === 'group');
    const [small] = told.model.members;
    assert.ok(small?.kind === 'group');
    assert.equal(small.name, 'small');
    assert.ok(small.members[0]?.kind === 'accounts');
    assert.deepEqual(small.members[0].upstreams, ['up/model-a']);
  });

  test('leaves out a candidate that cools, and says until when', async () => {
    const accounts = [account('a', url, { priority: 1 }), account('b', url)];
    await using gateway = await start({ providers: [{ name: 'up', url, accounts }] });
    const target = { provider: 'up', account: 'a', model: 'model-a', priority: 1, weight: 1, credential: '' };
    const watch = gateway.ledger.health.begin(target);
    watch.cool({ cause: 'rate-limit', scope: 'model', status: 429, hintMs: 42_000, firstMs: 1000, mostMs: 60_000 });
    watch.end();
    const told = await explained(gateway, chat);
    assert.deepEqual(told.verdict, { outcome: 'sent', provider: 'up', account: 'b', model: 'model-a' });
    assert.equal(told.candidates[0]?.skipped, 'cooling 42 s after 429');
    assert.equal(told.candidates[1]?.skipped, undefined);
  });

  test('leaves out a candidate without room, with what is left of its limits', async () => {
    const accounts = [account('a', url, { priority: 1, limits: [{ ...perMinute, amount: 1 }] }), account('b', url)];
    await using gateway = await start({ providers: [{ name: 'up', url, accounts }] });
    await gateway.ledger.reserve([{ subject: 'account:up/a', limit: { ...perMinute, amount: 1 }, amount: 1 }]);
    const told = await explained(gateway, chat);
    assert.equal(told.candidates[0]?.skipped, 'at its limit of 1 request per minute');
    assert.equal(told.candidates[0]?.limits[0]?.remaining, 0);
    assert.equal(told.verdict.outcome, 'sent');
  });
});

describe('a request that would be refused', () => {
  const refused = async (gateway: TestGateway, body: unknown, changes: Parameters<typeof questionOf>[1] = {}) => {
    const { verdict, plugins } = await explained(gateway, body, changes);
    assert.ok(verdict.outcome === 'refused');
    return { by: verdict.by, code: verdict.code, status: verdict.status, plugins };
  };

  test('without a key, by the plugin that asks for one; those behind it are not reached', async () => {
    await using gateway = await start();
    const told = await refused(gateway, chat, { key: undefined });
    assert.deepEqual([told.by, told.code, told.status], ['auth', 'missing-key', 401]);
    assert.equal(told.plugins[1]?.state, 'not reached');
  });

  test('by a limit of its key, with the same words as a request', async () => {
    await using gateway = await start({ keys: [{ limits: [{ ...perMinute, amount: 1 }] }] });
    const claim = { subject: 'key:test', limit: { ...perMinute, amount: 1 }, amount: 1 };
    const grant = await gateway.ledger.reserve([claim]);
    const told = await explained(gateway, chat);
    const answer = await gateway.post('/v1/chat/completions', chat);
    const { error } = (await answer.json()) as { error: { message: string } };
    assert.ok(told.verdict.outcome === 'refused' && grant.granted);
    assert.equal(told.verdict.status, answer.status);
    assert.ok(error.message.startsWith(told.verdict.message), error.message);
    assert.equal(told.limits[0]?.remaining, 0);
  });

  test('for its path, its model and its body', async () => {
    await using gateway = await start({ providers: [{ name: 'up', url, models: { any: false, ids: { m: 'm' } } }] });
    assert.equal((await refused(gateway, chat, { path: '/nowhere', method: 'GET' })).code, 'unknown-path');
    assert.equal((await refused(gateway, chat)).code, 'unknown-model');
    assert.equal((await refused(gateway, '{"model": ')).code, 'invalid-json');
    assert.equal((await refused(gateway, { ...chat, model: undefined })).code, 'model-missing');
  });

  test('when all accounts cool: 429 and when the first is back', async () => {
    await using gateway = await start();
    const target = { provider: 'up', account: 'main', model: 'model-a', priority: 0, weight: 1, credential: '' };
    const watch = gateway.ledger.health.begin(target);
    watch.cool({ cause: 'rate-limit', scope: 'model', status: 429, hintMs: 42_000, firstMs: 1000, mostMs: 60_000 });
    watch.end();
    const { verdict } = await explained(gateway, chat);
    assert.ok(verdict.outcome === 'refused');
    assert.deepEqual([verdict.code, verdict.retryAfterMs], ['upstream-rate-limited', 42_000]);
  });
});

test('what cannot be asked is said in words', async () => {
  await using gateway = await start();
  assert.deepEqual(await gateway.gateway.explain(questionOf(chat, { key: 'nobody' })), {
    wrong: 'There is no client key nobody; known here: test.',
  });
  assert.deepEqual(await gateway.gateway.explain(questionOf(chat, { listener: 'none' })), {
    wrong: 'There is no listener none; known here: api.',
  });
});

test('nothing is counted, nobody is called', async () => {
  const limits = [{ ...perMinute, amount: 2 }];
  const accounts = [account('a', url, { limits }), account('b', url, { limits })];
  await using gateway = await start({ keys: [{ limits }], providers: [{ name: 'up', url, accounts }] });
  const cursor = gateway.ledger.peek('pool:model-a:0');
  for (let round = 0; round < 5; round += 1) {
    const { verdict } = await explained(gateway, chat);
    assert.equal(verdict.outcome, 'sent');
  }
  const claims = ['key:test', 'account:up/a'].map((subject) => ({ subject, limit: perMinute, amount: 1 }));
  const readings = await gateway.ledger.read(claims);
  assert.deepEqual(
    readings.map(({ used }) => used),
    [0, 0],
  );
  assert.equal(gateway.ledger.peek('pool:model-a:0'), cursor);
  assert.equal(gateway.ledger.inFlight(), 0);
  assert.deepEqual([gateway.records.length, gateway.lines.length, gateway.counts.size, sockets], [0, 0, 0, 0]);
});
