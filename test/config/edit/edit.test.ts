// Edits of one setting: the rest of the file keeps its bytes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutValue, withValue } from '../../../src/config/edit/edit.ts';
import { EditError } from '../../../src/config/edit/edit-text.ts';
import { parsePlace } from '../../../src/config/edit/parse-place.ts';

const file = `# what this is for
version: 1   # always

providers:
  # the first
  - name: main
    use: acme   # a directory
    accounts:
      - { name: one, apiKey: "\${env:ONE}" }   # the first account
      - name: two
        limits: { requests: 60/m }

  - name: other
threads: auto
models: []
plugins:
  - logger
  - cache: off
`;

const place = (text: string) => parsePlace(text) ?? assert.fail(text);
const set = (text: string, value: unknown, from = file) => withValue(from, place(text), value);

/** What the edit took out, and what it put in. */
function change(after: string, before = file): string[] {
  const old = before.split('\n');
  const now = after.split('\n');
  return [
    ...old.filter((one) => !now.includes(one)).map((one) => `-${one}`),
    ...now.filter((one) => !old.includes(one)).map((one) => `+${one}`),
  ];
}

test('a value is replaced where it stands', () => {
  assert.deepEqual(change(set('threads', 4)), ['-threads: auto', '+threads: 4']);
  assert.deepEqual(change(set('version', 2)), ['-version: 1   # always', '+version: 2   # always']);
});

test('entries of lists are found by number and by name', () => {
  const wanted = ['-        limits: { requests: 60/m }', '+        limits: { requests: 90/m }'];
  assert.deepEqual(change(set('providers[main].accounts[two].limits.requests', '90/m')), wanted);
  assert.deepEqual(change(set('providers.main.accounts.1.limits.requests', '90/m')), wanted);
});

test('members that are missing are added behind the last, in the form of their neighbours', () => {
  assert.deepEqual(change(set('providers[main].egress', 'direct')), ['+    egress: direct']);
  assert.deepEqual(change(set('providers[main].accounts[one].priority', 3)), [
    '-      - { name: one, apiKey: "${env:ONE}" }   # the first account',
    '+      - { name: one, apiKey: "${env:ONE}", priority: 3 }   # the first account',
  ]);
  assert.deepEqual(change(set('providers[other].timeouts.firstByte', '60s')), ['+    timeouts: { firstByte: 60s }']);
  assert.deepEqual(change(set('logging.level', 'debug')), ['+logging: { level: debug }']);
});

test('lists grow at their end', () => {
  assert.deepEqual(change(set('models[+]', { name: 'fast', targets: ['main/small'] })), [
    '-models: []',
    '+models: [{ name: fast, targets: [ main/small ] }]',
  ]);
  assert.deepEqual(change(set('plugins[+]', 'auth')), ['+  - auth']);
  assert.deepEqual(change(set('keys[+]', { name: 'ci' })), ['+keys: [ { name: ci } ]']);
  assert.throws(() => set('plugins[9]', 'auth'), EditError);
});

test('an entry with one key is named by it', () => {
  assert.deepEqual(change(set('plugins[cache].cache', { ttl: '1m' })), ['-  - cache: off', '+  - cache: { ttl: 1m }']);
});

test('a block gives way to what takes its place', () => {
  const after = set('providers[main].accounts', []);
  assert.match(after, /accounts: \[\]\n\n {2}- name: other/);
});

test('a key without a value gets one', () => {
  assert.equal(set('models', [], 'models:\nthreads: 1\n'), 'models: []\nthreads: 1\n');
});

test('an empty file begins with the setting', () => {
  assert.equal(set('version', 1, ''), 'version: 1\n');
  assert.equal(set('version', 1, '# only words\n'), '# only words\nversion: 1\n');
});

test('settings are taken out with their lines', () => {
  const take = (text: string, from = file) => withoutValue(from, place(text)) ?? 'nothing';
  assert.deepEqual(change(take('threads')), ['-threads: auto']);
  assert.deepEqual(change(take('providers[main].use')), ['-    use: acme   # a directory']);
  assert.deepEqual(change(take('providers[main].accounts[one].apiKey')), [
    '-      - { name: one, apiKey: "${env:ONE}" }   # the first account',
    '+      - { name: one }   # the first account',
  ]);
  assert.deepEqual(change(take('providers[other]')), ['-  - name: other']);
  assert.deepEqual(change(take('plugins[logger]')), ['-  - logger']);
  assert.equal(take('nothing.of.it'), 'nothing');
});

test('a first member that shares its line with the dash goes alone', () => {
  const from = 'list:\n  - a: 1\n    b: 2\n';
  assert.equal(withoutValue(from, place('list[0].a')), 'list:\n  - b: 2\n');
});

test('what cannot be edited in place is refused, not guessed', () => {
  assert.throws(() => set('threads.deep', 1), EditError);
  assert.throws(() => set('version', 1, 'a: [1\n'), EditError);
});

test('places are names, numbers and quoted words', () => {
  assert.deepEqual(
    parsePlace('models["a.b"].targets[0]')?.map(({ word }) => word),
    ['models', 'a.b', 'targets', '0'],
  );
  for (const text of ['.a', 'a..b', 'a[', 'a[]', 'a["b']) assert.equal(parsePlace(text), undefined, text);
});
