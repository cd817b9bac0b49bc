// Plugins before the cache make their changes anew each time: what is kept is what came from behind it.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { cached, chat, wantedOf } from './cached.ts';

const code = `
export default () => (ctx, next) => {
  const mark = ' for ' + ctx.get('x-reader');
  ctx.call.rewrite((delta) => (delta.type === 'part-start' ? { ...delta, part: { ...delta.part, text: (delta.part.text ?? '') + mark } } : delta));
  return next();
};`;

for (const stream of [false, true]) {
  test(`a ${stream ? 'stream' : 'whole answer'} is changed for each reader`, async () => {
    const home = await mkdtemp(join(tmpdir(), 'portico-plugin-'));
    await writeFile(join(home, 'index.ts'), code);
    await using rig = await cached();
    const wanted = await wantedOf(rig.upstream, {});
    const changer = { directory: { name: 'p', path: home, digest: '1', code: true }, on: true, settings: {} };
    const [auth, ...rest] = wanted.plugins ?? [];
    if (auth === undefined) throw new Error('no chain');
    await rig.portico.load({ ...wanted, plugins: [auth, changer, ...rest], generation: 2 });
    const first = await rig.ask({ ...chat, stream }, { 'x-reader': 'Ann' });
    const second = await rig.ask({ ...chat, stream }, { 'x-reader': 'Bob' });
    assert.deepEqual([first.result, second.result], ['miss', 'hit']);
    assert.match(first.text, /for Ann/);
    assert.match(second.text, /for Bob/);
    assert.doesNotMatch(second.text, /Ann/);
    assert.equal(rig.portico.records[1]?.madeBy, 'cache');
    assert.equal(rig.portico.records[1]?.usage, undefined);
    await rm(home, { recursive: true });
  });
}
