// Where a forward goes, what it says of itself there, and how redirects come back.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { forward, secret, TestGateway, usualPlugins } from '../../support/gateway.ts';
import { json, Upstream } from '../../support/upstream.ts';

let upstream: Upstream;

before(async () => {
  upstream = await Upstream.start(json({ ok: true }));
});
after(() => upstream[Symbol.asyncDispose]());

function routed(more: Partial<typeof forward> & { url?: string } = {}, open = false) {
  const { url = upstream.url, ...settings } = more;
  const route = { name: 'wiki', paths: ['/wiki'], url, forward: { ...forward, ...settings } };
  return { routes: [route], plugins: open ? [] : usualPlugins };
}

describe('the path', () => {
  const rules = [
    { from: '^/old/(\\w+)/(.*)$', to: '/new/$2?by=$1' },
    { from: '^/old', to: '/older' },
    { from: 'x', to: 'y' },
    { from: '^/dots/(.)(.)/', to: '/$1$2/' },
    { from: '^/bare/', to: '' },
  ];
  const cases = [
    { asked: '/wiki', sent: '/' },
    { asked: '/wiki/page?a=%20+&a', sent: '/page?a=%20+&a' },
    { asked: '/wiki/%7Euser/a%2Fb', sent: '/%7Euser/a%2Fb' },
    { asked: '/wiki/v1/models', sent: '/v1/models', why: 'a path of a dialect is the service’s here' },
    { asked: '/wiki/page', base: '/base/', sent: '/base/page' },
    { asked: '/wiki/page', base: '/base', settings: { stripPrefix: false }, sent: '/base/wiki/page' },
    { asked: '/wiki', settings: { stripPrefix: false }, sent: '/wiki' },
    { asked: '/wiki/old/me/x?q=1', settings: { rewrite: rules }, sent: '/new/x?by=me&q=1' },
    { asked: '/wiki/old', settings: { rewrite: rules }, sent: '/older', why: 'the first that matches, and no other' },
    { asked: '/wiki/xx', settings: { rewrite: rules }, sent: '/yx' },
    { asked: '/wiki/bare/a', settings: { rewrite: rules }, sent: '/a' },
    { asked: '/wiki/none', settings: { rewrite: rules }, sent: '/none' },
  ];
  for (const { asked, base = '', settings = {}, sent, why = '' } of cases) {
    test(`${asked} to ${base} with ${JSON.stringify(settings).slice(0, 20)} is ${sent} ${why}`, async () => {
      await using gateway = await TestGateway.start(routed({ url: upstream.url + base, ...settings }));
      assert.equal((await gateway.get(asked)).status, 200);
      assert.equal(upstream.last.path, sent);
    });
  }

  test('cannot be rewritten to lead upwards', async () => {
    await using gateway = await TestGateway.start(routed({ rewrite: [{ from: '^/d/(.)x(.)/', to: '/$1$2/' }] }));
    const before = upstream.requests.length;
    assert.equal((await gateway.get('/wiki/d/.x./secret')).status, 400);
    assert.equal(upstream.requests.length, before);
  });
});

describe('the Host header', () => {
  const cases = [
    { host: 'upstream', sent: () => new URL(upstream.url).host },
    { host: 'client', sent: (gateway: TestGateway) => new URL(gateway.url).host },
    { host: 'wiki.example.com', sent: () => 'wiki.example.com' },
  ];
  for (const { host, sent } of cases) {
    test(`is by ${host}`, async () => {
      await using gateway = await TestGateway.start(routed({ host }));
      await gateway.get('/wiki/');
      assert.equal(upstream.last.headers.host, sent(gateway));
      assert.equal(upstream.last.headers['x-forwarded-host'], new URL(gateway.url).host);
    });
  }
});

describe('headers', () => {
  test('of the client cross, but for its key and what it says of itself', async () => {
    await using gateway = await TestGateway.start(routed({ headers: { 'x-service-key': 's3', 'x-mine': 'ours' } }));
    const sent = {
      cookie: 'session=1',
      'x-api-key': secret,
      'x-mine': 'theirs',
      'x-other': 'kept',
      'accept-encoding': 'br;q=0.1',
      forwarded: 'for=1.2.3.4',
      'x-forwarded-for': '1.2.3.4',
      'x-real-ip': '1.2.3.4',
    };
    await gateway.get(`/wiki/?key=${secret}&b=1&key=2`, sent);
    const { headers, path } = upstream.last;
    assert.equal(path, '/?b=1');
    assert.deepEqual(
      [headers.cookie, headers['x-mine'], headers['x-other'], headers['accept-encoding'], headers['x-service-key']],
      ['session=1', 'ours', 'kept', 'br;q=0.1', 's3'],
    );
    assert.equal(headers['x-forwarded-for'], '127.0.0.1');
    for (const name of ['authorization', 'x-api-key', 'forwarded', 'x-real-ip'])
      assert.equal(headers[name], undefined, name);
  });

  test('with credentials cross where no plugin took them: they are for the service', async () => {
    await using gateway = await TestGateway.start(routed({}, true));
    await gateway.get('/wiki/?key=k', { authorization: 'Basic dXNlcg==', 'x-api-key': 'theirs' });
    const { headers, path } = upstream.last;
    assert.deepEqual([headers.authorization, headers['x-api-key'], path], ['Basic dXNlcg==', 'theirs', '/?key=k']);
  });

  test('of the answer cross, but for those of one connection', async () => {
    upstream.answer = (res) => {
      res.writeHead(200, {
        'set-cookie': ['a=1', 'b=2'],
        'alt-svc': 'h3=":443"',
        'strict-transport-security': 'max-age=1',
        'x-listed': '1',
        connection: 'x-listed',
      });
      res.end('{}');
    };
    await using gateway = await TestGateway.start(routed());
    const { headers } = await gateway.get('/wiki/');
    assert.deepEqual(headers.getSetCookie(), ['a=1', 'b=2']);
    assert.equal(headers.get('strict-transport-security'), 'max-age=1');
    for (const name of ['alt-svc', 'x-listed']) assert.equal(headers.get(name), null, name);
    upstream.answer = json({ ok: true });
  });
});

describe('redirects', () => {
  const cases = [
    { location: '/login?next=%2Fa#top', led: '/wiki/login?next=%2Fa#top' },
    { location: 'login', led: 'login', why: 'relative: right as it is' },
    { location: '?page=2', led: '?page=2' },
    { location: 'UPSTREAM/login', led: '/wiki/login' },
    { location: 'UPSTREAM', led: '/wiki/' },
    { location: 'GATEWAY/login', led: '/wiki/login', why: 'a service that was told of the client’s host' },
    { location: '//UPSTREAMHOST/x', led: '/wiki/x' },
    { location: 'https://elsewhere.example.com/login', led: 'https://elsewhere.example.com/login' },
    { location: '/base/a', base: '/base', led: '/wiki/a' },
    { location: '/base?a', base: '/base', led: '/wiki/?a' },
    { location: '/outside', base: '/base', led: '/outside', why: 'not below the service' },
    { location: '/basement', base: '/base', led: '/basement' },
    { location: 'UPSTREAM/wiki/a', settings: { stripPrefix: false }, led: '/wiki/a' },
    { location: '/login', settings: { mapRedirects: false }, led: '/login' },
    { location: 'http://wiki.example.com/a', settings: { host: 'wiki.example.com' }, led: '/wiki/a' },
  ];
  for (const { location, base = '', settings = {}, led, why = '' } of cases) {
    test(`to ${location} below ${base}/ with ${JSON.stringify(settings)} lead to ${led} ${why}`, async () => {
      await using gateway = await TestGateway.start(routed({ url: upstream.url + base, ...settings }));
      const host = new URL(upstream.url).host;
      const written = location
        .replace('UPSTREAMHOST', host)
        .replace('UPSTREAM', upstream.url)
        .replace('GATEWAY', gateway.url);
      upstream.answer = (res) => void res.writeHead(302, { location: written, 'content-location': written }).end();
      const answer = await fetch(`${gateway.url}/wiki/start`, {
        redirect: 'manual',
        headers: { authorization: `Bearer ${secret}` },
      });
      assert.deepEqual([answer.status, answer.headers.get('location')], [302, led]);
      assert.equal(answer.headers.get('content-location'), led);
      upstream.answer = json({ ok: true });
    });
  }
});
