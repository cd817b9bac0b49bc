// One login as a person has it: the command prints an address, a real browser opens it, signs in, consents and comes back to the
// callback; a running gateway serves with the account; a logout gives it back.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { type Browser, chromium, type Page } from 'playwright-core';
import { sitDown } from '../cli/typed.ts';
import { type Typed, typed, vendor } from '../e2e/signing-in.ts';
import { chat, until } from '../process/running.ts';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = [process.env.CHROMIUM, ...places].find((path) => path !== undefined && existsSync(path));
const limits = { skip: executablePath === undefined ? 'no chromium' : false, timeout: 60_000 };

const arguments_ = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-proxy-server'];
let browser: Browser | undefined;
after(() => browser?.close());

/** A person's own window; nothing beyond loopback is reached. */
async function openPage(): Promise<Page> {
  browser ??= await chromium.launch({ executablePath, args: arguments_ });
  const page = await (await browser.newContext()).newPage();
  await page.route('**/*', (route) => {
    const { hostname } = new URL(route.request().url());
    return hostname === '127.0.0.1' || hostname === 'localhost' ? route.continue() : route.abort();
  });
  return page;
}

async function begin(
  t: TestContext,
  place: Awaited<ReturnType<typeof vendor>>,
): Promise<{ login: Typed; url: string }> {
  const words = ['auth', 'login', 'desk', '--no-browser', '--callback-port', '0', '--json', '--state', 'state'];
  const login = typed(t, words, { cwd: place.workplace.directory, env: place.env });
  const started = JSON.parse(await login.line());
  assert.deepEqual([started.event, started.flow], ['started', 'code']);
  return { login, url: started.url };
}

test('a login in a browser, a request with it, a logout', limits, async (t) => {
  const place = await vendor(t);
  const { server, workplace, env } = place;
  const running = await workplace.serve({ env });
  assert.notEqual((await chat(running)).status, 200, 'nobody has signed in');

  const { login, url } = await begin(t, place);
  const page = await openPage();
  await page.goto(url);
  await page.fill('input[name=login]', 'ada');
  await page.fill('input[name=password]', 'whatever');
  await page.click('button[type=submit]');
  await page.click('button[type=submit]');
  await page.waitForURL(/\/callback\?/);
  assert.equal(await page.textContent('h1'), 'Signed in');
  assert.ok(!(await page.content()).includes(new URL(page.url()).searchParams.get('code') ?? assert.fail()));

  const { code, out, error } = await login.ended;
  assert.equal(code, 0, error);
  const done = JSON.parse(out.trim().split('\n').at(-1) ?? '');
  assert.deepEqual([done.event, done.email, done.served], ['done', 'ada@example.com', 'yes']);
  assert.equal(statSync(done.file).mode & 0o777, 0o600);
  const { accessToken, refreshToken } = JSON.parse(readFileSync(done.file, 'utf8'));
  for (const secret of [accessToken, refreshToken, server.clientSecret]) assert.ok(!`${out}${error}`.includes(secret));
  assert.equal((await chat(running)).status, 200);

  const logout = await (await sitDown(t, env)).type('auth', 'logout', 'desk', '--config', workplace.file);
  assert.equal(logout.code, 0, logout.error);
  assert.deepEqual([await server.isGood(accessToken), await server.isKept(refreshToken)], [false, false]);
  assert.deepEqual(
    readdirSync(join(workplace.directory, 'accounts')).filter((name) => name.endsWith('.json')),
    [],
  );
  await until(running, ({ providers }) => providers[0]?.accounts.every(({ name }) => name !== done.account) === true);
  assert.notEqual((await chat(running)).status, 200);
});

test('consent that is refused in a browser: the page and the command say so, nothing is kept', limits, async (t) => {
  const place = await vendor(t);
  const { login, url } = await begin(t, place);
  const page = await openPage();
  await page.goto(url);
  await page.click('a[href$="/abort"]');
  await page.waitForURL(/\/callback\?/);
  assert.equal(await page.textContent('h1'), 'Not signed in');
  const { code, out } = await login.ended;
  assert.equal(code, 1);
  assert.equal(JSON.parse(out.trim().split('\n').at(-1) ?? '').error.code, 'denied');
  assert.deepEqual(readdirSync(join(place.workplace.directory, 'accounts')), ['.keep']);
});
