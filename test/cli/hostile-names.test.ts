// Words of others (names of files, what stands in them, what vendors call an account) do nothing to a terminal.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sitDown } from './typed.ts';

const escapes = '\u001b[2J\u009b31m\u202e';
/** Line feeds are the command's own. */
const disturbing = ['\u001b', '\u009b', '\u202e', '\r'];

test('whatever stands in account files, and however they are called', async (t) => {
  const desk = await sitDown(t, {}, { outIsTerminal: true });
  const providers = [{ name: 'acme', use: 'openai-compatible', baseUrl: 'http://127.0.0.1:9/v1', models: ['m'] }];
  await desk.write('gateway.yaml', JSON.stringify({ version: 1, accounts: { directory: './accounts' }, providers }));
  const token = { accessToken: 'access-0123456789' };
  const names = { email: `a${escapes}@example.com`, plan: escapes, accountId: `${escapes}\r\n` };
  await desk.write('accounts/ada.json', JSON.stringify({ provider: 'acme', ...token, ...names }));
  await desk.write(`accounts/bob${escapes}.json`, JSON.stringify({ provider: `far${escapes}`, ...token }));
  await desk.write('accounts/eve.json', JSON.stringify({ provider: 'acme', ...token, headers: { [escapes]: 'x' } }));
  for (const words of [
    ['check'],
    ['auth', 'status'],
    ['auth', 'info', 'acme/ada'],
    ['auth', 'info', `nobody${escapes}`],
    ['auth', 'validate'],
    ['auth', 'logout'],
    ['accounts', 'import', 'accounts', '--dry-run'],
  ]) {
    const { out, error } = await desk.type(...words);
    assert.notEqual(`${out}${error}`, '', words.join(' '));
    for (const each of disturbing) assert.ok(!`${out}${error}`.includes(each), words.join(' '));
  }
});
