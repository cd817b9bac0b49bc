// Health on the data listeners: open to everybody, honest about what stands in the way.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cool, credentials, target } from '../ledger/health/healthy.ts';
import { account, TestGateway } from '../support/gateway.ts';

const url = 'http://127.0.0.1:1';

interface Told {
  readonly status: string;
  readonly authenticated?: boolean;
  readonly reasons?: string[];
}

async function ask(portico: TestGateway, path: string): Promise<[number, Told]> {
  const response = await fetch(portico.url + path);
  return [response.status, (await response.json()) as Told];
}

test('with a usable account everything is well', async () => {
  await using portico = await TestGateway.start({ providers: [{ name: 'up', url }] });
  assert.deepEqual(await ask(portico, '/health'), [200, { status: 'ok', authenticated: true, reasons: [] }]);
  assert.deepEqual(await ask(portico, '/health/ready'), [200, { status: 'ok', reasons: [] }]);
  assert.deepEqual(await ask(portico, '/health/live'), [200, { status: 'ok' }]);
  assert.deepEqual(portico.records, [], 'health checks leave no records');
});

test('without one it is not ready and says why', async () => {
  const accounts = [account('main', url, { disabled: 'OPENAI_API_KEY is not set' })];
  await using portico = await TestGateway.start({ providers: [{ name: 'up', url, accounts }] });
  const reasons = ['no account is usable', 'up/main: OPENAI_API_KEY is not set'];
  assert.deepEqual(await ask(portico, '/health/ready'), [503, { status: 'unavailable', reasons }]);
  assert.deepEqual(await ask(portico, '/health'), [200, { status: 'degraded', authenticated: false, reasons }]);
  assert.equal((await ask(portico, '/health/live'))[0], 200);
});

test('while draining it is not ready', async () => {
  await using portico = await TestGateway.start({ providers: [{ name: 'up', url }] });
  portico.ledger.setDraining(true);
  const [status, { reasons }] = await ask(portico, '/health/ready');
  assert.equal(status, 503);
  assert.match(reasons?.[0] ?? '', /draining/);
});

test('somebody is signed in while one account of an enabled provider can be used, whatever it is put aside for', async () => {
  const off = account('off', url, { disabled: 'its credential is of no use any more' });
  const authenticated = async (portico: TestGateway) => (await ask(portico, '/health'))[1].authenticated;
  await using portico = await TestGateway.start({
    providers: [{ name: 'up', url, accounts: [off, account('on', url)] }],
  });
  assert.equal(await authenticated(portico), true);
  cool(portico.ledger.health, { ...target('on'), credential: '' }, credentials);
  assert.equal(await authenticated(portico), true);
  await portico.load({ generation: 2, providers: [{ name: 'up', url, accounts: [off] }] });
  assert.equal(await authenticated(portico), false);
  await portico.load({ generation: 3, providers: [{ name: 'up', url, enabled: false }] });
  assert.equal(await authenticated(portico), false);
});

test('a plain forward is served without anybody being signed in', async () => {
  await using portico = await TestGateway.start({ routes: [{ name: 'root', url }] });
  assert.deepEqual(await ask(portico, '/health'), [200, { status: 'ok', authenticated: false, reasons: [] }]);
});
