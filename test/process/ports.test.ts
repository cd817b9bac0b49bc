// Ports are found to be taken before any data thread is told to share them.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, test } from 'node:test';
import { type Assigned, Ports, whyNot } from '../../src/process/reload/ports.ts';
import { listenerOf } from './config.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function occupy(reusePort: boolean): Promise<number> {
  const server = createServer();
  servers.push(server);
  server.listen({ host: '127.0.0.1', port: 0, reusePort });
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}

function portsOf(assigned: Assigned): number[] {
  assert.ok(assigned.ok, JSON.stringify(assigned));
  return assigned.listeners.map((listener) => listener.port);
}

test('a port taken by another program is refused, naming listener, address and remedy', async () => {
  for (const shared of [false, process.platform === 'linux']) {
    const port = await occupy(shared);
    const assigned = await new Ports().assign([listenerOf('api', port)]);
    assert.deepEqual(assigned, {
      ok: false,
      problems: [
        {
          where: 'listener api',
          message: `cannot bind 127.0.0.1:${port}: another program listens there. Stop it, or set another port; \`portico ports\` names it.`,
        },
      ],
    });
  }
});

test('a port that our own listener holds is not tried', async () => {
  const port = await occupy(process.platform === 'linux');
  const ports = new Ports();
  ports.commit([listenerOf('api', port)], [listenerOf('api', port)]);
  assert.deepEqual(portsOf(await ports.assign([listenerOf('renamed', port)])), [port]);
});

test('a port given up by the last reload may be taken back before every thread has closed it', async () => {
  const port = await occupy(process.platform === 'linux');
  const ports = new Ports();
  ports.commit([listenerOf('api', port)], [listenerOf('api', port)]);
  ports.commit([], []);
  assert.deepEqual(portsOf(await ports.assign([listenerOf('api', port)])), [port]);
  ports.commit([], []);
  assert.equal((await ports.assign([listenerOf('api', port)])).ok, false);
});

test('port 0 becomes a free one, which its listener keeps', async () => {
  const ports = new Ports();
  const asked = [listenerOf('one', 0), listenerOf('two', 0)];
  const assigned = await ports.assign(asked);
  const [one, two] = portsOf(assigned);
  assert.ok(one !== undefined && two !== undefined && one > 0 && two > 0 && one !== two);
  assert.ok(assigned.ok);
  ports.commit(asked, assigned.listeners);
  assert.deepEqual(portsOf(await ports.assign([listenerOf('two', 0)])), [two]);
});

test('every reason the system has comes with a remedy', () => {
  const address = { host: 'h', port: 80 };
  const told = (code: string) => whyNot(address, Object.assign(new Error('raw'), { code }));
  assert.match(told('EACCES'), /above 1023/);
  assert.match(told('EADDRNOTAVAIL'), /no such address/);
  assert.match(told('ENOTFOUND'), /host name is not known/);
  assert.match(told('EOTHER'), /cannot bind h:80: raw/);
  assert.match(whyNot({ host: '::1', port: 80 }, new Error('raw')), /cannot bind \[::1\]:80: raw/);
});
