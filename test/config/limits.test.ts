// Limits in the configuration reach what they are written on, in the numbers the ledger counts in.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileSchema, findings } from '../../src/config/validate/validate.ts';
import { configOf } from './directory.ts';

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
