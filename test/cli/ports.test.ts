// portico ports: with a gateway and without one, what is bound, what is free and who is in the way.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { PortStatus } from '../../src/control/plane.ts';
import { gatewayAt } from './gateway-at.ts';
import { type Desk, sitDown } from './typed.ts';

/** Who listens is known on Linux. */
const who = process.platform === 'linux' ? `process ${process.pid} \\(node\\)` : 'another program';

async function occupy(t: TestContext): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : assert.fail();
}

/** A port where nothing listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : assert.fail();
}

function yaml(listeners: object[]): string {
  const routes = [
    { name: 'root', paths: ['/'] },
    { name: 'two', paths: ['/two'] },
  ];
  const logging = { level: 'error' };
  return JSON.stringify({ version: 1, listeners, routes, control: { port: 0 }, threads: 1, logging });
}

async function list(desk: Desk, ...words: string[]): Promise<{ code: number; ports: PortStatus[] }> {
  const { code, out } = await desk.type('ports', '--json', ...words);
  return { code, ports: JSON.parse(out) };
}

test('without a gateway the ports of the file are tried: one in the way makes it 1, and is named', async (t) => {
  const desk = await sitDown(t);
  const [free, taken] = [await freePort(), await occupy(t)];
  const fine = { name: 'api', port: free, routes: ['root'] };
  await desk.write('gateway.yaml', yaml([fine]));
  const before = await desk.type('ports');
  assert.equal(before.code, 0, before.error);
  assert.match(
    before.out,
    new RegExp(`^listener api +http://127.0.0.1:${free} +root +not running, the port is free$`, 'm'),
  );
  assert.match(before.out, /^control +http:\/\/127.0.0.1:\(any\) +- +not running/m);

  await desk.write('gateway.yaml', yaml([fine, { name: 'other', port: taken }]));
  const after = await desk.type('ports');
  assert.equal(after.code, 1);
  assert.match(after.out, new RegExp(`^listener other +http://127.0.0.1:${taken} +root, two +in the way: ${who}`, 'm'));
  assert.deepEqual(
    (await list(desk)).ports.map(({ state }) => state),
    ['not-running', 'in-the-way', 'not-running'],
  );
});

test('an address that is not of this host cannot be bound, and the reason is told', async (t) => {
  const desk = await sitDown(t);
  const keys = [{ name: 'ci', key: 'sk-test-0123456789abcdef' }];
  const listeners = [{ name: 'api', host: '192.0.2.1', port: 8317 }];
  await desk.write('gateway.yaml', JSON.stringify({ version: 1, listeners, keys, control: { port: 0 } }));
  const { code, out, error } = await desk.type('ports');
  assert.equal(code, 1, error);
  assert.match(out, /cannot bind 192\.0\.2\.1:8317: no such address here\. Set another host\./);
});

test('a file with mistakes is sent to portico check', async (t) => {
  const desk = await sitDown(t);
  await desk.write('gateway.yaml', 'version: 1\nlisteners: 5\n');
  const { code, error } = await desk.type('ports');
  assert.equal(code, 1);
  assert.match(error, /gateway\.yaml is not valid: 1 error\.\n.*portico check/);
});

test('a running gateway tells what it has bound, and what keeps it from the rest', async (t) => {
  const desk = await sitDown(t);
  const running = await gatewayAt(t, desk, yaml([{ name: 'api', port: 0 }]));
  const port = running.listeners[0]?.port;
  const own = { pid: process.pid, name: 'portico' };
  const bound = await list(desk);
  assert.equal(bound.code, 0);
  assert.deepEqual(
    bound.ports.map((each) => [each.what, each.port, each.routes, each.state, each.process]),
    [
      ['listener api', port, ['root', 'two'], 'bound', own],
      ['control', running.control.port, [], 'bound', own],
    ],
  );

  const taken = await occupy(t);
  await desk.write(
    'gateway.yaml',
    yaml([
      { name: 'api', port: 0 },
      { name: 'more', port: taken },
    ]),
  );
  const refused = await running.reload();
  assert.equal(refused.outcome, 'rejected');
  assert.match(refused.problems[0]?.message ?? '', /`portico ports` names it/);
  const after = await list(desk);
  assert.equal(after.code, 1);
  assert.deepEqual(
    after.ports.map(({ what, state }) => [what, state]),
    [
      ['listener api', 'bound'],
      ['control', 'bound'],
      ['listener more', 'in-the-way'],
    ],
  );

  const candidate = await desk.write(
    'next.yaml',
    yaml([
      { name: 'api', port },
      { name: 'new', port: await freePort() },
    ]),
  );
  const named = await list(desk, candidate);
  assert.equal(named.code, 0);
  assert.deepEqual(
    named.ports.map(({ what, state }) => [what, state]),
    [
      ['listener api', 'bound'],
      ['listener new', 'not-running'],
      ['control', 'bound'],
    ],
  );
});

test('what the environment lays over the file is what is looked at', async (t) => {
  const taken = await occupy(t);
  const desk = await sitDown(t, { PORTICO_PORT: String(taken), PORTICO_CONFIG: 'other.yaml' });
  await desk.write('other.yaml', yaml([{ name: 'api', port: 0 }]));
  const { code, ports } = await list(desk);
  assert.equal(code, 1);
  assert.deepEqual([ports[0]?.port, ports[0]?.state], [taken, 'in-the-way']);
});
