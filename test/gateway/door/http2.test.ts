// HTTP/2 at the door: the same answers as over HTTP/1, streams that end alone, and sessions that are told to go.
import assert from 'node:assert/strict';
import http2 from 'node:http2';
import https from 'node:https';
import { after, describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Agent, fetch as fetchOver } from 'undici';
import { systemClock } from '../../../src/core/index.ts';
import { configOf, secret, TestGateway, type Wanted } from '../../support/gateway.ts';
import { chunk, json, Upstream } from '../../support/upstream.ts';
import { ask, certificate, chat, connect, headOf, nextData, restOf, secure, send, tls, usual } from './http2-client.ts';

describe('over HTTP/2', { skip: certificate === undefined && 'no openssl' }, async () => {
  const upstream = await Upstream.start(json({ ok: true }));
  after(() => upstream[Symbol.asyncDispose]());
  const providers = [{ name: 'up', url: upstream.url }];
  const start = (wanted: Wanted = {}) =>
    TestGateway.start({ providers, listener: { tls }, ...wanted }, systemClock, { head: 60_000, linger: 50 });

  test('a client that has the choice gets HTTP/2, one that has not HTTP/1.1', async () => {
    upstream.answer = json({ ok: true });
    await using portico = await start();
    const url = secure(portico);
    const modern = new Agent({ allowH2: true, connect: { ca: certificate.cert } });
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: chat, dispatcher: modern };
    const answer = await fetchOver(`${url}/v1/chat/completions`, init);
    assert.deepEqual([answer.status, await answer.json()], [200, { ok: true }]);
    assert.equal(answer.headers.get('connection'), null);
    await modern.close();
    const old = await new Promise<string>((resolve) => {
      https.get(`${url}/health`, { ca: certificate.cert, agent: false }, (res) => {
        res.resume().once('end', () => resolve(res.httpVersion));
      });
    });
    assert.equal(old, '1.1');
    const told = portico.records.map(({ clientIp, status, path }) => [clientIp, status, path]);
    assert.deepEqual(told, [['127.0.0.1', 200, '/v1/chat/completions']]);
  });

  test('what is sent on has neither pseudo-headers nor those of a connection, in either direction', async () => {
    upstream.answer = json({ ok: true }, 200, {
      connection: 'close, x-hop',
      'x-hop': '1',
      'keep-alive': 'timeout=5',
      'x-kept': '1',
    });
    const routes = [{ name: 'root' }, { name: 'wiki', paths: ['/wiki'], url: upstream.url }];
    await using portico = await start({ routes });
    using client = connect(portico);
    const answer = await ask(client, { ...usual, 'x-mine': '1', te: 'trailers' }, chat);
    assert.deepEqual(
      [answer.headers['x-kept'], answer.headers['x-hop'], answer.headers['keep-alive']],
      ['1', undefined, undefined],
    );
    const sent = Object.keys(upstream.last.headers);
    assert.deepEqual(
      sent.filter((name) => name.startsWith(':') || name === 'te'),
      [],
    );
    assert.equal(upstream.last.headers['x-mine'], '1');
    const wiki = await ask(client, { ...usual, ':path': '/wiki/page?a=1', ':authority': 'docs.test' }, 'anything');
    assert.equal(wiki.status, 200);
    const { path, headers } = upstream.last;
    assert.deepEqual(
      [path, headers['x-forwarded-host'], headers['x-forwarded-proto']],
      ['/page?a=1', 'docs.test', 'https'],
    );
  });

  test('answers without a body have none', async () => {
    const routes = [{ name: 'wiki', url: upstream.url }];
    await using portico = await start({ routes });
    using client = connect(portico);
    for (const [status, method] of [
      [204, 'GET'],
      [304, 'GET'],
      [200, 'HEAD'],
    ] as const) {
      upstream.answer = (res) => void res.writeHead(status).end();
      const answer = await ask(client, { ...usual, ':path': '/page', ':method': method });
      assert.deepEqual([answer.status, answer.body], [status, '']);
    }
    await portico.recorded(3);
    assert.deepEqual(new Set(portico.records.map(({ outcome }) => outcome)), new Set(['ok']));
  });

  test('errors have the shape of the dialect and leave the session as it is', async () => {
    await using portico = await start({ routes: [{ name: 'root', maxBody: 100_000 }] });
    using client = connect(portico);
    const cases: [Record<string, string>, string, number][] = [
      [{ ...usual, authorization: 'Bearer wrong' }, chat, 401],
      [{ ...usual, ':path': '/v1/nothing', ':method': 'GET' }, '', 404],
      [{ ...usual, ':path': '/v1/chat/completions', ':method': 'GET' }, '', 405],
      [{ ...usual, ':path': '/v1/%2e%2e/x' }, chat, 400],
      [usual, '{"model"', 400],
      [usual, '{"messages":[]}', 400],
      [usual, JSON.stringify({ model: 'model-a', x: 'a'.repeat(400_000) }), 413],
    ];
    for (const [headers, body, status] of cases) {
      const answer = await ask(client, headers, body);
      assert.equal(answer.status, status);
      assert.deepEqual(Object.keys(JSON.parse(answer.body).error), ['message', 'type', 'param', 'code']);
      assert.match(String(answer.headers['x-portico-id']), /^c[0-9a-z]{25}$/);
    }
    assert.equal((await ask(client, { ':path': '/', ':method': 'HEAD' })).status, 200);
    assert.equal((await ask(client, usual, chat)).status, 200);
    assert.equal(client.session.closed, false);
    const tunnel = client.session.request({ ':method': 'CONNECT', ':authority': 'elsewhere.test:443' });
    assert.equal((await headOf(tunnel))[':status'], 405);
  });

  test('events arrive as they are sent, and a stream that is cut off ends with an error, never cleanly', async () => {
    const go = Promise.withResolvers<void>();
    const delta = chunk({ choices: [{ index: 0, delta: { content: 'a' } }] });
    upstream.answer = async (res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' }).write(delta);
      await go.promise;
      res.end('data: [DONE]\n\n');
    };
    await using portico = await start();
    using client = connect(portico);
    const stream = send(client, usual, '{"model":"model-a","messages":[],"stream":true}');
    assert.equal((await headOf(stream))['content-type'], 'text/event-stream');
    assert.equal(String(await nextData(stream)), delta);
    go.resolve();
    assert.equal(await restOf(stream), 'data: [DONE]\n\n');

    upstream.answer = (res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' }).write(delta);
      res.socket?.destroySoon();
    };
    const broken = await ask(client, usual, '{"model":"model-a","messages":[],"stream":true}');
    assert.match(broken.body, /^data: .*\n\ndata: \{"error":/s);
    upstream.answer = (res) => {
      res.writeHead(200, { 'content-type': 'application/octet-stream' }).write('half of it');
      setImmediate().then(() => res.socket?.destroySoon());
    };
    const half = send(client, usual, chat);
    await headOf(half);
    await assert.rejects(restOf(half), /INTERNAL_ERROR/);
    upstream.answer = json({ ok: true });
    assert.equal((await ask(client, usual, chat)).status, 200);
  });

  test('a request that is cancelled ends its upstream exchange and no other', async () => {
    const go = Promise.withResolvers<void>();
    upstream.answer = async (res) => {
      res
        .writeHead(200, { 'content-type': 'text/event-stream' })
        .write(chunk({ choices: [{ delta: { content: 'a' } }] }));
      await go.promise;
      res.end('data: [DONE]\n\n');
    };
    await using portico = await start();
    using client = connect(portico);
    const body = '{"model":"model-a","messages":[],"stream":true}';
    const [left, stays] = [send(client, usual, body), send(client, usual, body)];
    await Promise.all([nextData(left), nextData(stays)]);
    const seen = upstream.requests.slice(-2);
    left.close(http2.constants.NGHTTP2_CANCEL);
    await Promise.race(seen.map(({ aborted }) => aborted));
    await portico.recorded(1);
    assert.deepEqual([portico.records[0]?.outcome, portico.records[0]?.error], ['aborted', 'client-closed']);
    go.resolve();
    assert.match(await restOf(stays), /DONE/);
    assert.equal(portico.records[1]?.outcome, 'ok');
  });

  test('a body that nobody reads, or reads to its end, does not hold its stream for ever', async () => {
    await using portico = await start({ routes: [{ name: 'root', maxBody: 1000 }] });
    using client = connect(portico);
    for (const [headers, status] of [
      [{ ...usual, authorization: 'Bearer wrong' }, 401],
      [usual, 413],
    ] as const) {
      const stream = client.session.request(headers);
      stream.on('error', () => undefined).write(`{"model":"${'a'.repeat(2000)}`);
      assert.equal((await headOf(stream))[':status'], status);
      await new Promise((resolve) => stream.resume().once('close', resolve));
    }
  });

  test('large bodies go both ways, and a slow reader slows the upstream', async () => {
    const large = 'a'.repeat(8 * 1024 * 1024);
    upstream.answer = (res, seen) => json({ bytes: seen.body.length, large })(res, seen);
    await using portico = await start();
    using client = connect(portico);
    const answer = await ask(client, usual, JSON.stringify({ model: 'model-a', large }));
    assert.equal(JSON.parse(answer.body).large.length, large.length);
    assert.equal(JSON.parse(answer.body).bytes, large.length + 30);
    let written = 0;
    const stuck = Promise.withResolvers<void>();
    upstream.answer = (res) => {
      const piece = Buffer.alloc(1024 * 1024);
      while (written < 200 && res.write(piece)) written += 1;
      stuck.resolve();
      const watch = () => {
        while (written < 200 && res.write(piece)) written += 1;
        if (written < 200) res.once('drain', watch);
        else res.end();
      };
      watch();
    };
    const stream = send(client, usual, chat);
    stream.pause();
    await stuck.promise;
    for (let turn = 0; turn < 2000; turn += 1) await setImmediate();
    assert.ok(written < 60, `${written} MiB were taken from the upstream for a client that reads nothing`);
    stream.on('error', () => undefined).close(http2.constants.NGHTTP2_CANCEL);
    await portico.recorded(2);
  });

  test('a hundred requests at once share a session', async () => {
    upstream.answer = (res, seen) => json({ at: seen.headers['x-at'] })(res, seen);
    await using portico = await start();
    using client = connect(portico);
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, at) => ask(client, { ...usual, 'x-at': String(at) }, chat)),
    );
    assert.deepEqual(
      answers.map(({ body }) => JSON.parse(body).at),
      answers.map((_, at) => String(at)),
    );
    await new Promise<void>((resolve) => client.session.settings({}, () => resolve()));
    assert.equal(client.session.remoteSettings.maxConcurrentStreams, 250);
  });

  test('a head beyond 16 KiB is refused, and so is one without an authority', async () => {
    await using portico = await start();
    using client = connect(portico);
    await new Promise<void>((resolve) => client.session.settings({}, () => resolve()));
    assert.equal(client.session.remoteSettings.maxHeaderListSize, 16_384);
    const many = Object.fromEntries(Array.from({ length: 400 }, (_, at) => [`x-${at}`, '1']));
    upstream.answer = json({ ok: true });
    assert.equal((await ask(client, { ...usual, ...many }, chat)).status, 200, '400 headers that fit');
    const outcome = await ask(client, { ...usual, 'x-large': 'a'.repeat(17_000) }, chat).catch((error) => error);
    assert.ok(outcome instanceof Error || outcome.status === 431, JSON.stringify(outcome.status));
  });

  test('a client that asks whether to go on is told so', async () => {
    await using portico = await start();
    using client = connect(portico);
    const stream = client.session.request({ ...usual, expect: '100-continue' });
    await new Promise((resolve) => stream.once('continue', resolve));
    stream.end(chat);
    assert.equal((await headOf(stream))[':status'], 200);
  });

  test('a session without requests ends, one that waits for an answer does not', async () => {
    const go = Promise.withResolvers<void>();
    upstream.answer = async (res, seen) => {
      await go.promise;
      await json({ ok: true })(res, seen);
    };
    const idle = 50;
    await using portico = await TestGateway.start({ providers, listener: { tls } }, systemClock, { idle });
    using waits = connect(portico);
    const arrived = upstream.next();
    const running = ask(waits, usual, chat);
    await arrived;
    using rests = connect(portico);
    await rests.closed;
    assert.equal(waits.session.closed, false);
    go.resolve();
    assert.equal((await running).status, 200);
    await waits.closed;
  });

  test('a session is told to go when its listener ends, and its requests are answered', async () => {
    const go = Promise.withResolvers<void>();
    upstream.answer = async (res, seen) => {
      await go.promise;
      await json({ ok: true })(res, seen);
    };
    await using portico = await start();
    using client = connect(portico);
    const arrived = upstream.next();
    const running = ask(client, usual, chat);
    await arrived;
    const away = new Promise((resolve) => client.session.once('goaway', resolve));
    const plain = configOf({ providers, generation: 2 });
    await portico.gateway.prepare(2, plain);
    portico.gateway.commit(2);
    await away;
    go.resolve();
    assert.equal((await running).status, 200);
    await client.closed;
  });
});
