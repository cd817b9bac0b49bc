// What was reserved gives way to the truth, on every path a request can end.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { LoadedPlugin } from '../../../src/config/loaded.ts';
import { readLimits } from '../../../src/core/index.ts';
import type { TestGateway } from '../../support/gateway.ts';
import { chunk, events, json, Upstream } from '../../support/upstream.ts';
import { ask, asked, type Limited, messageOf, start, usage, used, wantedOf } from './limited.ts';

const limits = { requests: '100/m', tokens: '100k/m', cost: '5 USD/day', concurrency: 10 };
const said = chunk({ choices: [{ index: 0, delta: { content: 'The capital of France is Paris, on the Seine.' } }] });
/** 100 tokens at 2 and 20 at 10 micro-dollars. */
const truth = [1, 120, 400, 0];

describe('in the end', async () => {
  const upstream = await Upstream.start(json({ usage }));
  const made = await mkdtemp(join(tmpdir(), 'portico-plugin-'));
  after(async () => {
    await upstream[Symbol.asyncDispose]();
    await rm(made, { recursive: true });
  });

  async function usedBy(body: unknown, more: Limited = {}) {
    await using portico = await start(upstream, { key: limits, ...more });
    const { status } = await ask(portico, body);
    return { status, used: await used(portico, 'key:test', limits) };
  }
  const usedOf = (portico: TestGateway) => used(portico, 'key:test', limits);

  test('an answer counts what it reported', async () => {
    upstream.answer = json({ usage });
    assert.deepEqual(await usedBy(asked), { status: 200, used: truth });
  });

  test('a stream counts the same, and holds its reservation until its last byte', async () => {
    const end = Promise.withResolvers<void>();
    upstream.answer = async (res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write(said);
      await end.promise;
      res.end(`${chunk({ choices: [], usage })}data: [DONE]\n\n`);
    };
    await using portico = await start(upstream, { key: limits, settings: { reserveOutput: 500 } });
    const body = { ...asked, stream: true };
    const response = await portico.post('/v1/chat/completions', body);
    const [requests, tokens = 0, cost = 0, concurrency] = await usedOf(portico);
    const input = tokens - 500;
    assert.ok(input > 5 && input < 60, `${input}`);
    assert.deepEqual([requests, cost, concurrency], [1, input * 2 + 5000, 1]);
    end.resolve();
    await response.text();
    await portico.recorded(1);
    assert.deepEqual(await usedOf(portico), truth);
  });

  test('a request that limits its output reserves no more than that', async () => {
    const held = Promise.withResolvers<void>();
    upstream.answer = async (res, seen) => {
      await held.promise;
      await json({ usage })(res, seen);
    };
    await using portico = await start(upstream, { key: limits });
    const arrived = upstream.next();
    const answer = ask(portico, { ...asked, max_tokens: 16 });
    await arrived;
    const [, tokens = 0] = await usedOf(portico);
    assert.ok(tokens > 16 && tokens < 76, `${tokens}`);
    held.resolve();
    await answer;
  });

  test('what fails before it is sent counts nothing', async () => {
    const nothing = [0, 0, 0, 0];
    assert.deepEqual(await usedBy({ ...asked, model: 'nobody-has-it' }, { providers: [narrow()] }), {
      status: 404,
      used: nothing,
    });
    assert.deepEqual(await usedBy('{"model":'), { status: 400, used: nothing });
    const busy = { name: 'up', url: upstream.url, limits: readLimits({ tokens: '1/day' }) };
    assert.deepEqual(await usedBy(asked, { providers: [busy] }), { status: 429, used: nothing });
  });

  function narrow() {
    return { name: 'up', url: upstream.url, models: { any: false, ids: { 'model-a': 'model-a' } } };
  }

  test('nor does what a later plugin refuses or breaks', async () => {
    await writeFile(join(made, 'index.ts'), "export default () => () => { throw new Error('broken'); };");
    const spoiler: LoadedPlugin = {
      directory: { name: 'p', path: made, digest: '1', code: true },
      on: true,
      settings: {},
    };
    const wanted = await wantedOf(upstream, { key: limits });
    const [auth, limiter, ...rest] = wanted.plugins ?? [];
    await using portico = await start(upstream, { key: limits });
    await portico.load({ ...wanted, plugins: [auth, limiter, spoiler, ...rest] as LoadedPlugin[], generation: 2 });
    assert.equal((await ask(portico)).status, 500);
    assert.deepEqual(await usedOf(portico), [0, 0, 0, 0]);
  });

  test('what the upstream refuses counts as a request, and as no more', async () => {
    for (const status of [400, 401, 429, 500]) {
      upstream.answer = json({ error: { message: 'no' } }, status);
      const { used } = await usedBy(asked);
      assert.deepEqual(used, [1, 0, 0, 0], `${status}`);
    }
    upstream.answer = (res) => void res.destroy();
    assert.deepEqual((await usedBy(asked)).used, [1, 0, 0, 0]);
  });

  test('an answer that does not say what it used counts what was reserved', async () => {
    upstream.answer = json({ data: [] });
    await using portico = await start(upstream, { key: limits });
    await (await portico.post('/v1/embeddings', { model: 'model-a', input: 'The capital of France' })).text();
    await portico.recorded(1);
    const [requests, tokens = 0, cost, concurrency] = await usedOf(portico);
    assert.ok(tokens > 3 && tokens < 40, `${tokens}`);
    assert.deepEqual([requests, cost, concurrency], [1, tokens * 2, 0]);
  });

  test('a stream that breaks off counts what was put out, estimated', async () => {
    upstream.answer = (res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write(said, () => res.destroy());
    };
    const [requests, tokens = 0, cost = 0, concurrency] = (await usedBy({ ...asked, stream: true })).used;
    assert.ok(tokens > 15 && tokens < 100 && cost > tokens * 2, `${tokens} ${cost}`);
    assert.deepEqual([requests, concurrency], [1, 0]);
  });

  test('a client that leaves a stream frees its place, and is counted what was put out', async () => {
    upstream.answer = (res) => void res.writeHead(200, { 'content-type': 'text/event-stream' }).write(said);
    await using portico = await start(upstream, { key: limits });
    const leave = new AbortController();
    const response = await portico.post('/v1/chat/completions', { ...asked, stream: true }, { signal: leave.signal });
    await response.body?.getReader().read();
    leave.abort();
    await portico.recorded(1);
    const [requests, tokens = 0, , concurrency] = await usedOf(portico);
    assert.deepEqual([requests, concurrency], [1, 0]);
    assert.ok(tokens > 15 && tokens < 100, `${tokens}`);
  });

  test('a client that leaves before the answer begins is counted what was reserved', async () => {
    upstream.answer = () => undefined;
    await using portico = await start(upstream, { key: limits });
    const leave = new AbortController();
    const arrived = upstream.next();
    const answer = portico.post('/v1/chat/completions', { ...asked, max_tokens: 300 }, { signal: leave.signal });
    await arrived;
    leave.abort();
    await assert.rejects(answer);
    await portico.recorded(1);
    const [requests, tokens = 0, , concurrency] = await usedOf(portico);
    assert.deepEqual([requests, concurrency], [1, 0]);
    assert.ok(tokens > 300 && tokens < 360, `${tokens}`);
  });

  test('a stream that a reload outlives is settled by the chain it began on', async () => {
    const end = Promise.withResolvers<void>();
    upstream.answer = async (res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write(said);
      await end.promise;
      res.end(`${chunk({ choices: [], usage })}data: [DONE]\n\n`);
    };
    const one = { key: { ...limits, concurrency: 1 } };
    await using portico = await start(upstream, one);
    const response = await portico.post('/v1/chat/completions', { ...asked, stream: true });
    await portico.load({ ...(await wantedOf(upstream, { ...one, settings: { reserveOutput: 7 } })), generation: 2 });
    const over = await ask(portico);
    assert.equal(over.status, 429);
    assert.equal(
      messageOf(over.text),
      'Key test: only 1 request at once is allowed, and one is running; try again when it has ended.',
    );
    end.resolve();
    await response.text();
    await portico.recorded(2);
    assert.deepEqual(await usedOf(portico), truth);
    upstream.answer = events(said, 'data: [DONE]\n\n');
    assert.equal((await ask(portico, { ...asked, stream: true })).status, 200);
  });

  test('operations that cannot be foreseen are only asked whether something is left', async () => {
    upstream.answer = json({ results: [] });
    const key = { tokens: '50/m' };
    await using portico = await start(upstream, { key });
    const moderate = async () => (await portico.post('/v1/moderations', { model: 'model-a', input: 'x' })).status;
    assert.equal(await moderate(), 200);
    assert.deepEqual(await used(portico, 'key:test', key), [0]);
    upstream.answer = json({ usage });
    assert.equal((await ask(portico, { model: 'model-a', max_tokens: 1 })).status, 200);
    assert.equal(await moderate(), 429);
  });
});
