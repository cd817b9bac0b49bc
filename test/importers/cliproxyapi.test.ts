// CLIProxyAPI's configuration taken over.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeOver } from './take-over.ts';

const text = `
host: ""
port: 9317
tls: { enable: true, cert: a.pem, key: b.pem }
auth-dir: ~/.cli-proxy-api
api-keys: [sk-client-aaaaaaaaaaaaaaaa, short]
debug: true
logging-to-file: true
proxy-url: socks5://user:pass@10.0.0.1:1080
request-retry: 3
max-retry-interval: 30
routing: { strategy: fill-first }
streaming: { keepalive-seconds: 20 }
gemini-api-key:
  - { api-key: AIza-one-aaaaaaaaaa, prefix: team, excluded-models: ["*-preview"], headers: { X-A: b, X-C: $Copy } }
  - { api-key: AIza-two-aaaaaaaaaa, proxy-url: direct }
claude-api-key:
  - api-key: sk-ant-aaaaaaaaaaaaaaaaaaa
    models: [{ name: claude-sonnet-4-5, alias: sonnet }]
    request-scoped-errors:
      - { status: 400, match: ["credit balance"], action: continue-and-cooldown }
      - { status: 403, match: [a.b], match-regexr: ["c+"], action: stop }
openai-compatibility:
  - name: openrouter
    base-url: https://openrouter.ai/api/v1
    headers: { X-Title: us }
    api-key-entries: [{ api-key: or-1-aaaaaaaaaaaa, weight: 2 }, { api-key: or-2-aaaaaaaaaaaa }]
    models: [{ name: moonshotai/kimi-k2, alias: kimi }, { name: other/kimi, alias: kimi }]
payload:
  default: [{ models: [{ name: "gemini-*", from-protocol: gemini }], params: { generationConfig.temperature: 0.5 } }]
  filter: [{ models: [{ name: "x" }], params: [logit_bias] }]
quota-exceeded: { switch-project: true }
remote-management: { allow-remote: false, secret-key: "" }
`;

test('keys become accounts; a prefix is the name of a provider', async () => {
  const { config, secrets } = await takeOver('cliproxyapi', text);
  const [team, gemini, anthropic, openrouter] = config.providers;
  assert.deepEqual([team?.name, team?.use, gemini?.name], ['team', 'gemini', 'gemini']);
  assert.deepEqual(team?.accounts[0]?.exclude, ['*-preview']);
  assert.deepEqual(team?.accounts[0]?.headers, { 'X-A': 'b' });
  assert.equal(gemini?.accounts[0]?.egress, 'direct');
  assert.deepEqual(anthropic?.models, [{ id: 'claude-sonnet-4-5', as: 'sonnet' }]);
  assert.deepEqual(anthropic?.accounts[0]?.models, ['sonnet']);
  assert.deepEqual(
    openrouter?.accounts.map(({ weight }) => weight),
    [2, undefined],
  );
  assert.deepEqual(openrouter?.headers, { 'X-Title': 'us' });
  assert.equal(secrets.get('team-key-1'), 'AIza-one-aaaaaaaaaa');
});

test('rules on errors keep what follows and whether the key is put aside', async () => {
  const { config } = await takeOver('cliproxyapi', text);
  const rules = config.providers[2]?.accounts[0]?.onError as Record<string, unknown>[];
  assert.deepEqual(Object.entries(rules[0] ?? {}), [
    ['status', 400],
    ['match', 'credit balance'],
    ['then', 'next'],
  ]);
  assert.deepEqual(Object.entries(rules[1] ?? {}), [
    ['status', 403],
    ['match', '/a\\.b|c+/'],
    ['then', 'stop'],
    ['cool', 0],
  ]);
});

test('a proxy with a password is a secret, and the way of all that name no other', async () => {
  const { config, secrets } = await takeOver('cliproxyapi', text);
  assert.deepEqual(config.egress, [{ name: 'proxy-1', url: '${file:./secrets/proxy-1}' }]);
  assert.equal(secrets.get('proxy-1'), 'socks5://user:pass@10.0.0.1:1080');
  for (const { egress } of config.providers) assert.equal(egress, 'proxy-1');
});

test('listener, heartbeat, routing, payload and logging have their places', async () => {
  const { config } = await takeOver('cliproxyapi', text);
  assert.deepEqual(config.listeners, [{ name: 'api', port: 9317, tls: { cert: 'a.pem', key: 'b.pem' } }]);
  assert.equal(config.routes?.[0]?.heartbeat, '20s');
  assert.deepEqual(config.plugins?.at(-1), { balancer: { strategy: 'fill-first', wait: '30s' } });
  assert.deepEqual(config.plugins?.[3], {
    payload: {
      rules: [
        { when: { models: ['x'] }, remove: ['logit_bias'] },
        { when: { models: ['gemini-*'], dialects: ['gemini'] }, default: { 'generationConfig.temperature': 0.5 } },
      ],
    },
  });
  assert.deepEqual(config.logging, {
    level: 'debug',
    outputs: [{ to: 'console' }, { to: 'file', path: './logs/portico.log' }],
  });
});

test('what has no counterpart, and what somebody has to do, is told', async () => {
  const { told, config } = await takeOver('cliproxyapi', text);
  assert.deepEqual(told('todo').sort(), ['api-keys[1]', 'auth-dir', 'openai-compatibility[0].models[1]']);
  assert.deepEqual(told('dropped'), ['gemini-api-key[0].headers.X-C', 'quota-exceeded', 'remote-management']);
  assert.deepEqual(config.accounts, { directory: './accounts' });
  assert.equal(config.keys?.length, 1);
});
