// portico completion: what is offered behind a line, and the scripts that ask for it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../src/cli/locate.ts';
import { sitDown } from './typed.ts';

test('commands, their commands and their options are offered', async (t) => {
  const desk = await sitDown(t);
  const after = async (...typed: string[]) =>
    (await desk.type('completion', 'words', '--', ...typed)).out.split('\n').filter((word) => word !== '');
  const all = await after('');
  for (const name of ['serve', 'check', 'config', 'completion']) assert.ok(all.includes(name), name);
  assert.deepEqual(await after('che'), ['check']);
  assert.deepEqual(await after('config', 'se'), ['set']);
  assert.deepEqual(await after('config', 'schema', '--of', ''), ['gateway', 'plugin', 'prices', 'provider']);
  assert.deepEqual(await after('check', '--j'), ['--json']);
  assert.deepEqual(await after('completion', 'z'), ['zsh']);
  assert.deepEqual(await after('serve', '--config', 'gate'), []);
  assert.deepEqual(await after('no', 'such'), []);
});

test('names of the configuration are values of the commands of auth', async (t) => {
  const desk = await sitDown(t);
  const after = async (...typed: string[]) =>
    (await desk.type('completion', 'words', '--', ...typed)).out.split('\n').filter((word) => word !== '');
  assert.deepEqual(await after('auth', 'login', ''), []);
  const file = (names: string) => `version: 1\naccounts: { directory: ./a }\nproviders: [${names}]\n`;
  await desk.write('gateway.yaml', file('{ name: claude, use: anthropic }, { name: codex }, { name: mock }'));
  await desk.write('other.yaml', file('{ name: kimi }'));
  for (const account of ['claude/ada', 'claude/bob', 'codex/cy']) {
    const [provider, name] = account.split('/');
    await desk.write(`a/${provider}-${name}.json`, JSON.stringify({ provider, accessToken: `at-${name}-0123456789` }));
  }
  assert.deepEqual(await after('auth', 'login', ''), ['claude', 'codex']);
  assert.deepEqual(await after('auth', 'logout', 'cl'), ['claude', 'claude/ada', 'claude/bob']);
  assert.deepEqual(await after('auth', 'status', 'claude', '--account', ''), ['ada', 'bob']);
  assert.deepEqual(await after('auth', 'import', '--provider', 'co'), ['codex']);
  assert.deepEqual(await after('auth', 'login', '-c', 'other.yaml', ''), ['kimi']);
  assert.deepEqual(await after('auth', 'logout', 'claude', ''), []);
  await desk.write('gateway.yaml', 'version: [');
  assert.deepEqual(await after('auth', 'logout', ''), []);
});

test('bash completes by the script', {
  skip: spawnSync('bash', ['--version']).status !== 0 && 'no bash',
}, async (t) => {
  const desk = await sitDown(t);
  const command = await desk.write(
    'bin/portico',
    `#!/bin/sh\nexec "${process.execPath}" "${packageRoot}/bin/portico.js" "$@"\n`,
  );
  await chmod(command, 0o755);
  const script = `source <(portico completion bash)
COMP_WORDS=(portico config un) COMP_CWORD=2
_portico
echo "\${COMPREPLY[@]}"`;
  const path = `${join(dirname(command))}${delimiter}${process.env.PATH}`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script], {
    env: { ...process.env, PATH: path },
    encoding: 'utf8',
  });
  assert.equal(stdout, 'unset\n', stderr);
});
