// portico auth login when it comes to nothing: what is said, what is to be done, and how it ends.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { HandClock } from '../../support/clock.ts';
import { sitDown } from '../typed.ts';
import { browser, signInDesk } from './signing-in.ts';

async function taken(t: TestContext): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => new Promise((done) => server.close(done)));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

test('asked or configured wrongly: code 2, and what to write', async (t) => {
  const at = await signInDesk(t);
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['nobody'], /There is no provider "nobody" to sign in to.*\n`portico auth list`/],
    [['acmee'], /; did you mean "acme"\?\n/],
    [['kimi'], /has no provider for "kimi"\.\n.*\nAdd it under providers:\n {2}- name: kimi\n {4}oauth: \{ clientId/],
    [['kimi'], /portico config set 'providers\[\+\]' '\{ name: kimi, oauth: \{ clientId: the-id-of-your-client \} \}'/],
    [['copilot'], /has no provider for "copilot"\.\n.*\nAdd it under providers:\n {2}- name: github-copilot\n/],
    [['acme', '--device', '--paste'], /--device and --paste do not go together/],
    [['acme', '--device', '--callback-port', '1'], /--device and --callback-port do not go together/],
    [['acme', '--callback-port', '70000'], /--callback-port 70000 is no port/],
    [['acme', '--timeout', 'soon'], /--timeout soon is no time/],
    [['acme', '--account', 'a b'], /"a b" cannot be a name/],
    [['acme', '--nonsense'], /unknown option/],
  ];
  for (const [words, expected] of cases) {
    const { code, error, out } = await at.desk.type('auth', 'login', ...words);
    assert.equal(code, 2, words.join(' '));
    assert.match(error, expected);
    assert.equal(out, '');
  }
});

test('no client id: what to register, and the lines to write; code 2', async (t) => {
  const desk = await sitDown(t, {}, { outIsTerminal: true });
  await desk.write(
    'gateway.yaml',
    'version: 1\naccounts: { directory: ./a }\nproviders: [{ name: kimi }, { name: mock }]\n',
  );
  const said = await desk.type('auth', 'login');
  assert.equal(said.code, 2);
  assert.match(said.error, /No OAuth client is set for provider "kimi"/);
  assert.match(said.error, /oauth:\n {6}clientId: the-id-of-your-client\nor have it written:\n {2}portico config set/);
  const none = await desk.type('auth', 'login', 'mock');
  assert.equal(none.code, 2);
  assert.match(none.error, /Nobody signs in to mock: its directory "mock" knows no login\./);
  const json = await desk.type('auth', 'login', 'kimi', '--json');
  assert.equal(JSON.parse(json.out).error.code, 'no-client');
});

test('no directory for account files is said before anybody signs in', async (t) => {
  const at = await signInDesk(t);
  const text = await readFile(join(at.desk.directory, 'gateway.yaml'), 'utf8');
  await at.desk.write('gateway.yaml', text.replace('"accounts":{"directory":"./accounts"},', ''));
  const said = await at.desk.type('auth', 'login', 'acme');
  assert.equal(said.code, 2);
  assert.match(said.error, /portico config set accounts '\{ directory: \.\/accounts \}'\), or say --to/);
  assert.equal(at.server.requests(), 0);
});

test('a port that is taken: by whom, and the ways around it', async (t) => {
  const at = await signInDesk(t);
  const port = await taken(t);
  const said = await at.desk.type('auth', 'login', 'acme', '--callback-port', String(port));
  assert.equal(said.code, 1);
  assert.match(said.error, new RegExp(`port ${port}.* is taken`));
  if (process.platform === 'linux') assert.match(said.error, new RegExp(`process ${process.pid} \\(node\\)`));
  for (const way of ['--callback-port', '--paste', '--device', 'PORTICO_OAUTH_PORT_'])
    assert.ok(said.error.includes(way), way);
});

test('consent refused: code 1, and as JSON', async (t) => {
  const at = await signInDesk(t, { terminal: (server) => ({ openBrowser: browser(server, { deny: true }) }) });
  const said = await at.desk.type('auth', 'login', 'acme');
  assert.equal(said.code, 1);
  assert.match(said.error, /^error: Consent was refused at .*\nSign in again/);
  const json = await at.desk.type('auth', 'login', 'acme', '--json');
  assert.equal(json.code, 1);
  assert.equal(JSON.parse(json.out.trim().split('\n')[1] ?? '').error.code, 'denied');
});

test('nobody comes back in time', async (t) => {
  const clock = new HandClock(Date.now());
  const at = await signInDesk(t, {
    terminal: () => ({
      clock,
      openBrowser: async () => {
        setImmediate(() => clock.advance(90_000));
        return true;
      },
    }),
  });
  const said = await at.desk.type('auth', 'login', 'acme', '--timeout', '90s');
  assert.equal(said.code, 1);
  assert.match(said.error, /Nobody came back within 90 s\.\nStart the login again/);
});

test('Ctrl-C gives the login up; nothing is kept, and the handler is taken back', async (t) => {
  let held = 0;
  const at = await signInDesk(t, {
    terminal: () => ({
      openBrowser: async () => true,
      onInterrupt: (stop) => {
        held += 1;
        setImmediate(stop);
        return () => {
          held -= 1;
        };
      },
    }),
  });
  const said = await at.desk.type('auth', 'login', 'acme');
  assert.equal(said.code, 1);
  assert.match(said.error, /The login was cancelled\./);
  assert.equal(held, 0);
});

test('--paste: an input that ends without an address that fits ends the login', async (t) => {
  const at = await signInDesk(t, {
    env: {},
    terminal: () => ({
      async *lines() {
        yield 'nothing of use';
      },
    }),
  });
  const said = await at.desk.type('auth', 'login', 'acme', '--paste');
  assert.equal(said.code, 1, said.error);
  assert.match(said.out, /Copy that whole address, whatever page it shows\./);
  assert.match(said.error, /Standard input ended before an address came that fits\./);
});

test('the vendor refuses, or is not there', async (t) => {
  const at = await signInDesk(t);
  at.server.fail(400, 1, 'invalid_client');
  const refused = await at.desk.type('auth', 'login', 'acme');
  assert.equal(refused.code, 1);
  assert.match(refused.error, /refused: .*invalid_client.*\nCheck `clientId` and `clientSecret`/);
  const gone = await signInDesk(t, { oauth: { deviceUrl: 'http://127.0.0.1:1/device' } });
  const said = await gone.desk.type('auth', 'login', 'acme', '--device');
  assert.equal(said.code, 1);
  assert.match(said.error, /127\.0\.0\.1:1 cannot be reached/);
});

test('a directory that cannot be written is said before anybody signs in', async (t) => {
  const at = await signInDesk(t);
  await at.desk.write('accounts', 'a file in its place');
  const said = await at.desk.type('auth', 'login', 'acme');
  assert.deepEqual([said.code, said.out, at.server.requests()], [1, '', 0]);
  assert.match(said.error, /The account could not be kept: .*accounts is no directory\.\nMake the directory writable/);
});

test('no client and no directory: both are said at once', async (t) => {
  const desk = await sitDown(t);
  await desk.write('gateway.yaml', 'version: 1\nproviders: [{ name: kimi }]\n');
  const said = await desk.type('auth', 'login');
  assert.equal(said.code, 2);
  assert.match(said.error, /No OAuth client is set.*\n[\s\S]*\nThe configuration names no directory.*\nSet one/);
});

test('one that cannot be written any more: the login went well, and that is said', async (t) => {
  const home: string[] = [];
  const at = await signInDesk(t, {
    terminal: (server) => ({
      async openBrowser(url) {
        await writeFile(join(home[0] ?? '', 'accounts'), 'a file in its place');
        return browser(server)(url);
      },
    }),
  });
  home.push(at.desk.directory);
  const said = await at.desk.type('auth', 'login', 'acme');
  assert.equal(said.code, 1);
  assert.match(said.error, /The login went well, but its account could not be kept: .*\nMake the directory writable/);
});

test('a configuration that is not valid: the first mistakes stand in the answer', async (t) => {
  const at = await signInDesk(t);
  await at.desk.write(
    'gateway.yaml',
    'version: 1\nproviders: [{ name: kimi, oauth: { clientId: "${env:NOT_SET}" } }]\n',
  );
  for (const words of [
    ['auth', 'login'],
    ['auth', 'import', 'x.json'],
  ]) {
    const said = await at.desk.type(...words);
    assert.equal(said.code, 2);
    assert.match(said.error, /is not valid\.\ngateway\.yaml:2:\d+ error .*NOT_SET is not set.*\n`portico check`/);
  }
});

test('no provider is named: the only one with a client is meant', async (t) => {
  const desk = await sitDown(t, {}, { outIsTerminal: true });
  const head = 'version: 1\naccounts: { directory: ./a }\nproviders:';
  await desk.write('gateway.yaml', `${head} [{ name: kimi }, { name: codex, oauth: { clientId: desk } }]\n`);
  const meant = await desk.type('auth', 'login', '--device');
  assert.match(
    meant.error,
    /Provider "codex" has no device flow\.\nUse its authorization code flow: leave `--device` out\./,
  );
  const alias = await desk.write('alias.yaml', `${head} [{ name: kimi }, { name: mine, use: anthropic }]\n`);
  assert.match((await desk.type('auth', 'login', 'claude', '-c', alias)).error, /No OAuth client .* provider "mine"/);
  assert.match((await desk.type('auth', 'status', 'claude', '-c', alias)).out, /^There is no account/);
  await desk.write('gateway.yaml', `${head} [{ name: kimi }, { name: codex }]\n`);
  assert.match((await desk.type('auth', 'login')).error, /Say which: kimi, codex\./);
});
