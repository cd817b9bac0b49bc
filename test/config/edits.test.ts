// An edit that nobody has made: files changed, come and gone, laid over those on disk.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { load } from '../../src/config/load.ts';
import type { LoadResult } from '../../src/config/loaded.ts';
import { fixtures } from './directory.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portico-edits-'));
  await mkdir(join(directory, 'conf.d'));
  await writeFile(join(directory, 'gateway.yaml'), 'version: 1\nplugins: []\ninclude: [conf.d/*.yaml]\n');
  await writeFile(join(directory, 'conf.d/a.yaml'), keys('a'));
});
afterEach(() => rm(directory, { recursive: true }));

function keys(...names: string[]): string {
  return `keys: [${names.map((name) => `{ name: ${name}, hash: "sha256:${'0'.repeat(64)}" }`).join(', ')}]\n`;
}

function planned(edits: Record<string, string | undefined>): Promise<LoadResult> {
  return load({
    file: join(directory, 'gateway.yaml'),
    env: {},
    builtin: fixtures,
    edits: Object.entries(edits).map(([path, text]) => ({ path: join(directory, path), text })),
  });
}

async function names(edits: Record<string, string | undefined>): Promise<string[]> {
  const { config, issues } = await planned(edits);
  return config?.keys.map(({ name }) => name) ?? assert.fail(JSON.stringify(issues));
}

test('an include is changed, comes, or goes', async () => {
  assert.deepEqual(await names({}), ['a']);
  assert.deepEqual(await names({ 'conf.d/a.yaml': keys('b', 'c') }), ['b', 'c']);
  assert.deepEqual(await names({ 'conf.d/0.yaml': keys('zero') }), ['zero', 'a']);
  assert.deepEqual(await names({ 'conf.d/a.yaml': undefined }), []);
  assert.deepEqual(await names({ 'elsewhere/b.yaml': keys('b') }), ['a']);
});

test('what the main file includes is what its edit says', async () => {
  const main = (include: string) => `version: 1\nplugins: []\ninclude: [${include}]\n`;
  assert.deepEqual(await names({ 'gateway.yaml': main('') }), []);
  assert.deepEqual(await names({ 'gateway.yaml': main('more.yaml'), 'more.yaml': keys('more') }), ['more']);
  const { issues } = await planned({ 'gateway.yaml': main('more.yaml') });
  assert.match(issues[0]?.message ?? '', /the file "more.yaml" does not exist/);
});

test('a main file that would be deleted does not exist', async () => {
  const { issues } = await planned({ 'gateway.yaml': undefined });
  assert.match(issues[0]?.message ?? '', /the file does not exist/);
});
