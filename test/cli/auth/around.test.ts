// portico auth with what is around it: a gateway that runs, a vault, and everybody who reads what it says.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { gatewayAt } from '../gateway-at.ts';
import { browser, configuration, secretsOf, signInDesk } from './signing-in.ts';

test('a login is served, validated, refreshed and signed out of', async (t) => {
  const at = await signInDesk(t, { env: { DISPLAY: ':0', NONE: '' } });
  const { server, desk } = at;
  const upstream = createServer(async (request, response) => {
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    const good = await server.isGood(token);
    response.writeHead(good ? 200 : 401, { 'content-type': 'application/json' });
    response.end(good ? '{"data":[{"id":"m"}]}' : '{"error":{"message":"no such token"}}');
  });
  await new Promise<void>((done) => upstream.listen(0, '127.0.0.1', done));
  t.after(() => new Promise((done) => upstream.close(done)));
  const address = upstream.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const text = configuration(server).replace(`"baseUrl":"${server.issuer}"`, `"baseUrl":"http://127.0.0.1:${port}"`);
  await gatewayAt(t, desk, text);

  const login = await desk.type('auth', 'login', 'acme/ada');
  assert.equal(login.code, 0, login.error);
  assert.match(login.out, /The running gateway has it\.\n$/);
  const [status] = JSON.parse((await desk.type('auth', 'status', '--json')).out);
  assert.deepEqual([status.live, status.state, status.refresh.state], [true, 'valid', 'due']);
  assert.match((await desk.type('auth', 'status')).out, /acme\/ada +oauth +ada@example\.com .* in \d+ min +valid/);
  const valid = JSON.parse((await desk.type('auth', 'validate', '--json')).out);
  assert.deepEqual([valid[0].valid, valid[0].asked], [true, 'gateway']);

  const before = Object.values(at.files())[0];
  const refreshed = await desk.type('auth', 'refresh', 'acme', '--json');
  assert.equal(refreshed.code, 0, refreshed.out);
  assert.deepEqual([JSON.parse(refreshed.out)[0].by, JSON.parse(refreshed.out)[0].refreshed], ['gateway', true]);
  assert.notEqual(Object.values(at.files())[0]?.refreshToken, before?.refreshToken);

  server.fail(400, 1, 'invalid_grant');
  const over = await desk.type('auth', 'refresh');
  assert.equal(over.code, 3, over.out);
  assert.match(over.out, /^acme\/ada: not refreshed: (?!acme).*invalid_grant/);
  const failing = await desk.type('auth', 'status');
  assert.equal(failing.code, 0, 'its token is good all the same');
  assert.match(failing.out, /failed once, again in \d+ \w+ +valid: .*invalid_grant/);
  for (const secret of secretsOf(at)) assert.ok(!JSON.stringify([login, valid, refreshed, over]).includes(secret));

  const gone = await desk.type('auth', 'logout');
  assert.equal(gone.code, 0, gone.error);
});

test('signed in, shown, refreshed, given out and signed out of', async (t) => {
  const at = await signInDesk(t);
  const { desk, server } = at;
  const key = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 5)).toString('base64');
  const tree = JSON.parse(configuration(server));
  tree.accounts.vault = { key: `\${env:NONE:-${key}}` };
  await desk.write('gateway.yaml', JSON.stringify(tree));
  const home = join(desk.directory, 'accounts');
  const texts = () => readdirSync(home).map((name) => readFileSync(join(home, name), 'utf8'));
  for (const words of [['login', 'acme/ada'], ['login', 'acme/ada'], ['refresh'], ['validate']]) {
    const said = await desk.type('auth', ...words);
    assert.equal(said.code, 0, `${said.out}${said.error}`);
    assert.equal(texts().length, 1);
    assert.deepEqual(Object.keys(JSON.parse(texts()[0] ?? '')).sort(), ['jwe', 'kid', 'vault']);
  }
  const [status] = JSON.parse((await desk.type('auth', 'status', '--json')).out);
  assert.deepEqual([status.account, status.names.email, status.state], ['ada', 'ada@example.com', 'valid']);
  await desk.type('auth', 'export', '--out', 'plain.json');
  const { refreshToken } = JSON.parse(readFileSync(join(desk.directory, 'plain.json'), 'utf8'));
  assert.ok(await server.isKept(refreshToken));
  assert.equal((await desk.type('auth', 'logout')).code, 0);
  assert.deepEqual(texts(), []);
  assert.equal(await server.isKept(refreshToken), false);
});

const commands: readonly (readonly string[])[] = [
  ['login', 'acme/ada'],
  ['login', 'acme/ada', '--json'],
  ['status'],
  ['status', '--json'],
  ['info'],
  ['info', '--json'],
  ['list'],
  ['list', '--json'],
  ['validate'],
  ['validate', '--json'],
  ['refresh'],
  ['refresh', '--json'],
  ['export', '--out', 'given.json'],
  ['login', 'acme/bob', '--timeout', 'x'],
  ['logout', 'acme', '--json'],
];

test('secrets of the client and of the account are in no output', async (t) => {
  const opened: string[] = [];
  const at = await signInDesk(t, {
    terminal: (server) => ({
      openBrowser: (url) => {
        opened.push(url);
        return browser(server)(url);
      },
    }),
  });
  const secrets = new Set<string>();
  let said = '';
  for (const words of commands) {
    const { out, error } = await at.desk.type('auth', ...words);
    said += `${out}${error}\n`;
    for (const secret of secretsOf(at)) secrets.add(secret);
  }
  assert.ok(secrets.size >= 7, String(secrets.size));
  assert.match(said, /"outcome":"updated"/);
  for (const secret of secrets) {
    assert.ok(!said.includes(secret), secret);
    assert.ok(!opened.join(' ').includes(secret), secret);
  }
});
