// Weights of accounts that choose nobody, where the balancer goes by weight.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { root } from '../support/gateway.ts';
import { loadText } from './directory.ts';

async function warnings(strategy: string, accounts: string, routes = ''): Promise<string[]> {
  const text = `
version: 1
providers:
  - { name: mock, accounts: [${accounts}] }
plugins: [logger, auth, balancer: { strategy: ${strategy} }]
${routes}`;
  const { issues } = await loadText(text, {}, { builtin: root });
  return issues.map(({ severity, path, message }) => `${severity} ${path}: ${message}`);
}

const both = '{ name: a, weight: 0 }, { name: b, weight: 0 }';
const told = 'the weights of all accounts of this priority are 0: none comes before the others';

test('all accounts of a priority at weight 0', async () => {
  const path = 'providers[0].accounts[0].weight';
  assert.deepEqual(await warnings('weighted', both), [`warning ${path}: ${told}`]);
  assert.deepEqual(await warnings('weighted', `${both}, { name: c, priority: 1 }`), [`warning ${path}: ${told}`]);
  assert.deepEqual(await warnings('weighted', '{ name: a, weight: 0 }, { name: b, enabled: false }'), [
    `warning ${path}: weight 0 means: only when the others of its priority fail; there are none`,
  ]);
});

test('no word of it where weights are not what is gone by, or one is above 0', async () => {
  assert.deepEqual(await warnings('round-robin', both), []);
  assert.deepEqual(await warnings('weighted', '{ name: a, weight: 0 }, { name: b }'), []);
});

test('also where a route goes by weight', async () => {
  const routes = 'routes: [{ name: root, paths: [/], plugins: { balancer: { strategy: weighted } } }]';
  assert.equal((await warnings('round-robin', both, routes)).length, 1);
});
