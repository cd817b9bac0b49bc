// A file that would not hold the credential any more is never given out.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { exportAccount } from '../../../src/accounts/export/export-account.ts';
import { noVault } from '../../../src/config/credentials/vault/vault.ts';
import { directory } from '../../config/directory.ts';

const item = { provider: 'acme', accessToken: 'acc-0123456789', refreshToken: 'ref-0123456789' };

test('a shape that has no place for the refresh token is refused', async (context) => {
  const home = directory(context, { 'ada.json': JSON.stringify(item) });
  const household = { instances: [{ name: 'acme', directory: 'acme', enabled: true }], shapes: new Map() };
  const about = { provider: 'acme', account: 'ada', file: join(home, 'ada.json'), index: undefined, household };
  const rest = { vault: noVault, scopes: [], now: 0 };
  const narrow = { has: ['box.access'], fields: { accessToken: 'box.access' } };
  assert.deepEqual(await exportAccount({ ...about, ...rest, shape: narrow }), {
    problem: 'such files have no place for the refresh token',
  });
  const wide = { has: ['box.access'], fields: { accessToken: 'box.access', refreshToken: 'box.refresh' } };
  assert.deepEqual(await exportAccount({ ...about, ...rest, shape: wide }), {
    item: { box: { access: item.accessToken, refresh: item.refreshToken } },
  });
});
