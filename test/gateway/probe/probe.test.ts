// A probe asks one account the cheapest thing there is, the way any attempt would, and what comes of it counts like any.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Target } from '../../../src/core/index.ts';
import type { Probed, ProbeWish } from '../../../src/gateway/probe/probed.ts';
import { HandClock } from '../../support/clock.ts';
import { account, TestGateway, type Wanted } from '../../support/gateway.ts';
import { type Answer, Upstream } from '../../support/upstream.ts';

const list: Answer = (res) => {
  res.setHeader('content-type', 'application/json');
  res.end(JSON.stringify({ object: 'list', data: [{ id: 'model-a' }] }));
};
const refuse =
  (status: number, message = 'no'): Answer =>
  (res) => {
    res.writeHead(status, { 'content-type': 'application/json' });
    res.end(JSON.stringify({ error: { message } }));
  };

const start = (upstream: Upstream, provider: Partial<NonNullable<Wanted['providers']>[number]> = {}) =>
  TestGateway.start({ plugins: [], providers: [{ name: 'up', url: upstream.url, ...provider }] }, new HandClock());

async function probed(gateway: TestGateway, wish: Partial<ProbeWish> = {}): Promise<Probed> {
  const all = { provider: 'up', account: 'main', model: undefined, timeout: 5000, ...wish };
  const result = await gateway.gateway.probe(all);
  assert.ok('probed' in result, 'wrong' in result ? result.wrong : '');
  return result.probed;
}

const targetOf = (model: string | undefined): Target => {
  return { provider: 'up', account: 'main', model, priority: 0, weight: 1, credential: '' };
};

function cool(gateway: TestGateway, model: string | undefined, scope: 'account' | 'model'): void {
  const watch = gateway.ledger.health.begin(targetOf(model));
  watch.cool({ cause: 'forbidden', scope, status: 403, hintMs: 60_000, firstMs: 1000, mostMs: 90_000 });
  watch.end();
}

const stateOf = (gateway: TestGateway, model: string | undefined) =>
  gateway.ledger.health.of([targetOf(model)]).state(0);

describe('what is asked', () => {
  test('the list of models, with the credential of the account', async () => {
    await using upstream = await Upstream.start(list);
    await using gateway = await start(upstream);
    const told = await probed(gateway);
    assert.deepEqual([told.asked, told.answered, told.status], ['models', true, 200]);
    assert.equal(upstream.last.method, 'GET');
    assert.equal(upstream.last.path, '/models');
    assert.equal(upstream.last.headers.authorization, 'Bearer up-main');
  });

  test('of a model one token of an answer, where its tokens are not counted', async () => {
    await using upstream = await Upstream.start(list);
    await using gateway = await start(upstream, { dialects: ['openai-chat'] });
    const told = await probed(gateway, { model: 'model-a' });
    assert.equal(told.asked, 'chat');
    const body = JSON.parse(upstream.last.body.toString());
    assert.equal(body.model, 'model-a');
    assert.equal(body.max_tokens, 1);
    assert.equal(body.messages.length, 1);
  });

  test('of a model a count of tokens, where somebody counts', async () => {
    await using upstream = await Upstream.start((res) => {
      res.setHeader('content-type', 'application/json');
      res.end('{"input_tokens": 8}');
    });
    await using gateway = await start(upstream, { dialects: ['anthropic-messages'] });
    const told = await probed(gateway, { model: 'model-a' });
    assert.deepEqual([told.asked, told.answered], ['count-tokens', true]);
    assert.equal(upstream.last.path, '/v1/messages/count_tokens');
  });

  test('of an API without a list the first model that the configuration names', async () => {
    await using upstream = await Upstream.start(list);
    const manifest = {
      title: 'up',
      auth: { kind: 'header', name: 'authorization', prefix: 'Bearer ' },
      dialects: { 'openai-chat': { operations: ['chat'] } },
    } as const;
    await using gateway = await start(upstream, { manifest, dialects: ['openai-chat'] });
    assert.equal((await probed(gateway)).asked, 'chat');
  });
});

describe('what comes of it', () => {
  test('an answer ends what the account cooled for', async () => {
    await using upstream = await Upstream.start(list);
    await using gateway = await start(upstream);
    cool(gateway, 'model-a', 'account');
    assert.equal(stateOf(gateway, 'model-a'), 'cooling');
    await probed(gateway);
    assert.equal(stateOf(gateway, 'model-a'), 'usable');
  });

  test('an answer of a model ends what that model cooled for, and no other', async () => {
    await using upstream = await Upstream.start(list);
    await using gateway = await start(upstream, { dialects: ['openai-chat'] });
    cool(gateway, 'model-a', 'model');
    cool(gateway, 'model-b', 'model');
    await probed(gateway, { model: 'model-a' });
    assert.equal(stateOf(gateway, 'model-a'), 'usable');
    assert.equal(stateOf(gateway, 'model-b'), 'cooling');
  });

  test('a refusal puts the account aside, and is told', async () => {
    await using upstream = await Upstream.start(refuse(403));
    await using gateway = await start(upstream);
    const told = await probed(gateway);
    assert.equal(told.answered, false);
    assert.equal(told.failure, 'auth (403)');
    assert.equal(told.cooled?.scope, 'account');
    assert.deepEqual([gateway.records[0]?.status, gateway.records[0]?.outcome], [502, 'error']);
    assert.equal(stateOf(gateway, 'model-a'), 'cooling');
  });

  test('one that does not answer in time has failed', async () => {
    await using upstream = await Upstream.start(() => undefined);
    const clock = new HandClock();
    await using gateway = await TestGateway.start(
      { plugins: [], providers: [{ name: 'up', url: upstream.url }] },
      clock,
    );
    const arrived = upstream.next();
    const told = probed(gateway, { timeout: 2000 });
    await arrived;
    clock.advance(2000);
    assert.equal((await told).answered, false);
    await upstream.last.aborted;
  });
});

test("it is nobody's key's, stands on a record of the route probe, in the log and in the metrics", async () => {
  await using upstream = await Upstream.start(list);
  await using gateway = await start(upstream);
  await probed(gateway);
  const [record] = gateway.records;
  assert.deepEqual(
    [record?.listener, record?.route, record?.key, record?.operation, record?.outcome],
    ['', 'probe', undefined, 'models', 'ok'],
  );
  assert.equal(record?.attempts[0]?.account, 'main');
  assert.deepEqual(
    gateway.lines.map(({ level, source, message }) => [level, source, message]),
    [['info', 'probe', 'an account answers']],
  );
  assert.equal(gateway.ledger.inFlight(), 0);
});

test('nobody is asked for an account that is not there or switched off', async () => {
  await using upstream = await Upstream.start(list);
  const accounts = [account('main', upstream.url, { disabled: 'the variable KEY is not set' })];
  await using gateway = await start(upstream, { accounts });
  const wish = { provider: 'up', account: 'main', model: undefined, timeout: 5000 };
  assert.deepEqual(await gateway.gateway.probe(wish), {
    wrong: 'The account cannot be used: the variable KEY is not set.',
  });
  assert.deepEqual(await gateway.gateway.probe({ ...wish, account: 'other' }), {
    wrong: 'There is no account up/other that is switched on.',
  });
  assert.equal(upstream.requests.length, 0);
});
