// New code is tried where it can do no harm.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Directory, LoadedConfig } from '../../src/config/loaded.ts';
import { systemClock } from '../../src/core/index.ts';
import { Rehearsal } from '../../src/process/reload/rehearsal.ts';
import { configOf } from './config.ts';

let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'portico-rehearsal-'));
});
after(() => rm(root, { recursive: true }));

async function write(name: string, code: string, digest = code): Promise<Directory> {
  const path = join(root, name);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'index.ts'), code);
  return { name, path, digest, code: true };
}

function using(...directories: Directory[]): LoadedConfig {
  return configOf('r', { plugins: directories.map((directory) => ({ directory, on: true, settings: {} })) });
}

function brokenIn(config: LoadedConfig): (string | undefined)[] {
  return config.plugins.map((plugin) => plugin.directory.broken?.message);
}

const good = 'export default () => undefined;\n';

test('a module that hangs, blocks, exits or throws is marked, and the others are not', async () => {
  const rehearsal = new Rehearsal({ clock: systemClock, limitMs: 1_000 });
  const marked = await rehearsal.mark(
    using(
      await write('good', good),
      await write('hangs', 'await new Promise(() => setInterval(() => undefined, 1000));\n'),
      await write('blocks', 'for (;;);\n'),
      await write('exits', 'process.exit(3);\n'),
      await write('throws', 'const answer: number = 42;\nthrow new Error(`no ${answer}`);\n'),
      await write('nothing', 'export const other = 1;\n'),
      await write('also-good', good),
    ),
  );
  const [first, hangs, blocks, exits, throws, nothing, last] = brokenIn(marked);
  assert.equal(first, undefined);
  assert.match(hangs ?? '', /1000 ms/);
  assert.match(blocks ?? '', /1000 ms/);
  assert.match(exits ?? '', /code 3/);
  assert.equal(throws, 'no 42');
  assert.equal(marked.plugins[4]?.directory.broken?.where, join(root, 'throws', 'index.ts:2'));
  assert.match(nothing ?? '', /default export/);
  assert.equal(last, undefined);
});

test('a digest is rehearsed once, a new one again', async () => {
  const rehearsal = new Rehearsal({ clock: systemClock, limitMs: 2_000 });
  const old = await write('changing', good, 'one');
  assert.deepEqual(brokenIn(await rehearsal.mark(using(old))), [undefined]);
  await write('changing', 'throw new Error("changed");\n', 'two');
  assert.deepEqual(brokenIn(await rehearsal.mark(using(old))), [undefined]);
  assert.match(brokenIn(await rehearsal.mark(using({ ...old, digest: 'two' })))[0] ?? '', /changed/);
  await write('changing', good, 'three');
  assert.deepEqual(brokenIn(await rehearsal.mark(using({ ...old, digest: 'three' }))), [undefined]);
});

test('directories without code are left alone', async () => {
  const rehearsal = new Rehearsal({ clock: systemClock, limitMs: 2_000, entry: new URL('file:///nowhere.ts') });
  const plain = { name: 'plain', path: join(root, 'plain'), digest: 'd', code: false };
  assert.deepEqual(brokenIn(await rehearsal.mark(using(plain))), [undefined]);
});
