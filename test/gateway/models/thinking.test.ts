// A suffix that says how much a model shall think, and what a target sets, in the request its upstream gets.
import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import type { JsonObject } from '../../../src/core/index.ts';
import { account, TestGateway } from '../../support/gateway.ts';
import { json, Upstream } from '../../support/upstream.ts';
import { group } from './map.ts';

const turn = [{ role: 'user', content: 'Hi.' }];
const models = ['gpt-5', 'gpt-4o', 'claude-sonnet-4-5', 'claude-opus-4-7', 'gemini-2.5-pro', 'gemini-3-pro'];
const served = { any: false, ids: Object.fromEntries(models.map((id) => [id, id])) };

describe('what a name adds to the request', async () => {
  const upstream = await Upstream.start(json({ error: { message: 'no' } }, 400));
  const { url } = upstream;
  const only = (dialect: 'openai-chat' | 'openai-responses' | 'anthropic-messages' | 'gemini') => ({
    name: dialect,
    url,
    models: served,
    dialects: [dialect],
    accounts: [account('a', url)],
  });
  const portico = await TestGateway.start({
    providers: [
      { name: 'all', url, models: served, accounts: [account('a', url)] },
      only('openai-chat'),
      {
        ...only('openai-chat'),
        name: 'deployed',
        accounts: [account('a', url, { rename: { 'gpt-5': 'deployment-7' } })],
      },
      only('anthropic-messages'),
      only('gemini'),
      {
        ...only('openai-chat'),
        name: 'renaming',
        manifest: {
          title: 'renaming',
          auth: { kind: 'none' },
          dialects: { 'openai-chat': {} },
          parameters: { rename: { max_tokens: 'max_completion_tokens' }, drop: ['seed'] },
        },
      },
    ],
    models: [
      group('set', [{ model: 'all/gpt-5', set: { temperature: 0, user: null, metadata: { a: [1] } } }]),
      group('set-there', [{ model: 'anthropic-messages/claude-opus-4-7', set: { top_k: 4, temperature: null } }]),
      group('set-renamed', [{ model: 'renaming/gpt-5', set: { max_completion_tokens: 7, seed: 1 } }]),
      group('capped', [{ model: 'all/claude-sonnet-4-5', thinking: 'high', set: { max_tokens: 4000 } }]),
    ],
  });
  after(async () => {
    await portico[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    upstream.requests.length = 0;
  });

  async function sent(path: string, body: string | JsonObject): Promise<string> {
    await (await portico.post(path, body)).arrayBuffer();
    return upstream.last.body.toString();
  }

  async function members(path: string, body: JsonObject): Promise<JsonObject> {
    return JSON.parse(await sent(path, body)) as JsonObject;
  }

  const chat = (model: string, more: JsonObject = {}) =>
    members('/v1/chat/completions', { model, messages: turn, ...more });
  const responses = (model: string, more: JsonObject = {}) =>
    members('/v1/responses', { model, input: 'Hi.', ...more });
  const messages = (model: string, more: JsonObject = {}) =>
    members('/v1/messages', { model, max_tokens: 100, messages: turn, ...more });
  const gemini = (model: string, more: JsonObject = {}) =>
    members(`/v1beta/models/${model}:generateContent`, {
      contents: [{ role: 'user', parts: [{ text: 'Hi.' }] }],
      ...more,
    });

  test('without a suffix not a byte changes', async () => {
    const body =
      '{ "model" :"gpt-5","messages":[ {"role":"user","content":"\\u0048i"}], "seed": 1.0, "reasoning_effort":"low" }';
    assert.equal(await sent('/v1/chat/completions', body), body);
  });
  test('with one only what it says changes', async () => {
    const body =
      '{ "model" :"all/gpt-5(high)","messages":[ {"role":"user","content":"\\u0048i"}], "seed": 12345678901234567890 }';
    const expected =
      '{"reasoning_effort":"high", "model" :"gpt-5","messages":[ {"role":"user","content":"\\u0048i"}], "seed": 12345678901234567890 }';
    assert.equal((await sent('/v1/chat/completions', body)).replace(/^\{\s*/, '{'), expected.replace(/^\{\s*/, '{'));
  });
  test('chat completions: an effort that the model takes', async () => {
    assert.equal((await chat('all/gpt-5(high)')).reasoning_effort, 'high');
    assert.equal((await chat('all/gpt-5(none)')).reasoning_effort, 'minimal');
    assert.equal((await chat('all/gpt-5(8192)')).reasoning_effort, 'medium');
    assert.equal((await chat('all/gpt-5(xhigh)')).reasoning_effort, 'high');
    assert.equal((await chat('all/gpt-5(auto)', { reasoning_effort: 'low' })).reasoning_effort, undefined);
    assert.equal((await chat('all/gpt-5(low)', { reasoning_effort: 'high' })).reasoning_effort, 'low');
  });
  test('a model that an account knows by another id takes what it always takes', async () => {
    const asked = await chat('deployed/gpt-5(none)');
    assert.deepEqual([asked.model, asked.reasoning_effort], ['deployment-7', 'minimal']);
  });
  test('a model that does not think is asked without, and that is told', async () => {
    const answered = await portico.post('/v1/chat/completions', { model: 'all/gpt-4o(high)', messages: turn });
    assert.equal(answered.headers.get('x-portico-dropped'), 'reasoning_effort');
    assert.equal(JSON.parse(upstream.last.body.toString()).reasoning_effort, undefined);
  });
  test('responses: beside what else is said of reasoning', async () => {
    const { reasoning } = await responses('all/gpt-5(low)', { reasoning: { effort: 'high', summary: 'auto' } });
    assert.deepEqual(reasoning, { effort: 'low', summary: 'auto' });
    assert.deepEqual((await responses('all/gpt-5(auto)')).reasoning, undefined);
  });
  test('messages: a budget, with the room it needs', async () => {
    const asked = await messages('all/claude-sonnet-4-5(8192)', { temperature: 0.5, top_k: 3 });
    assert.deepEqual(asked.thinking, { type: 'enabled', budget_tokens: 8192 });
    assert.ok((asked.max_tokens as number) > 8192);
    assert.deepEqual([asked.temperature, asked.top_k], [undefined, undefined]);
    const roomy = await messages('all/claude-sonnet-4-5(low)', { max_tokens: 20_000 });
    assert.deepEqual([roomy.thinking, roomy.max_tokens], [{ type: 'enabled', budget_tokens: 1024 }, 20_000]);
  });
  test('messages: newer models take an effort', async () => {
    const asked = await messages('all/claude-opus-4-7(low)', { output_config: { format: { type: 'x' } } });
    assert.deepEqual(asked.output_config, { format: { type: 'x' }, effort: 'low' });
    assert.equal((asked.thinking as JsonObject).type, 'adaptive');
    assert.equal(asked.max_tokens, 100);
  });
  test('messages: none switches it off', async () => {
    const asked = await messages('all/claude-sonnet-4-5(none)', { thinking: { type: 'enabled', budget_tokens: 2000 } });
    assert.deepEqual([asked.thinking, asked.max_tokens], [{ type: 'disabled' }, 100]);
  });
  test('messages: not in the midst of a tool’s work that began without', async () => {
    const use = { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'f', input: {} }] };
    const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'x' }] };
    const asked = await messages('all/claude-sonnet-4-5(high)', { messages: [...turn, use, result] });
    assert.deepEqual(asked.thinking, { type: 'disabled' });
  });
  test('generateContent: a budget or a level, beside other settings', async () => {
    const generationConfig = { temperature: 1, thinkingConfig: { includeThoughts: true, thinkingBudget: 5 } };
    const budget = (await gemini('gemini-2.5-pro(8192)', { generationConfig })).generationConfig;
    assert.deepEqual(budget, { temperature: 1, thinkingConfig: { includeThoughts: true, thinkingBudget: 8192 } });
    const level = (await gemini('gemini-3-pro(high)')).generationConfig;
    assert.deepEqual(level, { thinkingConfig: { thinkingLevel: 'HIGH' } });
    assert.match(upstream.last.path, /\/gemini-3-pro:generateContent$/);
  });
  test('in another dialect it is the wish of the conversation', async () => {
    const asked = await chat('anthropic-messages/claude-sonnet-4-5(8192)', { reasoning_effort: 'low' });
    assert.deepEqual(asked.thinking, { type: 'enabled', budget_tokens: 8192 });
    const level = await messages('openai-chat/gpt-5(high)');
    assert.equal(level.reasoning_effort, 'high');
    const off = await chat('gemini/gemini-3-pro(low)');
    assert.deepEqual((off.generationConfig as JsonObject).thinkingConfig, { thinkingLevel: 'LOW' });
  });
  test('a target sets and removes members last', async () => {
    const asked = await chat('set', { temperature: 1, user: 'u', seed: 3 });
    assert.deepEqual(asked, { model: 'gpt-5', messages: turn, temperature: 0, seed: 3, metadata: { a: [1] } });
  });
  test('a target sets what its dialect calls it, also where the request is translated', async () => {
    const asked = await chat('set-there', { temperature: 0.3 });
    assert.deepEqual([asked.top_k, asked.temperature, asked.model], [4, undefined, 'claude-opus-4-7']);
  });
  test('what a target sets is neither renamed nor dropped, and stands there once', async () => {
    const text = await sent('/v1/chat/completions', { model: 'set-renamed', messages: turn, max_tokens: 100, seed: 5 });
    assert.deepEqual(JSON.parse(text), { model: 'gpt-5', messages: turn, max_completion_tokens: 7, seed: 1 });
    assert.equal(text.split('max_').length, 2);
  });
  test('what is thought keeps within the cap that the target sets', async () => {
    const asked = await messages('capped', { max_tokens: 64_000 });
    assert.deepEqual([asked.max_tokens, asked.thinking], [4000, { type: 'enabled', budget_tokens: 2976 }]);
    const translated = await chat('capped');
    assert.equal(translated.max_tokens, 4000);
  });
  test('nothing is set or thought where tokens are counted', async () => {
    await (await portico.post('/v1/messages/count_tokens', { model: 'capped', messages: turn })).arrayBuffer();
    assert.deepEqual(JSON.parse(upstream.last.body.toString()), { model: 'claude-sonnet-4-5', messages: turn });
  });
  test('a repeated field is refused rather than guessed at', async () => {
    const body = '{"model":"all/gpt-5(high)","messages":[],"seed":1,"seed":2}';
    const answered = await portico.post('/v1/chat/completions', body);
    assert.equal(answered.status, 400);
    assert.equal(upstream.requests.length, 0);
  });
});
