// WebSockets through a plain forward: the same chain in front, bytes untouched, and an end of one side is an end of both.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import net from 'node:net';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { HandClock } from '../../support/clock.ts';
import { forward, secret, TestGateway } from '../../support/gateway.ts';
import { closed, connect, nextMessage, refusal, WebSocketUpstream } from '../../support/websocket.ts';

const keyed = { headers: { authorization: `Bearer ${secret}` } };

function routed(url: string, more: object = {}) {
  return { routes: [{ name: 'live', paths: ['/live'], url, ...more }] };
}

test('text, binary and large frames come back as they were sent', async () => {
  await using upstream = await WebSocketUpstream.start();
  await using gateway = await TestGateway.start(routed(upstream.url));
  const client = await connect(`${gateway.url}/live/chat?room=1`, [], keyed);
  assert.equal(upstream.handshakes[0]?.url, '/chat?room=1');
  for (const message of ['hello', 'ünïcode', randomBytes(3 * 1024 * 1024)]) {
    const answer = nextMessage(client);
    client.send(message);
    assert.deepEqual(await answer, Buffer.from(message));
  }
  const ended = closed(client);
  client.close(1000, 'done');
  assert.deepEqual(await ended, { code: 1000, reason: 'done' });
  await gateway.recorded(1);
  const [record] = gateway.records;
  assert.equal(record?.status, 101);
  assert.equal(record?.outcome, 'ok');
  assert.equal(record?.route, 'live');
  assert.equal(record?.key, 'test');
  assert.equal(record?.attempts[0]?.status, 101);
  assert.ok((record?.bytesIn ?? 0) > 3 * 1024 * 1024);
  assert.ok((record?.bytesOut ?? 0) > 3 * 1024 * 1024);
});

test('fragments and pings cross; a slow reader is waited for', async () => {
  await using upstream = await WebSocketUpstream.start();
  await using gateway = await TestGateway.start(routed(upstream.url));
  const client = await connect(`${gateway.url}/live`, [], { ...keyed, perMessageDeflate: false });
  const answer = nextMessage(client);
  client.send('one ', { fin: false });
  client.send('message', { fin: true });
  assert.equal(String(await answer), 'one message');
  const ponged = new Promise((resolve) => client.once('pong', resolve));
  client.ping('there?');
  assert.equal(String(await ponged), 'there?');
  client.pause();
  const piece = randomBytes(1024 * 1024);
  const sent = new Promise<void>((resolve) =>
    upstream.last.send(Buffer.concat(Array(48).fill(piece)), () => resolve()),
  );
  let whole = false;
  void sent.then(() => {
    whole = true;
  });
  // As soon as every buffer on the way is full the upstream waits.
  await nothingMoves(() => upstream.last.bufferedAmount);
  assert.equal(whole, false);
  const arrived = nextMessage(client);
  client.resume();
  assert.equal(((await arrived) as Buffer).length, 48 * piece.length);
  client.close();
  await gateway.recorded(1);
});

/** Resolves once a figure has stayed the same for a while. */
async function nothingMoves(figure: () => number): Promise<void> {
  let last = -1;
  for (let same = 0; same < 20; ) {
    await new Promise((resolve) => setImmediate(() => setTimeout(resolve, 5)));
    same = figure() === last ? same + 1 : 0;
    last = figure();
  }
}

test('the subprotocol is agreed on end to end, and no key goes upstream', async () => {
  await using upstream = await WebSocketUpstream.start({ protocols: ['chat.v2'] });
  await using gateway = await TestGateway.start(routed(upstream.url));
  const offered = ['chat.v1', 'chat.v2', `openai-insecure-api-key.${secret}`];
  const client = await connect(`${gateway.url}/live?key=${secret}&a=1`, offered);
  assert.equal(client.protocol, 'chat.v2');
  const { headers, url } = upstream.handshakes[0] ?? assert.fail();
  assert.equal(headers['sec-websocket-protocol'], 'chat.v1, chat.v2');
  assert.equal(url, '/?a=1');
  assert.equal(JSON.stringify(headers).includes(secret), false);
  client.close();
  await gateway.recorded(1);
});

test('without a key the handshake is refused with an ordinary error', async () => {
  await using upstream = await WebSocketUpstream.start();
  await using gateway = await TestGateway.start(routed(upstream.url));
  const { status, headers, body } = await refusal(`${gateway.url}/live`);
  assert.equal(status, 401);
  assert.match(String(headers['content-type']), /json/);
  assert.match(body, /No API key was sent/);
  assert.match(String(headers['x-portico-id']), /^c/);
  assert.equal(headers.connection, 'close');
  assert.equal(upstream.handshakes.length, 0);
  await gateway.recorded(1);
  assert.equal(gateway.records[0]?.status, 401);
});

test('what the service answers instead of switching is passed on', async () => {
  await using upstream = await WebSocketUpstream.start();
  upstream.refuse = (_req, socket) => {
    socket.end('HTTP/1.1 403 Forbidden\r\ncontent-type: text/plain\r\ncontent-length: 9\r\n\r\nnot today');
    return true;
  };
  await using gateway = await TestGateway.start(routed(upstream.url));
  const { status, body } = await refusal(`${gateway.url}/live`, [], keyed);
  assert.deepEqual([status, body], [403, 'not today']);
  await gateway.recorded(1);
  assert.equal(gateway.records[0]?.status, 403);
});

test('a service that is not there is a 502', async () => {
  await using gateway = await TestGateway.start(routed('http://127.0.0.1:1'));
  assert.equal((await refusal(`${gateway.url}/live`, [], keyed)).status, 502);
});

test('websocket: false refuses with 426', async () => {
  await using upstream = await WebSocketUpstream.start();
  await using gateway = await TestGateway.start(routed(upstream.url, { forward: { ...forward, websocket: false } }));
  const { status, body } = await refusal(`${gateway.url}/live`, [], keyed);
  assert.equal(status, 426);
  assert.match(body, /websocket_not_served/);
  assert.equal(upstream.handshakes.length, 0);
});

test('an upstream that dies breaks the client off, and is to blame', async () => {
  await using upstream = await WebSocketUpstream.start();
  await using gateway = await TestGateway.start(routed(upstream.url));
  const client = await connect(`${gateway.url}/live`, [], keyed);
  const ended = closed(client);
  upstream.last.terminate();
  assert.equal((await ended).code, 1006);
  await gateway.recorded(1);
  assert.equal(gateway.records[0]?.outcome, 'error');
  assert.equal(gateway.records[0]?.error, 'upstream-truncated');
});

test('a client that dies breaks the upstream off', async () => {
  await using upstream = await WebSocketUpstream.start();
  await using gateway = await TestGateway.start(routed(upstream.url));
  const client = await connect(`${gateway.url}/live`, [], keyed);
  const ended = closed(upstream.last);
  client.terminate();
  assert.equal((await ended).code, 1006);
  await gateway.recorded(1);
  assert.equal(gateway.records[0]?.outcome, 'aborted');
  assert.equal(gateway.records[0]?.error, 'client-closed');
  await gateway.gateway.drain(0);
  assert.equal(gateway.ledger.inFlight(), 0);
});

test('silence both ways has a limit, which either side can put off', async () => {
  const clock = new HandClock();
  await using upstream = await WebSocketUpstream.start();
  const timeouts = { connect: 5000, firstByte: 5000, idle: 60_000, total: 90_000 };
  await using gateway = await TestGateway.start(routed(upstream.url, { timeouts }), clock);
  const client = await connect(`${gateway.url}/live`, [], keyed);
  for (let minutes = 0; minutes < 3; minutes += 1) {
    clock.advance(59_000);
    const answer = nextMessage(client);
    client.send('still here');
    await answer;
  }
  const ended = [closed(client), closed(upstream.last)];
  clock.advance(60_000);
  for (const end of ended) assert.deepEqual(await end, { code: 1001, reason: 'Nothing was sent either way for 60 s.' });
  await gateway.recorded(1);
  assert.equal(gateway.records[0]?.error, 'upstream-timeout');
});

test('a shutdown says goodbye to both sides, and waits for a connection that ends by itself', async () => {
  await using upstream = await WebSocketUpstream.start();
  const gateway = await TestGateway.start(routed(upstream.url));
  const client = await connect(`${gateway.url}/live`, [], keyed);
  const ended = [closed(client), closed(upstream.last)];
  await gateway.gateway.drain(0);
  for (const end of ended) assert.deepEqual(await end, { code: 1001, reason: 'The gateway is shutting down.' });
  assert.equal(gateway.records[0]?.error, 'draining');
});

test('connections outlive a reload, and then run on what they began with', async () => {
  await using upstream = await WebSocketUpstream.start();
  await using gateway = await TestGateway.start(routed(upstream.url));
  const client = await connect(`${gateway.url}/live`, [], keyed);
  await gateway.load({ generation: 2, routes: [{ name: 'other', paths: ['/other'] }] });
  const answer = nextMessage(client);
  client.send('again');
  assert.equal(String(await answer), 'again');
  assert.deepEqual(gateway.retired, []);
  client.close();
  await gateway.recorded(1);
  assert.equal(gateway.records[0]?.revision, 'revision-1');
});

test('what a client sends right behind its request arrives; what a server sends right behind its 101 too', async () => {
  await using upstream = await WebSocketUpstream.start();
  upstream.refuse = (_req, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\nserver first');
    socket.on('data', (chunk: Buffer) => socket.end(chunk));
    return true;
  };
  await using gateway = await TestGateway.start(routed(upstream.url));
  const raw = net.connect(Number(new URL(gateway.url).port), '127.0.0.1');
  const head = ['GET /live HTTP/1.1', 'host: x', `authorization: Bearer ${secret}`, 'connection: upgrade'];
  raw.write(`${[...head, 'upgrade: websocket'].join('\r\n')}\r\n\r\nclient first`);
  let text = '';
  for await (const chunk of raw) text += chunk;
  assert.match(text, /^HTTP\/1.1 101 /);
  assert.match(text, /\r\n\r\nserver firstclient first$/);
});

const unserved = [
  ['anything else', 'upgrade: h2c'],
  ['a WebSocket with a body', 'upgrade: websocket\r\ncontent-length: 4\r\n\r\nbody'],
] as const;

for (const [what, header] of unserved) {
  test(`an upgrade to ${what} is an ordinary request`, async () => {
    await using upstream = await WebSocketUpstream.start();
    await using gateway = await TestGateway.start(routed(upstream.url));
    const raw = net.connect(Number(new URL(gateway.url).port), '127.0.0.1');
    const head = `GET /live HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${secret}`;
    raw.write(`${head}\r\nconnection: upgrade, close\r\n${header}\r\n\r\n`);
    let text = '';
    for await (const chunk of raw) text += chunk;
    assert.match(text, /^HTTP\/1.1 426 /, 'as the service answers a plain GET');
    assert.equal(upstream.handshakes.length, 0);
  });
}

test('a client that leaves during the handshake ends it', async () => {
  await using upstream = await WebSocketUpstream.start();
  const gone = new Promise<void>((resolve) => {
    upstream.refuse = (_req, socket) => {
      socket
        .once('end', () => {
          socket.destroy();
          resolve();
        })
        .resume();
      client.terminate();
      return true;
    };
  });
  await using gateway = await TestGateway.start(routed(upstream.url));
  const client = new WebSocket(`${gateway.url.replace('http', 'ws')}/live`, [], keyed);
  client.on('error', () => undefined);
  await gone;
  await gateway.recorded(1);
  assert.equal(gateway.records[0]?.outcome, 'aborted');
});
