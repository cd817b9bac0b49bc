// Imports point one way: main -> cli -> process -> … -> core. A layer may import any layer below it, never one beside it.
import assert from 'node:assert/strict';
import { dirname, join } from 'node:path/posix';
import { test } from 'node:test';
import { importsOf, list, read } from './tree.ts';

const layers = [
  ['main'],
  ['cli'],
  ['process'],
  ['control'],
  ['accounts', 'forwards', 'store'],
  ['gateway'],
  ['config'],
  ['upstream'],
  ['dialects', 'ledger'],
  ['core'],
];

/** `src/gateway/match.ts` -> `gateway`; undefined outside src/. */
function layerOf(path: string): string | undefined {
  return /^src\/([^/.]+)/.exec(path)?.[1];
}

function rankOf(layer: string): number {
  return layers.findIndex((names) => names.includes(layer));
}

test('every file of src/ stands in a layer', () => {
  for (const file of list('src/**/*.{ts,js}')) assert.notEqual(rankOf(layerOf(file) ?? ''), -1, file);
});

test('src/ imports only its own layer and the layers below it', () => {
  const wrong: string[] = [];
  for (const file of list('src/**/*.{ts,js}')) {
    const from = layerOf(file) ?? '';
    for (const name of importsOf(read(file)).filter((specifier) => specifier.startsWith('.'))) {
      const target = join(dirname(file), name);
      const to = layerOf(target);
      const allowed =
        to === undefined
          ? (target.startsWith('bin/') && from === 'main') || (target.startsWith('importers/') && from === 'cli')
          : to === from || rankOf(to) > rankOf(from);
      if (!allowed) wrong.push(`${file} imports ${target}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('src/ reaches plugins and providers through one dynamic import, in config/', () => {
  // One that names a file of our own is an import like any other: it is only read later.
  const dynamic = list('src/**/*.ts').filter((file) => /\bimport\((?!')|createJiti\(/.test(read(file)));
  assert.ok(dynamic.length <= 1, dynamic.join(', '));
  for (const file of dynamic) assert.equal(layerOf(file), 'config');
});

test('plugins, providers and templates import only portico, packages and their own directory', () => {
  const wrong: string[] = [];
  for (const file of list('{plugins,providers,templates}/**/*.ts')) {
    const home = file.split('/').slice(0, 2).join('/');
    for (const name of importsOf(read(file))) {
      if (name.startsWith('portico/')) wrong.push(`${file} imports ${name}`);
      if (name.startsWith('.') && !join(dirname(file), name).startsWith(`${home}/`))
        wrong.push(`${file} imports ${name}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('the import lines are really read', () => {
  const text =
    "import a from './a.ts';\nimport type {\n  B,\n} from '../b.ts';\nimport './c.js';\nexport * from './d.ts';\nawait import('./e.ts');\n";
  assert.deepEqual(importsOf(text), ['./a.ts', '../b.ts', './c.js', './d.ts', './e.ts']);
});
