// Credential files into another form: what is interrupted, and who else writes meanwhile.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { tokensIn, writeTokens } from '../../../src/accounts/file/tokens.ts';
import { writeCredential } from '../../../src/accounts/file/write-credential.ts';
import { reseal } from '../../../src/accounts/vault/reseal.ts';
import { standingOf } from '../../../src/accounts/vault/standing.ts';
import { newKey, readKey } from '../../../src/config/credentials/vault/key.ts';
import { noVault, openVault } from '../../../src/config/credentials/vault/vault.ts';
import { directory } from '../../config/directory.ts';

const keys = [newKey(), newKey()] as const;

function keyOf(text: string) {
  const key = readKey(text);
  assert.ok(typeof key !== 'string');
  return key;
}

const [one, two] = [keyOf(keys[0]), keyOf(keys[1])];
const before = openVault(one, []);
const rotating = openVault(two, [one]);
const paths = { accessToken: 'access_token', refreshToken: 'refresh_token' };
const content = (name: string) => JSON.stringify({ access_token: `acc-${name}`, refresh_token: `ref-${name}` });

test('a rotation that is killed after any of its files leaves each with one of the two keys, and is ended by another', async (context) => {
  const names = ['a', 'b', 'c', 'd'];
  const killed = fileURLToPath(new URL('./killed.ts', import.meta.url));
  const runs = names.map(async (_, after) => {
    const home = directory(context);
    const files = names.map((name) => join(home, `${name}.json`));
    for (const [index, file] of files.entries()) writeFileSync(file, await before.seal(content(names[index] ?? '')));
    const child = spawn(process.execPath, [killed, String(after), ...files], {
      env: { PRESENT: keys[1], PREVIOUS: keys[0] },
      stdio: 'inherit',
    });
    const [, signal] = await once(child, 'exit');
    assert.equal(signal, 'SIGKILL');
    const states = await Promise.all(files.map(async (file) => (await standingOf(file, rotating)).state));
    for (const state of states.slice(0, after)) assert.equal(state, 'sealed');
    for (const state of states.slice(after)) assert.ok(state === 'sealed' || state === 'previous', state);
    for (const state of states.slice(after + 1)) assert.equal(state, 'previous');
    for (const file of files) {
      const { outcome } = await reseal(file, { vault: rotating, wish: 'rotate', dryRun: false });
      assert.notEqual(outcome, 'failed');
    }
    for (const [index, file] of files.entries()) {
      assert.equal(await openVault(two, []).open(readFileSync(file, 'utf8')), content(names[index] ?? ''));
    }
    // What the killed one was at may lie about: never in clear.
    for (const name of readdirSync(home)) assert.doesNotMatch(readFileSync(join(home, name), 'utf8'), /ref-/);
  });
  await Promise.all(runs);
});

test('tokens that are refreshed while a file is sealed are neither lost nor left in clear', async (context) => {
  const file = join(directory(context), 'ada.json');
  for (let turn = 0; turn < 10; turn += 1) {
    writeFileSync(file, content('old'));
    const origin = { file, index: undefined, paths, expiry: undefined, vault: before };
    const tokens = { accessToken: 'acc-new', refreshToken: 'ref-new', idToken: undefined, expiresAt: undefined };
    const both = [
      () => reseal(file, { vault: before, wish: 'seal', dryRun: false }),
      () => writeTokens({ origin, tokens, now: 0 }),
    ];
    await Promise.all((turn % 2 === 0 ? both : both.reverse()).map((work) => work()));
    assert.equal((await tokensIn(origin, 0))?.refreshToken, 'ref-new');
    assert.equal((await standingOf(file, before)).state, 'sealed');
  }
});

test('refreshed tokens of a sealed file are written back sealed, with the key of the day', async (context) => {
  const file = join(directory(context), 'ada.json');
  writeFileSync(file, await before.seal(content('old')), { mode: 0o600 });
  const origin = { file, index: undefined, paths, expiry: undefined, vault: rotating };
  assert.equal((await tokensIn(origin, 0))?.refreshToken, 'ref-old');
  await writeTokens({
    origin,
    tokens: { accessToken: 'acc-new', refreshToken: 'ref-new', idToken: undefined, expiresAt: undefined },
    now: 0,
  });
  const { state, kid } = await standingOf(file, rotating);
  assert.deepEqual([state, kid], ['sealed', two.id]);
  assert.equal((await tokensIn(origin, 0))?.refreshToken, 'ref-new');
  assert.equal(await tokensIn({ ...origin, vault: noVault }, 0), undefined);
  await assert.rejects(
    writeTokens({
      origin: { ...origin, vault: before },
      tokens: { accessToken: 'x', refreshToken: 'y', idToken: undefined, expiresAt: undefined },
      now: 0,
    }),
    new RegExp(`sealed with the key ${two.id}`),
  );
});

test('what cannot be written is left as it was, and nothing of it lies about', async (context) => {
  const home = directory(context);
  const file = join(home, 'ada.json');
  const most = 8 * 1024 * 1024;
  const text = JSON.stringify({ refresh_token: 'ref-0123456789', note: 'x'.repeat(most - 100) });
  writeFileSync(file, text);
  assert.deepEqual(await reseal(file, { vault: before, wish: 'seal', dryRun: false }), {
    outcome: 'failed',
    reason: 'it would be larger than 8 MiB',
  });
  assert.equal(statSync(file).size, text.length);
  const gone = await reseal(join(home, 'gone.json'), { vault: before, wish: 'seal', dryRun: false });
  assert.equal(gone.outcome, 'failed');
  assert.deepEqual(readdirSync(home), ['ada.json']);
});

test('a superuser leaves files to whom they were, and new ones to whom the directory is', async (context) => {
  const home = directory(context);
  const own = process.getuid?.() ?? 0;
  const owner = own === 0 ? 65_534 : own;
  const file = join(home, 'ada.json');
  writeFileSync(file, content('ada'));
  for (const path of [home, file]) chownSync(path, owner, statSync(path).gid);
  await reseal(file, { vault: before, wish: 'seal', dryRun: false });
  await writeCredential(join(home, 'bob.json'), { apiKey: 'key' }, before);
  await writeCredential(file, { apiKey: 'key' }, before);
  for (const name of ['ada.json', 'bob.json']) {
    const { uid, mode } = statSync(join(home, name));
    assert.deepEqual([uid, mode & 0o777], [owner, 0o600], name);
  }
});

test('a pipe or a device in the place of a file is told of, and nobody waits for its end', async (context) => {
  const home = directory(context);
  const pipe = join(home, 'pipe.json');
  execFileSync('/usr/bin/env', ['mkfifo', pipe]);
  const device = join(home, 'device.json');
  symlinkSync('/dev/zero', device);
  for (const file of [pipe, device]) {
    const { state, reason } = await standingOf(file, before);
    assert.deepEqual([state, reason], ['broken', 'it cannot be read: it is no regular file']);
    const sealed = await reseal(file, { vault: before, wish: 'seal', dryRun: false });
    assert.deepEqual(sealed, { outcome: 'failed', reason: 'it is no regular file' });
    assert.equal(await tokensIn({ file, index: undefined, paths, expiry: undefined }, 0), undefined);
  }
});
