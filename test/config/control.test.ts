// Settings of the management paths: the key becomes a hash and is a secret everywhere else; what cannot be meant is told.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { load } from '../../src/config/load.ts';
import { root } from '../support/gateway.ts';

const key = 'a-management-key-0123';

function loaded(control: string) {
  const path = join(root, 'gateway-of-a-test.yaml');
  const text = `version: 1\nproviders: [{ name: mock }]\ncontrol: ${control}\n`;
  return load({ file: path, documents: [{ path, text }], env: { KEY: key, SHORT: 'short' }, builtin: root });
}

async function faultsOf(control: string): Promise<string[]> {
  return (await loaded(control)).issues.map(({ severity, path, message }) => `${severity} ${path}: ${message}`);
}

test('without a key there are no management paths', async () => {
  const { config, issues } = await loaded('{}');
  assert.deepEqual(issues, []);
  assert.equal(config?.control.management, undefined);
});

test('the key is kept as its hash, and masked wherever it could be shown', async () => {
  const { config, secrets } = await loaded('{ managementKey: "${env:KEY}", managementRemote: true }');
  const keyHash = createHash('sha256').update(key).digest('hex');
  assert.deepEqual(config?.control.management, { keyHash, remote: true });
  assert.ok(!JSON.stringify(config).includes(key));
  assert.ok(secrets.includes(key));
});

test('a short key is an error', async () => {
  const [fault = ''] = await faultsOf('{ managementKey: "${env:SHORT}" }');
  assert.match(fault, /^error control\.managementKey: /);
});

test('a switch without a key, and one secret for two doors, are told', async () => {
  assert.deepEqual(await faultsOf('{ managementRemote: true }'), [
    'warning control.managementRemote: there are no management paths without `managementKey`; set one, or take this out',
  ]);
  assert.deepEqual(await faultsOf('{ token: "${env:KEY}", managementKey: "${env:KEY}" }'), [
    'warning control.managementKey: it is the control token too: whoever has it may do everything; give the two different values',
  ]);
});

test('a redirect URI and a callback port together, or one where nobody is sent to, are told', async () => {
  const path = join(root, 'gateway-of-a-test.yaml');
  const redirectUri = 'https://gateway.example.com/logins/callback';
  const providers = [
    { name: 'claude', use: 'anthropic', oauth: { clientId: 'mine', redirectUri, callbackPort: 9001 } },
    { name: 'kimi', oauth: { clientId: 'mine', redirectUri } },
    { name: 'gemini', oauth: { clientId: 'mine', redirectUri: 'http://gateway.example.com/logins/callback' } },
  ];
  const text = JSON.stringify({ version: 1, providers });
  const { issues } = await load({ file: path, documents: [{ path, text }], env: {}, builtin: root });
  const told = issues
    .filter((issue) => issue.path.includes('oauth'))
    .map(({ severity, path: at }) => `${severity} ${at}`);
  assert.deepEqual(told, [
    'warning providers[0].oauth.callbackPort',
    'warning providers[1].oauth.redirectUri',
    'error providers[2].oauth.redirectUri',
  ]);
});
