// docs/decisions/dependencies.md says what each package is for, and names none that is gone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { read } from './tree.ts';

function namesIn(section: 'dependencies' | 'devDependencies'): string[] {
  const manifest: Record<string, unknown> = JSON.parse(read('package.json'));
  return Object.keys(Object(manifest[section])).sort();
}

function rowsUnder(heading: string): string[] {
  const section =
    read('docs/decisions/dependencies.md')
      .split(/^## /m)
      .find((part) => part.startsWith(heading)) ?? '';
  const firstCells = [...section.matchAll(/^\| (`[^|]+`) \|/gm)].map((match) => match[1] ?? '');
  return firstCells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '')).sort();
}

test('every package at run time has its line', () => {
  assert.deepEqual(rowsUnder('At run time'), namesIn('dependencies'));
});

test('every package for development has its line', () => {
  assert.deepEqual(rowsUnder('For development'), namesIn('devDependencies'));
});
