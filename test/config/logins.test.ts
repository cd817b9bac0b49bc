// Logins in a configuration: what is read from it and from the environment, and what cannot be meant.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { load } from '../../src/config/load.ts';
import { directory, fixtures } from './directory.ts';

const browser = 'authorizeUrl: https://a.example/auth\n  tokenUrl: https://a.example/token';
const device = 'deviceUrl: https://a.example/device\n  tokenUrl: https://a.example/token';

interface Written {
  /** Lines of the directory's `oauth`. */
  readonly oauth?: string;
  /** Settings of the instance, in one line. */
  readonly instance?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** An account file. */
  readonly account?: object;
}

async function loaded(context: TestContext, { oauth = browser, instance = '', env = {}, account }: Written) {
  const home = directory(context, {
    'gateway.yaml': `version: 1\nproviders: [{ name: main, use: my-vendor, accounts: [{ name: a, apiKey: "\${env:KEY}" }]${instance} }]\naccounts: { directory: ./accounts }\n`,
    ...(account === undefined ? {} : { 'accounts/ada.json': JSON.stringify(account) }),
    'providers/my-vendor/provider.yaml': `title: Mine
baseUrl: https://api.example/v1
auth: { kind: header, name: authorization }
dialects: { openai-chat: {} }
models: { known: "*" }
oauth:
  ${oauth}
`,
  });
  const result = await load({ file: join(home, 'gateway.yaml'), env: { KEY: 'k', ...env }, builtin: fixtures });
  const said = result.issues.map(({ severity, path, message }) => `${severity} ${path}: ${message}`);
  return { said, logins: result.logins ?? [], credentials: result.credentials ?? [], config: result.config };
}

test('the callback port: the variable of the instance, then that of its directory, then gateway.yaml, then the directory', async (context) => {
  const oauth = `${browser}\n  callback: { port: 1455, path: /auth/callback }`;
  const port = async (written: Written) =>
    (await loaded(context, { oauth, ...written })).logins.map((login) => login.callback.port)[0];
  const [ofDirectory, ofInstance] = [{ PORTICO_OAUTH_PORT_MY_VENDOR: '2000' }, { PORTICO_OAUTH_PORT_MAIN: '2001' }];
  assert.equal(await port({}), 1455);
  const instance = ', oauth: { clientId: c, callbackPort: 2002 }';
  assert.equal(await port({ instance }), 2002);
  assert.equal(await port({ instance, env: ofDirectory }), 2000);
  assert.equal(await port({ instance, env: { ...ofDirectory, ...ofInstance } }), 2001);
});

for (const value of ['abc', '65536', '-1', '80.5', '0x50 please']) {
  test(`a callback port that is "${value}" has no effect, and that is said once`, async (context) => {
    const env = { PORTICO_OAUTH_PORT_MY_VENDOR: value };
    const { said, logins } = await loaded(context, { env });
    assert.deepEqual(said, [
      'warning providers[0].name: PORTICO_OAUTH_PORT_MY_VENDOR is no port and has no effect: set it to a number from 0 to 65535, or unset it',
    ]);
    assert.equal(logins[0]?.callback.port, 0);
    // Nobody waits for callbacks of a login with a device code.
    assert.deepEqual((await loaded(context, { env, oauth: device })).said, []);
  });
}

test('ports that are ports, and none at all, are nothing to warn of', async (context) => {
  for (const value of ['', '  ', '0', '65535', ' 1455 ']) {
    assert.deepEqual((await loaded(context, { env: { PORTICO_OAUTH_PORT_MAIN: value } })).said, [], value);
  }
});

test('an address to listen at that is none', async (context) => {
  const { said } = await loaded(context, { env: { PORTICO_OAUTH_HOST: 'everywhere' } });
  assert.match(said.join('\n'), /^warning providers\[0\]\.name: PORTICO_OAUTH_HOST is no address/);
  assert.deepEqual((await loaded(context, { env: { PORTICO_OAUTH_HOST: '0.0.0.0' } })).said, []);
});

test('a callback port where no callback is waited for', async (context) => {
  const instance = ', oauth: { clientId: c, callbackPort: 2002 }';
  const { said } = await loaded(context, { oauth: device, instance });
  assert.deepEqual(said, [
    'warning providers[0].oauth.callbackPort: no callback is waited for: "main" is signed in to with a device code',
  ]);
  const none = await loaded(context, { oauth: 'refreshAhead: 5m', instance });
  assert.match(none.said.join('\n'), /no callback is waited for: "main" has no login/);
  const elsewhere = instance.replace(' }', ', redirectUri: "https://gate.example/logins/callback" }');
  const other = await loaded(context, { instance: elsewhere });
  assert.match(other.said.join('\n'), /no callback is waited for: "main" has a redirect URI that is not on loopback/);
});

test('an endpoint without a client id, and one that everybody on the way can read', async (context) => {
  const without = await loaded(context, { instance: ', oauth: { tokenUrl: "https://a.example/t" }' });
  assert.match(without.said.join('\n'), /error providers\[0\]\.oauth: .*clientId/);
  const plain = await loaded(context, { instance: ', oauth: { clientId: c, tokenUrl: "http://a.example/t" }' });
  assert.match(plain.said.join('\n'), /warning providers\[0\]\.oauth\.tokenUrl: no login goes there/);
});

const contract: Readonly<Record<string, string>> = {
  'flows: [device]\n  tokenUrl: https://a.example/t':
    'error oauth.flows[0]: the flow "device" needs a `deviceUrl`, or an `issuer` that says it',
  'flows: [code]\n  tokenUrl: https://a.example/t':
    'error oauth.flows[0]: the flow "code" needs a `authorizeUrl`, or an `issuer` that says it',
  'authorizeUrl: https://a.example/auth': 'error oauth: a login needs a `tokenUrl`, or an `issuer` that says it',
  [`${browser}\n  loginFields: { email: userinfo.email }`]:
    'error oauth.loginFields.email: nobody is asked for it: `userinfoUrl` is missing',
  [`${browser}\n  loginFields: { accessToken: idToken.at_hash }`]:
    'error oauth.loginFields.accessToken: tokens stand in the `response`, not in "idToken"',
  [`${browser}\n  loginFields: { clientSecret: response.secret }`]:
    'error oauth.loginFields.clientSecret: "clientSecret" is not a valid name here',
  [`${browser}\n  loginFields: { plan: [account, plan] }`]:
    'error oauth.loginFields.plan: a path starts with `response`, `idToken`, `userinfo`, not with "account"',
  [`${device}\n  exchange: { url: "https://a.example/x", headers: { a: b }, fields: { accessToken: token } }`]:
    'error oauth.exchange.headers: one of them must hold `{refreshToken}`: nothing else says whose it is',
};

for (const [oauth, expected] of Object.entries(contract)) {
  test(`a directory is refused: ${expected}`, async (context) => {
    const { said, config } = await loaded(context, { oauth });
    assert.deepEqual(said, [expected]);
    assert.equal(config, undefined);
  });
}

test('a directory whose issuer says the endpoints needs none', async (context) => {
  const { said, logins } = await loaded(context, { oauth: 'issuer: https://a.example\n  flows: [device]' });
  assert.deepEqual(said, []);
  assert.deepEqual(logins[0]?.flows, ['device']);
});

const everything = `issuer: https://i.example
  authorizeUrl: https://i.example/authorize
  tokenUrl: https://i.example/token
  deviceUrl: https://i.example/device
  revokeUrl: https://i.example/revoke
  userinfoUrl: https://i.example/me
  clientAuth: basic
  body: json
  flows: [device, code]
  scopes: [openid]
  pkce: false
  devicePkce: true
  callback: { host: 127.0.0.1, port: 1455, path: /auth/callback, fixed: true }
  authorizeParameters: { one: a }
  tokenParameters: { two: b }
  deviceParameters: { three: c }
  loginFields: { plan: response.plan }
  aliases: [other]
  register: Ask them.
  exchange: { url: https://i.example/trade, headers: { authorization: "token {refreshToken}" }, fields: { accessToken: t } }`;

const endpoints = {
  issuer: 'https://i.example',
  authorizeUrl: 'https://i.example/authorize',
  tokenUrl: 'https://i.example/token',
  deviceUrl: 'https://i.example/device',
  revokeUrl: 'https://i.example/revoke',
  userinfoUrl: 'https://i.example/me',
};

test('a login has all that the directory says, and the operator says whose client it is', async (context) => {
  const env = { PORTICO_OAUTH_HOST: '0.0.0.0' };
  const instance = ', oauth: { clientId: mine, clientSecret: "${env:KEY}" }';
  const { said, logins } = await loaded(context, { oauth: everything, instance, env });
  assert.deepEqual(said, []);
  assert.deepEqual(logins, [
    {
      provider: 'main',
      use: 'my-vendor',
      title: 'Mine',
      aliases: ['other'],
      clientId: 'mine',
      clientSecret: 'k',
      clientAuth: 'basic',
      body: 'json',
      register: 'Ask them.',
      ...endpoints,
      flows: ['device', 'code'],
      scopes: ['openid'],
      pkce: false,
      devicePkce: true,
      callback: {
        host: '127.0.0.1',
        port: 1455,
        path: '/auth/callback',
        registeredPort: 1455,
        listenHost: '0.0.0.0',
        redirectUri: undefined,
      },
      authorizeParameters: { one: 'a' },
      tokenParameters: { two: 'b' },
      deviceParameters: { three: 'c' },
      fields: { plan: 'response.plan' },
      exchanged: true,
      egressUrl: undefined,
    },
  ]);
});

test('a refresh has what the directory says, and what the operator says before it', async (context) => {
  const account = { provider: 'main', accessToken: 'acc-0123456789', refreshToken: 'ref-0123456789' };
  const oauth = `${everything}\n  refreshAhead: 7m`;
  const instance = ', oauth: { clientId: mine, clientSecret: "${env:KEY}" }';
  const [source] = (await loaded(context, { oauth, instance, account })).credentials;
  const { tokenUrl, issuer, clientId, clientSecret, clientAuth, body, scopes, loginFields, refreshAhead } =
    source ?? {};
  assert.deepEqual(
    [tokenUrl, issuer, clientId, clientSecret, clientAuth, body, scopes],
    [endpoints.tokenUrl, endpoints.issuer, 'mine', 'k', 'basic', 'json', ['openid']],
  );
  assert.deepEqual([loginFields, refreshAhead], [{ plan: 'response.plan' }, 420_000]);
  assert.deepEqual(source?.exchange, {
    url: 'https://i.example/trade',
    headers: { authorization: 'token {refreshToken}' },
    fields: { accessToken: 't' },
  });
  const own = ', oauth: { clientId: mine, issuer: "https://mine.example", tokenUrl: "https://mine.example/token" }';
  const [other] = (await loaded(context, { oauth, instance: own, account })).credentials;
  assert.deepEqual([other?.issuer, other?.tokenUrl], ['https://mine.example', 'https://mine.example/token']);
});

test('what the operator says comes before the directory; the rest is as it usually is', async (context) => {
  const own = Object.fromEntries(Object.entries(endpoints).map(([name, url]) => [name, url.replace('i.', 'mine.')]));
  const client = { clientId: 'mine', ...own, scopes: ['email'], redirectUri: 'https://gate.example/logins/callback' };
  const instance = `, oauth: ${JSON.stringify(client)}, egress: out }]\negress: [{ name: out, url: "http://127.0.0.1:9"`;
  const { said, logins } = await loaded(context, { oauth: everything, instance });
  assert.deepEqual(said, []);
  const [login] = logins;
  const { redirectUri, ...facts } = client;
  assert.deepEqual({ ...login, ...facts }, login);
  assert.deepEqual([login?.callback.redirectUri, login?.egressUrl], [redirectUri, 'http://127.0.0.1:9']);
  const usual = (await loaded(context, {})).logins[0];
  assert.deepEqual(
    [usual?.flows, usual?.pkce, usual?.devicePkce, usual?.clientAuth, usual?.body, usual?.exchanged, usual?.scopes],
    [['code'], true, false, 'body', 'form', false, []],
  );
  const { host, port, path } = usual?.callback ?? {};
  assert.deepEqual([host, port, path], ['127.0.0.1', 0, '/callback']);
});
