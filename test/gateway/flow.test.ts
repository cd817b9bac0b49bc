// Bodies in motion: backpressure, heartbeats, shutting down, and what time does to them (a clock that tests move).
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { test } from 'node:test';
import { HandClock } from '../support/clock.ts';
import { secret, TestGateway } from '../support/gateway.ts';
import { chunk, Upstream } from '../support/upstream.ts';

const body = { model: 'model-a', stream: true, messages: [] };
const word = chunk({ choices: [{ index: 0, delta: { content: 'x' } }] });

test('a reader that stops reading stops the upstream; all of 100 MB arrive once it reads on', async () => {
  const piece = Buffer.from(chunk({ choices: [{ index: 0, delta: { content: 'x'.repeat(65_000) } }] }));
  const pieces = Math.ceil(100_000_000 / piece.length);
  let written = 0;
  await using upstream = await Upstream.start(async (res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    for (let count = 0; count < pieces; count += 1) {
      written += piece.length;
      if (!res.write(piece)) await once(res, 'drain');
    }
    res.end('data: [DONE]\n\n');
  });
  await using portico = await TestGateway.start({ providers: [{ name: 'up', url: upstream.url }] });
  const response = await slowly(portico.url, body);
  await settled(() => written);
  const rss = process.memoryUsage().rss;
  assert.ok(written < 20_000_000, `${written} bytes were taken from the upstream for a client that does not read`);
  let received = 0;
  for await (const data of response) received += (data as Buffer).length;
  assert.equal(received, pieces * piece.length + 'data: [DONE]\n\n'.length);
  assert.ok(process.memoryUsage().rss - rss < 150_000_000, 'memory does not follow the size of the stream');
});

test('silence is bridged by heartbeats between events, and never before the head', async () => {
  const clock = new HandClock();
  const said = Promise.withResolvers<http.ServerResponse>();
  await using upstream = await Upstream.start((res) => said.resolve(res));
  await using portico = await TestGateway.start(
    {
      providers: [{ name: 'up', url: upstream.url, timeouts: { connect: 0, firstByte: 0, idle: 0, total: 0 } }],
      routes: [{ name: 'root', heartbeat: 15_000 }],
    },
    clock,
  );
  const asking = portico.post('/v1/chat/completions', body);
  const res = await said.promise;
  clock.advance(60_000);
  res.writeHead(200, { 'content-type': 'text/event-stream' });
  res.write(word);
  const reader = ((await asking).body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
  assert.equal((await reader.read()).value, word);
  clock.advance(15_000);
  assert.match(String((await reader.read()).value), /^:.*\n\n$/);
  res.write(word.slice(0, 10));
  assert.equal((await reader.read()).value, word.slice(0, 10));
  clock.advance(15_000);
  res.end(`${word.slice(10)}data: [DONE]\n\n`);
  let rest = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) rest += part.value;
  assert.equal(rest, `${word.slice(10)}data: [DONE]\n\n`, 'nothing is put into an event');
});

test('draining lets a stream go on until its deadline, then ends it with an error in band', async () => {
  const clock = new HandClock();
  await using upstream = await Upstream.start((res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    res.write(word);
  });
  const timeouts = { connect: 0, firstByte: 0, idle: 0, total: 0 };
  await using portico = await TestGateway.start({ providers: [{ name: 'up', url: upstream.url, timeouts }] }, clock);
  const response = await portico.post('/v1/messages', { ...body, max_tokens: 1 });
  const drained = portico.gateway.drain(clock.now() + 600_000);
  await assert.rejects(fetch(`${portico.url}/health`), 'no new connections');
  clock.advance(4000);
  clock.advance(600_000);
  const text = await response.text();
  assert.match(text, /^data: .*\n\nevent: error\ndata: \{"type":"error".*shutting down/s);
  assert.doesNotMatch(text, /message_stop/);
  await upstream.last.aborted;
  await drained;
});

for (const [which, timeouts, words] of [
  ['first byte', { connect: 0, firstByte: 3000, idle: 0, total: 0 }, /first byte/],
  ['total', { connect: 0, firstByte: 0, idle: 0, total: 9000 }, /total/],
] as const) {
  test(`the ${which} timeout is answered with 504`, async () => {
    const clock = new HandClock();
    await using upstream = await Upstream.start(() => undefined);
    await using portico = await TestGateway.start({ providers: [{ name: 'up', url: upstream.url, timeouts }] }, clock);
    const arrived = upstream.next();
    const asking = portico.post('/v1/chat/completions', body);
    await arrived;
    clock.advance(9000);
    const response = await asking;
    assert.equal(response.status, 504);
    assert.match(await response.text(), words);
    await upstream.last.aborted;
  });
}

/** A response nobody reads yet. */
function slowly(url: string, asked: unknown): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${secret}` };
    const request = http.request(`${url}/v1/chat/completions`, { method: 'POST', headers }, resolve);
    request.on('error', reject);
    request.end(JSON.stringify(asked));
  });
}

/** Waits until a number has stopped growing over many turns of the loop. */
async function settled(read: () => number): Promise<void> {
  let last = -1;
  for (let same = 0; same < 200; same = read() === last ? same + 1 : 0) {
    last = read();
    await new Promise((resolve) => setImmediate(resolve));
  }
}
