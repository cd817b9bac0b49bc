// portico auth login as a process of its own: it waits while there is something to wait for, and is gone after that.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { packageRoot } from '../../../src/cli/locate.ts';
import { type SignInDesk, signInDesk } from './signing-in.ts';

const portico = `${packageRoot}/bin/portico.js`;
/** Of util-linux: runs a command on a terminal of its own. */
const script = 'script';
const hasScript = spawnSync(script, ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') === true;

function started(t: TestContext, at: SignInDesk, command: string, ...words: readonly string[]) {
  const { PATH } = process.env;
  const child = spawn(command, words, { cwd: at.desk.directory, env: { PATH, TERM: 'xterm', NO_COLOR: '1' } });
  t.after(() => child.kill('SIGKILL'));
  let said = '';
  const { promise: url, resolve } = Promise.withResolvers<string>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const [found] = /http:\/\/\S+code_challenge_method=S256/.exec(said) ?? [];
      if (found !== undefined && /[\r\n]/.test(said.slice(said.indexOf(found) + found.length))) resolve(found);
    });
  }
  const ended = once(child, 'exit').then(([code]) => ({ code, said }));
  return { child, url, ended };
}

test('interrupted it says so and is gone, the listener with it', async (t) => {
  const at = await signInDesk(t);
  const login = started(t, at, process.execPath, portico, 'auth', 'login', 'acme', '--no-browser');
  const redirect = new URL(await login.url).searchParams.get('redirect_uri') ?? '';
  assert.equal((await fetch(redirect)).ok, false);
  login.child.kill('SIGINT');
  const { code, said } = await login.ended;
  assert.equal(code, 1, said);
  assert.match(said, /The login was cancelled\./);
  await assert.rejects(fetch(redirect));
});

test('on a terminal it asks for the address, and takes what is typed', { skip: !hasScript }, async (t) => {
  const at = await signInDesk(t);
  const command = `${process.execPath} ${portico} auth login acme --no-browser`;
  const login = started(t, at, script, '-qec', command, '/dev/null');
  login.child.stdin.write(`${await at.server.walk(await login.url)}\n`);
  const { code, said } = await login.ended;
  assert.equal(code, 0, said);
  assert.match(said, /Address from the browser: /);
  assert.match(said, /[▀▄█]{20}/);
  assert.match(said, /Signed in as ada@example\.com/);
});
