// Token sets against a real authorization server: refreshed once however many ask, written back before use, never reused.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { CredentialSource } from '../../src/config/loaded.ts';
import type { AuthorizationServer } from './authorization-server.ts';
import { desk, sourceOf, until } from './desk.ts';

test('twenty requests that were refused lead to one refresh, and the file has the new tokens before anybody', async (context) => {
  const { server, file, keeper, token, published, accessToken, refreshToken } = await desk(context);
  keeper.take([sourceOf(server, file, { accessToken, refreshToken })]);
  const before = published.length;
  const all = await Promise.all(Array.from({ length: 20 }, () => keeper.refresh('acme', 'ada', accessToken)));
  assert.deepEqual(new Set(all), new Set([true]));
  assert.equal(server.requests(), 1);
  assert.equal(published.length, before + 1);
  const written = JSON.parse(readFileSync(file, 'utf8'));
  assert.equal(written.access_token, token());
  assert.notEqual(written.refresh_token, refreshToken);
  assert.equal(written.note, 'kept');
  assert.ok(Date.parse(written.expired) > Date.now() + 3_000_000);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.ok(await server.isGood(String(token())));
});

test('who asks while the new tokens are being written is answered after they were told', async (context) => {
  const { server, file, keeper, token, accessToken, refreshToken } = await desk(context);
  keeper.take([sourceOf(server, file, { accessToken, refreshToken })]);
  let over = false;
  void keeper.refresh('acme', 'ada', accessToken).then(() => {
    over = true;
  });
  const toldTooEarly: unknown[] = [];
  while (!over) {
    void keeper.refresh('acme', 'ada', accessToken).then(() => token() === accessToken && toldTooEarly.push(token()));
    await new Promise((done) => setImmediate(done));
  }
  assert.deepEqual(toldTooEarly, []);
  assert.equal(server.requests(), 1);
});

test('refresh after refresh the family lives: no refresh token is used twice', async (context) => {
  const { server, file, keeper, token, accessToken, refreshToken } = await desk(context);
  keeper.take([sourceOf(server, file, { accessToken, refreshToken })]);
  for (let round = 0; round < 5; round += 1) {
    const used = token() ?? accessToken;
    assert.equal(await keeper.refresh('acme', 'ada', used), true);
    assert.notEqual(token(), used);
  }
  assert.equal(server.requests(), 5);
  assert.ok(await server.isGood(String(token())));
});

test('an old copy of the file, read while it was written, does not bring the old tokens back', async (context) => {
  const { server, file, keeper, token, accessToken, refreshToken } = await desk(context);
  const old = sourceOf(server, file, { accessToken, refreshToken });
  keeper.take([old]);
  await keeper.refresh('acme', 'ada', accessToken);
  const fresh = token();
  keeper.take([old]);
  assert.equal(token(), fresh);
  assert.equal(await keeper.refresh('acme', 'ada', fresh), true);
  assert.ok(await server.isGood(String(token())));
});

test('what another program wrote into the file is used instead of a refresh', async (context) => {
  const { server, file, keeper, token, accessToken, refreshToken } = await desk(context);
  keeper.take([sourceOf(server, file, { accessToken, refreshToken })]);
  const other = await server.login();
  writeFileSync(file, JSON.stringify({ access_token: other.accessToken, refresh_token: other.refreshToken }));
  assert.equal(await keeper.refresh('acme', 'ada', accessToken), true);
  assert.equal(token(), other.accessToken);
  assert.equal(server.requests(), 0);
});

test('ahead of its end a token is refreshed by itself, and a failure is tried again, ever slower', async (context) => {
  const { server, file, keeper, clock, said, news, token, accessToken, refreshToken } = await desk(context);
  keeper.take([sourceOf(server, file, { accessToken, refreshToken, expiresAt: clock.now() + 900_000 })]);
  clock.advance(599_000);
  assert.equal(server.requests(), 0);
  server.fail(503, 2);
  clock.advance(1_000);
  await until(() => said.length === 1);
  assert.match(said[0] ?? '', /warn acme\/ada: .*status 503.*again in 4 s/);
  assert.equal(keeper.status()[0]?.broken, false);
  assert.match(keeper.status()[0]?.reason ?? '', /503/);
  assert.equal(await keeper.refresh('acme', 'ada', accessToken), false, 'not while it waits');
  clock.advance(4_000);
  await until(() => said.length === 2);
  assert.match(said[1] ?? '', /^debug .*again in 8 s/, 'the same again is no news');
  clock.advance(8_000);
  await until(() => token() !== accessToken);
  assert.equal(server.requests(), 3);
  assert.equal(keeper.status()[0]?.reason, undefined);
  assert.match(said.at(-1) ?? '', /^info acme\/ada: the token is new, until .* after 2 failures$/);
  assert.deepEqual(news, ['ada'], 'what was held against the account is over');
});

test('a family that was revoked takes the account out of service, until its file holds another login', async (context) => {
  const { server, file, keeper, clock, said, token, accessToken, refreshToken } = await desk(context);
  const source = sourceOf(server, file, { refreshToken });
  writeFileSync(file, JSON.stringify({ refresh_token: refreshToken }));
  await revoke(server, refreshToken);
  keeper.take([source]);
  clock.advance(0);
  await until(() => said.some((line) => line.includes('invalid_grant')));
  assert.equal(keeper.status()[0]?.broken, true);
  assert.match(keeper.status()[0]?.reason ?? '', /refused \(invalid_grant, status 400\)/);
  assert.ok(said.every((line) => !line.includes(refreshToken)));
  const again = await server.login();
  keeper.take([sourceOf(server, file, again)]);
  assert.equal(keeper.status()[0]?.broken, false);
  assert.equal(token(), again.accessToken);
  assert.notEqual(token(), accessToken);
});

test('a file that cannot be written: the tokens stay in memory, which is said once and stands in the status', async (context) => {
  const { server, home, file, keeper, said, accessToken, refreshToken } = await desk(context);
  const token = () => keeper.current('acme', 'ada')?.token;
  // No file can be made beside it, whoever runs this.
  writeFileSync(join(home, 'plain'), '');
  const source = sourceOf(server, file, { accessToken, refreshToken });
  const gone = { ...source, origin: { ...source.origin, file: join(home, 'plain', 'ada.json') } } as CredentialSource;
  const second = await server.login();
  keeper.take([gone, { ...gone, account: 'bob', tokens: { ...gone.tokens, ...second } }]);
  for (let round = 0; round < 3; round += 1) assert.equal(await keeper.refresh('acme', 'ada', token()), true);
  assert.equal(await keeper.refresh('acme', 'bob', second.accessToken), true);
  const warned = said.filter((line) => line.startsWith('warn'));
  assert.equal(warned.length, 1);
  assert.match(warned[0] ?? '', /could not be written back \(ENOTDIR.*kept in memory and lost when the gateway stops/);
  assert.deepEqual(
    keeper.status().map(({ kept }) => kept),
    ['memory', 'memory'],
  );
  keeper.take([gone]);
  assert.ok(await server.isGood(String(token())));
  // Writable again.
  writeFileSync(file, JSON.stringify({ access_token: accessToken, refresh_token: refreshToken }));
  keeper.take([source]);
  assert.equal(await keeper.refresh('acme', 'ada', token()), true);
  assert.equal(keeper.status()[0]?.kept, 'file');
  assert.equal(JSON.parse(readFileSync(file, 'utf8')).access_token, token());
});

test('a disk that was full for a minute: the tokens are written as soon as they can be', async (context) => {
  const { server, home, file, clock, keeper, said, accessToken, refreshToken } = await desk(context);
  const other = join(home, 'later');
  writeFileSync(other, '');
  const source = sourceOf(server, file, { accessToken, refreshToken });
  keeper.take([{ ...source, origin: { ...source.origin, file: join(other, 'ada.json') } } as CredentialSource]);
  assert.equal(await keeper.refresh('acme', 'ada', accessToken), true);
  assert.equal(keeper.status()[0]?.kept, 'memory');
  const { waiting } = clock;
  clock.advance(60_000);
  // It was tried, in vain, and is to be tried again.
  await until(() => clock.waiting === waiting);
  assert.equal(keeper.status()[0]?.kept, 'memory');
  rmSync(other);
  mkdirSync(other);
  writeFileSync(join(other, 'ada.json'), readFileSync(file));
  clock.advance(60_000);
  await until(() => keeper.status()[0]?.kept === 'file');
  const written = JSON.parse(readFileSync(join(other, 'ada.json'), 'utf8'));
  assert.equal(written.access_token, keeper.current('acme', 'ada')?.token);
  assert.notEqual(written.refresh_token, refreshToken);
  assert.match(said.at(-1) ?? '', /^info acme\/ada: its tokens stand in their file now$/);
});

test('a token that was refused, and whose refresh is refused for good, takes the account out of service', async (context) => {
  const { server, file, keeper, said, token, accessToken, refreshToken } = await desk(context);
  await revoke(server, refreshToken);
  keeper.take([sourceOf(server, file, { accessToken, refreshToken })]);
  assert.equal(await keeper.refresh('acme', 'ada', accessToken), false);
  assert.deepEqual([keeper.status()[0]?.broken, said.length], [true, 1]);
  const again = await server.login();
  keeper.take([sourceOf(server, file, again)]);
  assert.deepEqual([keeper.status()[0]?.broken, token()], [false, again.accessToken]);
});

test('by hand, a refresh that is refused for good leaves the account in service as long as its token is', async (context) => {
  const { server, file, keeper, accessToken, refreshToken } = await desk(context);
  await revoke(server, refreshToken);
  keeper.take([sourceOf(server, file, { accessToken, refreshToken })]);
  assert.ok((await keeper.refreshNow('acme', 'ada')) instanceof Error);
  assert.equal(keeper.status()[0]?.broken, false);
  assert.equal(await keeper.refresh('acme', 'ada', accessToken), false, 'it was refused as well');
  assert.equal(keeper.status()[0]?.broken, true);
});

test('without a client id: used while it lasts, then out of service with the remedy', async (context) => {
  const { server, file, keeper, clock, accessToken, refreshToken } = await desk(context);
  const tokens = { accessToken, refreshToken, expiresAt: clock.now() + 60_000 };
  keeper.take([{ ...sourceOf(server, file, tokens), clientId: undefined }]);
  assert.deepEqual([keeper.status()[0]?.broken, keeper.status()[0]?.reason], [false, remedy]);
  clock.advance(60_000);
  assert.deepEqual([keeper.status()[0]?.broken, keeper.status()[0]?.reason], [true, remedy]);
  keeper.take([sourceOf(server, file, tokens)]);
  assert.equal(keeper.status()[0]?.broken, false);
  assert.equal(await keeper.refresh('acme', 'ada', accessToken), true);
});

test('a token that was refused and cannot be refreshed has another chance after half an hour', async (context) => {
  const { server, file, keeper, clock, token, accessToken, refreshToken } = await desk(context);
  keeper.take([{ ...sourceOf(server, file, { accessToken, refreshToken }), tokenUrl: undefined }]);
  assert.equal(await keeper.refresh('acme', 'ada', accessToken), false);
  assert.equal(keeper.status()[0]?.broken, true);
  assert.match(keeper.status()[0]?.reason ?? '', /^its token was refused \(401\), and it cannot be refreshed: set /);
  clock.advance(30 * 60_000);
  assert.equal(keeper.status()[0]?.broken, false);
  assert.equal(token(), accessToken);
});

const remedy = 'it cannot be refreshed: set providers[].oauth.clientId';

/** Used twice, the family is gone. */
async function revoke(server: AuthorizationServer, refreshToken: string): Promise<void> {
  const { clientId, clientSecret } = server;
  const fields = {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    client_id: clientId,
    client_secret: clientSecret,
  };
  for (let time = 0; time < 2; time += 1) {
    await fetch(server.tokenUrl, { method: 'POST', body: new URLSearchParams(fields) }).then((answer) => answer.text());
  }
}
