// What a change is: by name and not by place, in settings and not in text, and never with a secret in it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Change, diff, formatChanges } from '../../src/config/diff/diff.ts';

function document(text: string) {
  return [{ path: '/x/gateway.yaml', text: `version: 1\n${text}` }];
}

function changes(before: string, after: string): Change[] {
  return diff(document(before), document(after));
}

test('the same settings written differently are no change', () => {
  const before = 'routes: [{ name: root, paths: [/], heartbeat: 15s, maxBody: 1 KiB }]\nthreads: auto\n';
  const after = '# a comment\nroutes:\n  - paths: ["/"]\n    name: root\n    maxBody: 1024\n    heartbeat: 15000\n';
  assert.deepEqual(changes(before, after), []);
});

test('where a setting stands, in the main file or an include, is no change', () => {
  const split = [
    { path: '/x/gateway.yaml', text: 'version: 1\ninclude: [more.yaml]\n' },
    { path: '/x/more.yaml', text: 'keys: [{ name: a, hash: "sha256:x" }]\n' },
  ];
  assert.deepEqual(diff(split, document('keys: [{ name: a, hash: "sha256:x" }]')), []);
});

test('a list that gets an entry without a name is told as a whole', () => {
  const chain = (rules: string) => `plugins: [{ rate-limit: { rules: ${rules} } }]`;
  const text = formatChanges(changes(chain('[{ name: a, per: ip }]'), chain('[{ per: key }, { name: a, per: ip }]')));
  assert.match(text, /^~ plugins\[rate-limit\]\.rules: \[.*\] -> \[.*"per":"key".*"name":"a".*\]/);
});

test('entries are matched by name; moving one is a change of order only', () => {
  const [a, b] = ['{ name: a, paths: [/a] }', '{ name: b, paths: [/b], onDisconnect: drain }'];
  assert.deepEqual(changes(`routes: [${a}, ${b}]`, `routes: [${b}, ${a}]`), [
    { path: 'routes', kind: 'changed', before: 'order a, b', after: 'order b, a', effect: 'live' },
  ]);
  assert.deepEqual(changes(`routes: [${a}, ${b}]`, `routes: [${b.replace('drain', 'abort')}]`), [
    { path: 'routes[a]', kind: 'removed', before: '{"name":"a","paths":["/a"]}', effect: 'live' },
    { path: 'routes[b].onDisconnect', kind: 'changed', before: 'drain', after: 'abort', effect: 'live' },
  ]);
});

test('each change says what it takes', () => {
  const effects = changes(
    'listeners: [{ name: a, port: 1 }]',
    [
      'listeners: [{ name: a, port: 2, plugins: { auth: off } }, { name: b }]',
      'threads: 2',
      'egress: [{ name: e, url: "http://h:1" }]',
      'control: { port: 1, history: 3 }',
      'plugins: [logger, { auth: {} }, translator, { balancer: { strategy: random } }]',
      'logging: { level: debug }',
      'store: { path: other.db }',
    ].join('\n'),
  ).map(({ path, effect }) => `${path} ${effect}`);
  assert.deepEqual(effects.sort(), [
    'control.history live',
    'control.port rebind',
    'egress[e] drain',
    'listeners[a].plugins.auth live',
    'listeners[a].port rebind',
    'listeners[b] rebind',
    'logging.level live',
    'plugins[auth] live',
    'plugins[balancer] live',
    'plugins[rate-limit] live',
    'store.path restart',
    'threads drain',
  ]);
});

test('a plugin named, named with on and named with true are the same', () => {
  assert.deepEqual(changes('plugins: [logger, auth: on]', 'plugins: [{ logger: true }, auth]'), []);
});

test('secrets are masked, references are not', () => {
  const before = [
    'providers: [{ name: p, accounts: [{ name: a, apiKey: "old-secret" }], headers: { x-a: "old-secret" } }]',
    'egress: [{ name: e, url: "http://user:old-secret@h:1" }]',
    'plugins: [{ logger: { apiToken: old-secret } }]',
    'keys: [{ name: k, key: "old-secret-old-secret" }, { name: gone, key: "old-secret-old-secret" }]',
  ].join('\n');
  const after = before.replaceAll('old-secret', 'new-secret').replace('new-secret', '${env:K:-new-secret}');
  const text = formatChanges(changes(before, after.replace(', { name: gone, key: "new-secret-new-secret" }', '')));
  assert.ok(!/(old|new)-secret/.test(text), text);
  assert.match(text, /accounts\[a\]\.apiKey: \*\*\* -> \$\{env:K:-\*\*\*\}/);
  assert.match(text, /egress\[e\]\.url: http:\/\/\*\*\*@h:1/);
  assert.match(text, /^- keys\[gone\]: \{"name":"gone","key":"\*\*\*"\} \(live\)$/m);
});

test('without anything before, what is written is added, without its defaults', () => {
  assert.deepEqual(diff(undefined, document('listeners: [{ name: a, port: 1 }]')), [
    { path: 'listeners[a]', kind: 'added', after: '{"name":"a","port":1}', effect: 'rebind' },
  ]);
});

test('added entries are shown as written, without defaults', () => {
  assert.equal(formatChanges(changes('', 'providers: [{ name: p }]')), '+ providers[p]: {"name":"p"} (live)');
});

test('documents that are not YAML count as empty', () => {
  assert.deepEqual(changes('keys: [', ''), []);
});
