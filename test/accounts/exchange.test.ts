// APIs that take neither the token of a login nor one that is refreshed: it is traded for the one that requests carry.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { CredentialSource } from '../../src/config/loaded.ts';
import type { TokenExchange } from '../../src/core/index.ts';
import { directory } from '../config/directory.ts';
import { HandClock } from '../support/clock.ts';
import { type Answer, Upstream } from '../support/upstream.ts';
import { keeperWith, sourceOf } from './desk.ts';

const login = 'login-secret-0123456789';

async function traded(context: TestContext, answer: Answer, changes: Partial<TokenExchange> = {}) {
  const vendor = await Upstream.start(answer);
  context.after(() => vendor[Symbol.asyncDispose]());
  const file = join(directory(context), 'ada.json');
  writeFileSync(file, JSON.stringify({ refresh_token: login, note: 'kept' }), { mode: 0o600 });
  const exchange: TokenExchange = {
    url: `${vendor.url}/v1/trade`,
    headers: { Authorization: 'token {refreshToken}', 'X-Fixed': 'yes' },
    fields: { accessToken: 'data.token', expiresAt: 'data.ends', lifetime: 'data.seconds' },
    ...changes,
  };
  const nobody = { tokenUrl: '', clientId: '', clientSecret: '' };
  const source: CredentialSource = {
    ...sourceOf(nobody, file, { refreshToken: login }),
    tokenUrl: undefined,
    clientId: undefined,
    clientSecret: undefined,
    exchange,
  };
  const clock = new HandClock(1_800_000_000_000);
  const kept = keeperWith(context, clock);
  kept.keeper.take([source]);
  const done = await kept.keeper.refresh('acme', 'ada', undefined);
  return { done, vendor, clock, written: () => JSON.parse(readFileSync(file, 'utf8')), ...kept };
}

const gives =
  (data: object): Answer =>
  (res) =>
    void res.end(JSON.stringify({ data }));

test('asked as the directory says, without a client; the login stays, what it gave is written beside it', async (context) => {
  const { done, vendor, token, written } = await traded(context, gives({ token: 'acc-1', seconds: 1500 }));
  assert.equal(done, true);
  assert.equal(token(), 'acc-1');
  const { method, path, headers, body } = vendor.last;
  assert.deepEqual([method, path, body.length], ['GET', '/v1/trade', 0]);
  assert.deepEqual([headers.authorization, headers['x-fixed']], [`token ${login}`, 'yes']);
  assert.deepEqual(written(), {
    refresh_token: login,
    note: 'kept',
    access_token: 'acc-1',
    expired: new Date(1_800_000_000_000 + 1_500_000).toISOString(),
  });
});

test('asked by POST where the directory says so', async (context) => {
  const { done, vendor } = await traded(context, gives({ token: 'acc-1' }), { method: 'POST' });
  assert.deepEqual([done, vendor.last.method], [true, 'POST']);
});

for (const [name, data, expiresAt] of [
  ['epoch seconds', { ends: 1_800_001_500 }, 1_800_001_500_000],
  ['epoch milliseconds', { ends: 1_800_001_500_000 }, 1_800_001_500_000],
  ['RFC 3339', { ends: '2027-01-15T08:25:00Z' }, 1_800_001_500_000],
  ['seconds as text', { seconds: '1500' }, 1_800_001_500_000],
  ['a span before a moment: it does not hang on whose clock is right', { seconds: 60, ends: 1 }, 1_800_000_060_000],
  ['nothing', {}, undefined],
  ['a moment that is over', { ends: 1_700_000_000 }, undefined],
  ['what is no time', { ends: 'soon', seconds: -1 }, undefined],
] as const) {
  test(`its end as ${name}`, async (context) => {
    const { done, keeper } = await traded(context, gives({ token: 'acc-1', ...data }));
    assert.deepEqual([done, keeper.status()[0]?.expiresAt], [true, expiresAt]);
  });
}

for (const [name, answer, reason, broken] of [
  [
    '401',
    (res) => void res.writeHead(401).end(login),
    /^127\.0\.0\.1:\d+ refused the login \(status 401\): sign in again$/,
    true,
  ],
  ['403', (res) => void res.writeHead(403).end(login), /^127\.0\.0\.1:\d+ refused \(status 403\)$/, false],
  ['500', (res) => void res.writeHead(500).end(), /refused \(status 500\)$/, false],
  ['no token', (res) => void res.end(`{"data":{},"was":"${login}"}`), /answered without "data\.token"$/, false],
  ['no JSON', (res) => void res.end(`<p>${login}`), /answered without "data\.token"$/, false],
  ['a redirect', (res) => void res.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(), /status 302/, false],
] satisfies [string, Answer, RegExp, boolean][]) {
  test(`refused, told without a secret: ${name}`, async (context) => {
    const { done, keeper, said, vendor, written } = await traded(context, answer);
    const [status] = keeper.status();
    assert.deepEqual([done, status?.broken, vendor.requests.length], [false, broken, 1]);
    assert.match(status?.reason ?? '', reason);
    assert.doesNotMatch(said.join('\n'), /secret/);
    assert.equal(written().refresh_token, login);
  });
}

test('what is refused for now is tried again, what is refused for good hardly ever', async (context) => {
  const forNow = await traded(context, (res) => void res.writeHead(403, { 'retry-after': '20' }).end());
  assert.equal(forNow.keeper.status()[0]?.refresh.next, forNow.clock.now() + 20_000);
  const forGood = await traded(context, (res) => void res.writeHead(401).end());
  assert.equal(forGood.keeper.status()[0]?.refresh.next, forGood.clock.now() + 30 * 60_000);
});
