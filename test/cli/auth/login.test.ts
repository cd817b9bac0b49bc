// portico auth login: every way in, against a real authorization server.
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { HandClock } from '../../support/clock.ts';
import { browser, display, secretsOf, signInDesk } from './signing-in.ts';

test('with a browser: it is opened, its answer comes back, the account is a file', async (t) => {
  const at = await signInDesk(t);
  const said = await at.desk.type('auth', 'login');
  assert.equal(said.code, 0, said.error);
  assert.match(said.out, /^A browser was opened to sign in to .*\n\n {2}http:\S+code_challenge_method=S256\n/);
  assert.match(said.out, /Signed in as ada@example\.com: acme\/ada-\w{6} was added\.\nToken until 20\d\d-/);
  assert.match(said.out, /A gateway that is started has it\.\n$/);
  const [[name, file] = []] = Object.entries(at.files());
  assert.equal(statSync(join(at.desk.directory, 'accounts', name ?? '')).mode & 0o777, 0o600);
  assert.equal(file?.provider, 'acme');
  assert.equal(file.email, 'ada@example.com');
  assert.ok(await at.server.isGood(String(file.accessToken)));
  for (const secret of secretsOf(at)) assert.ok(!`${said.out}${said.error}`.includes(secret));
});

test('again: the same account is brought up to date and keeps its settings; a name makes it that one', async (t) => {
  const at = await signInDesk(t);
  await at.desk.type('auth', 'login', 'acme');
  const [[name = '', first] = []] = Object.entries(at.files());
  const far = { ...first, priority: 7, tags: ['eu'], expiresAt: '2099-01-01T00:00:00Z' };
  await at.desk.write(`accounts/${name}`, JSON.stringify(far));
  const again = await at.desk.type('auth', 'login', 'acme');
  assert.match(again.out, /was updated/);
  const after = at.files()[name];
  assert.deepEqual([after?.priority, after?.tags], [7, ['eu']]);
  assert.notEqual(after?.accessToken, first?.accessToken);
  const named = await at.desk.type('auth', 'login', 'openai-compatible', '--account', 'ada', '--json');
  const [started, done] = named.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(started.event, 'started');
  assert.deepEqual([done.event, done.provider, done.account, done.outcome], ['done', 'acme', 'ada', 'updated']);
  assert.equal(Object.keys(at.files()).length, 1);
});

test('another person under a name that is taken: it is said whose it was', async (t) => {
  let account = 'ada';
  const at = await signInDesk(t, {
    terminal: (server) => ({ openBrowser: (url) => browser(server, { account })(url) }),
  });
  await at.desk.type('auth', 'login', 'acme/main');
  account = 'bob';
  const said = await at.desk.type('auth', 'login', 'acme/main');
  assert.match(said.error, /This account was ada@example\.com before: it is somebody else's now\./);
  assert.equal(Object.values(at.files())[0]?.email, 'bob@example.com');
});

test('where the configuration names a file for the account, it goes there', async (t) => {
  const at = await signInDesk(t);
  const main = join(at.desk.directory, 'gateway.yaml');
  const tree = JSON.parse(await readFile(main, 'utf8'));
  tree.providers[0].accounts = [{ name: 'reserve', file: './tokens/reserve.json' }];
  tree.accounts = undefined;
  await writeFile(main, JSON.stringify(tree));
  const said = await at.desk.type('auth', 'login', 'acme', '--account', 'reserve');
  assert.equal(said.code, 0, said.error);
  assert.match(said.out, /acme\/reserve was added/);
  assert.equal((await at.desk.type('auth', 'status', 'acme/reserve')).code, 0);
  const out = await at.desk.type('auth', 'logout', 'acme/reserve');
  assert.match(out.error, /gateway\.yaml still names this account: it is off until somebody signs in to it again\./);
});

test('without a browser: the address, a code to scan, the way through SSH; an address that is typed in', async (t) => {
  const at = await signInDesk(t, {
    env: { SSH_CONNECTION: '10.0.0.9 50000 10.0.0.1 2222', USER: 'ops' },
    oauth: { deviceUrl: undefined },
    terminal: (server) => ({
      columns: 100,
      status: () => undefined,
      async *lines() {
        yield 'no address at all';
        yield `http://127.0.0.1/callback?code=x&state=${'y'.repeat(43)}`;
        yield await server.walk(await shown);
      },
    }),
  });
  const { promise: shown, resolve } = Promise.withResolvers<string>();
  const said = await at.desk.watch(
    (text) => {
      const [url] = /http:\S+code_challenge\S+/.exec(text) ?? [];
      if (url !== undefined) resolve(url);
    },
    'auth',
    'login',
    'acme',
  );
  assert.equal(said.code, 0, said.error);
  assert.match(said.out, /^No browser is opened, for this is an SSH session\./m);
  assert.match(said.out, /^[▀▄█]{20}/);
  assert.match(said.out, /\n {2}ssh -p 2222 -L (\d+):127\.0\.0\.1:\1 ops@10\.0\.0\.1\n/);
  assert.equal(said.error.match(/Address from the browser: /g)?.length, 3);
  assert.match(said.error, /This callback belongs to another login/);
  assert.match(said.out, /Signed in as ada@example\.com/);
});

test('a device code where there is no terminal and the vendor has one; the reason is said', async (t) => {
  const clock = new HandClock(Date.now());
  const at = await signInDesk(t, { env: {}, terminal: () => ({ outIsTerminal: false, clock }) });
  const said = await at.desk.watch(
    (text) => {
      const { event, url } = JSON.parse(text);
      if (event === 'started') void at.server.walk(url).then(() => clock.advance(5000));
    },
    'auth',
    'login',
    'acme',
    '--json',
  );
  assert.equal(said.code, 0, said.error);
  const [started, done] = said.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(started.flow, 'device');
  assert.match(started.userCode, /^\w{4}-\w{4}$/);
  assert.equal(done.email, 'ada@example.com');
  assert.match(said.error, /No browser is opened, for nobody reads this at a terminal\./);
});

test('--device with a browser: the code is shown beside it', async (t) => {
  const clock = new HandClock(Date.now());
  const at = await signInDesk(t, {
    terminal: (server) => ({
      clock,
      openBrowser: async (url) => {
        await server.walk(url);
        setImmediate(() => clock.advance(5000));
        return true;
      },
    }),
  });
  const said = await at.desk.type('auth', 'login', 'acme', '--device');
  assert.equal(said.code, 0, said.error);
  assert.match(said.out, /and type in this code:\n\n {2}\w{4}-\w{4}\n/);
});

test('--to: another directory, which nobody reads yet', async (t) => {
  const at = await signInDesk(t);
  await mkdir(join(at.desk.directory, 'elsewhere'));
  const said = await at.desk.type('auth', 'login', 'acme', '--to', 'elsewhere');
  assert.equal(said.code, 0, said.error);
  assert.match(said.out, /It is not read until .*gateway\.yaml names it/);
});

test('a browser that cannot be opened is no end: the address is there', async (t) => {
  const at = await signInDesk(t, {
    terminal: (server) => ({
      openBrowser: async (url) => {
        await browser(server)(url);
        return false;
      },
    }),
    env: display,
  });
  const said = await at.desk.type('auth', 'login', 'acme');
  assert.equal(said.code, 0, said.error);
  assert.match(said.out, /^To sign in to /m);
});

test('names that a vendor gives are printed without what would move a terminal', async (t) => {
  const at = await signInDesk(t, {
    terminal: (server) => ({ openBrowser: browser(server, { account: '\u001b[2Jada' }) }),
  });
  const said = await at.desk.type('auth', 'login', 'acme/ada');
  assert.equal(said.code, 0, said.error);
  assert.match(said.out, /Signed in as .*2Jada/);
  const asked = await at.desk.type('auth', 'validate');
  assert.ok(!`${said.out}${asked.out}`.includes('\u001b'));
});
