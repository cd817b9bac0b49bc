// The repository speaks of Portico alone: no paths of one machine, no registry hosts, no tests left switched off.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { list, read } from './tree.ts';

const text = list('**/*.{ts,js,json,md,yaml,yml,txt,sh}', '.ci/*', '.npmrc', '.gitignore', 'LICENSE');

const unwanted: readonly (readonly [string, RegExp])[] = [
  ['a path of one machine', /\/wor[k]\/|\/roo[t]\/|\/home\/\w|\/Users\/\w|\/tmp\/brie[f]/],
  ['a registry host', /registry[.]np[m]|npmmirro[r]|[p]ypi[.]org|deb[.]debia[n]/],
  ['a page that is not here', /\b(FAILURE[S]|DESIG[N]|LIBRARIE[S])\b/],
  ['a word about how it was made', /[s]ubagent|this (sessio[n]|workplac[e])|\bissue #?\d/i],
];

for (const [what, pattern] of unwanted) {
  test(`no file holds ${what}`, () => {
    const found: string[] = [];
    for (const file of text) {
      for (const [index, line] of read(file).split('\n').entries()) {
        if (pattern.test(line)) found.push(`${file}:${index + 1}: ${line.trim().slice(0, 120)}`);
      }
    }
    assert.deepEqual(found, []);
  });
}

test('package-lock.json records no download address', () => {
  assert.doesNotMatch(read('package-lock.json'), /"resolved":/);
});

test('no test is skipped, left for later or run alone', () => {
  const wrong = list('test/**/*.test.ts').filter((file) =>
    /\b(it|test|describe|suite)\.(onl[y]|ski[p]|tod[o])\b/.test(read(file)),
  );
  assert.deepEqual(wrong, []);
});

test('the changelog has a place for what comes next', () => {
  assert.match(read('CHANGELOG.md'), /^## Unreleased$/m);
});
