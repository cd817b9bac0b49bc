// The control port moves without a moment in which neither address answers, or stays where it is.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, beforeEach, test } from 'node:test';
import { ControlListener } from '../../src/control/listener.ts';

let listener: ControlListener;
beforeEach(async () => {
  listener = new ControlListener((_request, response) => void response.end('here'));
  await listener.prepare({ host: '127.0.0.1', port: 0 });
  listener.commit();
});
afterEach(() => listener.close());

async function answers(host: string, port = listener.address?.port): Promise<boolean> {
  try {
    const response = await fetch(`http://${host}:${port}/`, { headers: { connection: 'close' } });
    return (await response.text()) === 'here';
  } catch {
    return false;
  }
}

test('the same address is not opened twice', async () => {
  const before = listener.address;
  await listener.prepare({ host: '127.0.0.1', port: 0 });
  listener.commit();
  assert.deepEqual(listener.address, before);
});

test('both addresses answer between the two steps, then only the new one', async () => {
  const before = listener.address;
  await listener.prepare({ host: '127.0.0.2', port: 0 });
  assert.equal(await answers('127.0.0.1'), true);
  listener.commit();
  assert.equal(await answers('127.0.0.2'), true);
  assert.equal(await answers('127.0.0.1', before?.port), false);
});

test('the host can change while the port stays', async () => {
  const port = listener.address?.port ?? 0;
  await listener.prepare({ host: '0.0.0.0', port });
  listener.commit();
  assert.equal(await answers('127.0.0.2', port), true);
});

test('abandoning brings the old one back, also when the port stays', async () => {
  const port = listener.address?.port ?? 0;
  for (const asked of [
    { host: '0.0.0.0', port },
    { host: '127.0.0.2', port: 0 },
  ]) {
    await listener.prepare(asked);
    await listener.abandon();
    assert.deepEqual(listener.address, { host: '127.0.0.1', port });
    assert.equal(await answers('127.0.0.1'), true);
    assert.equal(await answers('127.0.0.2', port), false);
  }
});

test('an address that is taken leaves the old one in place', async () => {
  const server = createServer().listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await assert.rejects(listener.prepare({ host: '127.0.0.1', port }), { code: 'EADDRINUSE' });
  assert.equal(await answers('127.0.0.1'), true);
  server.close();
});
