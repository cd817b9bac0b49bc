// An account is taken out of its file where it is that one still, whoever has written the file meanwhile.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { dropAccount } from '../../src/accounts/file/drop-account.ts';
import { noVault } from '../../src/config/credentials/vault/vault.ts';

const household = { instances: [{ name: 'acme', directory: 'acme', enabled: true }], shapes: new Map() };

test('a list whose order has changed keeps all of it, members of a team too who have no e-mail', async (context) => {
  const directory = mkdtempSync(join(tmpdir(), 'portico-drop-'));
  context.after(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'team.json');
  const item = (accountId: string) => ({ provider: 'acme', accountId, refreshToken: `ref-${accountId}-0123456789` });
  writeFileSync(file, JSON.stringify([item('ada'), item('bob')]));
  const drop = (names: Record<string, string>) => dropAccount({ file, index: 1, names, vault: noVault, household });
  await assert.rejects(drop({ accountId: 'ada' }), /team\.json has changed meanwhile/);
  assert.equal(JSON.parse(readFileSync(file, 'utf8')).length, 2);
  assert.equal(await drop({ accountId: 'bob' }), 'item');
  const left = JSON.parse(readFileSync(file, 'utf8'));
  assert.deepEqual([left.length, left[0].accountId, left[0].account], [1, 'ada', 'team-ada']);
});
