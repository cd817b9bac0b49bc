// Export is import the other way round: for every shape that a shipped provider directory knows, what is written is read back
// as the same credential, and is taken for that vendor's.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foreignFile } from '../../../src/accounts/export/foreign.ts';
import { packageRoot } from '../../../src/cli/locate.ts';
import { ownerOf } from '../../../src/config/credentials/owner.ts';
import { type ReadCredential, readCredential } from '../../../src/config/credentials/read-credential.ts';
import { discover } from '../../../src/config/directories/discover.ts';

const { definitions } = await discover('providers', [packageRoot]);
const now = Date.UTC(2026, 0, 1);

const tokens: ReadCredential = {
  apiKey: undefined,
  tokens: {
    accessToken: 'access-0123456789',
    refreshToken: 'refresh-0123456789',
    idToken: 'id-0123456789',
    expiresAt: Date.UTC(2027, 0, 31, 12),
  },
  serviceAccount: undefined,
  names: { email: 'ada@example.com', accountId: 'team-1', plan: 'max', project: 'p-1' },
  clientId: undefined,
  clientSecret: undefined,
  tokenUrl: undefined,
  baseUrl: 'https://region.example.com',
  paths: {},
  expiry: undefined,
};
const key: ReadCredential = { ...tokens, tokens: undefined, apiKey: 'key-0123456789', names: {}, baseUrl: undefined };

for (const [directory, { manifest }] of definitions) {
  for (const [index, shape] of (manifest?.accountFiles ?? []).entries()) {
    const isKey = shape.fields?.apiKey !== undefined;
    const isServiceAccount = shape.type?.includes('service_account') === true;
    test(`${directory}, shape ${index + 1}: there and back`, () => {
      const read = isKey ? key : tokens;
      const item = foreignFile({ read, shape, scopes: ['a', 'b'], now });
      assert.ok(typeof item !== 'string', String(item));
      const back = readCredential(item, shape, now);
      assert.ok(typeof back !== 'string', String(back));
      assert.equal(back.apiKey, read.apiKey);
      assert.equal(back.tokens?.accessToken, read.tokens?.accessToken);
      assert.equal(back.tokens?.refreshToken, read.tokens?.refreshToken);
      assert.equal(back.tokens?.expiresAt, read.tokens?.expiresAt);
      if (isServiceAccount) return;
      const instance = { name: directory, directory, enabled: true };
      const owner = ownerOf(item, {
        instances: [instance],
        shapes: new Map([[directory, manifest?.accountFiles ?? []]]),
      });
      assert.ok('instance' in owner, JSON.stringify(item));
    });
  }
}

test('a service account has its own shape alone', () => {
  const serviceAccount = { clientEmail: 'a@example.com', privateKey: 'k', privateKeyId: undefined };
  const said = foreignFile({ read: { ...tokens, serviceAccount }, shape: { type: ['x'] }, scopes: [], now });
  assert.match(String(said), /its own/);
});

test('what such files must hold and the account has not is said', () => {
  const shape = { has: ['access_token', 'region'] };
  assert.match(String(foreignFile({ read: tokens, shape, scopes: [], now })), /such files hold "region"/);
});
