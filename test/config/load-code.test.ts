// Code of a directory: loaded as it is on disk now, with a place for what is wrong, and never waited for without end.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { discover } from '../../src/config/directories/discover.ts';
import { CodeError, loadCode } from '../../src/config/load-code.ts';
import { GatewayError, plugin } from '../../src/core/index.ts';
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

test('code shares the vocabulary of the gateway and is fresh at every load, siblings included', async (context) => {
  const home = directory(context);
  const index = `import { GatewayError, plugin } from 'portico';\nimport { part } from './part.ts';\nexport default { GatewayError, plugin, part };\n`;
  place(home, 'plugins/a', { ...sound, 'index.ts': index, 'part.ts': 'export const part: number = 1;\n' });
  const first = (await loadCode(await only(home), 5000)) as Record<string, unknown>;
  assert.equal(first.GatewayError, GatewayError);
  assert.equal(first.plugin, plugin);
  assert.equal(first.part, 1);
  place(home, 'plugins/a', { 'part.ts': 'export const part: number = 2;\n' });
  assert.equal(((await loadCode(await only(home), 5000)) as Record<string, unknown>).part, 2);
});

const broken: readonly (readonly [string, string, RegExp, RegExp])[] = [
  ['code that throws', '\nthrow new Error("no luck");', /no luck/, /index\.ts:2$/],
  ['a syntax error', 'const a = 1;\nconst = 2;\nexport default a;', /./, /index\.ts:2$/],
  ['a missing import', "import './gone.ts';\nexport default 1;", /gone/, /index\.ts/],
  ['no default export', 'export const a = 1;', /no default export/, /index\.ts$/],
  [
    'code that never finishes loading',
    'await new Promise(() => undefined);\nexport default 1;',
    /did not finish within 50 ms/,
    /index\.ts$/,
  ],
];

for (const [what, text, message, where] of broken) {
  test(`${what} is an error with its place`, async (context) => {
    const home = directory(context);
    place(home, 'plugins/a', { ...sound, 'index.ts': text });
    const found = await only(home);
    await assert.rejects(loadCode(found, what.includes('never') ? 50 : 5000), (error) => {
      assert.ok(error instanceof CodeError);
      assert.match(error.message, message);
      assert.match(error.where, where);
      return true;
    });
  });
}

test('a directory without code says so', async (context) => {
  const home = directory(context);
  place(home, 'plugins/a', { 'schema.json': schema });
  await assert.rejects(loadCode(await only(home), 1000), /there is no index\.ts/);
});
