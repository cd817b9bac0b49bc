// What a plugin is told a call will probably use, before it is sent: `call.estimate()`, over a real gateway.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { ListedPrice, LoadedPlugin } from '../../../src/config/loaded.ts';
import { pluginEntry, TestGateway, type Wanted } from '../../support/gateway.ts';
import { json, Upstream } from '../../support/upstream.ts';

const path = mkdtempSync(join(tmpdir(), 'portico-estimate-'));
after(() => rmSync(path, { recursive: true, force: true }));

/** Answers with what it is told, and never goes upstream. */
writeFileSync(
  join(path, 'index.ts'),
  `export default () => async function tell(ctx) {
    const estimate = await ctx.call.estimate();
    const again = (await ctx.call.estimate()) === estimate;
    const { inputTokens, outputTokens } = estimate;
    const cost = ctx.get('x-cost') === '' ? undefined : estimate.microDollars(Number(ctx.get('x-cost')));
    ctx.body = { inputTokens, outputTokens, cost, again };
  };`,
);
const tell: LoadedPlugin = { directory: { name: 'tell', path, digest: 'tell', code: true }, on: true, settings: {} };

const upstream = await Upstream.start(json({}));
after(() => upstream[Symbol.asyncDispose]());

function price(model: string, input: number, output: number, provider?: string): ListedPrice {
  return { model, provider, price: { input, output } };
}

async function gateway(wanted: Partial<Wanted> = {}): Promise<TestGateway> {
  const providers = [{ name: 'up', url: upstream.url }];
  return TestGateway.start({ providers, plugins: [pluginEntry('auth', { query: true }), tell], ...wanted });
}

interface Told {
  readonly inputTokens: number;
  readonly outputTokens?: number;
  readonly cost?: number;
  readonly again: boolean;
  readonly error?: { readonly code: string; readonly message: string };
}

async function told(portico: TestGateway, route: string, body: unknown, output?: number): Promise<Told> {
  const headers: Record<string, string> = output === undefined ? {} : { 'x-cost': String(output) };
  return (await (await portico.post(route, body, { headers })).json()) as Told;
}

const messages = [{ role: 'user', content: 'What is the capital of France?' }];

test('the input is estimated once, and the output where the request bounds it', async () => {
  await using portico = await gateway();
  const chat = '/v1/chat/completions';
  const body = { model: 'model-a', messages };
  const plain = await told(portico, chat, body);
  assert.ok(plain.inputTokens >= 7 && plain.inputTokens <= 30, String(plain.inputTokens));
  assert.deepEqual([plain.outputTokens, plain.again], [undefined, true]);
  for (const [more, tokens] of [
    [{ max_tokens: 50 }, 50],
    [{ max_completion_tokens: 60 }, 60],
    [{ max_tokens: 70, max_completion_tokens: 60 }, 60],
    [{ max_tokens: 50, n: 3 }, 150],
    [{ max_tokens: null }, undefined],
    [{ max_tokens: 0 }, undefined],
    [{ max_tokens: '50' }, undefined],
  ] as const) {
    assert.equal((await told(portico, chat, { ...body, ...more })).outputTokens, tokens, JSON.stringify(more));
  }
});

test('each dialect has its own word for the bound', async () => {
  await using portico = await gateway();
  const { outputTokens } = await told(portico, '/v1/responses', {
    model: 'model-a',
    input: 'x',
    max_output_tokens: 40,
  });
  assert.equal(outputTokens, 40);
  const anthropic = await told(portico, '/v1/messages', { model: 'model-a', messages, max_tokens: 30 });
  assert.equal(anthropic.outputTokens, 30);
  const contents = [{ parts: [{ text: 'x' }] }];
  const generationConfig = { maxOutputTokens: 20, candidateCount: 2 };
  const gemini = await told(portico, '/v1beta/models/model-a:generateContent', { contents, generationConfig });
  assert.equal(gemini.outputTokens, 40);
});

test('what writes nothing puts nothing out', async () => {
  await using portico = await gateway();
  const { inputTokens, outputTokens } = await told(portico, '/v1/embeddings', {
    model: 'model-a',
    input: 'some words',
  });
  assert.equal(outputTokens, 0);
  assert.ok(inputTokens > 0);
  const counted = await told(portico, '/v1/messages/count_tokens', { model: 'model-a', messages });
  assert.deepEqual([counted.inputTokens, counted.outputTokens], [0, 0]);
});

test('the dearest of the candidates is what it may cost', async () => {
  const providers = ['cheap', 'dear'].map((name) => ({ name, url: upstream.url }));
  const prices = { models: [price('*', 1, 2, 'cheap'), price('*', 10, 20, 'dear')] };
  await using portico = await gateway({ providers, prices });
  const { inputTokens, cost } = await told(portico, '/v1/chat/completions', { model: 'model-a', messages }, 100);
  assert.equal(cost, inputTokens * 10 + 2000);
  const pinned = await told(portico, '/v1/chat/completions', { model: 'cheap/model-a', messages }, 100);
  assert.equal(pinned.cost, pinned.inputTokens + 200);
});

test('a model without a price is refused by name, by whoever asks for its cost', async () => {
  const providers = ['known', 'unknown'].map((name) => ({ name, url: upstream.url }));
  const prices = { models: [price('*', 1, 1, 'known')] };
  await using portico = await gateway({ providers, prices });
  const body = { model: 'model-a', messages };
  const response = await portico.post('/v1/chat/completions', body, { headers: { 'x-cost': '5' } });
  assert.equal(response.status, 403);
  const { error } = (await response.json()) as Told;
  assert.equal(error?.code, 'price_unknown');
  assert.match(error?.message ?? '', /"model-a" at the provider unknown.*prices\.models/);
  assert.equal((await told(portico, '/v1/chat/completions', body)).error, undefined, 'tokens alone need no price');
});

test('unless the policy says what to count for it', async () => {
  const body = { model: 'model-a', messages };
  await using free = await gateway({ prices: { unknown: 'free' } });
  assert.equal((await told(free, '/v1/chat/completions', body, 100)).cost, 0);
  await using usual = await gateway({ prices: { unknown: 'default', default: { input: 0, output: 7 } } });
  assert.equal((await told(usual, '/v1/chat/completions', body, 100)).cost, 700);
});
