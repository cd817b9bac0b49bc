// A sound file -> LoadedConfig: defaults, units, hashes, what is inherited, and what makes it a different configuration.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { load } from '../../src/config/load.ts';
import { milliseconds, bytes as toBytes } from '../../src/config/normalise/units.ts';
import { momentOf } from '../../src/config/validate/validate.ts';
import { HandClock } from '../support/clock.ts';
import { configOf, directory, fixtures, loadText, messagesOf, write } from './directory.ts';

test('the smallest file has everything filled in', async () => {
  const config = await configOf('version: 1\n');
  assert.deepEqual(config.listeners, [
    {
      name: 'api',
      host: '127.0.0.1',
      port: 8317,
      tls: undefined,
      proxyProtocol: undefined,
      trustedProxies: [],
      forwardedHeader: 'x-forwarded-for',
      routes: ['root'],
      plugins: {},
    },
  ]);
  assert.deepEqual(
    config.plugins.map((plugin) => [plugin.directory.name, plugin.on]),
    ['logger', 'auth', 'rate-limit', 'translator', 'balancer'].map((name) => [name, true]),
  );
  assert.equal(config.routes[0]?.maxBody, 32 * 1024 * 1024);
  assert.equal(config.routes[0]?.dialects.length, 4);
  assert.equal(config.control.drain, 600_000);
  assert.equal(config.control.token, undefined);
  assert.deepEqual(config.plugins[0]?.settings, { sample: 1, wait: 2000 });
});

test('time spans and sizes become milliseconds and bytes', () => {
  assert.deepEqual(
    ['0ms', '1.5s', '2 m', '1h', '1d', 7].map(milliseconds),
    [0, 1500, 120_000, 3_600_000, 86_400_000, 7],
  );
  assert.deepEqual(['1B', '2 KB', '1.5KiB', '1MB', '1 MiB', 9].map(toBytes), [1, 2000, 1536, 1_000_000, 1_048_576, 9]);
});

test('kept responses: for how long, and how much of them', async () => {
  const usual = await configOf('version: 1\n');
  assert.deepEqual(usual.store.responses, { ttl: 2_592_000_000, maxBytes: 1_000_000_000 });
  const own = await configOf('version: 1\nstore: { responses: { ttl: 2h, maxBytes: 5 MiB } }\n');
  assert.deepEqual(own.store.responses, { ttl: 7_200_000, maxBytes: 5_242_880 });
});

test('a date means its end in UTC; a time means itself; nonsense means nothing', () => {
  assert.equal(momentOf('2027-01-31'), Date.parse('2027-02-01T00:00:00Z'));
  assert.equal(momentOf('2027-01-31T18:00:00+02:00'), Date.parse('2027-01-31T16:00:00Z'));
  for (const text of ['2027-02-30', '2027-1-1', '31.01.2027', '2027-01-31T18:00', 'soon'])
    assert.equal(momentOf(text), undefined);
});

test('secrets of keys do not leave as they are', async () => {
  const hash = createHash('sha256').update('0123456789abcdef').digest('hex');
  const config = await configOf(
    `version: 1\nkeys:\n  - { name: a, key: "\${env:K}", expires: 2027-01-31 }\n  - { name: b, hash: "sha256:${hash}", enabled: false }\n`,
    { K: '0123456789abcdef' },
  );
  assert.deepEqual(
    config.keys.map((key) => [key.hash, key.enabled, key.expiresAt]),
    [
      [hash, true, Date.parse('2027-02-01T00:00:00Z')],
      [hash, false, undefined],
    ],
  );
  assert.ok(!JSON.stringify(config).includes('0123456789abcdef'));
});

test('accounts inherit from instance and directory; headers are joined under lower-case names', async () => {
  const text = [
    'version: 1',
    'egress: [{ name: e, url: "socks5h://127.0.0.1:1" }]',
    'providers:',
    '  - name: acme',
    '    egress: e',
    '    headers: { X-One: instance, X-Two: instance }',
    '    models: [acme-large, { id: acme-small, as: small }]',
    '    settings: {}',
    '    accounts:',
    '      - { name: a, apiKey: "${env:K}", headers: { x-two: account }, egress: direct }',
    '      - { name: b, apiKey: "${env:K}", baseUrl: "http://127.0.0.1:9", priority: 3, weight: 2, enabled: false }',
    '  - { name: free, settings: { pace: 7 } }',
  ].join('\n');
  const { providers } = await configOf(text, { K: 'k-0123456789' });
  const [a, b] = providers[0]?.accounts ?? [];
  assert.deepEqual(a?.headers, { 'x-one': 'instance', 'x-two': 'account' });
  assert.deepEqual([a?.baseUrl, a?.egress], ['https://api.acme.example/v1', 'direct']);
  assert.deepEqual([b?.baseUrl, b?.egress, b?.priority, b?.weight], ['http://127.0.0.1:9', 'e', 3, 2]);
  assert.equal(b?.disabled, 'switched off in the configuration');
  assert.deepEqual(providers[0]?.models, { any: false, ids: { 'acme-large': 'acme-large', small: 'acme-small' } });
  assert.deepEqual(providers[1]?.settings, { pace: 7 });
  assert.deepEqual(
    providers[1]?.accounts.map((account) => account.name),
    ['default'],
  );
});

test('a header written by hand is a credential too', async () => {
  const account = '{ name: a, headers: { Authorization: "Token ${env:K}" } }';
  const { config, issues } = await loadText(`version: 1\nproviders: [{ name: acme, accounts: [${account}] }]\n`, {
    K: 'kkkkkk',
  });
  assert.deepEqual(issues, []);
  assert.equal(config?.providers[0]?.accounts[0]?.disabled, undefined);
});

test('overrides hold what their level says, checked together with the chain', async () => {
  const text = [
    'version: 1',
    'plugins:',
    '  - logger: { sample: 0.5, wait: 1s }',
    '  - auth',
    '  - cache: off',
    '  - translator',
    '  - balancer',
    'routes:',
    '  - { name: root, paths: [/], plugins: { logger: { wait: 3s }, cache: { seconds: 5 }, balancer: off } }',
    '  - { name: other, paths: [/o], plugins: { logger: on, cache: true } }',
    'keys: [{ name: k, key: "${env:K}", plugins: { balancer: { strategy: random } } }]',
  ].join('\n');
  const config = await configOf(text, { K: '0123456789abcdef' });
  assert.deepEqual(config.plugins[0]?.settings, { sample: 0.5, wait: 1000 });
  assert.deepEqual([config.plugins[2]?.on, config.plugins[2]?.settings], [false, { seconds: 60 }]);
  assert.deepEqual(config.routes[0]?.plugins, {
    logger: { settings: { wait: 3000 } },
    cache: { settings: { seconds: 5 } },
    balancer: 'off',
  });
  assert.deepEqual(config.routes[1]?.plugins, { logger: { settings: {} }, cache: { settings: {} } });
  assert.deepEqual(config.keys[0]?.plugins, { balancer: { settings: { strategy: 'random' } } });
});

test('failures of model targets are strings, however they were written', async () => {
  const models = 'models: [{ name: m, targets: [free-1, { model: free/free-1, on: [429, "5xx"], weight: 2 }] }]';
  const { models: loaded } = await configOf(`version: 1\nproviders: [{ name: free }]\n${models}\n`);
  assert.deepEqual(
    loaded[0]?.targets.map(({ model, weight, on }) => ({ model, weight, on })),
    [
      { model: 'free-1', weight: 1, on: undefined },
      { model: 'free/free-1', weight: 2, on: ['429', '5xx'] },
    ],
  );
});

test('paths of log files are relative to the file; sizes have their defaults', async () => {
  const config = await configOf('version: 1\nlogging: { outputs: [{ to: file, path: logs/a.log, maxFiles: 3 }] }\n');
  assert.deepEqual(config.logging.outputs, [
    {
      to: 'file',
      format: 'text',
      kinds: ['requests', 'operations'],
      path: '/nowhere/logs/a.log',
      maxSize: 100_000_000,
      maxFiles: 3,
      compress: false,
    },
  ]);
});

test('host and port of the command line are laid over the first listener and checked with it', async () => {
  const text = 'version: 1\nlisteners: [{ name: a, port: 1 }, { name: b, port: 2 }]\n';
  const config = await configOf(text, {}, { overrides: { port: 3 } });
  assert.deepEqual(
    config.listeners.map((listener) => listener.port),
    [3, 2],
  );
  const { issues } = await loadText(text, {}, { overrides: { host: '0.0.0.0', port: 2 } });
  assert.equal(issues.filter((issue) => issue.severity === 'error').length, 2);
});

test('the revision follows the bytes of the files, the digest everything the configuration is made of', async (context) => {
  const home = directory(context, {
    'gateway.yaml': [
      'version: 1',
      'listeners: [{ name: api, tls: { cert: cert.pem, key: key.pem } }]',
      'providers: [{ name: acme, accounts: [{ name: a, apiKey: "${env:K}" }] }]',
    ].join('\n'),
  });
  const install = (name: string) => {
    cpSync(join(fixtures, 'tls', `${name}.cert.pem`), join(home, 'cert.pem'));
    cpSync(join(fixtures, 'tls', `${name}.key.pem`), join(home, 'key.pem'));
  };
  const seen = new Set<string>();
  const look = async (env: NodeJS.ProcessEnv, overrides = {}) => {
    const { config, issues, watch } = await load({
      file: join(home, 'gateway.yaml'),
      env,
      builtin: fixtures,
      overrides,
    });
    assert.deepEqual(issues, []);
    assert.ok(watch.includes(home));
    return config;
  };
  install('one');
  const first = await look({ K: 'k-0123456789' });
  assert.match(first?.revision ?? '', /^[0-9a-f]{12}$/);
  assert.deepEqual(await look({ K: 'k-0123456789' }), first);
  const others = [await look({ K: 'other-0123456789' }), await look({ K: 'k-0123456789' }, { port: 9 })];
  install('two');
  others.push(await look({ K: 'k-0123456789' }));
  cpSync(join(fixtures, 'providers/acme'), join(home, 'providers/acme'), { recursive: true });
  write(join(home, 'providers/acme/notes.md'), 'changed');
  others.push(await look({ K: 'k-0123456789' }));
  for (const config of [first, ...others]) {
    assert.equal(config?.revision, first?.revision);
    seen.add(config?.digest ?? '');
  }
  assert.equal(seen.size, 5);
});

test('a key that does not belong to its certificate is refused', async () => {
  const tls = `{ cert: ${fixtures}tls/one.cert.pem, key: ${fixtures}tls/two.key.pem }`;
  const { issues } = await loadText(`version: 1\nlisteners: [{ name: api, tls: ${tls} }]\n`);
  assert.deepEqual(
    issues.map((issue) => issue.message),
    ['the key does not belong to the certificate'],
  );
});

test('an expired certificate is a warning', async () => {
  const tls = `{ cert: ${fixtures}tls/one.cert.pem, key: ${fixtures}tls/one.key.pem }`;
  const clock = new HandClock(Date.parse('2200-01-01T00:00:00Z'));
  const { issues, config } = await loadText(`version: 1\nlisteners: [{ name: api, tls: ${tls} }]\n`, {}, { clock });
  assert.notEqual(config, undefined);
  assert.match(issues[0]?.message ?? '', /the certificate expired on 2126-/);
});

test('models that share their targets are checked in a moment', { timeout: 5000 }, async () => {
  const models = Array.from(
    { length: 15 },
    (_, i) => `  - { name: m${i}, targets: [${`m${i + 1}, `.repeat(9)}free-1] }`,
  );
  const text = `version: 1\nproviders: [{ name: free }]\nmodels:\n${models.join('\n')}\n  - { name: m15, targets: [free-1] }\n`;
  assert.equal((await configOf(text)).models.length, 16);
});

test('a chain of models longer than the gateway follows, or one that grows for ever, is refused', async () => {
  const models = Array.from({ length: 20 }, (_, i) => `  - { name: m${i}, targets: [m${i + 1}] }`).join('\n');
  const chain = await messagesOf(
    `version: 1\nproviders: [{ name: free }]\nmodels:\n${models}\n  - { name: m20, targets: [free-1] }\n`,
  );
  assert.match(chain.join(), /further than 16 steps: m0 -> m1 -> m2 -> m3 -> …/);
  const growing = await messagesOf('version: 1\nmodels: [{ name: "x-*", targets: ["x-y-*"] }]\n');
  assert.match(growing.join(), /further than 16 steps/);
});
