// Revisions on disk: whole, private, the newest first, and as many as are wanted; and the way back to one of them.
import assert from 'node:assert/strict';
import { chmodSync, existsSync, lstatSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { History } from '../../src/config/history/history.ts';
import { restore } from '../../src/config/history/restore.ts';
import { directory, write } from './directory.ts';

const documents = (text: string) => [{ path: '/x/gateway.yaml', text }];

test('what was committed can be listed and read, the newest first', async (context) => {
  const history = new History(directory(context), 10);
  assert.deepEqual(await history.list(), []);
  assert.equal(await history.current(), undefined);
  await history.commit('aa11', documents('one'), 1);
  await history.commit('aa22', documents('two'), 2);
  assert.deepEqual(await history.list(), [
    { revision: 'aa22', time: 2, current: true, files: ['/x/gateway.yaml'] },
    { revision: 'aa11', time: 1, current: false, files: ['/x/gateway.yaml'] },
  ]);
  await history.commit('aa11', documents('one'), 3);
  assert.deepEqual(
    (await history.list()).map(({ revision, current }) => [revision, current]),
    [
      ['aa11', true],
      ['aa22', false],
    ],
  );
  assert.deepEqual(await history.current(), { revision: 'aa11', documents: documents('one') });
});

test('a revision may be named by what makes it unique', async (context) => {
  const history = new History(directory(context), 10);
  await history.commit('aa11', documents('one'), 1);
  await history.commit('aa22', documents('two'), 2);
  assert.deepEqual(await history.read('aa2'), documents('two'));
  assert.equal(await history.read('aa'), undefined);
  assert.equal(await history.read(''), undefined);
  assert.equal(await history.read('../aa11'), undefined);
});

test('only as many as wanted are kept, the current one always', async (context) => {
  const home = directory(context);
  for (const [index, revision] of ['a1', 'a2', 'a3', 'a4'].entries()) {
    await new History(home, 2).commit(revision, documents(revision), index);
  }
  await new History(home, 2).commit('a0', documents('a0'), -5);
  const entries = await new History(home, 2).list();
  assert.deepEqual(
    entries.map(({ revision }) => revision),
    ['a4', 'a0'],
  );
});

test('only the owner can read what is kept, and nothing half written stays', async (context) => {
  const home = directory(context);
  await new History(home, 2).commit('a1', documents('secret'), 1);
  const kept = join(home, 'history');
  assert.equal(statSync(kept).mode & 0o777, 0o700);
  for (const name of readdirSync(kept)) assert.equal(statSync(join(kept, name)).mode & 0o777, 0o600, name);
  assert.deepEqual(readdirSync(kept).sort(), ['a1.json', 'current']);
});

test('a torn file of the history is as good as absent', async (context) => {
  const home = directory(context);
  const history = new History(home, 5);
  await history.commit('a1', documents('one'), 1);
  await history.commit('a2', documents('two'), 2);
  write(join(home, 'history/a2.json'), '{"revision":"a2","docu');
  assert.deepEqual(
    (await history.list()).map(({ revision }) => revision),
    ['a1'],
  );
  assert.equal(await history.current(), undefined);
});

test('restoring writes main file and includes back and keeps what it replaces', async (context) => {
  const home = directory(context, { 'gateway.yaml': 'bad: [', 'conf.d/a.yaml': 'routes: []\n' });
  chmodSync(join(home, 'gateway.yaml'), 0o640);
  const revision = [
    { path: '/old/place/gateway.yaml', text: 'version: 1\ninclude: [conf.d/*.yaml]\n' },
    { path: '/old/place/conf.d/a.yaml', text: 'keys: []\n' },
  ];
  const rejected = join(home, 'state/rejected');
  const result = await restore(revision, join(home, 'gateway.yaml'), rejected);
  assert.equal(readFileSync(join(home, 'gateway.yaml'), 'utf8'), revision[0]?.text);
  assert.equal(readFileSync(join(home, 'conf.d/a.yaml'), 'utf8'), revision[1]?.text);
  assert.equal(statSync(join(home, 'gateway.yaml')).mode & 0o777, 0o640);
  assert.deepEqual(result.kept.map((path) => readFileSync(path, 'utf8')).sort(), ['bad: [', 'routes: []\n']);
  const again = await restore(revision, join(home, 'gateway.yaml'), rejected);
  assert.deepEqual(again, { written: [], kept: [], moved: [] });
});

test('an included file that the revision did not have is moved out of the way', async (context) => {
  const home = directory(context, { 'gateway.yaml': 'x', 'conf.d/a.yaml': 'keys: []\n', 'conf.d/new.yaml': 'bad' });
  const revision = [
    { path: join(home, 'gateway.yaml'), text: 'version: 1\ninclude: [conf.d/*.yaml]\n' },
    { path: join(home, 'conf.d/a.yaml'), text: 'keys: []\n' },
  ];
  const { moved } = await restore(revision, join(home, 'gateway.yaml'), join(home, 'rejected'));
  assert.deepEqual(moved, [join(home, 'conf.d/new.yaml')]);
  assert.equal(existsSync(join(home, 'conf.d/new.yaml')), false);
  assert.ok(readdirSync(join(home, 'rejected')).some((name) => /^new\.[0-9a-f]{12}\.yaml$/.test(name)));
});

test('what the history has anyway is not kept twice; a symbolic link stays one', async (context) => {
  const home = directory(context, { 'real.yaml': 'old' });
  symlinkSync(join(home, 'real.yaml'), join(home, 'gateway.yaml'));
  const revision = [{ path: join(home, 'gateway.yaml'), text: 'version: 1\n' }];
  const { kept } = await restore(revision, join(home, 'gateway.yaml'), join(home, 'rejected'), () => true);
  assert.deepEqual(kept, []);
  assert.ok(lstatSync(join(home, 'gateway.yaml')).isSymbolicLink());
  assert.equal(readFileSync(join(home, 'real.yaml'), 'utf8'), 'version: 1\n');
});

test('a restore over a file that is gone just writes it', async (context) => {
  const home = directory(context);
  const file = join(home, 'gateway.yaml');
  rmSync(file, { force: true });
  await restore([{ path: file, text: 'version: 1\n' }], file, join(home, 'rejected'));
  assert.deepEqual(
    readdirSync(home).map((name) => basename(name)),
    ['gateway.yaml'],
  );
});
