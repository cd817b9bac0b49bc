// portico plan, history and rollback, from the revisions in a state directory.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { packageRoot } from '../../src/cli/locate.ts';
import { History } from '../../src/config/history/history.ts';
import { load } from '../../src/config/load.ts';
import { type Desk, sitDown, smallest } from './typed.ts';

const secret = 'the-first-secret-of-ci';

/** As `serve` does after a commit. Returns the revision. */
async function serveOnce(desk: Desk, text: string, time: number): Promise<string> {
  const file = await desk.write('gateway.yaml', text);
  const { config, documents } = await load({ file, env: {}, builtin: packageRoot });
  assert.ok(config);
  await new History(desk.state, 20).commit(config.revision, documents, time);
  return config.revision;
}

test('what is served already is no change', async (t) => {
  const desk = await sitDown(t);
  await serveOnce(desk, smallest, 1);
  const { code, out } = await desk.type('plan');
  assert.equal(code, 0);
  assert.match(out, /^no changes/);
});

test('changes exit with 2, say what they take and show no secret', async (t) => {
  const desk = await sitDown(t);
  const keys = (value: string) => `keys:\n  - { name: ci, key: ${value} }\n`;
  const before = await serveOnce(desk, `${smallest}${keys(secret)}`, 1);
  await desk.write(
    'next.yaml',
    `${smallest}${keys('the-other-secret-of-ci')}listeners:\n  - { name: api, port: 9000 }\n`,
  );
  const { code, out, error } = await desk.type('plan', 'next.yaml');
  assert.equal(code, 2, error);
  assert.match(out, new RegExp(`^${before} -> [0-9a-f]{12}: \\d changes?`));
  assert.match(out, /rebind.*listeners|listeners.*rebind/);
  assert.match(out, /live.*keys|keys.*live/);
  assert.doesNotMatch(out, /secret-of-ci/);
});

test('a file that is not valid has no plan', async (t) => {
  const desk = await sitDown(t);
  await desk.write('gateway.yaml', 'version: 2\n');
  const { code, error } = await desk.type('plan');
  assert.equal(code, 1);
  assert.match(error, /gateway\.yaml:1:\d+ error/);
});

test('the plan as data names both revisions', async (t) => {
  const desk = await sitDown(t);
  const before = await serveOnce(desk, smallest, 1);
  await desk.write('gateway.yaml', `${smallest}threads: 2\n`);
  const { code, out } = await desk.type('plan', '--json');
  const plan = JSON.parse(out);
  assert.equal(code, 2);
  assert.equal(plan.base, before);
  assert.notEqual(plan.revision, before);
  assert.deepEqual(
    plan.changes.map((change: { path: string; effect: string }) => [change.path, change.effect]),
    [['threads', 'drain']],
  );
});

test('history lists what was served, newest first, and marks the current one', async (t) => {
  const desk = await sitDown(t);
  const first = await serveOnce(desk, smallest, Date.UTC(2026, 0, 1));
  const second = await serveOnce(desk, `${smallest}threads: 2\n`, Date.UTC(2026, 0, 2));
  const { code, out } = await desk.type('history');
  const [newest, oldest] = out.split('\n');
  assert.equal(code, 0);
  assert.match(newest ?? '', new RegExp(`^\\*\\s+${second}\\s+2026-01-02T`));
  assert.match(oldest ?? '', new RegExp(`^\\s+${first}\\s+2026-01-01T`));
});

test('a rollback without a gateway writes the old file back and keeps the new one', async (t) => {
  const desk = await sitDown(t);
  const first = await serveOnce(desk, smallest, 1);
  await serveOnce(desk, `${smallest}threads: 2\n`, 2);
  const file = await desk.write('gateway.yaml', `${smallest}# never served\n`);
  const { code, out, error } = await desk.type('rollback', first.slice(0, 6));
  assert.equal(code, 0, error);
  assert.match(out, /the next start uses it/);
  assert.equal(await readFile(file, 'utf8'), smallest);
  const kept = /kept in (\S+)/.exec(out)?.[1] ?? assert.fail(out);
  assert.match(await readFile(kept, 'utf8'), /# never served/);
});

test('a rollback leaves a file alone that belongs to git', async (t) => {
  const desk = await sitDown(t);
  const first = await serveOnce(desk, smallest, 1);
  const text = `${smallest}control: { config: read-only }\n`;
  const file = await desk.write('gateway.yaml', text);
  const { code, error } = await desk.type('rollback', first);
  assert.equal(code, 1);
  assert.match(error, /read-only/);
  assert.equal(await readFile(file, 'utf8'), text);
});

test('a revision that nobody knows is refused with where to look', async (t) => {
  const desk = await sitDown(t);
  const { code, error } = await desk.type('rollback', 'abcdef');
  assert.equal(code, 1);
  assert.match(error, /no revision abcdef[\s\S]*portico history/);
});
