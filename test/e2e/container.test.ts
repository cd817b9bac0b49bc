// As in a container: a user that is nobody, no home, no terminal, no browser, and credentials that may not be written.
import assert from 'node:assert/strict';
import { chmodSync, chownSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import http from 'node:http';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { sitDown } from '../cli/typed.ts';
import { secret } from '../process/running.ts';
import { until } from './home.ts';
import { typed, type Vendor, vendor } from './signing-in.ts';

/** Who runs it: nobody, where one may choose. Root may write anything. */
const uid = process.getuid?.() === 0 ? 65_534 : undefined;

interface Container extends Vendor {
  /** The volume of accounts. */
  readonly volume: string;
  /** `portico <words>` in it. */
  run(...words: string[]): ReturnType<typeof typed>;
  /** Every account file's content. */
  accounts(): Record<string, unknown>[];
}

async function container(t: TestContext, env: NodeJS.ProcessEnv = {}): Promise<Container> {
  const place = await vendor(t);
  const cwd = place.workplace.directory;
  const volume = join(cwd, 'accounts');
  await mkdir(join(cwd, 'state'));
  chmodSync(cwd, 0o755);
  if (uid !== undefined) for (const path of [volume, join(cwd, 'state')]) chownSync(path, uid, uid);
  const settings = { PORTICO_CONFIG: join(cwd, 'gateway.yaml'), PORTICO_STATE: join(cwd, 'state') };
  assert.equal(place.env.HOME, undefined);
  return {
    ...place,
    volume,
    run: (...words) => typed(t, words, { cwd: '/', env: { ...place.env, ...settings, ...env }, uid }),
    accounts: () => {
      const names = readdirSync(volume).filter((name) => name.endsWith('.json'));
      return names.map((name) => JSON.parse(readFileSync(join(volume, name), 'utf8')));
    },
  };
}

async function addressOf(run: string): Promise<string> {
  const read = async () => JSON.parse(await readFile(run, 'utf8').catch(() => '{}'));
  await until(async () => (await read()).control !== undefined);
  const { host, port } = (await read()).control;
  return `http://${host}:${port}`;
}

suite('in a container', { concurrency: true, timeout: 60_000 }, () => {
  test('without a terminal the device code is chosen, and said; the volume has the account, which is refreshed there', async (t) => {
    const { server, run, accounts, volume } = await container(t);
    const login = run('auth', 'login', 'desk', '--json');
    const { flow, userCode, url } = JSON.parse(await login.line());
    assert.equal(flow, 'device');
    assert.ok(userCode);
    await server.walk(url);
    const { code, error } = await login.ended;
    assert.equal(code, 0, error);
    assert.match(error, /No browser is opened, for nobody reads this at a terminal/);
    const [first] = accounts();
    const [name = ''] = readdirSync(volume).filter((each) => each.endsWith('.json'));
    const { mode, uid: owner } = statSync(join(volume, name));
    assert.deepEqual([mode & 0o777, owner], [0o600, uid ?? owner]);

    const refreshed = await run('auth', 'refresh', 'desk').ended;
    assert.equal(refreshed.code, 0, refreshed.error);
    const [second] = accounts();
    assert.notEqual(second?.accessToken, first?.accessToken);
    assert.ok(await server.isGood(String(second?.accessToken)));
  });

  test('the address that a browser elsewhere ended at is pasted', async (t) => {
    const { server, run, accounts } = await container(t);
    const login = run('auth', 'login', 'desk', '--paste', '--callback-port', '8085');
    let url = '';
    while (url === '') [url = ''] = /http:\S+code_challenge\S+/.exec(await login.line()) ?? [];
    login.say(`${await server.walk(url)}\n`);
    const { code, out, error } = await login.ended;
    assert.equal(code, 0, error);
    assert.match(out, /Signed in as ada@example\.com/);
    assert.ok(await server.isGood(String(accounts()[0]?.accessToken)));
  });

  test('a published port leads to the container itself: PORTICO_OAUTH_HOST listens there', async (t) => {
    const { server, run, accounts, workplace, env } = await container(t, { PORTICO_OAUTH_HOST: '0.0.0.0' });
    const login = run('auth', 'login', 'desk', '--callback-port', '0', '--json');
    const { url, redirectUri } = JSON.parse(await login.line());
    const desk = await sitDown(t, {
      ...env,
      PORTICO_OAUTH_HOST: '0.0.0.0',
      PORTICO_OAUTH_PORT_DESK: new URL(redirectUri).port,
    });
    const ports = JSON.parse((await desk.type('ports', workplace.file, '--all', '--json')).out);
    assert.deepEqual([ports.at(-1).what, ports.at(-1).state], ['callback desk', 'in-the-way']);
    if (process.platform === 'linux') assert.equal(ports.at(-1).process?.pid, login.child.pid);
    const callback = new URL(await server.walk(url));
    // Whoever forwards the port comes to another address than the browser asked for.
    const { port, pathname, search, host } = callback;
    const answer = http.get({ host: '127.0.0.2', port, path: pathname + search, headers: { host } });
    const status = await new Promise((resolve, reject) => {
      answer.once('response', (response) => resolve(response.resume().statusCode)).once('error', reject);
    });
    assert.equal(status, 200);
    assert.equal((await login.ended).code, 0);
    assert.equal(accounts().length, 1);
  });

  test('credentials that may not be written: refreshed in memory, and it is said', async (t) => {
    const { server, run, workplace, volume } = await container(t);
    const { refreshToken } = await server.login();
    const tokens = { access_token: 'tok-stale-0123456789', refresh_token: refreshToken };
    await workplace.write('accounts/ada.json', JSON.stringify({ provider: 'desk', ...tokens }));
    const file = join(volume, 'ada.json');
    const before = readFileSync(file, 'utf8');
    // The mount belongs to somebody else, who lets this group read.
    if (uid !== undefined) for (const path of [file, volume]) chownSync(path, 0, uid);
    chmodSync(file, 0o440);
    chmodSync(volume, 0o550);
    using _ = { [Symbol.dispose]: () => chmodSync(volume, 0o700) };

    const gateway = run('serve');
    const base = await addressOf(join(workplace.directory, 'state', 'run.json'));
    const token = (await readFile(join(workplace.directory, 'state', 'control-token'), 'utf8')).trim();
    const ask = async (path: string) => {
      const answer = await fetch(base + path, { headers: { authorization: `Bearer ${token}` } });
      return JSON.parse(await answer.text());
    };
    const [{ host, port }] = (await ask('/status')).listeners;
    for (let request = 0; request < 2; request += 1) {
      const answer = await fetch(`http://${host}:${port}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'mock-echo', messages: [{ role: 'user', content: 'Hello' }] }),
      });
      assert.equal(answer.status, 200, `${await answer.text()}\n${gateway.said()}`);
    }
    assert.equal(server.requests(), 1);
    assert.equal((await ask('/accounts')).accounts[0].credential.kept, 'memory');
    assert.equal(readFileSync(file, 'utf8'), before);
    gateway.child.kill('SIGTERM');
    const { code, out } = await gateway.ended;
    assert.equal(code, 0);
    assert.equal(out.match(/kept in memory and lost when the gateway stops/g)?.length, 1, out);
  });
});
