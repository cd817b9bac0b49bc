// What must stay flat however long the gateway runs: memory, timers, sockets; and what must be let go of.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { pluginEntry, TestGateway, usualPlugins } from '../support/gateway.ts';
import { json, Upstream } from '../support/upstream.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

async function heapUsed(): Promise<number> {
  for (let round = 0; round < 4; round += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
  }
  return process.memoryUsage().heapUsed;
}

const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
const sockets = () => process.getActiveResourcesInfo().filter((name) => /TCP/.test(name)).length;

describe('a thousand reloads', () => {
  test('leave heap, timers and sockets as they were, new plugin code every tenth time', {
    timeout: 120_000,
  }, async () => {
    const path = await mkdtemp(join(tmpdir(), 'portico-plugin-'));
    await using upstream = await Upstream.start(json({ ok: true }));
    const wanted = (generation: number) => ({
      generation,
      providers: [{ name: 'up', url: upstream.url }],
      plugins: [
        ...usualPlugins.slice(0, 2),
        {
          directory: { name: 'mark', path, digest: `${Math.floor(generation / 10)}`, code: true },
          on: true,
          settings: {},
        },
        pluginEntry('balancer', { strategy: 'round-robin', attempts: 1 + (generation % 7) }),
      ],
    });
    await writeFile(join(path, 'index.ts'), plugin);
    await using portico = await TestGateway.start(wanted(1));
    const reload = async (from: number, to: number) => {
      for (let generation = from; generation <= to; generation += 1) {
        await portico.load(wanted(generation));
        if (generation % 50 === 0) await (await portico.post('/v1/chat/completions', { model: 'model-a' })).json();
      }
    };
    await reload(2, 300);
    const before = { heap: await heapUsed(), timers: timers(), sockets: sockets() };
    await reload(301, 1000);
    const grown = (await heapUsed()) - before.heap;
    assert.ok(grown < 4_000_000, `the heap grew by ${grown} bytes over 700 reloads`);
    assert.ok(timers() <= before.timers + 2, `${before.timers} timers became ${timers()}`);
    assert.ok(sockets() <= before.sockets + 2, `${before.sockets} sockets became ${sockets()}`);
    assert.equal(portico.retired.length, 999, 'every snapshot but the last is gone');
    await rm(path, { recursive: true });
  });
});

/** Holds a timer and kept state, as a careless plugin would; its signal is its destructor. */
const plugin = `
import { plugin } from 'portico';
export default plugin((_config, host) => {
  const timer = setInterval(() => undefined, 60_000);
  host.signal.addEventListener('abort', () => clearInterval(timer));
  const seen = host.keep('seen', () => new Map<string, number>());
  return function mark(ctx, next) {
    seen.set('calls', (seen.get('calls') ?? 0) + 1);
    return next();
  };
});
`;

test('a snapshot is retired only when its last stream is done', async () => {
  let finish: () => void = () => assert.fail('not asked');
  await using upstream = await Upstream.start((res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    res.write('data: {"choices":[{"index":0,"delta":{"content":"x"}}]}\n\n');
    finish = () => res.end('data: [DONE]\n\n');
  });
  const providers = [{ name: 'up', url: upstream.url }];
  await using portico = await TestGateway.start({ providers });
  const response = await portico.post('/v1/chat/completions', { model: 'model-a', stream: true });
  await portico.load({ providers, generation: 2 });
  assert.deepEqual(portico.retired, []);
  finish();
  assert.match(await response.text(), /\[DONE\]/);
  await portico.recorded(1);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(portico.retired, [1]);
  assert.equal(portico.records[0]?.revision, 'revision-1');
});

test('state that a plugin keeps survives reloads and goes when no snapshot wants it', async () => {
  const path = await mkdtemp(join(tmpdir(), 'portico-plugin-'));
  await writeFile(join(path, 'index.ts'), counting);
  await using upstream = await Upstream.start(json({ ok: true }));
  const providers = [{ name: 'up', url: upstream.url }];
  const directory = { name: 'count', path, digest: '1', code: true };
  const plugins = [...usualPlugins.slice(0, 1), { directory, on: true, settings: {} }, ...usualPlugins.slice(2)];
  await using portico = await TestGateway.start({ providers, plugins });
  const count = async () => (await portico.post('/v1/chat/completions', { model: 'model-a' })).headers.get('x-count');
  assert.deepEqual([await count(), await count()], ['1', '2']);
  await portico.load({ providers, plugins, generation: 2 });
  assert.equal(await count(), '3');
  await portico.load({ providers, generation: 3 });
  await portico.load({ providers, plugins, generation: 4 });
  assert.equal(await count(), '1');
  await rm(path, { recursive: true });
});

const counting = `
import { plugin } from 'portico';
export default plugin((_config, host) => {
  const state = host.keep('calls', () => ({ calls: 0 }));
  return function count(ctx, next) {
    state.calls += 1;
    ctx.set('x-count', String(state.calls));
    return next();
  };
});
`;
