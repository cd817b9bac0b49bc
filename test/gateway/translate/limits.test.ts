// Limits count a translated request like any other: before it is sent by what it asks for, afterwards by what was used.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readLimits } from '../../../src/core/index.ts';
import { claimsFor, usedOf } from '../../ledger/limits/claims.ts';
import { chainOf } from '../../support/chain.ts';
import { account, TestGateway } from '../../support/gateway.ts';
import { Upstream } from '../../support/upstream.ts';
import { asking, upstreamOf } from './rig.ts';

for (const stream of [false, true]) {
  test(`tokens and cost of an account are settled with the upstream's own figures${stream ? ', streaming' : ''}`, async () => {
    await using upstream = await Upstream.start(upstreamOf('gemini'));
    const limits = { requests: '5/h', tokens: '1000/h' };
    await using portico = await TestGateway.start({
      providers: [
        {
          name: 'up',
          url: upstream.url,
          dialects: ['gemini'],
          accounts: [account('a', upstream.url, { limits: readLimits(limits) })],
        },
      ],
    });
    const { path, body } = asking('openai-responses', stream);
    await (await portico.post(path, body)).text();
    await portico.recorded(1);
    assert.deepEqual(await usedOf(portico.ledger, claimsFor('account:up/a', limits)), [1, 8]);
  });
}

test('an account that is at its limit is passed over for one in another dialect', async () => {
  await using one = await Upstream.start(upstreamOf('openai-responses'));
  await using two = await Upstream.start(upstreamOf('gemini'));
  await using portico = await TestGateway.start({
    providers: [
      {
        name: 'one',
        url: one.url,
        dialects: ['openai-responses'],
        accounts: [account('a', one.url, { limits: readLimits({ requests: '1/h' }) })],
      },
      { name: 'two', url: two.url, dialects: ['gemini'] },
    ],
  });
  const { path, body } = asking('openai-responses');
  for (let count = 0; count < 2; count += 1) assert.equal((await portico.post(path, body)).status, 200);
  assert.deepEqual([one.requests.length, two.requests.length], [1, 1]);
  await portico.recorded(2);
  assert.deepEqual(
    portico.records[1]?.attempts.map(({ provider, sent, dialect }) => [provider, sent, dialect]),
    [
      ['one', false, 'openai-responses'],
      ['two', true, 'gemini'],
    ],
  );
});

test('a limit of the key that stands before the translator in the chain knows the candidates behind it', async () => {
  await using upstream = await Upstream.start(upstreamOf('gemini'));
  const plugins = await chainOf('auth', 'rate-limit', 'translator', 'balancer');
  const limits = readLimits({ tokens: '30/h' });
  await using portico = await TestGateway.start({
    plugins,
    providers: [{ name: 'up', url: upstream.url, dialects: ['gemini'] }],
    keys: [{ limits }],
  });
  const { path, body } = asking('openai-responses');
  const capped = { ...body, max_output_tokens: 1 };
  const first = await portico.post(path, capped);
  assert.equal(first.status, 200, await first.text());
  await portico.recorded(1);
  assert.equal((await portico.post(path, capped)).status, 429);
});

test('what a lane cannot say takes nothing from its account', async () => {
  await using upstream = await Upstream.start(upstreamOf('anthropic-messages'));
  const limits = { requests: '1/h' };
  await using portico = await TestGateway.start({
    providers: [
      {
        name: 'up',
        url: upstream.url,
        dialects: ['anthropic-messages'],
        accounts: [account('a', upstream.url, { limits: readLimits(limits) })],
      },
    ],
  });
  const { path, body } = asking('openai-chat');
  assert.equal((await portico.post(path, { ...body, n: 2 })).status, 400);
  assert.deepEqual(await usedOf(portico.ledger, claimsFor('account:up/a', limits)), [0]);
  assert.equal((await portico.post(path, body)).status, 200);
});

test('what a model costs counts at the price of the model that was asked', async () => {
  await using upstream = await Upstream.start(upstreamOf('gemini'));
  await using portico = await TestGateway.start({
    plugins: await chainOf('auth', 'rate-limit', 'translator', 'balancer'),
    providers: [{ name: 'up', url: upstream.url, dialects: ['gemini'] }],
    keys: [{ limits: readLimits({ cost: '1 USD/d' }) }],
    prices: { unknown: 'free' },
  });
  const { path, body } = asking('openai-responses', true);
  assert.equal((await portico.post(path, body)).status, 200);
  await portico.recorded(1);
  assert.equal(portico.records[0]?.costMicros, 0);
});
