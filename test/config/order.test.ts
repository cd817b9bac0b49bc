// A plugin that answers by itself before another one has decided is found before anything is served.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { load } from '../../src/config/load.ts';
import { root } from '../support/gateway.ts';

async function faultsOf(plugins: string, rest = ''): Promise<string[]> {
  const path = join(root, 'gateway-of-a-test.yaml');
  const text = `version: 1\nproviders: [{ name: mock }]\nplugins: ${plugins}\n${rest}`;
  const { issues } = await load({ file: path, documents: [{ path, text }], env: {}, builtin: root });
  return issues.filter(({ severity }) => severity === 'error').map(({ line, message }) => `${line} ${message}`);
}

const fault = 'what the plugin "cache" answers would never reach what stands behind it; move it after';

test('the cache stands behind those who decide who is answered', async () => {
  assert.deepEqual(await faultsOf('[cache, auth, balancer]'), [`3 ${fault} \`auth\``]);
  assert.deepEqual(await faultsOf('[auth, cache: { ttl: 1h }, ip-filter, client-filter: { mode: shadow }, balancer]'), [
    `3 ${fault} \`ip-filter\`, \`client-filter\``,
  ]);
  assert.deepEqual(await faultsOf('[ip-filter, auth, rate-limit, cache, translator, balancer]'), []);
  assert.deepEqual(await faultsOf('[auth, cache, rate-limit, balancer]'), []);
});

test('where either of them is switched off nothing is wrong, unless a route switches it on', async () => {
  assert.deepEqual(await faultsOf('[cache: off, auth, balancer]'), []);
  assert.deepEqual(await faultsOf('[cache, ip-filter: off, balancer]'), []);
  const routes = (plugins: string) => `routes: [{ name: root, paths: [/], plugins: ${plugins} }]\n`;
  assert.deepEqual(await faultsOf('[cache: off, auth, balancer]', routes('{ cache: on }')), [`3 ${fault} \`auth\``]);
  assert.deepEqual(await faultsOf('[cache, ip-filter: off, balancer]', routes('{ ip-filter: on }')), [
    `3 ${fault} \`ip-filter\``,
  ]);
  assert.deepEqual(await faultsOf('[cache, auth: off, balancer]', routes('{ auth: off }')), []);
});
