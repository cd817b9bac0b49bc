// portico auth and a login over sealed files: what is looked at, kept, given out and taken away stays sealed.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { keepLogin } from '../../../src/accounts/login/keep-login.ts';
import { newKey, readKey } from '../../../src/config/credentials/vault/key.ts';
import { openVault } from '../../../src/config/credentials/vault/vault.ts';
import type { LoadedLogin } from '../../../src/config/loaded.ts';
import { sitDown } from '../typed.ts';

const key = newKey();
const secret = (name: string) => `ref-secret-0123456789-${name}`;

function vaultOf(text: string) {
  const read = readKey(text);
  assert.ok(typeof read !== 'string');
  return openVault(read, []);
}

const vault = vaultOf(key);
const item = (name: string) => ({
  provider: 'claude',
  account: name,
  email: `${name}@example.com`,
  accessToken: `acc-secret-0123456789-${name}`,
  refreshToken: secret(name),
  expiresAt: '2099-01-01T00:00:00.000Z',
});

async function desk(context: TestContext) {
  const at = await sitDown(context, { KEY: key });
  await at.write(
    'gateway.yaml',
    'version: 1\naccounts: { directory: ./accounts, vault: { key: "${env:KEY}" } }\nproviders: [{ name: claude, use: anthropic, oauth: { clientId: c } }]\n',
  );
  await at.write('accounts/team.json', await vault.seal(JSON.stringify([item('ada'), item('bob')])));
  const text = (name: string) => readFileSync(join(at.directory, 'accounts', name), 'utf8');
  const inside = async (name: string) => {
    assert.match(text(name), /^\{\n {2}"vault": 1,\n {2}"kid": "\w{12}",\n {2}"jwe": "[^"]+"\n\}\n$/);
    return JSON.parse(await vault.open(text(name)));
  };
  return { ...at, text, inside };
}

test('accounts of a sealed file are seen, given out and signed out; the rest of the list stays sealed', async (context) => {
  const at = await desk(context);
  const status = await at.type('auth', 'status', '--json');
  assert.match(status.out, /ada@example\.com/);
  assert.doesNotMatch(status.out + status.error, /secret-0123456789/);
  const { out } = await at.type('auth', 'export', 'claude/bob');
  assert.equal(JSON.parse(out).refreshToken, secret('bob'));
  assert.equal((await at.type('auth', 'logout', 'claude/ada', '--keep-remote')).code, 0);
  const left = await at.inside('team.json');
  assert.deepEqual([left].flat(), [item('bob')]);
  assert.equal((await at.type('auth', 'logout', 'claude/bob', '--keep-remote')).code, 0);
  assert.ok(!existsSync(join(at.directory, 'accounts/team.json')));
});

test('a login is kept sealed: that of an account of a sealed list in its place, a new one in a file of its own', async (context) => {
  const at = await desk(context);
  const keep = (email: string) =>
    keepLogin(
      {
        tokens: { accessToken: 'acc-new', refreshToken: 'ref-new', idToken: undefined, expiresAt: undefined },
        fields: { email },
      },
      {
        facts: { provider: 'claude', exchanged: false } as LoadedLogin,
        household: { instances: [{ name: 'claude', directory: 'anthropic', enabled: true }], shapes: new Map() },
        directory: join(at.directory, 'accounts'),
        vault,
        egress: [],
        now: Date.UTC(2026, 0, 1),
      },
    );
  assert.equal((await keep('bob@example.com')).outcome, 'updated');
  const [ada, bob] = await at.inside('team.json');
  assert.deepEqual([ada, bob.refreshToken], [item('ada'), 'ref-new']);
  const added = await keep('cy@example.com');
  assert.equal(added.outcome, 'added');
  assert.equal((await at.inside(added.file.split('/').at(-1) ?? '')).refreshToken, 'ref-new');
});
