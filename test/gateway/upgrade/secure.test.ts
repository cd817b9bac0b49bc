// WebSockets over TLS on either side, through a proxy, and with the official SDK.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { before, describe, test } from 'node:test';
import tls from 'node:tls';
import OpenAI from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import { Server as HttpProxy } from 'proxy-chain';
import type { LoadedTls } from '../../../src/config/loaded.ts';
import { makeCertificate } from '../../support/certificate.ts';
import { configOf, forward, secret, TestGateway, type Wanted } from '../../support/gateway.ts';
import { json, Upstream } from '../../support/upstream.ts';
import { connect, nextMessage, WebSocketUpstream } from '../../support/websocket.ts';

const certificate = makeCertificate();
const keyed = { headers: { authorization: `Bearer ${secret}` } };

describe('WebSockets over TLS', { skip: certificate === undefined && 'no openssl' }, () => {
  const { cert = '', key = '' } = certificate ?? {};
  const secured: LoadedTls = {
    certificates: [{ cert, key, hosts: ['localhost'] }],
    minVersion: 'TLSv1.2',
    http2: true,
    clientCertificates: undefined,
  };
  before(() => tls.setDefaultCACertificates([cert]));

  async function startedWith(wanted: Wanted, changes: object = {}): Promise<TestGateway> {
    const gateway = await TestGateway.start(wanted);
    await gateway.gateway.prepare(2, { ...configOf(wanted), ...changes });
    gateway.gateway.commit(2);
    return gateway;
  }

  test('a session, whose requests are as secure as it is', async () => {
    await using upstream = await Upstream.start(
      json({ id: 'resp_1', object: 'response', status: 'completed', output: [] }),
    );
    const providers = [{ name: 'up', url: `${upstream.url}/v1` }];
    const listener = { tls: secured, trustedProxies: ['127.0.0.1'] };
    await using gateway = await TestGateway.start({ providers, listener });
    const address = `${gateway.url.replace('http:', 'https:')}/v1/responses`;
    const headers = { ...keyed.headers, 'x-forwarded-for': '203.0.113.7' };
    const client = await connect(address, [], { headers, ca: cert });
    const answer = nextMessage(client);
    client.send(JSON.stringify({ type: 'response.create', model: 'model-a', input: 'hello' }));
    assert.equal(JSON.parse(String(await answer)).type, 'response.created');
    await gateway.recorded(2);
    assert.deepEqual(
      gateway.records.map(({ clientIp }) => clientIp),
      ['203.0.113.7', '203.0.113.7'],
    );
    client.close();
  });

  test('both sides, on a listener that speaks HTTP/2 too', async () => {
    await using upstream = await WebSocketUpstream.start({ certificate: { cert, key } });
    const routes = [{ name: 'live', paths: ['/live'], url: upstream.url }];
    await using gateway = await TestGateway.start({ routes, listener: { tls: secured } });
    const client = await connect(`${gateway.url.replace('http:', 'https:')}/live`, [], { ...keyed, ca: cert });
    const answer = nextMessage(client);
    client.send('over two connections');
    assert.equal(String(await answer), 'over two connections');
    assert.equal(upstream.handshakes[0]?.headers['x-forwarded-proto'], 'https');
    client.close();
    await gateway.recorded(1);
  });

  test('the certificate is checked for the service, whatever Host the client sends', async () => {
    await using upstream = await WebSocketUpstream.start({ certificate: { cert, key } });
    const routes = [{ name: 'live', paths: ['/live'], url: upstream.url, forward: { ...forward, host: 'client' } }];
    await using gateway = await TestGateway.start({ routes });
    const headers = { ...keyed.headers, host: 'wiki.example.com' };
    const client = await connect(`${gateway.url}/live`, [], { headers });
    assert.equal(upstream.handshakes[0]?.headers.host, 'wiki.example.com');
    client.close();
    await gateway.recorded(1);
  });

  test('through the egress that the route names', async () => {
    await using upstream = await WebSocketUpstream.start({ certificate: { cert, key } });
    const proxy = new HttpProxy({ port: 0, host: '127.0.0.1' });
    let tunnels = 0;
    proxy.server.on('connect', () => {
      tunnels += 1;
    });
    await proxy.listen();
    const routes = [{ name: 'live', paths: ['/live'], url: upstream.url, forward: { ...forward, egress: 'office' } }];
    const egress = [{ name: 'office', url: `http://127.0.0.1:${proxy.port}` }];
    await using gateway = await startedWith({ routes }, { egress });
    const client = await connect(`${gateway.url}/live`, [], keyed);
    const answer = nextMessage(client);
    client.send('by way of the proxy');
    assert.equal(String(await answer), 'by way of the proxy');
    assert.equal(tunnels, 1);
    client.close();
    await gateway.recorded(1);
    await proxy.close(true);
  });

  test('the official SDK for realtime', async () => {
    await using upstream = await WebSocketUpstream.start();
    const dialects = { 'openai-chat': { operations: ['realtime'] } } as const;
    const auth = { kind: 'header', name: 'authorization', prefix: 'Bearer ' } as const;
    const manifest = { title: 'up', auth, dialects };
    const providers = [{ name: 'up', url: `${upstream.url}/v1`, manifest }];
    await using gateway = await TestGateway.start({ providers, listener: { tls: secured } });
    const openai = new OpenAI({ apiKey: secret, baseURL: `${gateway.url.replace('http:', 'https:')}/v1` });
    const session = new OpenAIRealtimeWS({ model: 'model-a', options: { ca: cert } }, openai);
    await once(session.socket, 'open');
    const echoed = new Promise((resolve) => session.on('event', resolve));
    session.send({ type: 'response.create' });
    assert.deepEqual(await echoed, { type: 'response.create' });
    assert.equal(upstream.handshakes[0]?.url, '/v1/realtime?model=model-a');
    assert.equal(upstream.handshakes[0]?.headers.authorization, 'Bearer up-main');
    session.close();
    await gateway.recorded(1);
    assert.equal(gateway.records[0]?.outcome, 'ok');
  });
});
