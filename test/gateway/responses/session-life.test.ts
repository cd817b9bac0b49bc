// The life of a WebSocket of the Responses API: one answer at a time, limits, reloads, and the ways it ends.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { HandClock } from '../../support/clock.ts';
import { pluginEntry, secret, usualPlugins } from '../../support/gateway.ts';
import type { Answer } from '../../support/upstream.ts';
import { closed, connect } from '../../support/websocket.ts';
import { counting, eventOf, manifest, set, Talker } from './talker.ts';

/** Holds its answers until told. */
function holding() {
  const held: (() => void)[] = [];
  const answer: Answer = (res, seen) => {
    held.push(() => void counting()(res, seen));
  };
  return { answer, held };
}

test('messages are answered one after the other; too many at once are refused', async (t) => {
  const { answer, held } = holding();
  const { upstream, gateway } = await set(t, answer);
  const client = await Talker.open(gateway);
  const arrived = upstream.next();
  for (let index = 0; index < 6; index += 1) client.send({ input: `message ${index}` });
  await arrived;
  const refused = await client.next();
  assert.deepEqual([refused.type, refused.status], ['error', 429]);
  for (let index = 0; index < 5; index += 1) {
    const next = upstream.next();
    void held[index]?.();
    await client.answer();
    if (index < 4) await next;
  }
  assert.deepEqual(
    upstream.requests.map(({ body }) => JSON.parse(String(body)).input),
    ['message 0', 'message 1', 'message 2', 'message 3', 'message 4'],
  );
  client.socket.close();
});

test('a client that leaves stops its request upstream', async (t) => {
  const { answer } = holding();
  const { upstream, gateway } = await set(t, answer);
  const client = await Talker.open(gateway);
  const arrived = upstream.next();
  client.send({ input: 'one' });
  await arrived;
  client.socket.terminate();
  await upstream.last.aborted;
  await gateway.recorded(2);
  assert.equal(gateway.records[1]?.outcome, 'aborted');
});

test('a connection takes no slot of a limit; each of its requests does', async (t) => {
  const limits = [{ kind: 'concurrency', amount: 1, window: undefined, burst: undefined }] as never;
  const limited = {
    plugins: [
      ...usualPlugins.slice(0, 1),
      pluginEntry('rate-limit', { mode: 'enforce', rules: [], headers: true, reserveOutput: 1000 }),
      ...usualPlugins.slice(1),
    ],
    keys: [{ limits }],
  };
  const { gateway } = await set(t, counting(), limited);
  const first = await Talker.open(gateway);
  const second = await Talker.open(gateway);
  assert.equal((await first.ask({ input: 'one' })).length, 3);
  assert.equal((await second.ask({ input: 'two' })).length, 3);
  first.socket.close();
  second.socket.close();
});

test('a message may be as long as a body of the route', async (t) => {
  const { gateway } = await set(t, counting(), { routes: [{ name: 'root', maxBody: 1_000 }] });
  const client = await Talker.open(gateway);
  const ended = closed(client.socket);
  client.send({ input: 'x'.repeat(1_000) });
  assert.equal((await ended).code, 1009);
});

test('a reload reaches connections that are open: the next message runs on it', async (t) => {
  const { upstream, gateway } = await set(t, counting());
  const client = await Talker.open(gateway);
  await client.ask({ input: 'one' });
  const models = { any: false, ids: { 'model-b': 'model-b' } };
  const providers = [{ name: 'up', url: `${upstream.url}/v1`, models, manifest }];
  await gateway.load({ providers, generation: 2 });
  const [refused] = await client.ask({ input: 'two' });
  assert.equal(refused?.status, 404);
  assert.equal((await client.ask({ input: 'three', model: 'model-b' })).length, 3);
  assert.deepEqual(gateway.retired, [1]);
  client.socket.close();
});

test('a gateway that stops lets the answer under way end, then closes', async (t) => {
  const { answer, held } = holding();
  const { upstream, gateway } = await set(t, answer);
  const busy = await Talker.open(gateway);
  const idle = await Talker.open(gateway);
  const arrived = upstream.next();
  busy.send({ input: 'one' });
  await arrived;
  const idleEnd = closed(idle.socket);
  const busyEnd = closed(busy.socket);
  const drained = gateway.gateway.drain(Date.now() + 60_000);
  assert.equal((await idleEnd).code, 1001);
  void held[0]?.();
  assert.equal((await busy.answer()).at(-1)?.type, 'response.completed');
  assert.equal((await busyEnd).code, 1001);
  await drained;
});

test('a connection on which nothing is asked for ten minutes ends', async (t) => {
  const clock = new HandClock();
  const { gateway } = await set(t, counting(), {}, clock);
  const client = await Talker.open(gateway);
  const ended = closed(client.socket);
  for (let half = 1; half < 20; half += 1) {
    const ponged = once(client.socket, 'ping');
    clock.advance(30_000);
    await ponged;
    // The pong was sent before this, which is sent on another connection and answered after a look at both.
    await gateway.get('/health');
  }
  assert.equal(client.socket.readyState, client.socket.OPEN);
  clock.advance(30_000);
  assert.equal((await ended).code, 1000);
});

test('a client that is not there any more is noticed', async (t) => {
  const clock = new HandClock();
  const { gateway } = await set(t, counting(), {}, clock);
  const gone = await Talker.open(gateway);
  gone.socket.pause();
  clock.advance(30_000);
  assert.equal(gateway.gateway.sessions.size, 1);
  clock.advance(30_000);
  await gateway.gateway.sessions.closed();
  gone.socket.terminate();
});

test('a client’s subprotocol key opens the door and is not echoed', async (t) => {
  const { upstream, gateway } = await set(t, counting());
  const socket = await connect(`${gateway.url}/v1/responses`, ['realtime', `openai-insecure-api-key.${secret}`]);
  assert.equal(socket.protocol, 'realtime');
  const client = new Talker(socket);
  assert.equal((await client.ask({ input: 'one' })).length, 3);
  assert.equal(upstream.last.headers['sec-websocket-protocol'], undefined);
  client.socket.close();
});

test('a client that does not read holds its answer up, and loses nothing of it', async (t) => {
  const piece = 'x'.repeat(256 * 1024);
  const many = 64;
  let written = 0;
  const { upstream, gateway } = await set(t, async (res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    for (let number = 0; number < many; number += 1) {
      if (!res.write(eventOf({ type: 'response.output_text.delta', delta: piece, number }))) await once(res, 'drain');
      written += 1;
    }
    res.end(eventOf({ type: 'response.completed', response: { id: 'resp_1', object: 'response', output: [] } }));
  });
  const client = await Talker.open(gateway);
  const arrived = upstream.next();
  client.send({ input: 'one' });
  client.socket.pause();
  await arrived;
  // Other requests go on meanwhile; sockets have taken what they can by then.
  for (let count = 0; count < 50; count += 1) await gateway.get('/v1/models');
  assert.ok(written < many, `${written}`);
  client.socket.resume();
  const frames = await client.answer();
  assert.equal(frames.length, many + 1);
});
