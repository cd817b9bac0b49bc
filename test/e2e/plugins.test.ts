// Drop-in plugins on a running gateway: loaded, changed, broken and removed while it serves.
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Home, until, usual } from './home.ts';

const base = 'listeners: [{ name: api, port: 0 }]\nthreads: 2\nproviders: [{ name: mock }]\n';
const chain = (entry: string) => `${base}plugins: [auth, ${entry}, balancer]\n`;
const schema = JSON.stringify({
  type: 'object',
  additionalProperties: false,
  description: 'A test plugin.',
  properties: { word: { type: 'string', default: 'plain', description: 'What to say.' } },
});
const code = (say: string) => `
import { plugin } from 'portico';
import { shout } from './shout.ts';
export default plugin<{ word: string }>((config) => function stamp(ctx, next) {
  ctx.set('x-stamp', shout(config.word) + ${JSON.stringify(say)});
  return next();
});`;

async function dropIn(home: Home, say = '', mark = '!'): Promise<void> {
  await home.write('plugins/stamp/schema.json', schema);
  await home.write('plugins/stamp/README.md', '# stamp\n');
  await home.write(
    'plugins/stamp/shout.ts',
    `export const shout = (word: string): string => word + ${JSON.stringify(mark)};\n`,
  );
  await home.write('plugins/stamp/index.ts', code(say));
}

const stamp = async (home: Home) => (await home.chat()).headers.get('x-stamp');
const stamped = (home: Home, wanted: string) => async () => (await stamp(home)) === wanted;

describe('drop-in plugins', { timeout: 120_000 }, () => {
  test('code, siblings and settings change live; removal ends it', async () => {
    await using home = await Home.make(chain('stamp'));
    await dropIn(home);
    await home.start();
    assert.equal(await stamp(home), 'plain!');
    await home.write('plugins/stamp/index.ts', code('?'));
    await until(stamped(home, 'plain!?'));
    await home.write('plugins/stamp/shout.ts', 'export const shout = (word: string): string => word.toUpperCase();\n');
    await until(stamped(home, 'PLAIN?'));
    await home.write('gateway.yaml', usual + chain('{ stamp: { word: loud } }'));
    await until(stamped(home, 'LOUD?'));
    await home.write('gateway.yaml', usual + base);
    await until(async () => (await stamp(home)) === null);
    await rm(join(home.directory, 'plugins/stamp'), { recursive: true });
    assert.equal((await home.running.reload()).outcome === 'rejected', false);
  });

  for (const [name, broken, words] of [
    ['does not parse', 'export default {{{', /./],
    ['throws while loading', "throw new Error('no such luck');", /no such luck/],
    ['hangs while loading', 'await new Promise(() => {});\nexport default () => {};', /within|long|time/i],
    ['never returns while loading', 'for (;;) {}\nexport default () => {};', /within|long|time/i],
    ['has no default export', 'export const x = 1;', /default/],
  ] as const) {
    test(`a plugin that ${name} leaves its last good version in service, visibly`, async () => {
      await using home = await Home.make(chain('stamp'));
      await dropIn(home);
      await home.start();
      await home.write('plugins/stamp/index.ts', broken);
      await home.running.reload();
      assert.equal(await stamp(home), 'plain!');
      const [degraded] = home.running.status().degraded;
      assert.deepEqual([degraded?.name, degraded?.using], ['stamp', 'last good version']);
      assert.match(degraded?.problem.message ?? '', words);
      await home.write('plugins/stamp/index.ts', code(' again'));
      await until(stamped(home, 'plain! again'));
      assert.deepEqual(home.running.status().degraded, []);
    });
  }

  test('a plugin that is broken from the start closes what needs it and nothing else', async () => {
    await using home = await Home.make(
      `${chain('stamp')}routes: [{ name: root, paths: [/] }, { name: free, paths: [/free], plugins: { stamp: off } }]\n`,
    );
    await dropIn(home);
    await home.write('plugins/stamp/index.ts', 'throw new Error("broken from the start");');
    await home.start();
    const closed = await home.chat();
    assert.equal(closed.status, 503);
    assert.match(await closed.text(), /stamp/);
    const free = await home.post('/free/v1/chat/completions', { model: 'mock-echo', messages: [] });
    assert.equal(free.status, 200);
    assert.equal(home.running.status().degraded[0]?.using, 'nothing');
  });

  test('a plugin whose factory throws is a rejected configuration', async () => {
    await using home = await Home.make(chain('stamp'));
    await dropIn(home);
    await home.start();
    await home.write('plugins/stamp/index.ts', "export default () => { throw new Error('bad settings'); };");
    const result = await home.running.reload();
    assert.equal(result.outcome, 'rejected');
    assert.match(JSON.stringify(result.problems), /bad settings/);
    assert.equal(await stamp(home), 'plain!');
  });

  test('a thread that a plugin kills is replaced; nobody else notices for long', async () => {
    await using home = await Home.make(chain('stamp'));
    await dropIn(home);
    await home.write(
      'plugins/stamp/index.ts',
      "export default () => function bomb(ctx, next) { if (ctx.get('x-bomb')) setImmediate(() => { throw new Error('bomb'); }); return next(); };",
    );
    await home.start();
    const bomb = { 'x-bomb': '1', 'x-mock': 'latency=5000', connection: 'close' };
    await home.chat('mock-echo', bomb).catch(() => undefined);
    await until(() => home.said.join('').includes('died: Error: bomb'));
    await until(() => home.running.status().threads.filter(({ state }) => state === 'serving').length === 2);
    for (let round = 0; round < 10; round += 1) assert.equal((await home.chat()).status, 200);
    // The dead thread's call is not counted for ever.
    await until(() => home.inFlight === 0);
  });
});
