// Browsers of listed origins may read every answer, errors included; preflights need no key and reach no upstream.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { exposed } from '../../plugins/cors/expose.ts';
import factory from '../../plugins/cors/index.ts';
import { originMatcher } from '../../plugins/cors/origins.ts';
import type { Overrides } from '../../src/config/loaded.ts';
import { chainOf, errorsOf } from '../support/chain.ts';
import { secret, TestGateway } from '../support/gateway.ts';
import { events, json, Upstream } from '../support/upstream.ts';

const app = 'https://app.example.com';
const path = '/v1/chat/completions';
const chat = { model: 'model-a', messages: [] };

async function gateway(upstream: Upstream, settings: Record<string, unknown>, rest: readonly unknown[] = []) {
  return TestGateway.start({
    providers: [{ name: 'up', url: upstream.url }],
    routes: [{ name: 'root' }, { name: 'wiki', paths: ['/wiki'], url: upstream.url }],
    plugins: await chainOf({ cors: settings }, 'auth', ...rest, 'balancer'),
  });
}

function preflight(portico: TestGateway, at = path, headers: Record<string, string> = {}): Promise<Response> {
  const asks = { origin: app, 'access-control-request-method': 'POST', ...headers };
  return fetch(portico.url + at, { method: 'OPTIONS', headers: asks });
}

const said = (response: Response, name: string) => response.headers.get(`access-control-${name}`);

describe('a listed origin', async () => {
  const upstream = await Upstream.start(json({ ok: true }));
  const portico = await gateway(upstream, { origins: [app, 'http://localhost:5173'], maxAge: '1h' });
  after(async () => {
    await portico[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  });

  test('gets its preflight answered without a key, on every kind of path', async () => {
    for (const at of [path, '/v1beta/models/model-a:generateContent', '/v1/models', '/wiki/page', '/any']) {
      const response = await preflight(portico, at, {
        'access-control-request-headers': 'authorization,x-stainless-os',
      });
      assert.equal(response.status, 204, at);
      assert.equal(said(response, 'allow-origin'), app);
      assert.match(said(response, 'allow-methods') ?? '', /POST/);
      assert.equal(said(response, 'allow-headers'), 'authorization,x-stainless-os');
      assert.equal(said(response, 'max-age'), '3600');
      assert.equal(said(response, 'allow-credentials'), null);
      assert.equal(said(response, 'allow-private-network'), null);
      assert.match(response.headers.get('vary') ?? '', /^Origin/);
      assert.equal(response.headers.get('content-length'), null);
    }
    assert.equal(upstream.requests.length, 0);
  });

  test('may read an answer, a stream, an upstream error and the plain forward', async () => {
    const headers = { origin: app };
    const answers = [json({ ok: true }), events('data: {"choices":[{"delta":{"content":"x"}}]}\n\n'), json({}, 400)];
    for (const answer of answers) {
      upstream.answer = answer;
      const response = await portico.post(path, chat, { headers });
      await response.text();
      assert.equal(said(response, 'allow-origin'), app);
      assert.equal(response.headers.get('vary'), 'Origin');
    }
    upstream.answer = json({ ok: true });
    assert.equal(said(await portico.get('/wiki/page', headers), 'allow-origin'), app);
  });

  test('may read the errors of the gateway', async () => {
    for (const [key, body, status] of [
      ['nope', chat, 401],
      [secret, { messages: [] }, 400],
    ] as const) {
      const headers = { origin: app, authorization: `Bearer ${key}` };
      const response = await portico.post(path, body, { headers });
      assert.equal(response.status, status);
      assert.equal(said(response, 'allow-origin'), app);
      assert.match(said(response, 'expose-headers') ?? '', /x-portico-id.*retry-after/);
      assert.equal(response.headers.get('vary'), 'Origin');
    }
  });

  test('is told which headers it may read: those named, and those of the answer that begin as one with a star', async () => {
    upstream.answer = json({}, 200, { 'x-ratelimit-remaining-requests': '7', 'x-other': '1' });
    const names = said(await portico.post(path, chat, { headers: { origin: app } }), 'expose-headers');
    assert.equal(
      names,
      'x-portico-id, x-portico-dropped, x-portico-estimated, retry-after, x-ratelimit-remaining-requests',
    );
    upstream.answer = json({ ok: true });
  });

  test('is told so by the gateway alone, whatever the upstream says of origins; its vary stays', async () => {
    upstream.answer = json({}, 200, {
      'access-control-allow-origin': '*',
      'access-control-allow-credentials': 'true',
      vary: 'accept-language',
    });
    const ours = await portico.post(path, chat, { headers: { origin: app } });
    assert.equal(said(ours, 'allow-origin'), app);
    assert.equal(said(ours, 'allow-credentials'), null);
    assert.equal(ours.headers.get('vary'), 'Origin, accept-language');
    const others = await portico.post(path, chat, { headers: { origin: 'https://evil.example' } });
    assert.equal(said(others, 'allow-origin'), null);
    assert.equal(others.status, 200, 'it is the browser that keeps the answer back');
    assert.match(others.headers.get('vary') ?? '', /Origin/);
    upstream.answer = json({ ok: true });
  });

  test('is the only one: another one’s preflight is answered and allows nothing', async () => {
    for (const origin of [
      'https://evil.example',
      `${app}.evil.example`,
      'null',
      'http://app.example.com',
      `${app}:444`,
    ]) {
      const response = await preflight(portico, '/wiki/page', { origin });
      assert.equal(response.status, 204);
      assert.deepEqual(
        [...response.headers.keys()].filter((name) => name.startsWith('access-control')),
        [],
        origin,
      );
    }
  });

  test('OPTIONS that is no preflight is 405 or 404 for who may ask, and never reaches a provider', async () => {
    const asked = upstream.requests.length;
    const options = (at: string, key: string) =>
      fetch(portico.url + at, { method: 'OPTIONS', headers: { authorization: `Bearer ${key}` } });
    const known = await options(path, secret);
    assert.deepEqual([known.status, known.headers.get('allow')], [405, 'POST']);
    assert.equal((await options('/v1/nothing', secret)).status, 404);
    assert.equal((await options(path, 'nope')).status, 401);
    assert.equal(upstream.requests.length, asked);
    assert.equal((await options('/wiki/page', secret)).status, 200, 'a plain forward takes every method');
    assert.equal(upstream.last.method, 'OPTIONS');
  });
});

test('without a balancer OPTIONS reaches no provider either', async () => {
  await using upstream = await Upstream.start(json({ ok: true }));
  await using portico = await TestGateway.start({ providers: [{ name: 'up', url: upstream.url }], plugins: [] });
  assert.equal((await preflight(portico)).status, 405);
  assert.equal(upstream.requests.length, 0);
});

test('everybody is `*`, the same for all, so that no cache needs to tell origins apart', async () => {
  await using upstream = await Upstream.start(json({ ok: true }));
  await using portico = await gateway(upstream, { origins: ['*'], headers: ['X-One', 'X-Two'], methods: ['POST'] });
  for (const headers of [{ origin: app }, {}]) {
    const response = await portico.post(path, chat, { headers: headers as Record<string, string> });
    assert.deepEqual([said(response, 'allow-origin'), response.headers.get('vary')], ['*', null]);
  }
  const asked = await preflight(portico, path, { 'access-control-request-headers': 'x-three' });
  assert.equal(said(asked, 'allow-headers'), 'X-One, X-Two');
  assert.equal(said(asked, 'allow-methods'), 'POST');
});

test('credentials and private networks are allowed where switched on', async () => {
  await using upstream = await Upstream.start(json({ ok: true }));
  await using portico = await gateway(upstream, { origins: [app], credentials: true, privateNetwork: true });
  const asked = await preflight(portico, path, { 'access-control-request-private-network': 'true' });
  assert.deepEqual([said(asked, 'allow-credentials'), said(asked, 'allow-private-network')], ['true', 'true']);
  assert.equal(said(await preflight(portico), 'allow-private-network'), null);
  const answer = await portico.post(path, chat, { headers: { origin: app } });
  assert.equal(said(answer, 'allow-credentials'), 'true');
  const other = await portico.post(path, chat, { headers: { origin: 'https://evil.example' } });
  assert.equal(said(other, 'allow-credentials'), null);
});

test('refusals before the chain can be read too, as listener and route have it', async () => {
  await using upstream = await Upstream.start(json({ ok: true }));
  const asked = { origins: [app] };
  const start = async (listener: Overrides, route: Overrides) =>
    TestGateway.start({
      providers: [{ name: 'up', url: upstream.url, dialects: ['anthropic-messages'] }],
      listener: { plugins: listener },
      routes: [{ name: 'api', paths: ['/api'], dialects: ['anthropic-messages'], plugins: route }],
      plugins: await chainOf({ cors: asked }, 'auth', 'balancer'),
    });
  const requests: [string, string, number][] = [
    ['/nowhere', 'GET', 404],
    ['/api/v1/messages', 'GET', 405],
    ['/api/v1/..;/x', 'POST', 400],
  ];
  for (const [listener, route, expected] of [
    [{}, {}, [app, app, app]],
    [{}, { cors: 'off' }, [app, null, app]],
    [{ cors: 'off' }, {}, [null, null, null]],
    [{ cors: 'off' }, { cors: { settings: asked } }, [null, app, null]],
  ] as const) {
    await using portico = await start(listener, route);
    for (const [index, [at, method, status]] of requests.entries()) {
      const response = await fetch(portico.url + at, { method, headers: { origin: app } });
      assert.deepEqual([response.status, said(response, 'allow-origin')], [status, expected[index]], at);
      assert.match(((await response.json()) as { error: { message: string } }).error.message, /\w/);
    }
    const answered = (await preflight(portico, '/nowhere')).status;
    assert.equal(answered, expected[0] === null ? 404 : 204);
  }
  assert.equal(upstream.requests.length, 0);
});

test('`*` with credentials is refused at load, and where overrides add up to it', async () => {
  assert.match((await errorsOf({ cors: { origins: ['*'], credentials: true } })).join(), /exclude each other/);
  assert.deepEqual(await errorsOf({ cors: { origins: [app], credentials: true } }), []);
  assert.deepEqual(await errorsOf({ cors: { origins: ['*'] } }), []);
  const config = { origins: ['*'], credentials: true } as unknown as Parameters<typeof factory>[0];
  assert.throws(() => factory(config, {} as Parameters<typeof factory>[1]), /exclude each other/);
});

test('what is no origin is refused at load', async () => {
  const wrong = [`${app}/`, 'app.example.com', 'https://*', 'https://a.*.com', 'https://*example.com', 'null', ''];
  const errors = await errorsOf({ cors: { origins: wrong } });
  assert.equal(errors.filter((error) => /^must be an origin such as/.test(error)).length, wrong.length);
  const right = ['http://[::1]:3000', 'chrome-extension://abcdef', 'https://*.example.com:8443'];
  assert.deepEqual(await errorsOf({ cors: { origins: right } }), []);
});

test('a star stands for every depth of subdomains and for nothing else', () => {
  const allows = originMatcher(['https://*.Example.com', 'https://exact.test:443']);
  for (const yes of ['https://a.example.com', 'https://a.b-c.example.com', 'https://exact.test'])
    assert.ok(allows(yes), yes);
  for (const no of [
    'https://example.com',
    'https://.example.com',
    'https://evilexample.com',
    'https://evil.test/.example.com',
    'https://evil.test#a.example.com',
    'https://user@a.example.com',
    'https://a..example.com',
    'http://a.example.com',
    'https://a.example.com:8443',
    'https://a.example.com.evil.test',
    '',
  ])
    assert.ok(!allows(no), no);
});

test('headers to read are named once', () => {
  assert.deepEqual(exposed(['X-A', 'x-*'], ['x-a', 'X-b', 'y']), ['x-a', 'X-b']);
});
