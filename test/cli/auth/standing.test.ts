// How accounts stand: what the running gateway says of one comes before what its file says.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { CredentialStatus } from '../../../src/accounts/credential-status.ts';
import type { Place } from '../../../src/cli/auth/place.ts';
import { type AccountStanding, standingsOf } from '../../../src/cli/auth/standing.ts';
import { stateWord } from '../../../src/cli/auth/status.ts';
import { accountsNamed } from '../../../src/config/credentials/accounts-named.ts';
import { load } from '../../../src/config/load.ts';
import type { AccountFigures } from '../../../src/control/stats/accounts.ts';
import { directory } from '../../config/directory.ts';
import { root } from '../../support/gateway.ts';

const now = Date.parse('2030-01-01T00:00:00Z');
const [good, over] = ['2030-01-01T01:00:00Z', '2029-12-31T23:00:00Z'];

async function place(context: TestContext, accounts: readonly object[], files: Record<string, object>): Promise<Place> {
  const provider = { name: 'acme', use: 'openai-compatible', baseUrl: 'https://a.example/v1', models: ['m'], accounts };
  const oauth = { clientId: 'c', tokenUrl: 'https://a.example/token' };
  const home = directory(context, {
    'gateway.yaml': JSON.stringify({ version: 1, providers: [{ ...provider, oauth }] }),
    ...Object.fromEntries(Object.entries(files).map(([name, item]) => [name, JSON.stringify(item)])),
  });
  const file = join(home, 'gateway.yaml');
  const result = await load({ file, env: {}, builtin: root });
  const { config, credentials: sources = [], accountsHousehold: household } = result;
  assert.ok(config !== undefined && household !== undefined);
  const named = accountsNamed(result.documents, file).files;
  return { file, config, result, logins: [], sources, household, definitions: new Map(), files: named };
}

function figures(credential: Partial<CredentialStatus>): AccountFigures[] {
  return [{ provider: 'acme', name: 'ada', credential } as AccountFigures];
}

test('a token that is good by its file, and of no use by the word of the gateway', async (context) => {
  const tokens = { accessToken: 'acc-0123456789', refreshToken: 'ref-0123456789', expiresAt: good };
  const at = await place(context, [{ name: 'ada', file: './ada.json' }], { 'ada.json': tokens });
  const alone = standingsOf(at, undefined, now)[0];
  assert.deepEqual([alone?.state, alone?.live, alone?.reason], ['valid', false, undefined]);
  const told = standingsOf(at, figures({ broken: true, reason: 'invalid_grant' }), now)[0];
  assert.deepEqual([told?.state, told?.live, told?.reason], ['broken', true, 'invalid_grant']);
});

test('a token that is over by its file, and new in the memory of the gateway', async (context) => {
  const tokens = { accessToken: 'acc-0123456789', refreshToken: 'ref-0123456789', expiresAt: over };
  const at = await place(context, [{ name: 'ada', file: './ada.json' }], { 'ada.json': tokens });
  assert.equal(standingsOf(at, undefined, now)[0]?.state, 'due');
  const told = standingsOf(at, figures({ broken: false, expiresAt: Date.parse(good), kept: 'memory' }), now)[0];
  assert.deepEqual([told?.state, told?.kept, told?.expiresAt], ['valid', 'memory', Date.parse(good)]);
});

test('a token that is over, and whose refresh failed: no promise that it is refreshed when it is used', () => {
  const one = { provider: 'acme', account: 'ada', kind: 'oauth', names: {}, state: 'due' } as AccountStanding;
  assert.equal(stateWord(one), 'is refreshed when it is used');
  assert.equal(stateWord({ ...one, reason: 'status 503' }), 'has no valid token: status 503');
});

test('a file that is not right is broken; an account that is switched off is off', async (context) => {
  const accounts = [
    { name: 'ada', file: './gone.json' },
    { name: 'bob', file: './bob.json', enabled: false },
  ];
  const at = await place(context, accounts, { 'bob.json': { accessToken: 'acc-0123456789', expiresAt: good } });
  const states = standingsOf(at, undefined, now).map(({ account, state }) => [account, state]);
  assert.deepEqual(states, [
    ['ada', 'broken'],
    ['bob', 'off'],
  ]);
});
