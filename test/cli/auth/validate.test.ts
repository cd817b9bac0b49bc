// portico auth validate where the answer is neither yes nor no: what nobody could tell is not called invalid.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { sitDown } from '../typed.ts';
import { signInDesk } from './signing-in.ts';

const token = { provider: 'acme', accessToken: 'access-0123456789', expiresAt: '2099-01-01T00:00:00Z' };

test('who was asked cannot be reached: code 1, and not "not valid"', async (t) => {
  const at = await signInDesk(t, { oauth: { userinfoUrl: 'http://127.0.0.1:1/me' } });
  await at.desk.write('accounts/ada.json', JSON.stringify(token));
  const said = await at.desk.type('auth', 'validate');
  assert.equal(said.code, 1);
  assert.match(
    said.out,
    /^\? Nobody could tell: acme\/ada\nToken expires: .*\nReason: 127\.0\.0\.1:1 cannot be asked: /,
  );
});

test('a token that was refused, and cannot be refreshed: code 3', async (t) => {
  const at = await signInDesk(t);
  await at.desk.write('accounts/ada.json', JSON.stringify(token));
  const said = await at.desk.type('auth', 'validate', '--json');
  assert.equal(said.code, 3);
  const [{ valid, asked, reason }] = JSON.parse(said.out);
  assert.deepEqual([valid, asked], [false, 'userinfo']);
  assert.match(reason, /answered 401/);
});

test('a key is known when it is used: code 0, and nobody was asked', async (t) => {
  const desk = await sitDown(t);
  const providers =
    '[{ name: acme, use: openai-compatible, baseUrl: "http://127.0.0.1:1", models: [m], accounts: [{ name: main, apiKey: "${env:K:-key-0123456789}" }] }]';
  await desk.write('gateway.yaml', `version: 1\nproviders: ${providers}\n`);
  const said = await desk.type('auth', 'validate');
  assert.equal(said.code, 0, said.error);
  assert.match(said.out, /^\? Nobody could tell: acme\/main\nReason: nobody knows of a key before it is used/);
  const given = await desk.type('auth', 'export', 'acme/main');
  assert.equal(given.code, 2);
  assert.match(given.error, /The credential of acme\/main stands in the configuration/);
  assert.match((await desk.type('auth', 'status')).out, /acme\/main +api-key .* a key: nobody was asked/);
});

test('a service account is asked by having a token made', async (t) => {
  let status = 200;
  const endpoint = createServer((request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(status === 200 ? '{"access_token":"made-0123456789","expires_in":3600}' : '{"error":"invalid_grant"}');
  });
  await new Promise<void>((done) => endpoint.listen(0, '127.0.0.1', done));
  t.after(() => new Promise((done) => endpoint.close(done)));
  const address = endpoint.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const desk = await sitDown(t);
  await desk.write(
    'gateway.yaml',
    'version: 1\naccounts: { directory: ./accounts }\nproviders: [{ name: vertex, settings: { project: p, location: us-central1 } }]\n',
  );
  const key = {
    type: 'service_account',
    client_email: 'robot@example.com',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    token_uri: `http://127.0.0.1:${port}/token`,
  };
  await desk.write('accounts/robot.json', JSON.stringify(key));
  const good = await desk.type('auth', 'validate', '--json');
  assert.equal(good.code, 0, `${good.out}${good.error}`);
  assert.equal(JSON.parse(good.out)[0].asked, 'refresh');
  status = 400;
  assert.equal((await desk.type('auth', 'validate')).code, 3);
});
