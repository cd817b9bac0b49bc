// Translated streams in motion: backpressure, heartbeats, clients that leave, bodies cut anywhere.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { test } from 'node:test';
import { HandClock } from '../../support/clock.ts';
import { secret, TestGateway } from '../../support/gateway.ts';
import { Upstream } from '../../support/upstream.ts';
import { asking, eventsOf, rigOf, textIn } from './rig.ts';

const usage = { promptTokenCount: 3, candidatesTokenCount: 5, totalTokenCount: 8 };
const piece = (text: string, more = {}) => {
  const candidates = [{ content: { role: 'model', parts: [{ text }] }, index: 0, ...more }];
  return `data: ${JSON.stringify({ candidates, usageMetadata: usage })}\r\n\r\n`;
};
const head = { 'content-type': 'text/event-stream' };
const unhurried = { connect: 0, firstByte: 0, idle: 0, total: 0 };

test('a reader that stops reading stops the upstream', async () => {
  const text = piece('x'.repeat(65_000));
  const pieces = Math.ceil(30_000_000 / text.length);
  let written = 0;
  await using rig = await rigOf('gemini');
  rig.upstream.answer = async (res) => {
    res.writeHead(200, head);
    for (let count = 0; count < pieces; count += 1) {
      written += text.length;
      if (!res.write(text)) await once(res, 'drain');
    }
    res.end(piece('', { finishReason: 'STOP' }));
  };
  const response = await slowly(rig.portico.url);
  await settled(() => written);
  assert.ok(written < 15_000_000, `${written} bytes were taken from the upstream for a client that does not read`);
  let received = 0;
  for await (const data of response) received += (data as Buffer).length;
  assert.ok(received > pieces * 65_000, 'all of it arrives once it reads on');
});

test('silence is bridged with what the client’s dialect ignores', async () => {
  const clock = new HandClock();
  const said = Promise.withResolvers<http.ServerResponse>();
  await using upstream = await Upstream.start((res) => said.resolve(res));
  await using portico = await TestGateway.start(
    {
      providers: [{ name: 'up', url: upstream.url, dialects: ['gemini'], timeouts: unhurried }],
      routes: [{ name: 'root', heartbeat: 15_000 }],
    },
    clock,
  );
  const { path, body } = asking('anthropic-messages', true);
  const answer = portico.post(path, body);
  const res = await said.promise;
  res.writeHead(200, head);
  res.write(piece('good '));
  const reader = ((await answer).body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!text.includes('good ')) text += (await reader.read()).value ?? '';
  // Half an event of the upstream is nothing to the client: a heartbeat may stand there.
  res.write(piece('day').slice(0, 10));
  clock.advance(15_000);
  assert.match(String((await reader.read()).value), /^event: ping\n/);
  res.end(piece('day').slice(10) + piece('', { finishReason: 'STOP' }));
  for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value;
  assert.equal(textIn('anthropic-messages', text), 'good day');
});

test('a client that leaves cancels the upstream request; what it got is estimated', async () => {
  await using rig = await rigOf('gemini');
  rig.upstream.answer = (res) => void res.writeHead(200, head).write(piece('good day, '.repeat(20)));
  const leave = new AbortController();
  const { path, body } = asking('openai-responses', true);
  const response = await rig.portico.post(path, body, { signal: leave.signal });
  await response.body?.getReader().read();
  leave.abort();
  await rig.upstream.last.aborted;
  await rig.portico.recorded(1);
  const [record] = rig.portico.records;
  assert.deepEqual([record?.outcome, record?.error, record?.usageSource], ['aborted', 'client-closed', 'estimated']);
  assert.ok((record?.usage?.output ?? 0) > 20);
  assert.equal(rig.portico.ledger.inFlight(), 0);
});

test('with onDisconnect: drain the answer is read on to its usage', async () => {
  await using rig = await rigOf('gemini', {}, { routes: [{ name: 'root', onDisconnect: 'drain' }] });
  const said = Promise.withResolvers<http.ServerResponse>();
  rig.upstream.answer = (res) => {
    res.writeHead(200, head).write(piece('good '));
    said.resolve(res);
  };
  const leave = new AbortController();
  const { path, body } = asking('openai-responses', true);
  const response = await rig.portico.post(path, body, { signal: leave.signal });
  await response.body?.getReader().read();
  leave.abort();
  await new Promise((resolve) => setImmediate(resolve));
  (await said.promise).end(piece('day', { finishReason: 'STOP' }));
  await rig.portico.recorded(1);
  const [record] = rig.portico.records;
  assert.deepEqual([record?.outcome, record?.usage?.output, record?.usageSource], ['aborted', 5, 'reported']);
});

test('draining ends a translated stream with an error in band', async () => {
  const clock = new HandClock();
  await using upstream = await Upstream.start((res) => void res.writeHead(200, head).write(piece('good ')));
  await using portico = await TestGateway.start(
    { providers: [{ name: 'up', url: upstream.url, dialects: ['gemini'], timeouts: unhurried }] },
    clock,
  );
  const { path, body } = asking('anthropic-messages', true);
  const response = await portico.post(path, body);
  const drained = portico.gateway.drain(clock.now() + 600_000);
  clock.advance(604_000);
  const text = await response.text();
  assert.match(text, /event: error\ndata: \{"type":"error".*shutting down/s);
  assert.doesNotMatch(text, /message_stop/);
  await drained;
});

for (const size of [1, 7, 64]) {
  test(`a stream that comes ${size} bytes at a time says the same`, async () => {
    await using rig = await rigOf('openai-responses');
    const bytes = Buffer.from(eventsOf('openai-responses').join('').replaceAll('good ', 'gööd ✓ '));
    rig.upstream.answer = async (res) => {
      res.writeHead(200, head);
      res.flushHeaders();
      for (let at = 0; at < bytes.length; at += size) {
        res.write(bytes.subarray(at, at + size));
        if (at % 512 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      res.end();
    };
    const text = await (await rig.ask('gemini', true)).text();
    assert.equal(textIn('gemini', text), 'gööd ✓ day');
  });
}

/** A response nobody reads yet. */
function slowly(url: string): Promise<http.IncomingMessage> {
  const { path, body } = asking('openai-responses', true);
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${secret}` };
    const request = http.request(`${url}${path}`, { method: 'POST', headers }, resolve);
    request.on('error', reject);
    request.end(JSON.stringify(body));
  });
}

/** Resolves when the value has stood still for many turns of the event loop. */
async function settled(value: () => number): Promise<void> {
  for (let still = 0, last = value(); still < 200; still += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    if (value() !== last) still = 0;
    last = value();
  }
}
