// TLS at the door, with real clients: which certificate is shown to whom, who must show one, which versions are spoken,
// and that all of it changes while the port stays and running answers go on.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import https from 'node:https';
import { after, describe, test } from 'node:test';
import tls from 'node:tls';
import type { LoadedTls } from '../../../src/config/loaded.ts';
import { systemClock } from '../../../src/core/index.ts';
import { type Certificate, makeCertificate } from '../../support/certificate.ts';
import { configOf, secret, TestGateway } from '../../support/gateway.ts';
import { json, Upstream } from '../../support/upstream.ts';
import { Wire } from '../http/wire.ts';

const first = makeCertificate({ names: ['localhost', 'first.test'] }) as Certificate;
const exact = makeCertificate({ names: ['api.second.test'] }) as Certificate;
const wild = makeCertificate({ names: ['*.second.test'] }) as Certificate;
const authority = makeCertificate({ names: ['authority'] }) as Certificate;
const stranger = makeCertificate({ names: ['stranger'] }) as Certificate;
const client = makeCertificate({ names: ['client'], signer: authority }) as Certificate;

const show = (certificate: Certificate, ...hosts: string[]) => ({ ...certificate, hosts });
const base: LoadedTls = {
  certificates: [show(first, 'localhost', 'first.test')],
  minVersion: 'TLSv1.2',
  http2: true,
  clientCertificates: undefined,
};
const serialOf = ({ cert }: Certificate) => new X509Certificate(cert).serialNumber;

describe('a listener with TLS', { skip: first === undefined && 'no openssl' }, async () => {
  const upstream = await Upstream.start(json({ ok: true }));
  after(() => upstream[Symbol.asyncDispose]());
  const providers = [{ name: 'up', url: upstream.url }];
  const start = (settings: Partial<LoadedTls> = {}) =>
    TestGateway.start({ providers, listener: { tls: { ...base, ...settings } } });
  let generation = 1;
  const change = async (portico: TestGateway, settings: Partial<LoadedTls> | undefined) => {
    generation += 1;
    const listener = { tls: settings && { ...base, ...settings } };
    await portico.gateway.prepare(generation, configOf({ providers, generation, listener }));
    portico.gateway.commit(generation);
  };
  const portOf = (portico: TestGateway) => portico.gateway.ports()[0] ?? 0;

  test('shows each client the certificate of the host it asks for', async () => {
    await using portico = await start({
      certificates: [...base.certificates, show(wild, '*.second.test'), show(exact, 'api.second.test')],
    });
    const cases: [string | undefined, Certificate][] = [
      ['first.test', first],
      ['api.second.test', exact],
      ['API.Second.Test', exact],
      ['other.second.test', wild],
      ['second.test', first],
      ['a.b.second.test', first],
      ['nobody.test', first],
      [undefined, first],
    ];
    for (const [servername, expected] of cases) {
      const { serial } = await shake(portOf(portico), servername === undefined ? {} : { servername });
      assert.equal(serial, serialOf(expected), servername);
    }
  });

  test('takes new certificates at once, and keeps the connections it has', async () => {
    await using portico = await start();
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1, ca: first.cert });
    assert.equal((await ask(portOf(portico), { agent })).status, 200);
    const port = portOf(portico);
    await change(portico, { certificates: [show(exact, 'first.test'), show(wild, 'localhost')] });
    assert.equal(portOf(portico), port);
    assert.equal((await shake(port, { servername: 'first.test' })).serial, serialOf(exact));
    assert.equal((await shake(port, { servername: 'localhost' })).serial, serialOf(wild));
    assert.equal((await ask(port, { agent })).reused, true);
    agent.destroy();
  });

  test('speaks nothing older than minVersion, which changes live', async () => {
    await using portico = await start();
    const old = { maxVersion: 'TLSv1.2' } as const;
    assert.equal((await shake(portOf(portico), old)).protocol, 'TLSv1.2');
    await change(portico, { minVersion: 'TLSv1.3' });
    await assert.rejects(shake(portOf(portico), old), /protocol version|alert/i);
    assert.equal((await shake(portOf(portico), {})).protocol, 'TLSv1.3');
    await assert.rejects(shake(portOf(portico), { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' }));
  });

  for (const http2 of [true, false]) {
    test(`that requires client certificates turns others away (${http2 ? 'with' : 'without'} HTTP/2)`, async () => {
      const clientCertificates = { ca: authority.cert, mode: 'require' } as const;
      await using portico = await start({ http2, clientCertificates });
      const port = portOf(portico);
      assert.equal((await ask(port, client)).status, 200);
      for (const wrong of [
        {},
        stranger,
        { ...client, servername: 'first.test', cert: stranger.cert, key: stranger.key },
      ]) {
        await assert.rejects(ask(port, wrong), /alert|ECONNRESET|socket hang up|EPIPE/);
      }
      assert.equal((await ask(port, { ...client, maxVersion: 'TLSv1.2' })).status, 200);
      await assert.rejects(ask(port, { maxVersion: 'TLSv1.2' }), /alert|ECONNRESET|socket hang up/);
    });
  }

  test('checks client certificates behind every certificate of its own', async () => {
    await using portico = await start({
      certificates: [...base.certificates, show(exact, 'api.second.test')],
      clientCertificates: { ca: authority.cert, mode: 'require' },
    });
    const asked = { ca: exact.cert, servername: 'api.second.test' };
    assert.equal((await ask(portOf(portico), { ...client, ...asked })).status, 200);
    await assert.rejects(ask(portOf(portico), { ...stranger, ...asked }));
  });

  test('that only requests them serves everybody', async () => {
    await using portico = await start({ clientCertificates: { ca: authority.cert, mode: 'request' } });
    for (const shown of [{}, stranger, client]) assert.equal((await ask(portOf(portico), shown)).status, 200);
  });

  test('takes another authority live; connections of the old one end behind their answers', async () => {
    await using portico = await start({ clientCertificates: { ca: stranger.cert, mode: 'require' } });
    const port = portOf(portico);
    await assert.rejects(ask(port, client));
    const agent = new https.Agent({ keepAlive: true, ca: first.cert, ...stranger });
    assert.equal((await ask(port, { agent })).status, 200);
    const arrived = upstream.next();
    const answer = Promise.withResolvers<void>();
    upstream.answer = async (res, seen) => {
      await answer.promise;
      await json({ ok: true })(res, seen);
    };
    const running = ask(port, { agent });
    await arrived;
    upstream.answer = json({ ok: true });
    await change(portico, { clientCertificates: { ca: authority.cert, mode: 'require' } });
    assert.equal((await ask(port, client)).status, 200);
    answer.resolve();
    const last = await running;
    assert.deepEqual([last.status, last.connection], [200, 'close']);
    await assert.rejects(ask(port, { agent }));
    agent.destroy();
  });

  test('serves as usual who offers to change to a protocol that is not served', async () => {
    for (const http2 of [true, false]) {
      await using portico = await start({ http2 });
      const headers = { authorization: `Bearer ${secret}`, connection: 'upgrade', upgrade: 'h2c' };
      assert.equal((await ask(portOf(portico), { headers })).status, 200);
      assert.equal(
        (await ask(portOf(portico), { headers: { ...headers, upgrade: 'websocket' }, method: 'GET' })).status,
        426,
      );
    }
  });

  test('does not wait for a handshake longer than for the head of a request', async () => {
    const listener = { tls: base };
    await using portico = await TestGateway.start({ providers, listener }, systemClock, { head: 50, linger: 50 });
    using wire = await Wire.open(portico.url);
    assert.equal(await wire.closed, '');
  });

  test('comes and goes on the same port', async () => {
    await using portico = await TestGateway.start({ providers });
    const port = portOf(portico);
    assert.equal((await portico.post('/v1/chat/completions', { model: 'model-a' })).status, 200);
    await change(portico, {});
    assert.deepEqual([portOf(portico), (await ask(port, {})).status], [port, 200]);
    await change(portico, undefined);
    assert.equal((await portico.post('/v1/chat/completions', { model: 'model-a' })).status, 200);
  });
});

interface Shaken {
  readonly serial: string;
  readonly protocol: string | null;
}

/** A handshake that believes whatever certificate it is shown. */
function shake(port: number, options: tls.ConnectionOptions): Promise<Shaken> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options }, () => {
      const shaken = { serial: socket.getPeerCertificate().serialNumber, protocol: socket.getProtocol() };
      socket.destroy();
      resolve(shaken);
    });
    socket.on('error', reject);
  });
}

interface Answered {
  readonly status: number | undefined;
  readonly reused: boolean;
  readonly connection: string | undefined;
}

/** A chat request over HTTP/1.1 by a client that trusts the first certificate. */
function ask(port: number, options: https.RequestOptions): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
    const target = { host: '127.0.0.1', port, path: '/v1/chat/completions', method: 'POST', headers };
    const request = https.request({ ...target, ca: first.cert, agent: false, ...options }, (res) => {
      const { statusCode: status, headers: told } = res;
      const answered = { status, reused: request.reusedSocket, connection: told.connection };
      res
        .resume()
        .once('end', () => resolve(answered))
        .once('error', reject);
    });
    request.on('error', reject).end('{"model":"model-a","messages":[]}');
  });
}
