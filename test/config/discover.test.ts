// Plugin and provider directories: found, and told apart by their bytes.
import assert from 'node:assert/strict';
import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { discover } from '../../src/config/directories/discover.ts';
import { directory, write } from './directory.ts';

const schema = '{ "description": "x", "type": "object", "additionalProperties": false, "properties": {} }';
const sound = { 'schema.json': schema, 'README.md': '# x', 'index.ts': 'export default () => 1;' };

function place(home: string, name: string, files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(files)) write(join(home, name, file), text);
}

async function only(home: string) {
  const { directories } = await discover('plugins', [home]);
  const [found] = directories;
  assert.ok(found !== undefined);
  return found;
}

test('the first root wins, and the same real directory counts once', async (context) => {
  const [first, second] = [directory(context), directory(context)];
  place(first, 'plugins/a', sound);
  place(second, 'plugins/a', sound);
  place(second, 'plugins/b', sound);
  symlinkSync(second, join(first, 'link'));
  const { directories, problems } = await discover('plugins', [first, second, join(first, 'link'), '/nowhere']);
  assert.deepEqual(
    directories.map(({ path }) => path),
    [join(first, 'plugins/a'), join(second, 'plugins/b')],
  );
  assert.deepEqual(problems, []);
});

test('dotfiles and node_modules are no part of a directory; everything else is', async (context) => {
  const home = directory(context);
  place(home, 'plugins/a', { ...sound, 'lib/deep/part.ts': '1' });
  place(home, 'plugins/.b', sound);
  const { digest, code } = await only(home);
  assert.equal(code, true);
  place(home, 'plugins/a', { '.swp': 'x', 'node_modules/x/index.js': 'x' });
  assert.equal((await only(home)).digest, digest);
  place(home, 'plugins/a', { 'lib/deep/part.ts': '2' });
  const changed = (await only(home)).digest;
  assert.notEqual(changed, digest);
  rmSync(join(home, 'plugins/a/lib/deep/part.ts'));
  place(home, 'plugins/a', { 'lib/part.ts': '2' });
  assert.equal(new Set([digest, changed, (await only(home)).digest]).size, 3);
});

test('a directory that links to itself ends', async (context) => {
  const home = directory(context);
  place(home, 'plugins/a', sound);
  symlinkSync(join(home, 'plugins/a'), join(home, 'plugins/a/again'));
  assert.match((await only(home)).digest, /^[0-9a-f]{64}$/);
});

test('problems name file and line', async (context) => {
  const home = directory(context);
  place(home, 'plugins/broken', { ...sound, 'schema.json': '{\n  "type": "object"\n  "x": 1\n}' });
  place(home, 'plugins/bare', { 'index.js': 'export default 1' });
  place(home, 'plugins/strange', {
    ...sound,
    'schema.json': schema.replace('{}', '{ "a": { "description": "a", "type": "nothing" } }'),
  });
  const { problems } = await discover('plugins', [home]);
  const told = problems.map(
    ({ severity, file, line, message }) => `${severity} ${file.slice(home.length)}:${line} ${message}`,
  );
  assert.equal(told.length, 4);
  assert.match(told[0] ?? '', /^error \/plugins\/bare:1 a plugin directory needs a schema.json/);
  assert.match(told[1] ?? '', /^warning \/plugins\/bare:1 .*README/);
  assert.match(told[2] ?? '', /^error \/plugins\/broken\/schema.json:3 not valid JSON/);
  assert.match(told[3] ?? '', /^error \/plugins\/strange\/schema.json:1 the schema is not valid/);
});

test('provider directories are known by their manifest', async (context) => {
  const home = directory(context);
  place(home, 'providers/a', { 'provider.yaml': 'title: A\nauth: { kind: none }\ndialects: { gemini: {} }\n' });
  place(home, 'providers/b', { 'provider.yaml': 'title: B\nauth: { kind: nune }\n' });
  const { definitions, problems } = await discover('providers', [home]);
  assert.equal(definitions.get('a')?.manifest?.title, 'A');
  assert.equal(definitions.get('b')?.manifest, undefined);
  assert.deepEqual(
    problems.map(({ path, message }) => `${path} ${message}`),
    [
      ' the setting "dialects" is missing',
      'auth the setting "name" is missing',
      'auth.kind must be one of none, header, query; did you mean "none"?',
    ],
  );
});
