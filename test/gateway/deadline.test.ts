// Time limits of a route: for its request bodies to arrive, and for a whole call before and after the answer began.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { HandClock } from '../support/clock.ts';
import { account, TestGateway } from '../support/gateway.ts';
import { chunk, json, Upstream } from '../support/upstream.ts';
import { messageOf, post, Wire } from './http/wire.ts';

describe('a route', async () => {
  const upstream = await Upstream.start(json({ ok: true }));
  after(() => upstream[Symbol.asyncDispose]());
  const start = (clock: HandClock, route: { timeout?: number; requestTimeout?: number }) =>
    TestGateway.start(
      {
        providers: [
          { name: 'up', url: upstream.url, accounts: [account('a', upstream.url), account('b', upstream.url)] },
        ],
        routes: [
          { name: 'root', paths: ['/other'] },
          { name: 'limited', paths: ['/'], ...route },
        ],
      },
      clock,
    );
  const chat = { model: 'model-a', messages: [] };

  test('with a timeout answers 504 when it passes before the answer began, and asks nobody else', async () => {
    const clock = new HandClock();
    await using portico = await start(clock, { timeout: 4000 });
    upstream.answer = () => undefined;
    const arrived = upstream.next();
    const asked = upstream.requests.length + 1;
    const answer = portico.post('/v1/chat/completions', chat);
    await arrived;
    clock.advance(3999);
    assert.equal(portico.ledger.inFlight(), 1);
    clock.advance(1);
    const told = await answer;
    const { error } = (await told.json()) as { error: { code: string } };
    assert.deepEqual([told.status, error.code], [504, 'call_timeout']);
    await upstream.last.aborted;
    await portico.recorded(1);
    assert.deepEqual([portico.records[0]?.outcome, portico.records[0]?.error], ['error', 'call-timeout']);
    assert.equal(upstream.requests.length, asked);
  });

  test('counts all attempts together', async () => {
    const clock = new HandClock();
    await using portico = await start(clock, { timeout: 4000 });
    upstream.answer = (res, seen) => {
      if (seen.headers.authorization !== 'Bearer up-a') return undefined;
      clock.advance(3000);
      return json({ error: {} }, 429)(res, seen);
    };
    const both = upstream.next().then(() => upstream.next());
    const answer = portico.post('/v1/chat/completions', chat);
    await both;
    clock.advance(1000);
    assert.equal((await answer).status, 504);
  });

  test('with a timeout ends an answer that has begun with an error in band', async () => {
    const clock = new HandClock();
    await using portico = await start(clock, { timeout: 4000 });
    upstream.answer = (res) => {
      res
        .writeHead(200, { 'content-type': 'text/event-stream' })
        .write(chunk({ choices: [{ delta: { content: 'a' } }] }));
    };
    const response = await portico.post('/v1/chat/completions', { ...chat, stream: true });
    assert.equal(response.status, 200);
    clock.advance(4000);
    const text = await response.text();
    assert.match(text, /^data: \{"choices".*\n\ndata: \{"error":.*call_timeout/s);
    assert.doesNotMatch(text, /DONE/);
    await upstream.last.aborted;
    await portico.recorded(1);
    assert.deepEqual([portico.records[0]?.outcome, portico.records[0]?.error], ['error', 'call-timeout']);
  });

  test('with a timeout cuts off a body that is no stream of events', async () => {
    const clock = new HandClock();
    await using portico = await start(clock, { timeout: 4000 });
    upstream.answer = (res) => void res.writeHead(200, { 'content-type': 'application/octet-stream' }).write('half');
    const response = await portico.post('/v1/chat/completions', chat);
    clock.advance(4000);
    await assert.rejects(response.text());
  });

  test('leaves no alarm behind a call, and sets none where there is no timeout', async () => {
    const clock = new HandClock();
    await using portico = await start(clock, { timeout: 4000 });
    upstream.answer = json({ ok: true });
    const before = clock.waiting;
    for (const path of ['/v1/chat/completions', '/other/v1/chat/completions']) {
      assert.equal((await portico.post(path, chat)).status, 200);
    }
    await portico.recorded(2);
    await setImmediate();
    assert.equal(clock.waiting, before);
    upstream.answer = () => undefined;
    const arrived = upstream.next();
    const stop = new AbortController();
    const answer = portico.post('/other/v1/chat/completions', chat, { signal: stop.signal });
    await arrived;
    clock.advance(4500);
    await setImmediate();
    assert.equal(portico.ledger.inFlight(), 1, 'no limit of its own');
    stop.abort();
    await assert.rejects(answer);
  });

  test('with a requestTimeout refuses a body that takes longer', async () => {
    const clock = new HandClock();
    await using portico = await start(clock, { requestTimeout: 2000 });
    using wire = await Wire.open(portico.url);
    wire.send(post('Content-Length: 100\r\n', '{"model"', 'POST /v1/chat/completions HTTP/1.1'));
    while (clock.waiting === 0) await setImmediate();
    clock.advance(2000);
    const answer = await wire.answer();
    assert.equal(answer.status, 408);
    assert.match(messageOf(answer, 'chat'), /too long/);
    assert.equal(answer.headers.connection, 'close');
  });
});
