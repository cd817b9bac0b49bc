// What becomes of a connection: answers in order, one per request; kept where it is safe, closed where it is not, and
// never so that the client misses its answer. Slow clients are answered, too.
import assert from 'node:assert/strict';
import { after, afterEach, describe, test } from 'node:test';
import { systemClock } from '../../../src/core/index.ts';
import { secret, TestGateway } from '../../support/gateway.ts';
import { type Answer, json, Upstream } from '../../support/upstream.ts';
import { body, get, idle, messageOf, post, sized, usual, Wire } from './wire.ts';

/** Says what it was asked. */
const echo: Answer = (res, seen) => json(JSON.parse(seen.body.toString()))(res, seen);
const named = (name: string) => sized(JSON.stringify({ model: 'model-a', user: name }));
const nameIn = ({ body }: { body: string }) => JSON.parse(body).user;
const chunked = 'Transfer-Encoding: chunked\r\n';

describe('a connection', async () => {
  const upstream = await Upstream.start(echo);
  const providers = [{ name: 'up', url: upstream.url }];
  const routes = [{ name: 'root', maxBody: 100_000 }];
  const portico = await TestGateway.start({ providers, routes });
  after(async () => {
    await portico[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  });
  afterEach(() => idle(portico));

  /** Holds the answer to the first request back until `release` is called. */
  function holdFirst(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    let first = true;
    upstream.answer = async (res, seen) => {
      if (first) {
        first = false;
        await promise;
      }
      await echo(res, seen);
    };
    return resolve;
  }

  test('gives pipelined requests their answers in order, whichever is ready first', async () => {
    const release = holdFirst();
    using wire = await Wire.open(portico.url);
    wire.send(named('first')).send(named('second') + get('/v1/nothing'));
    while (upstream.requests.length < 2) await upstream.next();
    release();
    assert.equal(nameIn(await wire.answer()), 'first');
    assert.equal(nameIn(await wire.answer()), 'second');
    assert.equal((await wire.answer()).status, 404);
  });

  test('ends a good answer before it refuses the bad request behind it', async () => {
    const release = holdFirst();
    using wire = await Wire.open(portico.url);
    const arrived = upstream.next();
    wire.send(`${named('good')}NONSENSE\r\n\r\n`);
    await arrived;
    wire.send('MORE NONSENSE\r\n\r\n');
    release();
    assert.equal(nameIn(await wire.answer()), 'good');
    assert.equal((await wire.answer()).status, 400);
    wire.socket.end();
    assert.equal(await wire.closed, '');
  });

  test('ends a good answer before it refuses the bad body behind it', async () => {
    const release = holdFirst();
    using wire = await Wire.open(portico.url);
    const arrived = upstream.next();
    wire.send(named('good') + post(chunked, 'zz\r\n'));
    await arrived;
    release();
    assert.equal(nameIn(await wire.answer()), 'good');
    const second = await wire.answer();
    assert.equal(second.status, 400);
    messageOf(second, 'messages');
  });

  test('says nothing more when a body turns bad after its request was answered', async () => {
    using wire = await Wire.open(portico.url);
    wire.send(post(chunked, '5\r\nhello').replace(secret, 'wrong'));
    assert.equal((await wire.answer()).status, 401);
    wire.send('zz\r\n');
    assert.equal(await wire.closed, '');
  });

  test('serves on after errors that leave no doubt where the next request begins', async () => {
    upstream.answer = echo;
    using wire = await Wire.open(portico.url);
    for (const [request, status] of [
      [get('/v1/nothing'), 404],
      [get('/v1/messages'), 405],
      [sized().replace(secret, 'wrong'), 401],
      [sized('{"model"'), 400],
      [sized('[]'), 400],
      [sized('{"model":"model-a","model":"b"}'), 400],
      [sized(), 200],
    ] as const) {
      assert.equal((await wire.send(request).answer()).status, status, request);
    }
  });

  test('is closed after a body that is too large, and the client that was still sending reads why', async () => {
    const large = Buffer.from(`{"x":"${'a'.repeat(8 * 1024 * 1024)}"}`);
    const size = large.length.toString(16);
    for (const [headers, before] of [
      [`Content-Length: ${large.length}\r\n`, ''],
      [chunked, `${size}\r\n`],
    ] as const) {
      using wire = await Wire.open(portico.url);
      wire.send(post(headers, before));
      wire.socket.write(large);
      const answer = await wire.answer();
      assert.equal(answer.status, 413);
      assert.equal(answer.headers.connection, 'close');
      messageOf(answer, 'messages');
      wire.socket.end();
      assert.equal(await wire.closed, '', 'no second answer');
    }
  });

  test('that is to be closed anyway is not reset on a body nobody reads', async () => {
    const length = 8 * 1024 * 1024;
    using wire = await Wire.open(portico.url);
    const request = post(`Content-Length: ${length}\r\nConnection: close\r\n`, '').replace(secret, 'wrong');
    let reset = false;
    wire.socket.once('error', () => {
      reset = true;
    });
    wire.send(request);
    assert.equal((await wire.answer()).status, 401);
    await new Promise((resolve) => wire.socket.write(Buffer.alloc(length), resolve));
    wire.socket.end();
    await wire.closed;
    assert.equal(reset, false);
  });

  test('serves nothing behind the request it ends with', async () => {
    const asked = upstream.requests.length;
    using wire = await Wire.open(portico.url);
    wire.send(post('Content-Length: 150000\r\n', ''));
    assert.equal((await wire.answer()).status, 413);
    wire.socket.end('a'.repeat(150_000));
    assert.equal(await wire.closed, '');
    assert.equal(upstream.requests.length, asked);
  });

  test('that breaks during an upload leaves nothing behind', async () => {
    const asked = upstream.requests.length;
    const before = portico.records.length;
    for (const request of [post('Content-Length: 1000\r\n', '{"model":'), post(chunked, '5\r\n{"mod')]) {
      using wire = await Wire.open(portico.url);
      wire.send(request);
      while (portico.ledger.inFlight() === 0) await new Promise((resolve) => setImmediate(resolve));
      wire.socket.resetAndDestroy();
      await idle(portico);
    }
    await portico.recorded(before + 2);
    const ends = portico.records.slice(before).map(({ outcome, error }) => [outcome, error]);
    assert.deepEqual(ends, Array(2).fill(['aborted', 'client-closed']));
    assert.equal(upstream.requests.length, asked);
  });
});

describe('a client that is slow', async () => {
  const upstream = await Upstream.start(json({ ok: true }));
  after(() => upstream[Symbol.asyncDispose]());
  const start = (head: number, requestTimeout: number, linger: number) => {
    const routes = [{ name: 'root', requestTimeout }];
    return TestGateway.start({ routes, providers: [{ name: 'up', url: upstream.url }] }, systemClock, { head, linger });
  };

  test('with its head is answered with 408 and cut off', async () => {
    await using portico = await start(50, 300_000, 50);
    for (const sent of ['POST /v1/mess', `POST /v1/messages HTTP/1.1\r\n${usual}X-Slow: `]) {
      using wire = await Wire.open(portico.url);
      const answer = await wire.send(sent).answer();
      assert.equal(answer.status, 408);
      assert.match(messageOf(answer, 'chat'), /too long/);
      // It does not close its side: the gateway does not wait for that.
      await untilRefused(wire);
    }
  });

  test('with its body is told so in its dialect, which says 504 for it, and cut off', async () => {
    await using portico = await start(50, 50, 250);
    for (const request of [post(`Content-Length: ${body.length}\r\n`, '{"mod'), post(chunked, '5\r\n{"mod')]) {
      using wire = await Wire.open(portico.url);
      const answer = await wire.send(request).answer();
      assert.equal(answer.status, 504);
      messageOf(answer, 'messages');
      await idle(portico);
      await untilRefused(wire);
    }
    assert.equal(upstream.requests.length, 0);
  });

  test('with a body nobody reads is cut off too, after its answer', async () => {
    await using portico = await start(50, 50, 50);
    using wire = await Wire.open(portico.url);
    wire.send(post('Content-Length: 100\r\n', '{"mod').replace(secret, 'wrong'));
    assert.equal((await wire.answer()).status, 401);
    assert.equal(await wire.closed, '');
  });

  test('to end its side after an answer is cut off', async () => {
    await using portico = await start(60_000, 300_000, 20);
    using wire = await Wire.open(portico.url);
    assert.equal((await wire.send('NONSENSE\r\n\r\n').answer()).status, 400);
    await untilRefused(wire);
  });

  /** Sends until the other side is gone: it answers with a reset. */
  async function untilRefused({ socket }: Wire): Promise<void> {
    while (socket.writable) {
      socket.write('a');
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
});
