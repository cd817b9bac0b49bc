// A plugin that answers in the place of an upstream: the record names it, and nothing was used.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { TestGateway, usualPlugins } from '../support/gateway.ts';
import { json, Upstream } from '../support/upstream.ts';

const answer = {
  choices: [{ index: 0, message: { role: 'assistant', content: 'made here' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 5, completion_tokens: 7 },
};

test('figures in an answer that no upstream gave are not what the call has used', async () => {
  const path = await mkdtemp(join(tmpdir(), 'portico-plugin-'));
  const code = `async (ctx, next) => {
    if (ctx.get('x-here') === '') return next();
    const body = Buffer.from('${JSON.stringify(answer)}');
    ctx.call.reply = { status: 200, headers: { 'content-type': 'application/json' }, body, eventStream: false, madeBy: 'p' };
  }`;
  await writeFile(join(path, 'index.ts'), `export default () => ${code};`);
  await using upstream = await Upstream.start(json(answer));
  const own = { directory: { name: 'p', path, digest: '1', code: true }, on: true, settings: {} };
  const [auth, , balancer] = usualPlugins;
  const plugins = [auth, own, balancer] as typeof usualPlugins;
  await using portico = await TestGateway.start({ providers: [{ name: 'up', url: upstream.url }], plugins });
  for (const headers of [{ 'x-here': '1' }, {}]) {
    const response = await portico.post('/v1/chat/completions', { model: 'model-a', messages: [] }, { headers });
    assert.match(await response.text(), /made here/);
  }
  await portico.recorded(2);
  assert.deepEqual(
    portico.records.map(({ madeBy, usage, usageSource }) => [madeBy, usage?.output, usageSource]),
    [
      ['p', undefined, 'none'],
      [undefined, 7, 'reported'],
    ],
  );
  await rm(path, { recursive: true });
});
