// portico auth over a vault: what a login writes is sealed, and everything else opens it.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { configuration, signInDesk } from './signing-in.ts';

test('signed in, shown, refreshed, given out and signed out of', async (t) => {
  const at = await signInDesk(t);
  const { desk, server } = at;
  const key = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 5)).toString('base64');
  const tree = JSON.parse(configuration(server));
  tree.accounts.vault = { key: `\${env:NONE:-${key}}` };
  await desk.write('gateway.yaml', JSON.stringify(tree));
  const home = join(desk.directory, 'accounts');
  const texts = () => readdirSync(home).map((name) => readFileSync(join(home, name), 'utf8'));
  for (const words of [['login', 'acme/ada'], ['login', 'acme/ada'], ['refresh'], ['validate']]) {
    const said = await desk.type('auth', ...words);
    assert.equal(said.code, 0, `${said.out}${said.error}`);
    assert.equal(texts().length, 1);
    assert.deepEqual(Object.keys(JSON.parse(texts()[0] ?? '')).sort(), ['jwe', 'kid', 'vault']);
  }
  const [status] = JSON.parse((await desk.type('auth', 'status', '--json')).out);
  assert.deepEqual([status.account, status.names.email, status.state], ['ada', 'ada@example.com', 'valid']);
  await desk.type('auth', 'export', '--out', 'plain.json');
  const { refreshToken } = JSON.parse(readFileSync(join(desk.directory, 'plain.json'), 'utf8'));
  assert.ok(await server.isKept(refreshToken));
  assert.equal((await desk.type('auth', 'logout')).code, 0);
  assert.deepEqual(texts(), []);
  assert.equal(await server.isKept(refreshToken), false);
});
