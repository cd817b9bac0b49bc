// docs/operations.md lists every field of a record, and none that is gone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attemptOf, recordOf } from '../support/record.ts';
import { read } from './tree.ts';

/** Names in the first column of the first table after `heading`. */
function fieldsAfter(heading: string): string[] {
  const [, rest = ''] = read('docs/operations.md').split(heading);
  const [table = ''] = /(^\|.*\n)+/m.exec(rest) ?? [];
  const cells = table.split('\n').slice(2);
  return cells.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map((match) => match[1] ?? ''));
}

test('of the record of a request', () => {
  assert.deepEqual(fieldsAfter('### What is kept of a request').sort(), Object.keys(recordOf()).sort());
});

test('of an attempt', () => {
  assert.deepEqual(fieldsAfter('Of each attempt:').sort(), Object.keys(attemptOf()).sort());
});
