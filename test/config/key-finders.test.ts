// auth and jwt-auth both find keys: what goes by keys stands behind the last of them, and one of them must refuse
// strangers where strangers come from outside.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { load } from '../../src/config/load.ts';
import { root } from '../support/gateway.ts';

const hash = 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const tokens = (more = '') => `jwt-auth: { jwks: '{"keys":[]}', algorithms: [ES256], key: { name: ci }${more} }`;

async function faultsOf(plugins: string, { key = '', rest = '' } = {}): Promise<string> {
  const path = join(root, 'gateway-of-a-test.yaml');
  const keys = `keys: [{ name: ci, hash: "${hash}"${key} }]`;
  const text = `version: 1\nproviders: [{ name: mock }]\n${keys}\nplugins: [${plugins}]\n${rest}`;
  const { issues } = await load({ file: path, documents: [{ path, text }], env: {}, builtin: root });
  return issues.flatMap(({ severity, message }) => (severity === 'error' ? [message] : [])).join('; ');
}

describe('a listener that is reachable from outside', () => {
  const open = 'listeners: [{ name: api, host: 0.0.0.0 }]';
  const withRoute = (plugins: string) => `${open}\nroutes: [{ name: root, paths: [/], plugins: ${plugins} }]`;

  test('is guarded by tokens alone, where they are required', async () => {
    assert.equal(await faultsOf(`${tokens()}, balancer`, { rest: open }), '');
    assert.equal(await faultsOf(`${tokens(', required: false')}, auth, balancer`, { rest: open }), '');
    assert.match(await faultsOf(`${tokens(', required: false')}, balancer`, { rest: open }), /auth is off for route/);
  });

  test('is not where a route says otherwise', async () => {
    const required = tokens(', required: false');
    assert.match(await faultsOf(`${tokens()}, balancer`, { rest: withRoute('{ jwt-auth: off }') }), /auth is off/);
    assert.match(
      await faultsOf(`${tokens()}, balancer`, { rest: withRoute('{ jwt-auth: { required: false } }') }),
      /auth is off/,
    );
    assert.equal(await faultsOf(`${required}, balancer`, { rest: withRoute('{ jwt-auth: { required: true } }') }), '');
  });
});

test('limits of keys are kept behind the last of them', async () => {
  const key = ', limits: { requests: 1/m }';
  assert.equal(await faultsOf(`${tokens()}, rate-limit, balancer`, { key }), '');
  assert.match(
    await faultsOf(`rate-limit, ${tokens()}, balancer`, { key }),
    /before jwt-auth finds .* after `jwt-auth`/,
  );
  assert.match(await faultsOf(`${tokens()}, rate-limit, auth, balancer`, { key }), /before auth finds/);
});

test('a key changes only what stands behind the last of them', async () => {
  const chain = `${tokens(', required: false')}, headers: off, auth, cors: off, balancer`;
  assert.match(
    await faultsOf(chain, { key: ', plugins: { headers: { request: {} } }' }),
    /runs before auth finds the key/,
  );
  assert.match(
    await faultsOf(chain, { key: ', plugins: { jwt-auth: off }' }),
    /cannot change "jwt-auth", which finds the key/,
  );
  assert.equal(await faultsOf(chain, { key: ', plugins: { cors: { origins: ["*"] } }' }), '');
  assert.match(
    await faultsOf(`headers: off, ${tokens()}, balancer`, { key: ', plugins: { headers: { request: {} } }' }),
    /runs before jwt-auth finds the key/,
  );
});
