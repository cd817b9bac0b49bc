// Counting tokens behind another dialect: by the provider's own counter where it has one, else by an estimate that says so.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DialectName, type JsonObject, readLimits } from '../../../src/core/index.ts';
import { claimsFor, usedOf } from '../../ledger/limits/claims.ts';
import { account, TestGateway } from '../../support/gateway.ts';
import { json } from '../../support/upstream.ts';
import { rigOf, sent } from './rig.ts';

const asked: readonly (readonly [dialect: DialectName, path: string, body: JsonObject, count: string])[] = [
  ['openai-responses', '/v1/responses/input_tokens', { model: 'model-a', input: 'hello' }, 'input_tokens'],
  [
    'anthropic-messages',
    '/v1/messages/count_tokens',
    { model: 'model-a', messages: [{ role: 'user', content: 'hello' }] },
    'input_tokens',
  ],
  [
    'gemini',
    '/v1beta/models/model-a:countTokens',
    { contents: [{ role: 'user', parts: [{ text: 'hello' }] }] },
    'totalTokens',
  ],
];
const upstreamPaths: Partial<Record<DialectName, string>> = {
  'openai-responses': '/responses/input_tokens',
  'anthropic-messages': '/v1/messages/count_tokens',
  gemini: '/v1beta/models/model-a:countTokens',
};
const answers: Partial<Record<DialectName, JsonObject>> = {
  'openai-responses': { object: 'response.input_tokens', input_tokens: 42 },
  'anthropic-messages': { input_tokens: 42 },
  gemini: { totalTokens: 42 },
};

for (const [from, path, body, count] of asked) {
  for (const to of Object.keys(answers) as DialectName[]) {
    if (from === to) continue;
    test(`${from} is counted by ${to}`, async () => {
      await using rig = await rigOf(to);
      rig.upstream.answer = json(answers[to]);
      const response = await rig.portico.post(path, body);
      const counted = (await response.json()) as JsonObject;
      assert.deepEqual([response.status, counted[count]], [200, 42]);
      assert.equal(response.headers.get('x-portico-estimated'), null);
      assert.equal(rig.upstream.last.path, upstreamPaths[to]);
      assert.match(JSON.stringify(sent(rig.upstream.last)), /hello/);
    });
  }

  test(`${from} is estimated where nobody counts, and nobody is called`, async () => {
    await using rig = await rigOf('openai-chat');
    const response = await rig.portico.post(path, body);
    const counted = (await response.json()) as JsonObject;
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('x-portico-estimated'), 'true');
    assert.ok(Number(counted[count]) > 0 && Number(counted[count]) < 100, JSON.stringify(counted));
    assert.equal(rig.upstream.requests.length, 0);
  });
}

test('a provider of the same dialect that has no counter is not asked either', async () => {
  const manifest = {
    title: 'up',
    auth: { kind: 'none' },
    dialects: { 'anthropic-messages': { operations: ['chat'] } },
  } as const;
  await using rig = await rigOf('anthropic-messages', { manifest });
  const [, [, path, body] = []] = asked;
  const response = await rig.portico.post(path ?? '', body);
  assert.deepEqual([response.status, response.headers.get('x-portico-estimated')], [200, 'true']);
  assert.equal(rig.upstream.requests.length, 0);
});

test('takes no tokens from any limit, and the record knows of no usage', async () => {
  const limits = { tokens: '100/h', cost: '1 USD/d' };
  for (const dialect of ['gemini', 'openai-chat'] as const) {
    await using rig = await rigOf(dialect, {}, { keys: [{ limits: readLimits(limits) }] });
    rig.upstream.answer = json(answers.gemini);
    const [, [, path, body] = []] = asked;
    assert.equal((await rig.portico.post(path ?? '', body)).status, 200);
    await rig.portico.recorded(1);
    const [record] = rig.portico.records;
    assert.deepEqual([record?.operation, record?.usage, record?.costMicros ?? 0], ['count-tokens', undefined, 0]);
    assert.deepEqual(await usedOf(rig.portico.ledger, claimsFor('key:test', limits)), [0, 0]);
  }
});

test('an error of the counter is told in the caller’s dialect', async () => {
  await using rig = await rigOf('gemini');
  rig.upstream.answer = json({ error: { code: 429, message: 'Slow.', status: 'RESOURCE_EXHAUSTED' } }, 429);
  const [, [, path, body] = []] = asked;
  const response = await rig.portico.post(path ?? '', body);
  assert.equal(response.status, 429);
  assert.match(await response.text(), /"type":"rate_limit_error","message":"Slow\."/);
});

test('an answer without a count moves on to the next account', async () => {
  await using rig = await rigOf('gemini');
  const accounts = ['a', 'b'].map((name) => account(name, rig.upstream.url));
  await using portico = await TestGateway.start({
    providers: [{ name: 'up', url: rig.upstream.url, dialects: ['gemini'], accounts }],
  });
  let count = 0;
  rig.upstream.answer = (res, seen) => json(count++ === 0 ? {} : answers.gemini)(res, seen);
  const [, [, path, body] = []] = asked;
  const response = await portico.post(path ?? '', body);
  assert.deepEqual([response.status, count], [200, 2]);
});
