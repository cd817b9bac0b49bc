// Somebody signs in anew, or out, while the old tokens are being refreshed: what that person did counts.
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { directory } from '../config/directory.ts';
import { HandClock } from '../support/clock.ts';
import { Upstream } from '../support/upstream.ts';
import { keeperWith, sourceOf } from './desk.ts';

/** `meanwhile` happens while the vendor ponders; then it answers with new tokens, or with this status. */
async function refreshing(context: TestContext, meanwhile: (file: string) => void, status = 200) {
  const file = join(directory(context), 'ada.json');
  const vendor = await Upstream.start((res) => {
    meanwhile(file);
    const answer = { access_token: 'acc-late', refresh_token: 'ref-late', expires_in: 3600 };
    res.writeHead(status).end(JSON.stringify(status === 200 ? answer : { error: 'invalid_grant' }));
  });
  context.after(() => vendor[Symbol.asyncDispose]());
  const server = { tokenUrl: vendor.url, clientId: 'c', clientSecret: 's' };
  const before = { accessToken: 'acc-old', refreshToken: 'ref-old' };
  put(file, 'old');
  const kept = keeperWith(context, new HandClock());
  kept.keeper.take([sourceOf(server, file, before)]);
  const done = await kept.keeper.refresh('acme', 'ada', 'acc-old');
  return { ...kept, server, file, done, vendor };
}

function put(file: string, name: string): void {
  writeFileSync(file, JSON.stringify({ access_token: `acc-${name}`, refresh_token: `ref-${name}` }), { mode: 0o600 });
}

const tokensAt = (file: string) => JSON.parse(readFileSync(file, 'utf8'));

test('a login that came meanwhile stays in the file, and its tokens are used', async (context) => {
  const { file, done, token, keeper, server } = await refreshing(context, (at) => put(at, 'new'));
  assert.deepEqual(tokensAt(file), { access_token: 'acc-new', refresh_token: 'ref-new' });
  assert.deepEqual([done, token()], [true, 'acc-new']);
  keeper.take([sourceOf(server, file, { accessToken: 'acc-new', refreshToken: 'ref-new' })]);
  assert.equal(token(), 'acc-new');
});

test('also where the gateway has read the file again before the vendor answered', async (context) => {
  const { keeper, server, file, token, vendor } = await refreshing(context, () => undefined);
  vendor.answer = (res) => {
    put(file, 'new');
    keeper.take([sourceOf(server, file, { accessToken: 'acc-new', refreshToken: 'ref-new' })]);
    res.end('{"access_token":"acc-later","refresh_token":"ref-later","expires_in":3600}');
  };
  const outcome = await keeper.refreshNow('acme', 'ada');
  assert.deepEqual(outcome, { expiresAt: undefined, refreshed: false, kept: 'file' });
  assert.equal(token(), 'acc-new');
  assert.deepEqual(tokensAt(file), { access_token: 'acc-new', refresh_token: 'ref-new' });
});

test('a refusal of the old login says nothing of the new one', async (context) => {
  const { keeper, file, server, vendor } = await refreshing(context, () => undefined, 400);
  assert.equal(keeper.status()[0]?.refresh.state, 'failing');
  vendor.answer = (res) => {
    put(file, 'new');
    keeper.take([sourceOf(server, file, { accessToken: 'acc-new', refreshToken: 'ref-new' })]);
    res.writeHead(400).end('{"error":"invalid_grant"}');
  };
  const outcome = await keeper.refreshNow('acme', 'ada');
  assert.equal(outcome instanceof Error, false);
  const [status] = keeper.status();
  assert.deepEqual([status?.broken, status?.reason, status?.refresh.failures], [false, undefined, 0]);
});

test('a file that was taken away meanwhile does not come back', async (context) => {
  const { file, done, token, said } = await refreshing(context, (at) => rmSync(at));
  assert.throws(() => readFileSync(file), /ENOENT/);
  // Requests that run may still need it.
  assert.deepEqual([done, token()], [true, 'acc-late']);
  assert.deepEqual(
    said.filter((line) => line.startsWith('warn')),
    [],
  );
});

test('a file that is another account’s by now keeps it', async (context) => {
  const other = { email: 'bob@example.com', access_token: 'acc-bob', refresh_token: 'ref-bob' };
  const { file } = await refreshing(context, (at) => writeFileSync(at, JSON.stringify(other)));
  assert.deepEqual(tokensAt(file), other);
});

test('a login that wrote another shape meanwhile is left as it is, until the configuration is read again', async (context) => {
  const text = JSON.stringify({ provider: 'acme', accessToken: 'acc-new', refreshToken: 'ref-new' });
  const { file, done, token, keeper, said, server } = await refreshing(context, (at) => writeFileSync(at, text));
  assert.deepEqual([done, token(), readFileSync(file, 'utf8')], [true, 'acc-late', text]);
  assert.equal(await keeper.refresh('acme', 'ada', 'acc-late'), true);
  assert.equal(readFileSync(file, 'utf8'), text);
  assert.ok(said.every((line) => line.startsWith('debug')));
  keeper.take([sourceOf(server, file, { accessToken: 'acc-new', refreshToken: 'ref-new' })]);
  assert.equal(token(), 'acc-new');
});
