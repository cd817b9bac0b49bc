// The client leaves: the upstream request ends, no connection is left behind, and the record says so.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { TestGateway } from '../support/gateway.ts';
import { chunk, Upstream } from '../support/upstream.ts';

const endless = (res: import('node:http').ServerResponse) => {
  res.writeHead(200, { 'content-type': 'text/event-stream' });
  const piece = chunk({ choices: [{ index: 0, delta: { content: 'x' } }] });
  const more = setInterval(() => res.write(piece), 1);
  res.once('close', () => clearInterval(more));
};
const body = { model: 'model-a', stream: true, messages: [] };

describe('a client that leaves', async () => {
  const upstream = await Upstream.start(endless);
  const providers = [{ name: 'up', url: upstream.url }];
  const portico = await TestGateway.start({ providers });
  after(async () => {
    await portico[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  });

  test('in the middle of a stream cancels the upstream request', async () => {
    const leave = new AbortController();
    const response = await portico.post('/v1/chat/completions', body, { signal: leave.signal });
    await response.body?.getReader().read();
    leave.abort();
    await upstream.last.aborted;
    await portico.recorded(1);
    assert.deepEqual([portico.records[0]?.outcome, portico.records[0]?.error], ['aborted', 'client-closed']);
  });

  test('before the head cancels the upstream request', async () => {
    upstream.answer = () => undefined;
    const leave = new AbortController();
    const arrived = upstream.next();
    const gone = portico.post('/v1/chat/completions', body, { signal: leave.signal }).catch((error) => error.name);
    await arrived;
    leave.abort();
    assert.equal(await gone, 'AbortError');
    await upstream.last.aborted;
    await portico.recorded(2);
    assert.equal(portico.records[1]?.status, 499);
  });

  test('a hundred times leaves no upstream connection and no call in flight', async () => {
    upstream.answer = endless;
    const before = portico.records.length;
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(
        Array.from({ length: 10 }, async () => {
          const leave = new AbortController();
          const response = await portico.post('/v1/chat/completions', body, { signal: leave.signal });
          await response.body?.getReader().read();
          leave.abort();
        }),
      );
    }
    await portico.recorded(before + 100);
    await Promise.all(upstream.requests.map(({ aborted }) => aborted));
    assert.equal(portico.ledger.inFlight(), 0);
    assert.ok((await upstream.connections()) <= 10);
  });

  test('with onDisconnect: drain the answer is read on to its usage', async () => {
    let finish: () => void = () => assert.fail('the upstream was not asked');
    upstream.answer = (res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write(chunk({ choices: [{ index: 0, delta: { content: 'x' } }] }));
      finish = () => {
        res.write(chunk({ choices: [], usage: { prompt_tokens: 2, completion_tokens: 9, total_tokens: 11 } }));
        res.end('data: [DONE]\n\n');
      };
    };
    await using draining = await TestGateway.start({ providers, routes: [{ name: 'root', onDisconnect: 'drain' }] });
    const leave = new AbortController();
    const response = await draining.post('/v1/chat/completions', body, { signal: leave.signal });
    await response.body?.getReader().read();
    leave.abort();
    await new Promise((resolve) => setImmediate(resolve));
    finish();
    await draining.recorded(1);
    assert.equal(draining.records[0]?.outcome, 'aborted');
    assert.equal(draining.records[0]?.usage?.output, 9);
  });
});
