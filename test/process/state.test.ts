// What lives in the state directory: one process's lock, a token, the first key's hash; all for one user's eyes.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { withFirstKey } from '../../src/process/reload/first-key.ts';
import { writePrivate } from '../../src/process/state/files.ts';
import { lockState } from '../../src/process/state/lock.ts';
import { openState } from '../../src/process/state/open.ts';
import { writeRun } from '../../src/process/state/run.ts';
import { configOf } from './config.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portico-state-'));
});
afterEach(() => rm(directory, { recursive: true }));

const modeOf = async (name: string) => ((await stat(join(directory, name))).mode & 0o777).toString(8);

describe('the lock', () => {
  test('keeps a second gateway out, naming the first', async () => {
    const lock = await lockState(directory);
    await writeRun(directory, { pid: 4711, control: { host: '127.0.0.1', port: 1 } });
    await assert.rejects(lockState(directory), /Another gateway \(process 4711\) runs from .*--state/);
    lock.release();
    (await lockState(directory)).release();
  });

  test('goes with a process that is killed', async () => {
    const lockUrl = new URL('../../src/process/state/lock.ts', import.meta.url).href;
    const script = `import { lockState } from ${JSON.stringify(lockUrl)};
      await lockState(process.argv[1]); console.log('locked'); setInterval(() => undefined, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await assert.rejects(lockState(directory), /Another gateway/);
    child.kill('SIGKILL');
    await once(child, 'exit');
    (await lockState(directory)).release();
  });
});

describe('files', () => {
  test('are readable by their owner only, and replaced in one step', async () => {
    await writePrivate(join(directory, 'a'), 'one');
    await writePrivate(join(directory, 'a'), 'two');
    assert.equal(await readFile(join(directory, 'a'), 'utf8'), 'two');
    assert.equal(await modeOf('a'), '600');
    assert.deepEqual(await readdir(directory), ['a']);
  });

  test('the state directory and its token are private, and the token stays the same', async () => {
    const path = join(directory, 'state');
    const first = await openState(path);
    first.lock.release();
    const second = await openState(path);
    second.lock.release();
    assert.equal(first.token, second.token);
    assert.ok(first.token.length >= 43);
    assert.equal(await modeOf('state'), '700');
    assert.equal(await modeOf('state/control-token'), '600');
  });
});

describe('the first key', () => {
  test('is made where the configuration names none, told once and kept as a hash', async () => {
    const { config, made } = await withFirstKey(configOf('one'), directory);
    assert.match(made ?? '', /^sk-portico-[A-Za-z0-9_-]{43}$/);
    const hash = createHash('sha256')
      .update(made ?? '')
      .digest('hex');
    assert.deepEqual(
      config.keys.map((key) => [key.name, key.hash, key.enabled]),
      [['first', hash, true]],
    );
    assert.equal(await modeOf('keys.json'), '600');
    const kept = await readFile(join(directory, 'keys.json'), 'utf8');
    assert.ok(kept.includes(hash) && !kept.includes(made ?? ''));
    const again = await withFirstKey(configOf('two'), directory);
    assert.equal(again.made, undefined);
    assert.deepEqual(again.config.keys, config.keys);
  });

  test('is not made, and does not work, where there are others', async () => {
    await withFirstKey(configOf('one'), directory);
    const other = {
      name: 'ci',
      hash: 'h',
      enabled: true,
      expiresAt: undefined,
      routes: undefined,
      models: undefined,
      limits: [],
      plugins: {},
    };
    const { config, made } = await withFirstKey(configOf('two', { keys: [other] }), directory);
    assert.equal(made, undefined);
    assert.deepEqual(config.keys, [other]);
  });

  test('is not silently replaced when its file is damaged', async () => {
    await writeFile(join(directory, 'keys.json'), '{');
    await assert.rejects(
      withFirstKey(configOf('one'), directory),
      /keys\.json does not hold the hash of a key. Delete it/,
    );
  });
});
