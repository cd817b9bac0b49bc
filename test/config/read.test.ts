// Files -> one tree: includes, aliases, and patience with a file that is gone for a moment.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { formatIssues } from '../../src/config/format.ts';
import { load } from '../../src/config/load.ts';
import { HandClock } from '../support/clock.ts';
import { directory, fixtures, loadText, messagesOf, write } from './directory.ts';

async function start(home: string, clock?: HandClock) {
  return load({ file: join(home, 'gateway.yaml'), env: {}, builtin: fixtures, ...(clock && { clock }) });
}

/** Moves time in small steps while something waits for it. */
async function run(clock: HandClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 50) {
    while (clock.waiting === 0) await setImmediate();
    clock.advance(50);
  }
}

test('a missing file is believed gone after a second, not before', async (context) => {
  const clock = new HandClock();
  const home = directory(context);
  const began = clock.ticks();
  const loading = start(home, clock);
  await run(clock, 1000);
  const { config, issues, documents } = await loading;
  assert.equal(config, undefined);
  assert.deepEqual(documents, []);
  assert.deepEqual(
    issues.map((issue) => [issue.file, issue.message]),
    [[join(home, 'gateway.yaml'), 'the file does not exist']],
  );
  assert.equal(clock.ticks() - began, 1000);
});

test('a file that comes back within the second is read', async (context) => {
  const clock = new HandClock();
  const home = directory(context);
  const loading = start(home, clock);
  await run(clock, 500);
  while (clock.waiting === 0) await setImmediate();
  write(join(home, 'gateway.yaml'), 'version: 1\n');
  clock.advance(50);
  assert.notEqual((await loading).config, undefined);
});

test('a file that is not UTF-8 or not a file is an issue', async (context) => {
  const home = directory(context);
  write(join(home, 'other', 'gateway.yaml', 'x'), '');
  const { issues } = await start(join(home, 'other'));
  assert.match(issues[0]?.message ?? '', /cannot be read/);
});

test('includes add their entries after those of the main file, in order of their names', async (context) => {
  const home = directory(context, {
    'gateway.yaml': 'version: 1\ninclude: [conf.d/*.yaml]\nproviders: [{ name: free }]\n',
    'conf.d/b.yaml': 'providers: [{ name: second, use: free }]\n',
    'conf.d/a.yaml': 'providers: [{ name: first, use: free }]\nroutes: [{ name: a, paths: [/a] }]\n',
    'conf.d/.hidden.yaml': 'nonsense: true\n',
    'conf.d/notes.txt': 'not YAML: [',
  });
  const { config, documents, watch } = await start(home);
  assert.deepEqual(
    config?.providers.map((provider) => provider.name),
    ['free', 'first', 'second'],
  );
  assert.deepEqual(
    config?.routes.map((route) => route.name),
    ['a'],
  );
  assert.deepEqual(
    documents.map((document) => document.path),
    ['gateway.yaml', 'conf.d/a.yaml', 'conf.d/b.yaml'].map((name) => join(home, name)),
  );
  assert.ok(watch.includes(home) && watch.includes(join(home, 'conf.d')));
});

test('a glob that takes in the main file does not include it twice', async (context) => {
  const home = directory(context, {
    'gateway.yaml': 'version: 1\ninclude: ["*.yaml"]\n',
    'more.yaml': 'providers: [{ name: free }]\n',
  });
  const { config, documents } = await start(home);
  assert.equal(config?.providers.length, 1);
  assert.equal(documents.length, 2);
});

test('a directory whose name looks like a glob is taken as it is', async (context) => {
  const home = directory(context, {
    'a [b]/gateway.yaml': 'version: 1\ninclude: [more.yaml, "c*.yaml"]\n',
    'a [b]/more.yaml': 'providers: [{ name: free }]\n',
    'a [b]/c1.yaml': 'routes: [{ name: r, paths: [/] }]\n',
  });
  assert.equal((await start(join(home, 'a [b]'))).documents.length, 3);
});

test('a directory that is included from but absent is watched through its nearest name', async (context) => {
  const home = directory(context, { 'gateway.yaml': 'version: 1\ninclude: [conf.d/*.yaml]\n' });
  const { config, watch } = await start(home);
  assert.notEqual(config, undefined);
  assert.ok(watch.includes(join(home, 'conf.d')));
});

test('include may hold a reference', async (context) => {
  const home = directory(context, {
    'gateway.yaml': 'version: 1\ninclude: ["${env:WHERE}/*.yaml"]\n',
    'extra/a.yaml': 'providers: [{ name: free }]\n',
  });
  const { config } = await load({ file: join(home, 'gateway.yaml'), env: { WHERE: 'extra' }, builtin: fixtures });
  assert.equal(config?.providers.length, 1);
});

test('anchors, aliases and merge keys work, and errors inside point at what was written', async () => {
  const text = [
    'version: 1',
    'routes:',
    '  - &base { name: a, paths: [/a], heartbeat: 20s }',
    '  - { <<: *base, name: b, paths: [/b] }',
    'providers:',
    '  - { name: free, timeouts: &slow { idle: 9m } }',
    '  - { name: two, use: free, timeouts: *slow }',
  ].join('\n');
  const { config } = await loadText(text);
  assert.deepEqual(
    config?.routes.map((route) => [route.name, route.heartbeat]),
    [
      ['a', 20_000],
      ['b', 20_000],
    ],
  );
  assert.equal(config?.providers[1]?.timeouts.idle, 540_000);
  const wrong = await messagesOf(text.replace('20s', 'never'));
  assert.equal(wrong.length, 2);
  assert.ok(wrong.every((message) => message.startsWith('3:')));
});

test('an alias that contains itself and one that unfolds without end are refused', async () => {
  assert.match((await messagesOf('version: 1\nroutes: &r [*r]\n')).join(), /refers to nothing that could be put here/);
  const levels = Array.from({ length: 9 }, (_, i) => `  - &l${i + 1} [${`*l${i}, `.repeat(9)}*l${i}]`).join('\n');
  assert.match((await messagesOf(`version: 1\nroutes:\n  - &l0 [x]\n${levels}\n`)).join(), /unfold to too many values/);
});

test('a key that would reach into JavaScript is refused', async () => {
  assert.match((await messagesOf('version: 1\n__proto__: { a: 1 }\n')).join(), /cannot be the name of a setting/);
});

test('issues are shown relative to a directory, in colour where wanted', () => {
  const issue = { severity: 'error', file: '/a/b/c.yaml', line: 2, column: 3, path: 'x', message: 'm' } as const;
  assert.equal(formatIssues([issue], { base: '/a' }), 'b/c.yaml:2:3 error x: m');
  assert.equal(formatIssues([issue], { base: '/z' }), '/a/b/c.yaml:2:3 error x: m');
  assert.ok(formatIssues([issue], { color: true }).includes('\u001b[31merror'));
});
