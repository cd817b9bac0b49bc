// portico auth without a gateway: how accounts stand by their files, asking about them, refreshing, signing out. What nobody
// could tell is not called invalid.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { sitDown } from '../typed.ts';
import { signInDesk } from './signing-in.ts';

const over = '2020-01-01T00:00:00Z';

test('status: a row for each, and code 3 where one is expired or broken', async (t) => {
  const at = await signInDesk(t);
  const { accessToken, refreshToken } = await at.server.login();
  const empty = await at.desk.type('auth', 'status');
  assert.deepEqual([empty.code, empty.out], [0, 'There is no account. `portico auth login` adds one.\n']);
  await at.desk.write(
    'accounts/good.json',
    file({ accessToken, refreshToken, expiresAt: '2099-01-01T00:00:00Z', plan: 'max' }),
  );
  await at.desk.write(
    'accounts/late.json',
    file({ accessToken: 'late-token-0123456789', refreshToken: 'late-refresh', expiresAt: over }),
  );
  const good = await at.desk.type('auth', 'status');
  assert.equal(good.code, 0, good.out);
  assert.match(
    good.out,
    /^account +kind +who +plan +valid until +refresh +state\nacme\/good +oauth +max +2099-01-01 00:00:00Z +valid\nacme\/late .* is refreshed when it is used\n$/,
  );
  await at.desk.write('accounts/over.json', file({ accessToken: 'over-token-0123456789', expiresAt: over }));
  await at.desk.write('accounts/torn.json', '{');
  const bad = await at.desk.type('auth', 'status', '--json');
  assert.equal(bad.code, 3);
  const states = JSON.parse(bad.out).map(({ account, state }: Record<string, string>) => [account, state]);
  assert.deepEqual(states, [
    ['good', 'valid'],
    ['late', 'due'],
    ['over', 'expired'],
    ['torn.json', 'broken'],
  ]);
  assert.equal((await at.desk.type('auth', 'status', 'acme/good')).code, 0);
  const late = await at.desk.type('auth', 'status', '--account', 'late', '--json');
  assert.deepEqual([late.code, JSON.parse(late.out).length], [0, 1]);
  assert.equal((await at.desk.type('auth', 'status', 'nobody')).code, 2);
});

test('status: a setting that is left out leaves the account as it is; a file that is left out is broken', async (t) => {
  const { desk } = await signInDesk(t);
  const tokens = { accessToken: 'good-token-0123456789', expiresAt: '2099-01-01T00:00:00Z' };
  await desk.write('accounts/odd.json', file({ ...tokens, priority: 'high' }));
  assert.match((await desk.type('check')).out, /the setting priority: .*; it is left out/);
  const odd = await desk.type('auth', 'status', '--json');
  assert.deepEqual([odd.code, JSON.parse(odd.out).length], [0, 1], odd.out);
  await desk.write('accounts/other.json', file({ ...tokens, account: 'odd' }));
  const twice = await desk.type('auth', 'status');
  assert.equal(twice.code, 3);
  assert.match(twice.out, /^other\.json .* broken: acme has an account "odd" already/m);
});

test('info: one account and how one signs in there, client ids in part', async (t) => {
  const at = await signInDesk(t, { oauth: { clientId: 'client-0123456789-abcdef' } });
  await at.desk.write('accounts/good.json', file({ accessToken: 'good-token-0123456789', accountId: 'team-1' }));
  const said = await at.desk.type('auth', 'info', 'acme');
  assert.match(said.out, /account +acme\/good\n/);
  assert.match(said.out, /account id +team-1\n/);
  assert.match(said.out, /file +\/.*\/accounts\/good\.json\n/);
  assert.match(said.out, /client id +clie\*\*\*cdef\n/);
  assert.match(said.out, /client secret +set\n/);
  const json = JSON.parse((await at.desk.type('auth', 'info', 'acme/good', '--json')).out);
  assert.deepEqual(
    [json.account.account, json.login.clientId, json.login.clientSecret],
    ['good', 'clie***cdef', 'set'],
  );
  const missing = await at.desk.type('auth', 'info', 'acme/nobody');
  assert.equal(missing.code, 2);
  assert.match(missing.error, /There is no account "nobody" of acme\.\nThere are: acme\/good\./);
});

test('list: where one can sign in; directories that gateway.yaml does not name are there too', async (t) => {
  const at = await signInDesk(t);
  const entries = JSON.parse((await at.desk.type('auth', 'list', '--json')).out);
  const [acme] = entries;
  assert.deepEqual([acme.provider, acme.client, acme.flows, acme.accounts], ['acme', 'set', ['code', 'device'], 0]);
  assert.ok(
    entries.some(
      ({ use, provider, client }: Record<string, string>) =>
        use === 'kimi' && provider === undefined && client === 'missing',
    ),
  );
  const xai = entries.find(({ use }: Record<string, string>) => use === 'xai');
  assert.deepEqual(xai.flows, ['device']);
  const gemini = entries.find(({ use }: Record<string, string>) => use === 'gemini');
  assert.deepEqual([gemini.flows, gemini.callback], [['code'], 'http://localhost:8085/oauth2callback']);
  const alias = await at.desk.type('auth', 'providers');
  assert.match(alias.out, /^provider +client id +accounts +signs in to +flows +callback\n/);
  assert.match(alias.out, /^acme +set +0 +acme +code, device +http(?:.*\n)+\(kimi\) +Kimi Code/m);
});

test('list and info: the redirect URI that the client is registered with is the one that is told', async (t) => {
  const redirectUri = 'https://gate.example.com/logins/callback';
  const { desk } = await signInDesk(t, { oauth: { redirectUri } });
  const [acme] = JSON.parse((await desk.type('auth', 'list', '--json')).out);
  assert.equal(acme.callback, redirectUri);
  assert.match(
    (await desk.type('auth', 'info', 'acme')).out,
    /^callback +https:\/\/gate\.example\.com\/logins\/callback$/m,
  );
});

test('validate: the vendor is asked; what it refuses is refreshed; what cannot be is code 3', async (t) => {
  const at = await signInDesk(t);
  const none = await at.desk.type('auth', 'validate');
  assert.equal(none.code, 3);
  await at.desk.type('auth', 'login', 'acme/ada');
  const good = await at.desk.type('auth', 'validate');
  assert.equal(good.code, 0, good.out);
  assert.match(
    good.out,
    /^✓ Authentication valid: acme\/ada\nUser: ada@example\.com\nToken expires: 20\d\d-\d\d-\d\d \d\d:\d\d:\d\dZ\n$/,
  );
  const [[name = '', stored] = []] = Object.entries(at.files());
  await at.desk.write(`accounts/${name}`, JSON.stringify({ ...stored, accessToken: 'refused-0123456789' }));
  const mended = JSON.parse((await at.desk.type('auth', 'validate', 'acme', '--json')).out);
  assert.deepEqual([mended[0].valid, mended[0].asked], [true, 'refresh']);
  await at.desk.write(`accounts/${name}`, JSON.stringify({ ...stored, refreshToken: 'gone', expiresAt: over }));
  const bad = await at.desk.type('auth', 'validate');
  assert.equal(bad.code, 3);
  assert.match(
    bad.out,
    /✗ Authentication not valid: acme\/ada\n.*\n(.*\n)*`portico auth login acme --account ada` signs in again\.\n/,
  );
});

test('validate: of accounts that are off nobody is asked, and that is said', async (t) => {
  const { desk } = await signInDesk(t);
  const none = await desk.type('auth', 'validate');
  assert.deepEqual([none.code, none.out], [3, 'There is no such account. `portico auth login` adds one.\n']);
  await desk.write('accounts/ada.json', JSON.stringify({ provider: 'acme', apiKey: 'key-0123456789', enabled: false }));
  const off = await desk.type('auth', 'validate');
  assert.equal(off.code, 3);
  assert.match(off.out, /^Nobody was asked: the accounts are off\./);
});

test('validate: an issuer says where to ask', async (t) => {
  const at = await signInDesk(t, { oauth: { userinfoUrl: undefined } });
  await at.desk.type('auth', 'login', 'acme', '--account', 'ada');
  const text = await readFile(join(at.desk.directory, 'gateway.yaml'), 'utf8');
  const withIssuer = (issuer: string) =>
    at.desk.write('gateway.yaml', text.replace('"oauth":{', `"oauth":{"issuer":"${issuer}",`));
  const [before] = JSON.parse((await at.desk.type('auth', 'validate', '--json')).out);
  assert.deepEqual([before.valid, before.asked], [true, 'nobody']);
  await withIssuer(at.server.issuer);
  const [good] = JSON.parse((await at.desk.type('auth', 'validate', '--json')).out);
  assert.deepEqual([good.valid, good.asked], [true, 'userinfo']);
  await withIssuer('http://127.0.0.1:1');
  const down = await at.desk.type('auth', 'validate');
  assert.equal(down.code, 1);
  assert.match(down.out, /Nobody could tell: acme\/ada\n.*\n.*\nReason: 127\.0\.0\.1:1 cannot be reached/);
});

test('refresh: new tokens are written back; a token that only a login replaces is code 3', async (t) => {
  const at = await signInDesk(t);
  await at.desk.type('auth', 'login', 'acme/ada');
  const before = Object.values(at.files())[0];
  const said = await at.desk.type('auth', 'refresh', 'acme');
  assert.equal(said.code, 0, said.out);
  assert.match(said.out, /^acme\/ada: refreshed, valid until 20/);
  const after = Object.values(at.files())[0];
  assert.notEqual(after?.refreshToken, before?.refreshToken);
  assert.ok(await at.server.isGood(String(after?.accessToken)));
  at.server.fail(503, 1);
  const later = await at.desk.type('auth', 'refresh', 'acme/ada', '--json');
  assert.equal(later.code, 1);
  assert.equal(JSON.parse(later.out)[0].final, false);
  at.server.fail(400, 1, 'invalid_grant');
  const over = await at.desk.type('auth', 'refresh', '--account', 'ada');
  assert.equal(over.code, 3);
  assert.match(
    over.out,
    /not refreshed: .*invalid_grant.*\n`portico auth login acme --account ada` signs in again\.\n/,
  );
  await at.desk.type('auth', 'logout', '--keep-remote');
  assert.equal((await at.desk.type('auth', 'refresh')).code, 2);
});

function file(item: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ provider: 'acme', ...item });
}

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
