// LiteLLM's configuration taken over.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeOver } from './take-over.ts';

const text = `
model_list:
  - model_name: large
    litellm_params: { model: azure/large-eu, api_base: https://eu.example.com, api_key: os.environ/AZURE_EU, rpm: 60, weight: 2 }
  - model_name: large
    litellm_params: { model: openai/large-1, api_key: sk-literal-0123456789, tpm: 100000, max_parallel_requests: 8, weight: 1 }
  - model_name: other
    litellm_params: { model: anthropic/other-1, api_key: os.environ/ANTHROPIC, timeout: 60 }
    model_info: { input_cost_per_token: 0.000003, output_cost_per_token: 0.000015, mode: chat }
  - model_name: local
    litellm_params: { model: openai/qwen3, api_base: "http://127.0.0.1:8000/v1", api_key: none }
  - model_name: odd
    litellm_params: { model: nobody/thing, api_key: x }
router_settings:
  routing_strategy: latency-based-routing
  num_retries: 6
  fallbacks: [{ large: [other] }]
  context_window_fallbacks: [{ large: [other] }]
  model_group_alias: { fast: large }
  cooldown_time: 45
  allowed_fails: 2
litellm_settings: { drop_params: true, cache: true, cache_params: { type: redis, ttl: 600 }, success_callback: [somebody], request_timeout: 600 }
general_settings: { master_key: sk-1234567890abcdef, database_url: "postgres://x" }
`;

test('deployments become accounts of providers, with their limits', async () => {
  const { config, secrets } = await takeOver('litellm', text);
  const [azure, openai, anthropic, local] = config.providers;
  assert.deepEqual(azure?.accounts[0], {
    name: 'large',
    apiKey: '${env:AZURE_EU}',
    limits: { requests: '60/m' },
    models: ['large-eu'],
  });
  assert.deepEqual(openai?.accounts[0]?.limits, { tokens: '100000/m', concurrency: 8 });
  assert.equal(openai?.accounts[0]?.apiKey, '${file:./secrets/openai-large}');
  assert.equal(secrets.get('openai-large'), 'sk-literal-0123456789');
  assert.deepEqual(anthropic?.timeouts, { total: 60_000 });
  assert.deepEqual(openai?.breaker, { failures: 3, open: '45s' });
  assert.equal(local?.use, 'openai-compatible');
});

test('names become groups with the strategy, the fallbacks and the aliases', async () => {
  const { config } = await takeOver('litellm', text);
  const of = (name: string) => config.models?.find((model) => model.name === name);
  assert.deepEqual(of('large')?.targets, [
    {
      model: 'large-deployments',
      on: ['timeout', 'connect', '429', '5xx', 'auth', 'model', 'context-length'],
    },
    'other',
  ]);
  assert.equal(of('large-deployments')?.strategy, 'latency');
  assert.equal(of('large-deployments')?.hidden, true);
  assert.deepEqual(of('fast')?.targets, ['large']);
});

test('orders are groups tried one after the other; weights without a strategy are weights', async () => {
  const { config } = await takeOver(
    'litellm',
    `model_list:
  - { model_name: m, litellm_params: { model: openai/a, api_key: os.environ/A, order: 2 } }
  - { model_name: m, litellm_params: { model: openai/b, api_key: os.environ/A, order: 1, weight: 3 } }
  - { model_name: m, litellm_params: { model: openai/c, api_key: os.environ/A, order: 1, weight: 1 } }
`,
  );
  assert.deepEqual(config.models?.[0], { name: 'm', targets: ['m-1', 'm-2'] });
  assert.equal(config.models?.[1]?.strategy, 'weighted');
  assert.equal(config.providers[0]?.accounts.length, 1);
});

test('prices are for a million tokens; the cache, the key and the retries are taken', async () => {
  const { config, secrets } = await takeOver('litellm', text);
  assert.deepEqual(config.prices?.models, [{ model: 'other-1', provider: 'anthropic', input: 3, output: 15 }]);
  assert.deepEqual(config.plugins?.[3], { cache: { ttl: '600s' } });
  assert.deepEqual(config.plugins?.at(-1), { balancer: { attempts: 7 } });
  assert.equal(secrets.get('key-master'), 'sk-1234567890abcdef');
});

test('what has no counterpart is told with its place, once', async () => {
  const { told } = await takeOver('litellm', text);
  assert.deepEqual(told('dropped'), [
    'model_list[2].model_info.mode',
    'litellm_settings.success_callback',
    'general_settings.database_url',
  ]);
  assert.deepEqual(told('todo'), ['model_list[4]']);
  assert.ok(told('changed').includes('litellm_settings.cache_params.type'));
});
