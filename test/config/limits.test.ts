// Limits in the configuration reach what they are written on, in the numbers the ledger counts in.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diff } from '../../src/config/diff/diff.ts';
import { compileSchema, findings } from '../../src/config/validate/validate.ts';
import { configOf, loadText } from './directory.ts';

const requests = { kind: 'requests', amount: 60, window: { shape: 'fixed', unit: 'minute', count: 1 } };
const eight = [{ kind: 'concurrency', amount: 8, window: undefined, burst: undefined }];

test('routes, providers, accounts and keys carry their limits', async () => {
  const config = await configOf(
    `
version: 1
plugins: [logger, auth, rate-limit, translator, balancer]
routes: [{ name: root, paths: [/], limits: { requests: 60/m } }]
providers:
  - name: acme
    limits: { concurrency: 8 }
    accounts:
      - { name: a, apiKey: "\${env:KEY}", limits: { tokens: 1k/d } }
      - { name: b, apiKey: "\${env:KEY}" }
keys: [{ name: ci, key: "\${env:KEY}", limits: { cost: 5 USD/day, concurrency: "\${env:MOST}" } }]
`,
    { KEY: 'a-good-key-0123456789', MOST: '8' },
  );
  const [provider] = config.providers;
  assert.deepEqual(config.routes[0]?.limits, [{ ...requests, burst: undefined }]);
  assert.deepEqual(provider?.limits, eight);
  assert.deepEqual(
    provider?.accounts.map((account) => account.limits.map(({ kind, amount }) => [kind, amount])),
    [[['tokens', 1000]], []],
  );
  const [key] = config.keys;
  assert.deepEqual(
    key?.limits.map(({ kind, amount }) => [kind, amount]),
    [
      ['cost', 5_000_000],
      ['concurrency', 8],
    ],
  );
});

test('windows stand on the clock of the gateway, or on their own', async () => {
  const config = await configOf(
    `
version: 1
timezone: Europe/Berlin
routes: [{ name: root, paths: [/], limits: { requests: 60/day } }]
providers:
  - name: acme
    limits: { tokens: 1k/month, concurrency: 8 }
    accounts: [{ name: a, apiKey: "\${env:KEY}", limits: { tokens: 1k/d, timezone: America/New_York } }]
keys: [{ name: ci, key: "\${env:KEY}", tags: [team-a], limits: { cost: 5 USD/day, timezone: UTC } }]
`,
    { KEY: 'a-good-key-0123456789' },
  );
  const [provider] = config.providers;
  const zones = [config.routes[0]?.limits, provider?.limits, provider?.accounts[0]?.limits, config.keys[0]?.limits].map(
    (limits) => limits?.map(({ window }) => window?.zone),
  );
  assert.deepEqual(zones, [['Europe/Berlin'], ['Europe/Berlin', undefined], ['America/New_York'], [undefined]]);
  assert.equal(config.timezone, 'Europe/Berlin');
  assert.deepEqual(config.keys[0]?.tags, ['team-a']);
});

test("a plugin's schema can use the gateway's limits", () => {
  const validate = compileSchema({
    type: 'object',
    additionalProperties: false,
    properties: { limits: { $ref: 'gateway.schema.json#/$defs/limits' } },
  });
  const written = { path: ['plugins', 0], whole: new Set<string>(), referred: new Set<string>() };
  assert.deepEqual(findings(validate, { ...written, value: { limits: { requests: '60/m' } } }), []);
  const [finding] = findings(validate, { ...written, value: { limits: { requests: '60' } } });
  assert.deepEqual(finding?.path, ['plugins', 0, 'limits', 'requests']);
  assert.match(finding?.message ?? '', /write 60\/m/);
});

test('a changed limit is live, and shown as it is written', () => {
  const text = (limits: string, price: string) =>
    `version: 1\nkeys: [{ name: ci, hash: x, limits: ${limits} }]\nprices: { models: [{ model: m, input: 1, output: ${price} }] }\n`;
  const before = [{ path: '/x/gateway.yaml', text: text('{ tokens: 1k/m, rate: [10/s] }', '2') }];
  const after = [{ path: '/x/gateway.yaml', text: text('{ tokens: 2k/m, rate: [20/s] }', '3') }];
  const changes = diff(before, after);
  assert.ok(changes.length >= 3);
  for (const { effect } of changes) assert.equal(effect, 'live');
  const tokens = changes.find(({ path }) => path === 'keys[ci].limits.tokens');
  assert.deepEqual([tokens?.before, tokens?.after], ['1k/m', '2k/m']);
});

test('a limit is no secret, wherever it stands', async () => {
  const { secrets, issues } = await loadText(
    `
version: 1
plugins: [auth, { rate-limit: { limits: { tokens: ["100000k/m", 200000k/h] } } }, translator, balancer]
providers:
  - { name: free, limits: { tokens: 300000k/m, rate: [{ limit: 100000/s }] } }
keys: [{ name: ci, key: "\${env:KEY}", limits: { tokens: "\${env:TOKENS}" } }]
`,
    { KEY: 'a-good-key-0123456789', TOKENS: '400000k/m' },
  );
  assert.deepEqual(
    issues.filter(({ severity }) => severity === 'error'),
    [],
  );
  assert.deepEqual(secrets, ['a-good-key-0123456789']);
});

test('prices are read as they are written, lists of directories beside them', async () => {
  const config = await configOf(`
version: 1
providers: [{ name: free }]
prices:
  unknown: default
  default: { input: 5, output: 20 }
  models:
    - { model: "a-*", provider: free, input: 0.25, output: 1, cacheRead: 0.025, cacheWrite: 0.3, cacheWrite1h: 0.5 }
`);
  const { unknown, default: usual, models } = config.prices;
  assert.deepEqual([unknown, usual], ['default', { input: 5, output: 20 }]);
  const price = { input: 0.25, output: 1, cacheRead: 0.025, cacheWrite: 0.3, cacheWrite1h: 0.5 };
  assert.deepEqual(models, [{ model: 'a-*', provider: 'free', price }]);
  assert.deepEqual(config.providers[0]?.prices, []);
  const silent = await configOf('version: 1\nproviders: [{ name: free }]\n');
  assert.deepEqual(silent.prices, { unknown: 'deny', default: undefined, models: [] });
});
