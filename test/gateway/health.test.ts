// Health on the data listeners: open to everybody, honest about what stands in the way.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { account, TestGateway } from '../support/gateway.ts';

const url = 'http://127.0.0.1:1';

async function ask(portico: TestGateway, path: string): Promise<[number, { status: string; reasons?: string[] }]> {
  const response = await fetch(portico.url + path);
  return [response.status, (await response.json()) as { status: string; reasons?: string[] }];
}

test('with a usable account everything is well', async () => {
  await using portico = await TestGateway.start({ providers: [{ name: 'up', url }] });
  for (const path of ['/health', '/health/ready'])
    assert.deepEqual(await ask(portico, path), [200, { status: 'ok', reasons: [] }]);
  assert.deepEqual(await ask(portico, '/health/live'), [200, { status: 'ok' }]);
  assert.deepEqual(portico.records, [], 'health checks leave no records');
});

test('without one it is not ready and says why', async () => {
  const accounts = [account('main', url, { disabled: 'OPENAI_API_KEY is not set' })];
  await using portico = await TestGateway.start({ providers: [{ name: 'up', url, accounts }] });
  const reasons = ['no account is usable', 'up/main: OPENAI_API_KEY is not set'];
  assert.deepEqual(await ask(portico, '/health/ready'), [503, { status: 'unavailable', reasons }]);
  assert.deepEqual(await ask(portico, '/health'), [200, { status: 'degraded', reasons }]);
  assert.equal((await ask(portico, '/health/live'))[0], 200);
});

test('while draining it is not ready', async () => {
  await using portico = await TestGateway.start({ providers: [{ name: 'up', url }] });
  portico.ledger.setDraining(true);
  const [status, { reasons }] = await ask(portico, '/health/ready');
  assert.equal(status, 503);
  assert.match(reasons?.[0] ?? '', /draining/);
});
