// portico auth beside a gateway that runs: it has a new account at once, is asked how accounts do, and refreshes them itself.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { gatewayAt } from '../gateway-at.ts';
import { configuration, secretsOf, signInDesk } from './signing-in.ts';

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
  for (const secret of secretsOf(at)) assert.ok(!JSON.stringify([login, valid, refreshed, over]).includes(secret));

  const gone = await desk.type('auth', 'logout');
  assert.equal(gone.code, 0, gone.error);
});
