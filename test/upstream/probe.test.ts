// Which step of a way out fails is told, and every step that went before with its time.
import assert from 'node:assert/strict';
import { createServer as createPlain } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { type AddressInfo, connect, createServer as createSocketServer, type Server } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { createServer as createTls, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { createServer as createSocks } from '@pondwader/socks5-server';
import { Server as HttpProxy } from 'proxy-chain';
import { type Probed, probe } from '../../src/upstream/egress/probe.ts';
import { makeCertificate } from '../support/certificate.ts';

const certificate = makeCertificate();
const noTls = certificate === undefined ? 'no openssl' : false;
const opened: { close(): unknown }[] = [];
let plain: string;
let secure: string;
let http: string;
let tls: string;
let socks: string;

async function listen(server: Server): Promise<number> {
  opened.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

before(async () => {
  plain = `http://localhost:${await listen(createPlain((_req, res) => void res.writeHead(404).end()))}/v1`;
  const proxy = new HttpProxy({
    port: 0,
    host: '127.0.0.1',
    prepareRequestFunction: ({ password }) => ({ requestAuthentication: password !== 'right' }),
  });
  await proxy.listen();
  opened.push({ close: () => proxy.close(true) });
  http = `http://user:right@localhost:${proxy.port}`;
  const socksServer = createSocks({ auth: { username: 'user', password: 'right' } });
  await new Promise<void>((resolve) => socksServer.listen(0, '127.0.0.1', resolve));
  opened.push(socksServer);
  const { server } = socksServer as unknown as { server: Server };
  socks = `socks5h://user:right@127.0.0.1:${(server.address() as AddressInfo).port}`;
  if (certificate === undefined) return;
  setDefaultCACertificates([...getCACertificates('default'), certificate.cert]);
  secure = `https://localhost:${await listen(createSecure(certificate, (_req, res) => void res.end()))}`;
  const front = createTls(certificate, (socket) => {
    const inner = connect(proxy.port, '127.0.0.1');
    socket.pipe(inner).pipe(socket);
    for (const [one, other] of [
      [socket, inner],
      [inner, socket],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  tls = `https://user:right@localhost:${await listen(front)}`;
});
after(async () => {
  for (const server of opened) await server.close();
});

function walk(egressUrl: string | undefined, target: string, limitMs = 5000): Promise<Probed> {
  return probe({ egressUrl, target: new URL(target), limitMs });
}

const stepsOf = ({ steps }: Probed) => steps.map(({ step }) => step);

describe('a way that leads there', () => {
  for (const [name, url, target, steps, status] of [
    ['directly', () => undefined, () => plain, ['lookup', 'connect', 'http'], 404],
    ['through an http proxy', () => http, () => plain, ['lookup', 'connect', 'tunnel', 'http'], 404],
    ['through a socks proxy', () => socks, () => plain, ['connect', 'tunnel', 'http'], 404],
  ] as const) {
    it(`is walked ${name}`, async () => {
      const probed = await walk(url(), target());
      assert.equal(probed.failure, undefined);
      assert.deepEqual(stepsOf(probed), steps);
      assert.equal(probed.status, status);
    });
  }

  for (const [name, url, steps] of [
    ['directly', () => undefined, ['lookup', 'connect', 'tls', 'http']],
    ['through an http proxy', () => http, ['lookup', 'connect', 'tunnel', 'tls', 'http']],
    ['through an https proxy', () => tls, ['lookup', 'connect', 'proxy-tls', 'tunnel', 'tls', 'http']],
    ['through a socks proxy', () => socks, ['connect', 'tunnel', 'tls', 'http']],
  ] as const) {
    it(`is walked ${name} with TLS`, { skip: noTls }, async () => {
      const probed = await walk(url(), secure);
      assert.equal(probed.failure, undefined);
      assert.deepEqual(stepsOf(probed), steps);
      assert.equal(probed.status, 200);
    });
  }
});

describe('a way that ends', () => {
  async function ends(egressUrl: string | undefined, target: string, step: string, words: RegExp, limitMs?: number) {
    const { failure, status } = await walk(egressUrl, target, limitMs);
    assert.equal(status, undefined);
    assert.equal(failure?.step, step);
    assert.match(failure?.error.message ?? '', words);
    assert.doesNotMatch(failure?.error.message ?? '', /wrong|right/);
  }

  const refused = async () => {
    const gone = createSocketServer();
    const port = await listen(gone);
    await new Promise((resolve) => gone.close(resolve));
    return port;
  };

  it('with a wrong password ends where the proxy is asked', async () => {
    await ends(http.replace('right', 'wrong'), plain, 'tunnel', /refused the user or the password \(407\)/);
    await ends(socks.replace('right', 'wrong'), plain, 'tunnel', /refused the user or the password/);
  });

  it('where no proxy runs ends at the connection', async () => {
    const port = await refused();
    await ends(`http://127.0.0.1:${port}`, plain, 'connect', /ECONNREFUSED/);
    await ends(`socks5://127.0.0.1:${port}`, plain, 'connect', /ECONNREFUSED/);
    await ends(undefined, `http://127.0.0.1:${port}`, 'connect', /ECONNREFUSED/);
  });

  it('at a name nobody knows ends at the lookup', async () => {
    await ends('http://no-such-proxy.invalid:3128', plain, 'lookup', /no-such-proxy\.invalid/);
    await ends(undefined, 'http://no-such-host.invalid', 'lookup', /no-such-host\.invalid/);
  });

  it('where the proxy says nothing ends there when the time is over', async () => {
    const silent = `http://127.0.0.1:${await listen(createSocketServer((socket) => void socket.on('error', () => undefined).resume()))}`;
    // Long enough for a slow machine to have come as far as that.
    const limitMs = 600;
    const words = /nothing for 600 ms/;
    await Promise.all([
      ends(silent, plain, 'tunnel', words, limitMs),
      ends(silent.replace('http', 'socks5h'), plain, 'tunnel', words, limitMs),
      ends(silent.replace('http', 'https'), plain, 'proxy-tls', words, limitMs),
      ends(undefined, silent, 'http', words, limitMs),
    ]);
  });

  it('at a proxy that cannot reach the target ends where the proxy is asked', async () => {
    const target = `http://127.0.0.1:${await refused()}`;
    await ends(http, target, 'tunnel', /refused to connect|did not connect/);
    await ends(socks, target, 'tunnel', /did not connect/);
  });

  it('at a certificate nobody vouches for ends at its TLS', { skip: noTls }, async () => {
    const stranger = makeCertificate();
    assert.ok(stranger);
    const target = `https://localhost:${await listen(createSecure(stranger, (_req, res) => void res.end()))}`;
    await ends(undefined, target, 'tls', /self-signed|verify/);
    await ends(http, target, 'tls', /self-signed|verify/);
    await ends(`https://localhost:${new URL(target).port}`, plain, 'proxy-tls', /self-signed|verify/);
  });
});
