// What a login gave, as an account file: what is taken from it, and what stays of what was there.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type KeepOptions, keepLogin } from '../../../src/accounts/login/keep-login.ts';
import type { Granted } from '../../../src/accounts/login/login.ts';
import { noVault } from '../../../src/config/credentials/vault/vault.ts';
import type { LoadedLogin } from '../../../src/config/loaded.ts';

const now = Date.UTC(2026, 0, 1);
const household = { instances: [{ name: 'acme', directory: 'acme', enabled: true }], shapes: new Map() };

async function place(t: TestContext, facts: Partial<LoadedLogin> = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'portico-keep-'));
  t.after(() => rm(directory, { recursive: true }));
  const options: KeepOptions = {
    facts: { provider: 'acme', exchanged: false, ...facts } as LoadedLogin,
    household,
    directory,
    vault: noVault,
    egress: [],
    now,
  };
  const read = async (file: string) => JSON.parse(await readFile(join(directory, file), 'utf8'));
  const write = (file: string, value: unknown) => writeFile(join(directory, file), JSON.stringify(value));
  const keep = (granted: Granted, more: Partial<KeepOptions> = {}) => keepLogin(granted, { ...options, ...more });
  return { directory, keep, read, write };
}

function granted(fields: Granted['fields'], tokens: Partial<Granted['tokens']> = {}): Granted {
  const some = { accessToken: 'access-0123456789', refreshToken: 'refresh-0123456789', idToken: undefined };
  return { tokens: { ...some, expiresAt: now + 3_600_000, ...tokens }, fields };
}

test('a new account: tokens, names, the end as a date', async (t) => {
  const at = await place(t);
  const kept = await at.keep(granted({ email: 'ada@example.com', plan: 'max' }));
  assert.deepEqual([kept.outcome, kept.account], ['added', 'ada-676629']);
  assert.deepEqual(await at.read('acme-ada-676629.json'), {
    provider: 'acme',
    email: 'ada@example.com',
    plan: 'max',
    accessToken: 'access-0123456789',
    refreshToken: 'refresh-0123456789',
    expiresAt: '2026-01-01T01:00:00.000Z',
  });
});

test('where the token is traded it is the refresh token; where there is a key, that is the account', async (t) => {
  const traded = await place(t, { exchanged: true });
  await traded.keep(granted({}, { refreshToken: undefined }), { account: 'one' });
  const { accessToken, refreshToken, expiresAt } = await traded.read('acme-one.json');
  assert.deepEqual([accessToken, refreshToken, expiresAt], [undefined, 'access-0123456789', undefined]);
  const keyed = await place(t);
  await keyed.keep(granted({ apiKey: 'key-0123456789' }), { account: 'two' });
  assert.deepEqual(await keyed.read('acme-two.json'), { account: 'two', provider: 'acme', apiKey: 'key-0123456789' });
});

test('the same account keeps what a login does not say, also a refresh token that is given once only', async (t) => {
  const at = await place(t);
  const before = {
    provider: 'acme',
    email: 'ada@example.com',
    project: 'p-1',
    accessToken: 'a-0123456789',
    refreshToken: 'r-0123456789',
  };
  await at.write('mine.json', { ...before, account: 'ada', weight: 5, expiresAt: '2099-01-01T00:00:00Z' });
  const kept = await at.keep(granted({ email: 'ada@example.com' }, { refreshToken: undefined }));
  assert.deepEqual([kept.outcome, kept.account, kept.file], ['updated', 'ada', join(at.directory, 'mine.json')]);
  const { project, refreshToken, weight, account, accessToken } = await at.read('mine.json');
  assert.deepEqual([project, refreshToken, weight, account], ['p-1', 'r-0123456789', 5, 'ada']);
  assert.equal(accessToken, 'access-0123456789');
});

test('of another person under the same name nothing of the first is kept but the settings', async (t) => {
  const at = await place(t);
  await at.write('x.json', {
    provider: 'acme',
    account: 'main',
    email: 'ada@example.com',
    project: 'p-1',
    apiKey: 'k-0123456789',
    tags: ['eu'],
  });
  const kept = await at.keep(granted({ email: 'bob@example.com' }), { account: 'main' });
  assert.equal(kept.before, 'ada@example.com');
  const item = await at.read('x.json');
  assert.deepEqual(
    [item.email, item.project, item.apiKey, item.tags],
    ['bob@example.com', undefined, undefined, ['eu']],
  );
});

test("one of a list is brought up to date in its place; another's file is never touched", async (t) => {
  const at = await place(t);
  const list = ['ada', 'bob'].map((name) => ({
    provider: 'acme',
    email: `${name}@example.com`,
    accessToken: `${name}-0123456789`,
  }));
  await at.write('team.json', list);
  const kept = await at.keep(granted({ email: 'bob@example.com' }));
  assert.equal(kept.outcome, 'updated');
  const after = await at.read('team.json');
  assert.deepEqual(after[0], list[0]);
  assert.equal(after[1].accessToken, 'access-0123456789');
  assert.match(kept.account, /^team-bob-\w{6}$/);
});

test('a host without a scheme becomes a URL; a token that no header can carry is refused', async (t) => {
  const at = await place(t);
  await at.keep(granted({ baseUrl: 'region.example.com/v1' }), { account: 'r' });
  assert.equal((await at.read('acme-r.json')).baseUrl, 'https://region.example.com/v1');
  await assert.rejects(at.keep(granted({}, { accessToken: 'line\nbreak' })), /the login gave nothing to keep/);
});
