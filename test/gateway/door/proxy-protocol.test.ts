// The PROXY protocol at the door: who the client is, over plain HTTP and TLS; everything that does not begin as it must
// is closed without a word.
import assert from 'node:assert/strict';
import http2 from 'node:http2';
import net from 'node:net';
import { after, describe, test } from 'node:test';
import tls from 'node:tls';
import fc from 'fast-check';
import type { LoadedListener } from '../../../src/config/loaded.ts';
import { systemClock } from '../../../src/core/index.ts';
import { parseProxyHeader } from '../../../src/gateway/door/socket/proxy-header.ts';
import { makeCertificate } from '../../support/certificate.ts';
import { configOf, secret, TestGateway } from '../../support/gateway.ts';
import { json, Upstream } from '../../support/upstream.ts';
import { get, idle, sized, Wire } from '../http/wire.ts';

const line = 'PROXY TCP4 192.0.2.7 10.0.0.1 4711 443\r\n';
const signature = '\r\n\r\n\0\r\nQUIT\n';

function binary(command: number, family: number, payload: Buffer | string): string {
  const head = Buffer.alloc(4);
  head.writeUInt8(command, 0);
  head.writeUInt8(family, 1);
  head.writeUInt16BE(payload.length, 2);
  return signature + Buffer.concat([head, Buffer.from(payload as string, 'latin1')]).toString('latin1');
}

const four = Buffer.from([192, 0, 2, 8, 10, 0, 0, 1, 0x12, 0x67, 1, 0xbb]).toString('latin1');
const six = Buffer.concat([
  Buffer.from('20010db8000000000000000000000009', 'hex'),
  Buffer.alloc(16),
  Buffer.from([0x12, 0x67, 1, 0xbb]),
]).toString('latin1');

const accepted: [string, string, string][] = [
  ['version 1, IPv4', line, '192.0.2.7'],
  ['version 1, IPv6', 'PROXY TCP6 2001:db8::7 ::1 65535 0\r\n', '2001:db8::7'],
  ['version 1, a mapped address', 'PROXY TCP6 ::ffff:192.0.2.7 ::1 1 1\r\n', '192.0.2.7'],
  ['version 1, unknown', 'PROXY UNKNOWN\r\n', '127.0.0.1'],
  ['version 1, unknown with the rest', `PROXY UNKNOWN ${'f'.repeat(80)}\r\n`, '127.0.0.1'],
  ['version 2, IPv4', binary(0x21, 0x11, four), '192.0.2.8'],
  ['version 2, IPv6', binary(0x21, 0x21, six), '2001:db8::9'],
  ['version 2, datagrams', binary(0x21, 0x12, four), '192.0.2.8'],
  [
    'version 2, with notes behind the addresses',
    binary(0x21, 0x11, `${four}${'\x04\0\x01n'.repeat(200)}`),
    '192.0.2.8',
  ],
  ['version 2, a health check', binary(0x20, 0, ''), '127.0.0.1'],
  ['version 2, a health check with addresses', binary(0x20, 0x11, four), '127.0.0.1'],
  ['version 2, a socket file', binary(0x21, 0x31, 'x'.repeat(216)), '127.0.0.1'],
];

const refused: [string, string][] = [
  ['HTTP without a header', get('/health')],
  ['a line without its end', `PROXY TCP4 192.0.2.7 10.0.0.1 4711 443 ${'x'.repeat(100)}`],
  ['a line beyond 107 bytes', `PROXY UNKNOWN ${'f'.repeat(110)}\r\n`],
  ['a line ended by a bare LF', `${line.replace('\r', '')}${get('/health')}`],
  ['a host name', 'PROXY TCP4 client.test 10.0.0.1 4711 443\r\n'],
  ['the other family', 'PROXY TCP4 2001:db8::7 ::1 4711 443\r\n'],
  ['a port that is none', 'PROXY TCP4 192.0.2.7 10.0.0.1 65536 443\r\n'],
  ['two spaces', 'PROXY TCP4  192.0.2.7 10.0.0.1 4711 443\r\n'],
  ['an unknown transport', 'PROXY UDP4 192.0.2.7 10.0.0.1 4711 443\r\n'],
  ['version 3', binary(0x31, 0x11, four)],
  ['an unknown command', binary(0x22, 0x11, four)],
  ['addresses too short for their family', binary(0x21, 0x21, four)],
  ['notes beyond 4 KiB', binary(0x21, 0x11, four + 'x'.repeat(5000))],
  ['the signature with something else', `${signature.slice(0, -1)}X${'x'.repeat(20)}`],
  ['TLS where plain HTTP is served', '\x16\x03\x01\x02\0\x01\0'],
];

describe('a listener with proxyProtocol', async () => {
  const upstream = await Upstream.start(json({ ok: true }));
  after(() => upstream[Symbol.asyncDispose]());
  const providers = [{ name: 'up', url: upstream.url }];
  const everybody = ['0.0.0.0/0', '::/0'];
  const start = (listener: Partial<LoadedListener> = {}, head = 60_000) =>
    TestGateway.start({ providers, listener: { proxyProtocol: everybody, ...listener } }, systemClock, {
      head,
      linger: 50,
    });

  describe('serves behind', async () => {
    const portico = await start();
    after(() => portico[Symbol.asyncDispose]());
    for (const [name, header, client] of accepted) {
      test(name, async () => {
        const before = portico.records.length;
        using wire = await Wire.open(portico.url);
        assert.equal((await wire.send(header + sized()).answer()).status, 200);
        assert.equal((await wire.send(sized()).answer()).status, 200, 'and again on the same connection');
        await portico.recorded(before + 2);
        assert.deepEqual(
          portico.records.slice(before).map(({ clientIp }) => clientIp),
          [client, client],
        );
      });
    }

    test('a header that comes byte by byte', async () => {
      using wire = await Wire.open(portico.url);
      wire.socket.setNoDelay(true);
      for (const byte of binary(0x21, 0x11, four)) {
        wire.send(byte);
        await new Promise((resolve) => wire.socket.write('', resolve));
      }
      assert.equal((await wire.send(sized()).answer()).status, 200);
      assert.equal(portico.records.at(-1)?.clientIp, '192.0.2.8');
    });
  });

  describe('closes', async () => {
    const portico = await start();
    after(() => portico[Symbol.asyncDispose]());
    for (const [name, bytes] of refused) {
      test(name, async () => {
        using wire = await Wire.open(portico.url);
        wire.send(bytes);
        assert.equal(await wire.closed, '');
        await idle(portico);
      });
    }
  });

  test('does not wait for a header longer than for the head of a request', async () => {
    await using portico = await start({}, 50);
    for (const beginning of ['', 'PROXY TCP4 192.0', signature]) {
      using wire = await Wire.open(portico.url);
      wire.send(beginning);
      assert.equal(await wire.closed, '');
    }
  });

  test('takes the header from the addresses of `from` only; others are served as they come', async () => {
    for (const [from, header, expected] of [
      [['127.0.0.1'], line, '192.0.2.7'],
      [['10.0.0.0/8'], '', '127.0.0.1'],
    ] as const) {
      await using portico = await start({ proxyProtocol: from });
      using wire = await Wire.open(portico.url);
      assert.equal((await wire.send(header + sized()).answer()).status, 200);
      await portico.recorded(1);
      assert.equal(portico.records[0]?.clientIp, expected);
    }
    await using portico = await start({ proxyProtocol: ['10.0.0.0/8'] });
    using wire = await Wire.open(portico.url);
    assert.equal((await wire.send(line + sized()).answer()).status, 400, 'the header is no HTTP');
  });

  test('believes trusted proxies behind the load balancer', async () => {
    await using portico = await start({ trustedProxies: ['192.0.2.7'] });
    using wire = await Wire.open(portico.url);
    const forwarded = sized().replace('Host:', 'X-Forwarded-For: 198.51.100.1\r\nHost:');
    assert.equal((await wire.send(line + forwarded).answer()).status, 200);
    assert.equal(portico.records[0]?.clientIp, '198.51.100.1');
  });

  const certificate = makeCertificate();
  test('reads the header before TLS', { skip: certificate === undefined && 'no openssl' }, async () => {
    const certificates = [{ cert: '', key: '', ...certificate, hosts: [] }];
    for (const http2 of [true, false]) {
      const settings = { certificates, minVersion: 'TLSv1.2', http2, clientCertificates: undefined } as const;
      await using portico = await start({ tls: settings });
      const socket = tls.connect({ socket: announced(portico), rejectUnauthorized: false });
      socket.write(sized().replace('Host:', 'Connection: close\r\nHost:'));
      let text = '';
      for await (const data of socket) text += data;
      assert.match(text, /^HTTP\/1\.1 200 /);
      assert.equal(portico.records[0]?.clientIp, '192.0.2.7');
    }
  });

  test('knows the client of an HTTP/2 session', { skip: certificate === undefined && 'no openssl' }, async () => {
    const certificates = [{ cert: '', key: '', ...certificate, hosts: [] }];
    const settings = { certificates, minVersion: 'TLSv1.2', http2: true, clientCertificates: undefined } as const;
    await using portico = await start({ tls: settings });
    const options = { socket: announced(portico), rejectUnauthorized: false, ALPNProtocols: ['h2'] };
    const session = http2.connect('https://localhost', { createConnection: () => tls.connect(options) });
    const stream = session.request({ ':path': '/v1/models', authorization: `Bearer ${secret}` });
    await new Promise((resolve) => stream.resume().once('close', resolve));
    session.destroy();
    await portico.recorded(1);
    assert.deepEqual([portico.records[0]?.status, portico.records[0]?.clientIp], [200, '192.0.2.7']);
  });

  test('comes and goes while its port stays', async () => {
    await using portico = await TestGateway.start({ providers });
    using old = await Wire.open(portico.url);
    assert.equal((await old.send(sized()).answer()).status, 200);
    await portico.gateway.prepare(2, configOf({ providers, generation: 2, listener: { proxyProtocol: everybody } }));
    portico.gateway.commit(2);
    assert.equal(await old.closed, '', 'an idle connection made without it ends');
    using wire = await Wire.open(portico.url);
    assert.equal((await wire.send(line + sized()).answer()).status, 200);
  });
});

/** A connection on which the load balancer has spoken. */
function announced(portico: TestGateway): net.Socket {
  const socket = net.connect(portico.gateway.ports()[0] ?? 0, '127.0.0.1');
  socket.write(line);
  return socket;
}

test('whatever comes first is a header, the beginning of one, or none; never an error', () => {
  const start = fc.constantFrom('', 'PROXY ', 'PROXY TCP4 ', signature, `${signature}\x21\x11\0\x0c`, line);
  fc.assert(
    fc.property(start, fc.uint8Array({ maxLength: 300 }), (known, more) => {
      const bytes = Buffer.concat([Buffer.from(known, 'latin1'), more]);
      const parsed = parseProxyHeader(bytes);
      if (typeof parsed !== 'string') assert.ok(parsed.length <= bytes.length);
    }),
  );
});
