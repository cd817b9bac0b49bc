// Files stay small: none over 300 lines, nine of ten within 200, half of them within 80.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { list, read } from './tree.ts';

const code = list('{bin,src,plugins,providers,templates}/**/*.{ts,js}').filter((file) => !file.includes('.gen.'));
const checks = list('{test,scripts,bench}/**/*.{ts,js}');

function lines(file: string): number {
  return read(file).split('\n').length - 1;
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

test('no file is longer than 300 lines', () => {
  const long = [...code, ...checks].filter((file) => lines(file) > 300).map((file) => `${file}: ${lines(file)}`);
  assert.deepEqual(long, []);
});

test('half of the code files have at most 80 lines, nine of ten at most 200', () => {
  const sizes = code.map(lines).sort((a, b) => a - b);
  assert.ok(quantile(sizes, 0.5) <= 80, `median ${quantile(sizes, 0.5)}`);
  assert.ok(quantile(sizes, 0.9) <= 200, `p90 ${quantile(sizes, 0.9)}`);
});

test('every code file opens with a comment that says what it is for', () => {
  const silent = code.filter((file) => !/^(#!.*\n)?\/\/ \S/.test(read(file)));
  assert.deepEqual(silent, []);
});
