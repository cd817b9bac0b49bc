// What the commands of `portico auth` print with --json is what docs/logins.md says of it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { signInDesk } from './signing-in.ts';

const page = new URL('../../../docs/logins.md', import.meta.url);

test('every member that is printed stands in docs/logins.md', async (t) => {
  const text = await readFile(page, 'utf8');
  const rows = [...text.matchAll(/^\| `(\w+)` \| [^|]*(?:list|object)[^|]* \| (.*) \|$/gm)];
  const told = new Map(rows.map(([, command = '', words = '']) => [command, namesIn(words)]));
  assert.deepEqual([...told.keys()].sort(), [
    'export',
    'import',
    'info',
    'list',
    'logout',
    'refresh',
    'status',
    'validate',
  ]);
  const at = await signInDesk(t);
  await at.desk.type('auth', 'login', 'acme', '--account', 'ada');
  const out = await at.desk.write('given.json', JSON.stringify({ provider: 'acme', apiKey: 'key-0123456789' }));
  const typed: readonly (readonly string[])[] = [
    ['list'],
    ['status'],
    ['info', 'acme/ada'],
    ['validate'],
    ['refresh'],
    ['export', 'acme/ada', '--out', 'ada.json'],
    ['import', out],
    ['logout', 'acme/ada'],
  ];
  for (const [command = '', ...words] of typed) {
    const said = await at.desk.type('auth', command, ...words, '--json');
    assert.equal(said.code, 0, said.error);
    for (const name of membersOf(JSON.parse(said.out))) assert.ok(told.get(command)?.has(name), `${command}: ${name}`);
  }
});

/** What stands in code: values too, which does no harm. */
function namesIn(words: string): Set<string> {
  return new Set([...words.matchAll(/`(\w+)`/g)].map(([, name = '']) => name));
}

function membersOf(printed: unknown): string[] {
  const [first] = [printed].flat();
  return typeof first === 'object' && first !== null ? Object.keys(first) : [];
}
