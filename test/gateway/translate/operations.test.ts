// Beyond chat: legacy completions, token counts and embeddings in another dialect.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { DialectName, Operation } from '../../../src/core/index.ts';
import type { Answer } from '../../support/upstream.ts';
import { json } from '../../support/upstream.ts';
import { dataOf, rigOf, sent } from './rig.ts';

function offering(dialect: DialectName, ...operations: Operation[]) {
  return { title: 'up', auth: { kind: 'none' } as const, dialects: { [dialect]: { operations } } };
}

describe('a legacy completion', () => {
  const asked = { model: 'model-a', prompt: 'hello', max_tokens: 20 };
  for (const to of ['openai-chat', 'anthropic-messages', 'gemini'] as const) {
    test(`is a chat of ${to}`, async () => {
      await using rig = await rigOf(to, { manifest: offering(to, 'chat') });
      const whole = await rig.portico.post('/v1/completions', asked);
      const answer = (await whole.json()) as { object: string; choices: { text: string; finish_reason: string }[] };
      assert.equal(whole.status, 200);
      assert.deepEqual(
        [answer.object, answer.choices[0]?.text, answer.choices[0]?.finish_reason],
        ['text_completion', 'hi', 'stop'],
      );
      const stream = await (await rig.portico.post('/v1/completions', { ...asked, stream: true })).text();
      const texts = dataOf(stream).map((data) => JSON.parse(data).choices[0]?.text ?? '');
      assert.match(texts.join(''), /^good day/);
      assert.match(stream, /data: \[DONE\]\n\n$/);
      await rig.portico.recorded(2);
      assert.deepEqual(
        rig.portico.records.map(({ operation, usage }) => [operation, usage?.output]),
        [
          ['completions', 5],
          ['completions', 5],
        ],
      );
    });
  }
});

describe('a count of tokens', () => {
  const asked = {
    'anthropic-messages': [
      '/v1/messages/count_tokens',
      { model: 'model-a', messages: [{ role: 'user', content: 'hello' }] },
    ],
    'openai-responses': ['/v1/responses/input_tokens', { model: 'model-a', input: 'hello' }],
    gemini: ['/v1beta/models/model-a:countTokens', { contents: [{ role: 'user', parts: [{ text: 'hello' }] }] }],
  } as const;
  const counters = {
    'anthropic-messages': ['/v1/messages/count_tokens', { input_tokens: 42 }],
    'openai-responses': ['/responses/input_tokens', { object: 'response.input_tokens', input_tokens: 42 }],
    gemini: ['/v1beta/models/model-a:countTokens', { totalTokens: 42 }],
  } as const;
  const names = Object.keys(counters) as (keyof typeof counters)[];

  for (const from of names) {
    for (const to of names.filter((name) => name !== from)) {
      test(`of ${from} is made by the counter of ${to}`, async () => {
        await using rig = await rigOf(to);
        rig.upstream.answer = json(counters[to][1]);
        const response = await rig.portico.post(asked[from][0], asked[from][1]);
        assert.deepEqual([response.status, await response.json()], [200, counters[from][1]]);
        assert.equal(rig.upstream.last.path, counters[to][0]);
        assert.equal(response.headers.get('x-portico-estimated'), null);
      });
    }

    test(`of ${from} is estimated here where nobody counts`, async () => {
      await using rig = await rigOf('openai-chat');
      const response = await rig.portico.post(asked[from][0], asked[from][1]);
      const told = (await response.json()) as { input_tokens?: number; totalTokens?: number };
      assert.equal(response.status, 200);
      assert.equal(response.headers.get('x-portico-estimated'), 'true');
      assert.ok((told.input_tokens ?? told.totalTokens ?? 0) > 0);
      assert.equal(rig.upstream.requests.length, 0);
      await rig.portico.recorded(1);
      const [record] = rig.portico.records;
      assert.deepEqual([record?.usageSource, record?.attempts[0]?.sent, record?.outcome], ['none', false, 'ok']);
    });
  }

  test('is estimated for a vendor of the caller’s own dialect that has no counter', async () => {
    await using rig = await rigOf('anthropic-messages', { manifest: offering('anthropic-messages', 'chat') });
    const [path, body] = asked['anthropic-messages'];
    const response = await rig.portico.post(path, body);
    assert.equal(response.headers.get('x-portico-estimated'), 'true');
    assert.equal(response.status, 200);
  });

  test('stays as it is where the vendor counts in the caller’s dialect', async () => {
    await using rig = await rigOf('gemini');
    rig.upstream.answer = json({ totalTokens: 7, odd: true });
    const response = await rig.portico.post(asked.gemini[0], asked.gemini[1]);
    assert.deepEqual(await response.json(), { totalTokens: 7, odd: true });
  });
});

describe('embeddings', () => {
  const vectors: Answer = (res, seen) => {
    const one = { values: [0.25, 0.5] };
    const many = seen.path.includes('batchEmbedContents');
    const told = many ? { embeddings: [one, { values: [1, 2] }] } : { embedding: one };
    return json(told)(res, seen);
  };

  test('of several texts go to the path for several', async () => {
    await using rig = await rigOf('gemini');
    rig.upstream.answer = vectors;
    const response = await rig.portico.post('/v1/embeddings', {
      model: 'model-a',
      input: ['one', 'two'],
      dimensions: 2,
    });
    const told = (await response.json()) as { data: { embedding: number[] }[]; usage: { prompt_tokens: number } };
    assert.deepEqual(
      told.data.map(({ embedding }) => embedding),
      [
        [0.25, 0.5],
        [1, 2],
      ],
    );
    assert.equal(rig.upstream.last.path, '/v1beta/models/model-a:batchEmbedContents');
    assert.equal((sent(rig.upstream.last).requests as unknown[]).length, 2);
    await rig.portico.recorded(1);
    const [record] = rig.portico.records;
    assert.equal(record?.usageSource, 'estimated');
    assert.equal(record?.usage?.input, told.usage.prompt_tokens);
    assert.ok(told.usage.prompt_tokens > 0);
  });

  test('come as base64 where that was asked', async () => {
    await using rig = await rigOf('gemini');
    rig.upstream.answer = vectors;
    const asked = { model: 'model-a', input: 'one', encoding_format: 'base64' };
    const told = (await (await rig.portico.post('/v1/embeddings', asked)).json()) as { data: { embedding: string }[] };
    const bytes = Buffer.from(told.data[0]?.embedding ?? '', 'base64');
    assert.deepEqual([bytes.readFloatLE(0), bytes.readFloatLE(4)], [0.25, 0.5]);
    assert.equal(rig.upstream.last.path, '/v1beta/models/model-a:embedContent');
  });

  test('are made in the other direction, with the usage the vendor reports', async () => {
    await using rig = await rigOf('openai-chat');
    const data = [{ object: 'embedding', index: 0, embedding: [0.25] }];
    rig.upstream.answer = json({ object: 'list', data, model: 'm', usage: { prompt_tokens: 2, total_tokens: 2 } });
    const content = { parts: [{ text: 'one' }] };
    const response = await rig.portico.post('/v1beta/models/model-a:embedContent', { content });
    const told = (await response.json()) as { embedding: { values: number[] } };
    assert.deepEqual(told.embedding.values, [0.25]);
    assert.equal(rig.upstream.last.path, '/embeddings');
    await rig.portico.recorded(1);
    assert.deepEqual([rig.portico.records[0]?.usage?.input, rig.portico.records[0]?.usageSource], [2, 'reported']);
  });

  test('of tokens are refused where only text is taken', async () => {
    await using rig = await rigOf('gemini');
    const response = await rig.portico.post('/v1/embeddings', { model: 'model-a', input: [1, 2, 3] });
    assert.equal(response.status, 400);
    assert.equal(((await response.json()) as { error: { code: string } }).error.code, 'untranslatable');
  });
});

test('other operations are not translated', async () => {
  await using rig = await rigOf('gemini');
  rig.upstream.answer = json({});
  const response = await rig.portico.post('/v1/moderations', { model: 'model-a', input: 'x' });
  assert.equal(response.status, 501);
  assert.equal(rig.upstream.requests.length, 0);
});
