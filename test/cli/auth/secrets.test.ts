// No command of `portico auth` says a secret, but the one that is asked to: neither in words nor in JSON, nor to a browser.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browser, secretsOf, signInDesk } from './signing-in.ts';

const commands: readonly (readonly string[])[] = [
  ['login', 'acme/ada'],
  ['login', 'acme/ada', '--json'],
  ['status'],
  ['status', '--json'],
  ['info'],
  ['info', '--json'],
  ['list'],
  ['list', '--json'],
  ['validate'],
  ['validate', '--json'],
  ['refresh'],
  ['refresh', '--json'],
  ['export', '--out', 'given.json'],
  ['login', 'acme/bob', '--timeout', 'x'],
  ['logout', 'acme', '--json'],
];

test('secrets of the client and of the account are in no output', async (t) => {
  const opened: string[] = [];
  const at = await signInDesk(t, {
    terminal: (server) => ({
      openBrowser: (url) => {
        opened.push(url);
        return browser(server)(url);
      },
    }),
  });
  const secrets = new Set<string>();
  let said = '';
  for (const words of commands) {
    const { out, error } = await at.desk.type('auth', ...words);
    said += `${out}${error}\n`;
    for (const secret of secretsOf(at)) secrets.add(secret);
  }
  assert.ok(secrets.size >= 7, String(secrets.size));
  assert.match(said, /"outcome":"updated"/);
  for (const secret of secrets) {
    assert.ok(!said.includes(secret), secret);
    assert.ok(!opened.join(' ').includes(secret), secret);
  }
});
