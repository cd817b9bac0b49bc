// portico ports --all: where logins would be answered, whether that port is free, and how to choose another.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { PortStatus } from '../../src/control/plane.ts';
import { control } from '../process/running.ts';
import { gatewayAt } from './gateway-at.ts';
import { type Desk, sitDown } from './typed.ts';

async function occupy(t: TestContext): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : assert.fail();
}

/** A vendor's directory beside the file. */
function directory(desk: Desk, name: string, oauth: object): Promise<string> {
  const auth = { kind: 'header', name: 'authorization', prefix: 'Bearer ' };
  const manifest = { title: name, baseUrl: 'http://127.0.0.1:9/v1', auth, dialects: { 'openai-chat': {} }, oauth };
  return desk.write(`providers/${name}/provider.yaml`, JSON.stringify(manifest));
}

const endpoints = { authorizeUrl: 'https://vendor.example/authorize', tokenUrl: 'https://vendor.example/token' };
const device = { deviceUrl: 'https://vendor.example/device', tokenUrl: 'https://vendor.example/token' };

function yaml(providers: object[]): string {
  const listeners = [{ name: 'api', port: 0 }];
  const each = providers.map((provider) => ({ models: ['m'], ...provider }));
  return JSON.stringify({ version: 1, listeners, providers: each, control: { port: 0 }, threads: 1 });
}

async function list(desk: Desk, ...words: string[]): Promise<{ code: number; ports: PortStatus[] }> {
  const { code, out, error } = await desk.type('ports', '--json', ...words);
  assert.match(out, /^\[/, error);
  return { code, ports: JSON.parse(out) };
}

test('the callback port of everybody a browser signs in to, with the three ways to another', async (t) => {
  const taken = await occupy(t);
  const desk = await sitDown(t, { PORTICO_OAUTH_PORT_WEB_TWO: String(taken) });
  await directory(desk, 'web', { ...endpoints, callback: { port: 1, path: '/back' } });
  await directory(desk, 'typed', device);
  const oauth = { clientId: 'c', callbackPort: 0 };
  await desk.write(
    'gateway.yaml',
    yaml([
      { name: 'web', oauth },
      { name: 'web-two', use: 'web' },
      { name: 'typed' },
      { name: 'plain', use: 'mock' },
      {
        name: 'elsewhere',
        use: 'web',
        oauth: { clientId: 'c', redirectUri: 'https://portico.example/logins/callback' },
      },
    ]),
  );
  assert.deepEqual(
    (await list(desk)).ports.map(({ what }) => what),
    ['listener api', 'control'],
    'only where they are asked for',
  );
  const { code, ports } = await list(desk, '--all');
  assert.equal(code, 1);
  const [one, two, ...others] = ports.slice(2);
  assert.deepEqual(others, []);
  assert.deepEqual([one?.what, one?.port, one?.state], ['callback web', 0, 'not-running']);
  assert.deepEqual(
    [two?.what, two?.host, two?.port, two?.state],
    ['callback web-two', '127.0.0.1', taken, 'in-the-way'],
  );
  assert.deepEqual(two?.callback, {
    provider: 'web-two',
    path: '/back',
    redirectUri: `http://localhost:${taken}/back`,
    fixed: false,
    change: {
      option: 'portico auth login web-two --callback-port <port>',
      variable: 'PORTICO_OAUTH_PORT_WEB_TWO',
      setting: 'providers[web-two].oauth.callbackPort',
    },
  });
  const { out } = await desk.type('ports', '--all');
  assert.match(out, new RegExp(`^callback web-two +http://127.0.0.1:${taken}/back +- +in the way: `, 'm'));
  assert.match(out, /^callback web +http:\/\/127\.0\.0\.1:\(any\)\/back +- +no login waits, the port is free$/m);
  assert.match(out, /^Another callback port: portico auth login web --callback-port <port>$/m);
});

test('a vendor that knows one redirect URI only: said, with what to do', async (t) => {
  const desk = await sitDown(t, { PORTICO_OAUTH_HOST: '0.0.0.0' });
  await directory(desk, 'web', { ...endpoints, callback: { port: 1455, path: '/back', fixed: true } });
  await desk.write('gateway.yaml', yaml([{ name: 'web', oauth: { clientId: 'c', callbackPort: 0 } }]));
  const { ports } = await list(desk, '--all');
  assert.equal(ports.at(-1)?.callback?.redirectUri, 'http://localhost:1455/back');
  assert.equal(ports.at(-1)?.host, '0.0.0.0', 'as it would be listened at');
  assert.match((await desk.type('ports', '--all')).out, /^web: the vendor sends browsers to the usual port/m);
});

test('beside a gateway that runs, of the file that it serves', async (t) => {
  const desk = await sitDown(t);
  await directory(desk, 'web', { ...endpoints, callback: { port: 1, path: '/back' } });
  await gatewayAt(t, desk, yaml([{ name: 'web', oauth: { clientId: 'c', callbackPort: 0 } }]));
  const { code, ports } = await list(desk, '--all');
  assert.equal(code, 0);
  assert.deepEqual(
    ports.map(({ what, state }) => `${what} ${state}`),
    ['listener api bound', 'control bound', 'callback web not-running'],
  );
});

test('a login that the gateway has begun listens, and is listed while it waits', async (t) => {
  const desk = await sitDown(t);
  await directory(desk, 'web', { ...endpoints, callback: { port: 1, path: '/back' } });
  const gateway = JSON.parse(yaml([{ name: 'web', oauth: { clientId: 'c', callbackPort: 0 } }]));
  const running = await gatewayAt(t, desk, JSON.stringify({ ...gateway, accounts: { directory: './accounts' } }));
  const begun = await control(running, 'POST', '/logins', JSON.stringify({ provider: 'web' }));
  assert.equal(begun.status, 201);
  const { id, listening } = JSON.parse(await begun.text());
  for (const words of [[], ['--all']]) {
    const { code, ports } = await list(desk, ...words);
    assert.equal(code, 0);
    const [callback, ...others] = ports.slice(2);
    assert.deepEqual(others, []);
    assert.deepEqual([callback?.what, callback?.port, callback?.state], ['callback web', listening.port, 'bound']);
    assert.equal(callback?.callback?.redirectUri, `http://localhost:${listening.port}/back`);
  }
  assert.match((await desk.type('ports')).out, /^callback web .* bound by process \d+ \(portico\), a login waits$/m);
  assert.equal((await control(running, 'DELETE', `/logins/${id}`)).status, 204);
  await control(running, 'GET', `/logins/${id}`);
  const after = await list(desk, '--all');
  assert.deepEqual([after.ports.at(-1)?.what, after.ports.at(-1)?.state], ['callback web', 'not-running']);
});
