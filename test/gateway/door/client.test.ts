// Whom a request is taken to come from, and how it is taken to have been asked: what trusted proxies say, nothing else.
import assert from 'node:assert/strict';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import { clientReader } from '../../../src/gateway/door/client.ts';
import { TestGateway } from '../../support/gateway.ts';
import { json, Upstream } from '../../support/upstream.ts';

const trustedProxies = ['10.0.0.0/8', '2001:db8::/32'];

function requestOf(peer: string, headers: IncomingHttpHeaders): IncomingMessage {
  return { socket: { remoteAddress: peer }, headers } as unknown as IncomingMessage;
}

describe('the client behind proxies that write X-Forwarded-For', () => {
  const reader = clientReader({ trustedProxies, forwardedHeader: 'x-forwarded-for' });
  const sender = (peer: string, header: string | undefined) =>
    reader.address(requestOf(peer, header === undefined ? {} : { 'x-forwarded-for': header }));
  const cases: [string, string, string | undefined, string][] = [
    ['nobody forwards', '203.0.113.1', undefined, '203.0.113.1'],
    ['a peer that is not trusted is not believed', '203.0.113.1', '198.51.100.1', '203.0.113.1'],
    ['a trusted one is', '10.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['what the client wrote on the left counts for nothing', '10.0.0.1', '192.0.2.66, 198.51.100.1', '198.51.100.1'],
    ['trusted proxies are walked past', '10.0.0.1', '192.0.2.66,198.51.100.1 , 10.0.0.7', '198.51.100.1'],
    ['where all are trusted it is the first', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['mapped peers and hops are the same', '::ffff:10.0.0.1', '::ffff:198.51.100.1, ::ffff:a00:2', '198.51.100.1'],
    ['ports are taken off', '10.0.0.1', '[2001:4860::1]:4711, 10.0.0.2:80', '2001:4860::1'],
    ['brackets alone too', '10.0.0.1', '[2001:4860::1]', '2001:4860::1'],
    ['IPv6 proxies', '2001:db8::5', '198.51.100.1', '198.51.100.1'],
    ['what is no address is nobody', '10.0.0.1', '198.51.100.1, unknown', ''],
    ['an empty hop is nobody', '10.0.0.1', '198.51.100.1,', ''],
    ['a socket without address is nobody', '', '198.51.100.1', ''],
  ];
  for (const [name, peer, header, expected] of cases) {
    test(name, () => assert.equal(sender(peer, header), expected));
  }

  test('nothing a client writes makes it anybody else', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string())), fc.array(fc.nat(255)), (written, proxies) => {
        const hops = [...written, '198.51.100.1', ...proxies.map((last) => `10.0.0.${last}`)];
        assert.equal(sender('10.0.0.1', hops.join(', ')), '198.51.100.1');
      }),
    );
  });

  test("scheme and host are the nearest proxy's word, and nobody else's", () => {
    const headers = { host: 'inner', 'x-forwarded-proto': 'gopher, HTTPS', 'x-forwarded-host': 'evil, api.test' };
    assert.deepEqual(reader.asked(requestOf('10.0.0.1', headers)), { scheme: 'https', host: 'api.test' });
    assert.deepEqual(reader.asked(requestOf('192.0.2.1', headers)), { scheme: 'http', host: 'inner' });
    assert.deepEqual(reader.asked(requestOf('10.0.0.1', { host: 'a', 'x-forwarded-proto': 'gopher' })), {
      scheme: 'http',
      host: 'a',
    });
  });

  test('Forwarded is not read', () => {
    assert.equal(reader.address(requestOf('10.0.0.1', { forwarded: 'for=192.0.2.66' })), '10.0.0.1');
  });
});

describe('the client behind proxies that write Forwarded', () => {
  const reader = clientReader({ trustedProxies, forwardedHeader: 'forwarded' });
  const sender = (peer: string, forwarded: string) => reader.address(requestOf(peer, { forwarded }));
  const cases: [string, string, string, string][] = [
    ['a token', '10.0.0.1', 'for=198.51.100.1', '198.51.100.1'],
    ['among other parameters', '10.0.0.1', 'by=10.0.0.1 ; For="198.51.100.1:4711";proto=https', '198.51.100.1'],
    ['IPv6, quoted, with a port', '10.0.0.1', 'for="[2001:4860::1]:4711"', '2001:4860::1'],
    ['the last that is not trusted', '10.0.0.1', 'for=192.0.2.66, for=198.51.100.1,for=10.0.0.9', '198.51.100.1'],
    ['from a peer that is not trusted', '203.0.113.1', 'for=198.51.100.1', '203.0.113.1'],
    ['an obfuscated one is nobody', '10.0.0.1', 'for=_hidden', ''],
    ['unknown is nobody', '10.0.0.1', 'for=192.0.2.1, for=unknown', ''],
    ['an element without for is nobody', '10.0.0.1', 'for=192.0.2.1, proto=https', ''],
    ['an open quote is nobody', '10.0.0.1', 'for="192.0.2.66, for=198.51.100.1', ''],
    ['a quote that swallows the next is nobody', '10.0.0.1', 'for="x, for="[2001:4860::1]"', ''],
    ['escapes are undone', '10.0.0.1', 'for="198.51\\.100.1"', '198.51.100.1'],
    ['an empty header is nobody', '10.0.0.1', '', ''],
  ];
  for (const [name, peer, header, expected] of cases) {
    test(name, () => assert.equal(sender(peer, header), expected));
  }

  test('nothing a client writes makes it anybody else', () => {
    fc.assert(
      fc.property(fc.string(), (written) => {
        const seen = sender('10.0.0.1', `${written}, for=198.51.100.1`);
        assert.ok(seen === '198.51.100.1' || seen === '', seen);
      }),
    );
  });

  test('scheme and host stand there too; X-Forwarded-For is not read', () => {
    const headers = {
      host: 'inner',
      forwarded: 'host=evil;proto=gopher, for=192.0.2.1;proto=HTTPS;host="api.test:8443"',
    };
    const request = requestOf('10.0.0.1', { ...headers, 'x-forwarded-for': '192.0.2.66' });
    assert.deepEqual(reader.asked(request), { scheme: 'https', host: 'api.test:8443' });
    assert.equal(reader.address(request), '192.0.2.1');
  });
});

describe('at the gateway', async () => {
  const upstream = await Upstream.start(json({ ok: true }));
  after(() => upstream[Symbol.asyncDispose]());
  const headers = { 'x-forwarded-for': '192.0.2.66, 198.51.100.1', 'x-forwarded-proto': 'https' };

  for (const [trusted, client, scheme] of [
    [['127.0.0.1'], '198.51.100.1', 'https'],
    [[], '127.0.0.1', 'http'],
  ] as const) {
    test(`the client is ${client} with ${trusted.length} trusted proxies, in the record and for forward routes`, async () => {
      await using portico = await TestGateway.start({
        listener: { trustedProxies: trusted },
        providers: [{ name: 'up', url: upstream.url }],
        routes: [{ name: 'wiki', url: upstream.url }],
      });
      assert.equal((await portico.get('/page', headers)).status, 200);
      await portico.recorded(1);
      assert.equal(portico.records[0]?.clientIp, client);
      const sent = upstream.last.headers;
      assert.deepEqual([sent['x-forwarded-for'], sent['x-forwarded-proto']], [client, scheme]);
    });
  }

  test('a client that a trusted proxy names badly has no address, and a service is told of none', async () => {
    await using portico = await TestGateway.start({
      listener: { trustedProxies: ['127.0.0.1'] },
      routes: [{ name: 'wiki', url: upstream.url }],
    });
    assert.equal((await portico.get('/page', { 'x-forwarded-for': 'unknown' })).status, 200);
    assert.equal(upstream.last.headers['x-forwarded-for'], undefined);
  });
});
