// Every way out of the gateway: direct, through proxies, into a handler in the same process.
import assert from 'node:assert/strict';
import { createServer as createPlain, type RequestListener, type Server } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { type AddressInfo, connect, createServer as createSocketServer, type Server as SocketServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { createServer as createTls, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { createServer as createSocks } from '@pondwader/socks5-server';
import { Server as HttpProxy } from 'proxy-chain';
import type { Dispatcher } from 'undici';
import { openPool, type PoolKey } from '../../src/upstream/egress/pool.ts';
import { makeCertificate } from '../support/certificate.ts';

const certificate = makeCertificate();
const noTls = certificate === undefined ? 'no openssl' : false;
const opened: { close(): unknown }[] = [];
const pools: Dispatcher[] = [];
const acquire = (key: PoolKey): Dispatcher => {
  const pool = openPool(key);
  pools.push(pool);
  return pool;
};
let plain: string;
let secure: string;
let httpProxy: string;
/** The same proxy behind TLS. */
let tlsProxy: string;
let socks: string;
/** Hosts the SOCKS proxy was asked for. */
const asked: string[] = [];

async function listen(server: SocketServer | Server): Promise<number> {
  opened.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const echo: RequestListener = (request, response) =>
  void request.pipe(response.writeHead(200, { 'x-host': request.headers.host }));

before(async () => {
  plain = `http://localhost:${await listen(createPlain(echo))}`;
  if (certificate !== undefined) {
    setDefaultCACertificates([...getCACertificates('default'), certificate.cert]);
    secure = `https://localhost:${await listen(createSecure(certificate, echo))}`;
  }
  const proxy = new HttpProxy({
    port: 0,
    host: '127.0.0.1',
    prepareRequestFunction: ({ username, password }) => ({
      requestAuthentication: username !== 'us@er' || password !== 'pa:ss',
    }),
  });
  await proxy.listen();
  opened.push({ close: () => proxy.close(true) });
  httpProxy = `http://us%40er:pa%3Ass@127.0.0.1:${proxy.port}`;
  if (certificate !== undefined) {
    const front = createTls(certificate, (socket) => {
      const inner = connect(proxy.port, '127.0.0.1');
      for (const [one, other] of [
        [socket, inner],
        [inner, socket],
      ] as const)
        one.on('error', () => other.destroy()).on('close', () => other.destroy());
      socket.pipe(inner).pipe(socket);
    });
    tlsProxy = `https://us%40er:pa%3Ass@localhost:${await listen(front)}`;
  }
  const socksServer = createSocks({ auth: { username: 'user', password: 'pass' } });
  socksServer.setRulesetValidator(({ destAddress }) => {
    asked.push(destAddress ?? '');
    return true;
  });
  await new Promise<void>((resolve) => socksServer.listen(0, '127.0.0.1', resolve));
  opened.push(socksServer);
  // The library hides the server it listens with.
  const { server } = socksServer as unknown as { server: SocketServer };
  socks = `user:pass@127.0.0.1:${(server.address() as AddressInfo).port}`;
});

after(async () => {
  await Promise.all(pools.map((pool) => pool.destroy()));
  for (const server of opened) await server.close();
});

async function post(origin: string, key: Partial<PoolKey>): Promise<string> {
  const dispatcher: Dispatcher = acquire({ egressUrl: undefined, connectMs: 5000, ...key });
  const answer = await dispatcher.request({ origin, path: '/', method: 'POST', body: 'hello' });
  return answer.body.text();
}

describe('an upstream', () => {
  for (const [name, url] of [
    ['directly', () => undefined],
    ['through an http proxy', () => httpProxy],
    ['through a socks5 proxy', () => `socks5://${socks}`],
    ['through a socks5h proxy', () => `socks5h://${socks}`],
  ] as const) {
    it(`is reached ${name}`, async () => {
      assert.equal(await post(plain, { egressUrl: url() }), 'hello');
    });
    it(`is reached ${name} with TLS`, { skip: noTls }, async () => {
      assert.equal(await post(secure, { egressUrl: url() }), 'hello');
    });
  }

  it('is reached through an https proxy, with and without TLS of its own', { skip: noTls }, async () => {
    for (const origin of [plain, secure]) assert.equal(await post(origin, { egressUrl: tlsProxy }), 'hello');
    const egressUrl = tlsProxy.replace('pa%3Ass', 'wrong');
    await assert.rejects(post(plain, { egressUrl }), { code: 'EGRESS_AUTH' });
  });

  it('is looked up here for socks5 and by the proxy for socks5h', async () => {
    for (const scheme of ['socks5', 'socks5h'])
      await post(plain, { egressUrl: `${scheme}://${socks}`, connectMs: 4000 });
    assert.match(asked.at(-2) ?? '', /^(127\.0\.0\.1|::1|0:0:0:0:0:0:0:1)$/);
    assert.equal(asked.at(-1), 'localhost');
  });

  it('with a certificate nobody vouches for is refused, through a proxy too', { skip: noTls }, async () => {
    const stranger = makeCertificate();
    assert.ok(stranger);
    const origin = `https://localhost:${await listen(createSecure(stranger, echo))}`;
    await assert.rejects(post(origin, {}), { code: /SELF_SIGNED|UNABLE_TO_VERIFY|CERT/ });
    await assert.rejects(post(origin, { egressUrl: httpProxy }), { code: /SELF_SIGNED|UNABLE_TO_VERIFY|CERT/ });
  });

  it('may be a handler in this process', async () => {
    const serve: RequestListener = (request, response) => void request.pipe(response);
    assert.equal(await post('http://anything.invalid', { serve }), 'hello');
    assert.equal(await post('http://anything.invalid', { serve }), 'hello');
  });
});

describe('a proxy that does not serve', () => {
  const noSecret = (error: Error) => !/wrong|pa%3Ass|pa:ss/.test(`${error.message} ${error.stack}`);

  it('says that the password is wrong, without telling it', async () => {
    const egressUrl = httpProxy.replace('pa%3Ass', 'wrong');
    await assert.rejects(post(plain, { egressUrl }), (error: Error & { code: string }) => {
      return (
        error.code === 'EGRESS_AUTH' &&
        /refused the user or the password \(407\)/.test(error.message) &&
        noSecret(error)
      );
    });
    await assert.rejects(
      post(plain, { egressUrl: httpProxy.replace(/\/\/.*@/, '//') }),
      /asks for a user and a password/,
    );
    const socksUrl = `socks5h://${socks.replace('pass', 'wrong')}`;
    await assert.rejects(post(plain, { egressUrl: socksUrl }), (error: Error & { code: string }) => {
      return error.code === 'EGRESS_AUTH' && noSecret(error);
    });
  });

  it('is named when it cannot be reached', async () => {
    const gone = createSocketServer();
    const port = await listen(gone);
    await new Promise((resolve) => gone.close(resolve));
    for (const scheme of ['http', 'https', 'socks5', 'socks5h']) {
      const egressUrl = `${scheme}://127.0.0.1:${port}`;
      const message = new RegExp(`^egress ${scheme}://127.0.0.1:${port} cannot be reached: .*ECONNREFUSED`);
      await assert.rejects(post(plain, { egressUrl }), { code: 'EGRESS_FAILED', message });
    }
  });

  it('says what it could not connect to', async () => {
    const gone = createSocketServer();
    const origin = `http://127.0.0.1:${await listen(gone)}`;
    await new Promise((resolve) => gone.close(resolve));
    for (const egressUrl of [httpProxy, `socks5h://${socks}`]) {
      await assert.rejects(post(origin, { egressUrl }), {
        code: 'EGRESS_REFUSED',
        message: new RegExp(origin.slice(7)),
      });
    }
  });

  it('is given up after the connect timeout when it is silent, and the connection to it closed', async () => {
    for (const scheme of ['http', 'https', 'socks5h']) {
      const closed = Promise.withResolvers<void>();
      const silent = createSocketServer((socket) =>
        socket
          .on('error', () => undefined)
          .on('close', closed.resolve)
          .resume(),
      );
      const egressUrl = `${scheme}://127.0.0.1:${await listen(silent)}`;
      await assert.rejects(post(plain, { egressUrl, connectMs: 40 }), { code: 'UND_ERR_CONNECT_TIMEOUT' });
      await closed.promise;
    }
  });

  it('is given up as well when it is the upstream behind it that is silent in its TLS handshake', async () => {
    const closed = Promise.withResolvers<void>();
    const silent = createSocketServer((socket) =>
      socket
        .on('error', () => undefined)
        .on('close', closed.resolve)
        .resume(),
    );
    const origin = `https://127.0.0.1:${await listen(silent)}`;
    await assert.rejects(post(origin, { connectMs: 80 }), { code: 'UND_ERR_CONNECT_TIMEOUT' });
    await assert.rejects(post(origin, { egressUrl: httpProxy, connectMs: 80 }), { code: 'UND_ERR_CONNECT_TIMEOUT' });
    await closed.promise;
  });

  it('of an unknown kind is refused when the pool is made', () => {
    assert.throws(() => acquire({ egressUrl: 'ftp://127.0.0.1', connectMs: 0 }), /ftp:\/\/ is not supported/);
  });
});

describe('a pool', () => {
  const key: PoolKey = { egressUrl: undefined, connectMs: 1234 };

  it('does not queue requests behind a slow one', async () => {
    const waiting: (() => void)[] = [];
    const all = Promise.withResolvers<void>();
    const slow = createPlain((_request, response) => {
      waiting.push(() => response.end('x'));
      if (waiting.length === 50) all.resolve();
    });
    const origin = `http://127.0.0.1:${await listen(slow)}`;
    const dispatcher = acquire(key);
    const answers = Array.from({ length: 50 }, () => dispatcher.request({ origin, path: '/', method: 'GET' }));
    await all.promise;
    for (const answer of waiting) answer();
    for (const answer of answers) await (await answer).body.dump();
  });
});
