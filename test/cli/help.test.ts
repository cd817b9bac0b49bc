// The command line explains itself, and fails in words.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { sitDown } from './typed.ts';

const commands = [
  ['serve'],
  ['check'],
  ['plan'],
  ['history'],
  ['rollback'],
  ['status'],
  ['explain'],
  ['accounts', 'probe'],
  ...['login', 'logout', 'status', 'info', 'validate', 'refresh', 'list', 'export'].map((name) => ['auth', name]),
  ['top'],
  ['logs'],
  ['plugins', 'list'],
  ['plugins', 'new'],
  ['providers', 'list'],
  ['providers', 'new'],
  ['providers', 'test'],
  ['keys', 'new'],
];

for (const words of commands) {
  test(`portico ${words.join(' ')} --help teaches with an example`, async (t) => {
    const desk = await sitDown(t);
    const { code, out } = await desk.type(...words, '--help');
    assert.equal(code, 0);
    assert.match(out, new RegExp(`Examples?:\\n[\\s\\S]*portico ${words.join(' ')}`));
  });
}

test('--version is the version of the package', async (t) => {
  const desk = await sitDown(t);
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  assert.deepEqual(await desk.type('--version'), { code: 0, out: `${version}\n`, error: '' });
});

test('a mistyped command fails with the one that was meant', async (t) => {
  const desk = await sitDown(t);
  const { code, error } = await desk.type('chek');
  assert.equal(code, 1);
  assert.match(error, /Did you mean check\?/);
});

test('a failure is a message and a remedy, without a stack', async (t) => {
  const desk = await sitDown(t);
  const { code, error } = await desk.type('check');
  assert.equal(code, 1);
  assert.match(error, /^error: There is no gateway\.yaml in .*\n.*cp .*gateway\.yaml/);
  assert.doesNotMatch(error, /\n\s+at /);
});

test('a port that is none is refused before anything starts', async (t) => {
  const desk = await sitDown(t);
  const { code, error } = await desk.type('serve', '--port', '65536');
  assert.equal(code, 1);
  assert.match(error, /A port is a number from 0 to 65535/);
});

test('output that nobody looks at has no colours', async (t) => {
  const desk = await sitDown(t);
  const { out, error } = await desk.type('keys', 'new');
  assert.ok(!`${out}${error}`.includes('\u001b'));
});

test('prose of the help is as wide as the terminal; options, examples and what is piped stay as they are', async (t) => {
  const narrow = await sitDown(t, {}, { columns: 60 });
  const piped = await sitDown(t);
  const { out } = await narrow.type('auth', 'login', '--help');
  const prose = /\n\n(A browser is opened[\s\S]*)\n\nExamples:\n([\s\S]*)$/;
  const [, told = '', examples] = prose.exec(out) ?? [];
  const [, written = '', same] = prose.exec((await piped.type('auth', 'login', '--help')).out) ?? [];
  assert.ok(told.split('\n').every((line) => line.length <= 60));
  assert.ok(written.split('\n').some((line) => line.length > 100));
  assert.deepEqual(told.split(/\s+/), written.split(/\s+/));
  assert.equal(told.split('\n\n').length, written.split('\n\n').length);
  assert.equal(examples, same);
});
