// An answer that was fetched but never delivered does not hold its upstream connection.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { TestGateway, usualPlugins } from '../support/gateway.ts';
import { Upstream } from '../support/upstream.ts';

const codes = {
  'a plugin throws after it': "async function p(ctx, next) { await next(); throw new Error('too late'); }",
  'a plugin replaces it':
    "async function p(ctx, next) { await next(); ctx.call.reply = { status: 418, headers: {}, body: Buffer.from('tea'), eventStream: false }; }",
};

for (const [name, code] of Object.entries(codes)) {
  test(`${name}: the upstream request is cancelled`, async () => {
    const path = await mkdtemp(join(tmpdir(), 'portico-plugin-'));
    await writeFile(join(path, 'index.ts'), `export default () => ${code};`);
    await using upstream = await Upstream.start((res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write('data: {"choices":[{"index":0,"delta":{"content":"x"}}]}\n\n');
    });
    const spoiler = { directory: { name: 'p', path, digest: '1', code: true }, on: true, settings: {} };
    const [auth, , balancer] = usualPlugins;
    const plugins = [auth, spoiler, balancer] as typeof usualPlugins;
    await using portico = await TestGateway.start({ providers: [{ name: 'up', url: upstream.url }], plugins });
    const response = await portico.post('/v1/chat/completions', { model: 'model-a', stream: true });
    const told = await response.text();
    await upstream.last.aborted;
    assert.ok([418, 500].includes(response.status), told);
    assert.doesNotMatch(told, /too late/, 'what went wrong inside is for the log');
    await rm(path, { recursive: true });
  });
}
