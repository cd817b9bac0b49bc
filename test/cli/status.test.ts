// The commands that talk to a running gateway: they find it through its state directory.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { accountWord } from '../../src/cli/status.ts';
import { gatewayAt } from './gateway-at.ts';
import { sitDown } from './typed.ts';

const text = `version: 1
listeners:
  - { name: api, port: 0 }
providers:
  - name: mock
control: { port: 0 }
threads: 1
logging: { level: error }
`;

test('an account is named with what is wrong with it', () => {
  const refresh = { state: 'due', next: 1, failures: 0, last: undefined } as const;
  const names = { provider: 'up', account: 'ada', kind: 'oauth', email: undefined, plan: undefined } as const;
  const well = { ...names, expiresAt: 1, broken: false, reason: undefined, kept: 'file', refresh } as const;
  const failing = { ...well, reason: 'status 503', refresh: { ...refresh, state: 'failing', failures: 2 } } as const;
  const words = [
    accountWord({ name: 'ada', usable: false, reason: 'its key is missing' }),
    accountWord({ name: 'ada', usable: true, reason: undefined, credential: failing }),
    accountWord({ name: 'ada', usable: true, reason: undefined, credential: { ...well, kept: 'memory' } }),
    accountWord({ name: 'ada', usable: true, reason: undefined, credential: well }),
  ];
  assert.deepEqual(words, [
    'ada (its key is missing)',
    'ada (token not refreshed: status 503)',
    'ada (new tokens kept in memory)',
    'ada',
  ]);
});

test('without a gateway, status says so and how to start one', async (t) => {
  const desk = await sitDown(t);
  const { code, error } = await desk.type('status');
  assert.equal(code, 1);
  assert.match(error, /No gateway runs from .*\n.*portico serve/);
});

test('a run.json left behind by a killed gateway is not believed', async (t) => {
  const desk = await sitDown(t);
  const port = await freePort();
  await desk.write('.portico/run.json', JSON.stringify({ pid: 1, control: { host: '127.0.0.1', port } }));
  const { code, error } = await desk.type('status');
  assert.equal(code, 1);
  assert.match(error, /No gateway runs/);
});

test('status, plan and rollback work with the gateway that runs', async (t) => {
  const desk = await sitDown(t);
  const said: string[] = [];
  const running = await gatewayAt(t, desk, text, (line) => said.push(line));
  const first = running.revision;

  const status = await desk.type('status');
  assert.equal(status.code, 0, status.error);
  assert.match(status.out, new RegExp(`^revision +${first}$`, 'm'));
  assert.match(status.out, /^listeners +api http:\/\/127\.0\.0\.1:\d+$/m);
  assert.match(status.out, /^store +\S+\.portico\/portico\.db$/m);
  assert.match(status.out, /^plugins +logger -> auth -> rate-limit -> translator -> balancer$/m);
  assert.equal(JSON.parse((await desk.type('status', '--json')).out).revision, first);

  assert.equal((await desk.type('plan')).code, 0);
  await desk.write('gateway.yaml', `${text}models:\n  - { name: fast, targets: [mock/mock-echo] }\n`);
  const plan = await desk.type('plan');
  assert.equal(plan.code, 2, plan.error);
  assert.match(plan.out, /\(running\)/);

  const reloaded = await running.reload();
  assert.notEqual(reloaded.revision, first);
  const back = await desk.type('rollback', first.slice(0, 8));
  assert.equal(back.code, 0, back.error);
  assert.equal(running.revision, first);
  assert.equal(await readFile(join(desk.directory, 'gateway.yaml'), 'utf8'), text);
});

test('status says what keeps a sound file from being served, and the log when it is served again', async (t) => {
  const desk = await sitDown(t);
  const said: string[] = [];
  const running = await gatewayAt(t, desk, text.replace('level: error', 'level: info'), (line) => said.push(line));
  const stranger = createServer().listen(0, '127.0.0.1');
  await once(stranger, 'listening');
  t.after(() => stranger.close());
  const address = stranger.address();
  assert.ok(typeof address === 'object' && address !== null);

  const good = await readFile(join(desk.directory, 'gateway.yaml'), 'utf8');
  await desk.write('gateway.yaml', good.replace('providers:', `  - { name: two, port: ${address.port} }\nproviders:`));
  await running.reload();
  const { out } = await desk.type('status');
  assert.match(out, /the file has changed and was not taken, see below/);
  assert.match(out, new RegExp(`^listener two: cannot bind 127\\.0\\.0\\.1:${address.port}: another program`, 'm'));

  await desk.write('gateway.yaml', good);
  await running.reload();
  assert.match((await desk.type('status')).out, new RegExp(`^revision +${running.revision}$`, 'm'));
  await running.stop();
  assert.match(said.join(''), /the file is again what is served/);
});

/** A port where nothing listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : assert.fail();
}
