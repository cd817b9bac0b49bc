// The listener of a login: reached from this host by the browser alone, says little, and is gone at the end.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { begin, grantedOf, problemOf, refusal } from './begin.ts';
import { oddFacts, oddVendor } from './odd-vendor.ts';

const tokens = { access_token: 'at-1', token_type: 'Bearer' };
const facts = oddFacts('http://127.0.0.1:9');

interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

function get(url: string, options: { method?: string; host?: string; family?: 4 | 6 } = {}): Promise<Page> {
  const { method = 'GET', host, family } = options;
  return new Promise((done, failed) => {
    const headers = host === undefined ? {} : { host };
    const asked = request(url, { method, headers, agent: false, ...(family && { family }) }, async (answer) => {
      done({ status: answer.statusCode ?? 0, headers: answer.headers, text: await text(answer) });
    });
    asked.once('error', failed);
    asked.end();
  });
}

test('the page is plain, of itself alone, kept by nobody', async (context) => {
  const vendor = await oddVendor(context, { '/token': [tokens] });
  const login = await begin(context, vendor.facts());
  const { status, headers, text } = await get(`${login.redirectUri}?code=c&state=${login.id}`);
  assert.equal(status, 200);
  assert.match(String(headers['content-security-policy']), /^default-src 'none';/);
  assert.equal(headers['cache-control'], 'no-store');
  assert.equal(headers['referrer-policy'], 'no-referrer');
  assert.equal(headers['content-type'], 'text/html; charset=utf-8');
  assert.equal(headers.connection, 'close');
  assert.doesNotMatch(text, /https?:|<script|<link|<img/);
  await grantedOf(login);
});

test('the page says it when the vendor refuses the code', async (context) => {
  const vendor = await oddVendor(context, { '/token': [{ status: 400, text: '{"error":"invalid_grant"}' }] });
  const login = await begin(context, vendor.facts());
  const { text } = await get(`${login.redirectUri}?code=c&state=${login.id}`);
  assert.match(text, /came to nothing/);
  assert.equal((await problemOf(login)).code, 'refused');
});

test('a callback of another login is turned away and told, and this one still waits', async (context) => {
  const vendor = await oddVendor(context, { '/token': [tokens] });
  const notes: string[] = [];
  const login = await begin(context, vendor.facts(), { note: (message) => notes.push(message) });
  const uri = login.redirectUri ?? '';
  const wrong = await get(`${uri}?code=c&state=%3Cscript%3Ealert(1)%3C/script%3E`);
  assert.equal(wrong.status, 400);
  assert.match(wrong.text, /another login/);
  assert.doesNotMatch(wrong.text, /alert/);
  const denied = await get(`${uri}?error=access_denied&state=${'x'.repeat(43)}`);
  assert.equal(denied.status, 400, 'nobody else can refuse in its place');
  assert.equal(notes.length, 2);
  for (let times = 0; times < 5; times += 1) await get(`${uri}?code=c&state=${times}`);
  assert.equal(notes.length, 3, 'a page that sends them without end does not fill the log');
  assert.match((await get(uri)).text, /no answer/);
  assert.match((await get(`${uri}?state=${login.id}`)).text, /no answer/);
  assert.equal(vendor.asked.length, 0);
  await get(`${uri}?code=c&state=${login.id}`);
  await grantedOf(login);
});

test('nothing else is there: other paths, other methods, other names for this host', async (context) => {
  const login = await begin(context, facts);
  const query = `?code=c&state=${login.id}`;
  const uri = login.redirectUri ?? '';
  for (const url of [`${uri}/${query}`, `${uri.replace('/callback', '/')}${query}`, `${uri}%2F${query}`]) {
    assert.equal((await get(url)).status, 404, url);
  }
  for (const method of ['POST', 'HEAD', 'OPTIONS', 'PUT']) {
    assert.equal((await get(`${uri}${query}`, { method })).status, 404, method);
  }
  for (const host of ['evil.example', `evil.example:${login.listening?.port}`, '127.0.0.1.evil.example', '10.0.0.1']) {
    assert.equal((await get(`${uri}${query}`, { host })).status, 421, host);
  }
  for (const host of ['localhost:1455', '127.0.0.1', '[::1]:1455', 'LOCALHOST']) {
    assert.equal((await get(uri, { host })).status, 400, host);
  }
});

test('a redirect URI that says localhost is listened for in both families', async (context) => {
  const vendor = await oddVendor(context, { '/token': [tokens] });
  const callback = { host: 'localhost' as const, port: 0, path: '/callback', registeredPort: undefined };
  const login = await begin(context, vendor.facts({ callback }));
  const uri = login.redirectUri ?? '';
  assert.equal((await get(uri, { family: 4 })).status, 400);
  const six = await get(uri, { family: 6 }).catch((error: NodeJS.ErrnoException) => error.code);
  // Not every host has ::1.
  assert.ok(
    typeof six === 'string' ? /ENOTFOUND|EADDRNOTAVAIL|ENETUNREACH/.test(six) : six?.status === 400,
    String(six),
  );
});

for (const address of ['127.0.0.1', '::1']) {
  test(`a port that is taken at ${address} is told with the ways out`, async (context) => {
    const other = createServer();
    const port = await new Promise<number | undefined>((done) => {
      other.once('error', () => done(undefined));
      other.listen(0, address, () => done(Object(other.address()).port));
    });
    context.after(() => other.close());
    if (port === undefined) return context.diagnostic(`${address} is not there`);
    const callback = { host: 'localhost' as const, port, path: '/callback', registeredPort: port };
    const problem = await refusal({ ...facts, callback });
    assert.equal(problem.code, 'port-taken');
    assert.ok(problem.message.includes(`port ${port} at ${address} is taken`), problem.message);
    for (const way of ['--callback-port', 'oauth.callbackPort', 'PORTICO_OAUTH_PORT_ACME', '--paste']) {
      assert.ok(problem.remedy.includes(way), way);
    }
    if (address !== '::1') return;
    await assert.rejects(get(`http://127.0.0.1:${port}/callback`), 'the half that was bound is let go');
  });
}

test('an address that is none of this host is not called a port that is taken', async () => {
  const callback = { ...facts.callback, listenHost: '192.0.2.1' };
  const problem = await refusal({ ...facts, callback });
  assert.equal(problem.code, 'port-taken');
  assert.match(problem.message, /192\.0\.2\.1 cannot be listened at \(EADDRNOTAVAIL\)/);
  assert.match(problem.remedy, /PORTICO_OAUTH_HOST/);
});

test('in a container an address of its own is listened at', async (context) => {
  const login = await begin(context, { ...facts, callback: { ...facts.callback, listenHost: '0.0.0.0' } });
  assert.equal(login.listening?.host, '0.0.0.0');
  assert.equal((await get(login.redirectUri ?? '')).status, 400);
  assert.match(login.redirectUri ?? '', /^http:\/\/127\.0\.0\.1:/);
});

test('connections that are kept open do not keep the listener', async (context) => {
  const login = await begin(context, facts);
  const sockets = Array.from({ length: 3 }, () => connect(login.listening?.port ?? 0, '127.0.0.1'));
  const gone = sockets.map((socket) => {
    const closed = Promise.withResolvers<void>();
    socket.once('close', () => closed.resolve()).on('error', () => undefined);
    return closed.promise;
  });
  await Promise.all(sockets.map((socket) => new Promise<void>((done) => socket.once('connect', () => done()))));
  sockets[1]?.write('GET /callback HTTP/1.1\r\nhost: 127');
  login.cancel();
  assert.equal((await problemOf(login)).code, 'cancelled');
  await Promise.all(gone);
});

test('connections that are kept open do not keep the browser out', async (context) => {
  const vendor = await oddVendor(context, { '/token': [tokens] });
  const login = await begin(context, vendor.facts());
  const sockets = Array.from({ length: 60 }, () => connect(login.listening?.port ?? 0, '127.0.0.1'));
  for (const socket of sockets) socket.on('error', () => undefined);
  await Promise.all(sockets.map((socket) => new Promise<void>((done) => socket.once('connect', () => done()))));
  assert.equal((await get(`${login.redirectUri}?code=c&state=${login.id}`)).status, 200);
  await grantedOf(login);
  for (const socket of sockets) socket.destroy();
});

test('a browser that leaves while its code is redeemed does not keep the login from ending', async (context) => {
  const vendor = await oddVendor(context, { '/token': [undefined] });
  const login = await begin(context, vendor.facts());
  const url = new URL(`${login.redirectUri}?code=c&state=${login.id}`);
  const browser = connect(Number(url.port), '127.0.0.1');
  browser.write(`GET ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\n\r\n`);
  while (vendor.asked.length === 0) await new Promise((next) => setImmediate(next));
  browser.resetAndDestroy();
  // One more round trip: the listener has seen that it left.
  assert.equal((await get(`${login.redirectUri}`)).status, 400);
  login.cancel();
  assert.equal((await problemOf(login)).code, 'cancelled');
});

test('a login that is cancelled while its code is redeemed tells the browser, and asks no further', async (context) => {
  const vendor = await oddVendor(context, { '/token': [undefined] });
  const login = await begin(context, vendor.facts(), { note: assert.fail });
  const page = get(`${login.redirectUri}?code=c&state=${login.id}`);
  while (vendor.asked.length === 0) await new Promise((next) => setImmediate(next));
  const again = get(`${login.redirectUri}?code=c&state=${login.id}`);
  login.cancel();
  assert.match((await page).text, /came to nothing/);
  await again.catch((error: NodeJS.ErrnoException) => assert.match(String(error.code), /ECONN/));
  assert.equal(vendor.asked.length, 1);
  assert.equal((await problemOf(login)).code, 'cancelled');
});
