// Schedules that are none and probes that would have nothing to ask are found at load, with their line.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { load } from '../../src/config/load.ts';
import { root } from '../support/gateway.ts';

async function loaded(probe: string, provider = 'use: openai, accounts: [{ name: a, apiKey: "${env:K}" }]') {
  const path = join(root, 'gateway-of-a-test.yaml');
  const text = `version: 1\ntimezone: Asia/Tokyo\nproviders:\n  - { name: acme, ${provider}, probe: ${probe} }\n`;
  const { issues, config } = await load({ file: path, documents: [{ path, text }], env: { K: 'k' }, builtin: root });
  const errors = issues.filter(({ severity }) => severity === 'error');
  return {
    errors: errors.map(({ line, path: at, message }) => `${line} ${at}: ${message}`),
    probe: config?.providers[0]?.probe,
  };
}

test("what is not written is filled in; the clock is the gateway's", async () => {
  const { errors, probe } = await loaded('{ schedule: "*/5 * * * *" }');
  assert.deepEqual(errors, []);
  assert.deepEqual(probe, {
    schedule: '*/5 * * * *',
    timezone: 'Asia/Tokyo',
    model: undefined,
    timeout: 10_000,
    only: 'cooling',
  });
});

test('a schedule that is none', async () => {
  const remedy = 'write five fields (minute, hour, day, month, day of the week), such as `*/5 * * * *`';
  for (const [schedule, what] of [
    ['every minute', 'it'],
    ['61 * * * *', 'its minute, 61,'],
    ['0 0 31 2 *', 'its day, 31,'],
  ] as const) {
    const { errors } = await loaded(`{ schedule: "${schedule}" }`);
    const message = `this is no schedule of cron: ${what} cannot be read; ${remedy}`;
    assert.deepEqual(errors, [`4 providers[0].probe.schedule: ${message}`]);
  }
});

test('a clock that nobody has, and a word that is not known', async () => {
  assert.equal((await loaded('{ schedule: "* * * * *", timezone: Nowhere/Town }')).errors.length, 1);
  assert.equal((await loaded('{ schedule: "* * * * *", only: some }')).errors.length, 1);
  assert.equal((await loaded('{ timeout: 3s }')).errors.length, 1);
});

test('where nobody lists models a model must be named', async () => {
  const provider =
    'use: azure-openai, baseUrl: "https://x.example/openai/v1", dialects: [openai-responses], accounts: [{ name: a, apiKey: "${env:K}" }]';
  const { errors } = await loaded('{ schedule: "* * * * *" }', provider);
  assert.equal(errors.length, 1);
  assert.match(errors[0] ?? '', /^4 providers\[0\]\.probe: acme has no list of models to ask for: name a model/);
  const named = await loaded('{ schedule: "* * * * *", model: small, only: all, timeout: 3s }', provider);
  assert.deepEqual(named.errors, []);
  assert.deepEqual([named.probe?.model, named.probe?.only, named.probe?.timeout], ['small', 'all', 3000]);
});
