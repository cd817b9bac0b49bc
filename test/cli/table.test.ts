// Tables: aligned by what is seen, colours where a person looks and nowhere else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { type Cell, formatTable } from '../../src/cli/table.ts';

const rows: Cell[][] = [
  ['account', 'state', 'note'],
  ['acme/main', { text: 'valid', tone: 'good' }, ''],
  ['acme/reserve-two', { text: 'expired', tone: 'bad' }, 'sign in again'],
];
const plain = [
  'account           state    note',
  'acme/main         valid',
  'acme/reserve-two  expired  sign in again',
  '',
].join('\n');

test('without colours a table is plain text', () => {
  assert.equal(formatTable(rows, { head: 'row' }), plain);
  assert.equal(formatTable(rows, { color: false, head: 'row' }), plain);
});

test('colours change nothing of how columns stand', () => {
  const painted = formatTable(rows, { color: true, head: 'row' });
  assert.equal(stripVTControlCharacters(painted), plain);
  const red = '\u001b[31mexpired\u001b[39m';
  const green = '\u001b[32mvalid\u001b[39m';
  assert.ok(painted.includes(red) && painted.includes(green));
  assert.ok(painted.startsWith('\u001b[1maccount'));
});

test('a first column that names things is what stands out', () => {
  const painted = formatTable([['revision', 'abc']], { color: true, head: 'column' });
  assert.equal(painted, '\u001b[1mrevision\u001b[22m  abc\n');
});

test('control characters of a name do not reach the terminal', () => {
  assert.ok(!formatTable([['a\u001b[2Jb', 'c']], { color: true }).includes('\u001b[2J'));
});

test('where the terminal is too narrow columns that can be spared go, as few as will do', () => {
  const look = { head: 'row', spare: [2, 0] } as const;
  assert.equal(formatTable(rows, { ...look, columns: 40 }), plain);
  const less = 'account           state\nacme/main         valid\nacme/reserve-two  expired\n';
  assert.equal(formatTable(rows, { ...look, columns: 39 }), less);
  assert.equal(formatTable(rows, { ...look, columns: 25 }), less);
  assert.equal(formatTable(rows, { ...look, columns: 24 }), 'state\nvalid\nexpired\n');
  assert.equal(formatTable(rows, { ...look, columns: 1 }), 'state\nvalid\nexpired\n');
});
