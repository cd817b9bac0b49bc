// A token that is refused is renewed once, and the same account asked again; an account without a token is not asked.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { Outcome } from '../../../src/core/index.ts';
import type { Account } from '../../../src/gateway/snapshot.ts';
import { json, Upstream } from '../../support/upstream.ts';
import { type Rig, rigOf, targetAt } from './rig.ts';

const target = targetAt('up');
const refused = json({ error: { message: 'expired' } }, 401);

/** Gives the account a token that `renew` may change; what it is told was used is kept. */
function holding(rig: Rig, renew: (used: string | undefined) => string | undefined) {
  const accounts = rig.portico.gateway.current?.parts.providers.get('up')?.accounts as Map<string, Account>;
  const account = accounts.get('main');
  let token: string | undefined = 'first';
  const asked: (string | undefined)[] = [];
  if (account === undefined) throw new Error('no account');
  accounts.set('main', {
    ...account,
    held: {
      current: () => (token === undefined ? undefined : { token, expiresAt: undefined, names: {} }),
      refresh: async (used) => {
        asked.push(used);
        token = renew(used);
        return token !== undefined && token !== used;
      },
    },
  });
  return asked;
}

test('a refused token is renewed, the account asked again, and nothing put aside', async () => {
  await using upstream = await Upstream.start((res, { headers }) =>
    headers.authorization === 'Bearer second' ? json({})(res, upstream.last) : refused(res, upstream.last),
  );
  await using rig = await rigOf({ up: upstream.url });
  const asked = holding(rig, () => 'second');
  const seen: Outcome[] = [];
  const { status, record } = await rig.ask(async (call) => {
    seen.push(await call.attempt(target), await call.attempt(target));
    call.answer(seen[1] as Outcome);
  });
  const [first] = seen;
  assert.ok(first?.ok === false);
  assert.deepEqual([first.verdict, first.refreshed, first.cooled], ['retry', true, undefined]);
  assert.deepEqual([status, asked], [200, ['first']]);
  assert.deepEqual(
    record?.attempts.map(({ failure }) => failure),
    ['auth (401)', undefined],
  );
  assert.equal(rig.standing(target).state, 'usable');
});

test('a new token that is refused too puts the account aside; it is renewed once in a call', async () => {
  await using upstream = await Upstream.start(refused);
  await using rig = await rigOf({ up: upstream.url });
  const asked = holding(rig, (used) => `${used}+`);
  await rig.ask(async (call) => {
    await call.attempt(target);
    const second = await call.attempt(target);
    assert.deepEqual(!second.ok && [second.verdict, second.cooled?.cause], ['next', 'credentials']);
    call.answer(second);
  });
  assert.deepEqual(asked, ['first']);
  assert.equal(rig.standing(target).state, 'cooling');
});

test('where there is no other token the account is put aside at once', async () => {
  await using upstream = await Upstream.start(refused);
  await using rig = await rigOf({ up: upstream.url });
  holding(rig, (used) => used);
  const outcome = await rig.outcomeOf(target);
  assert.deepEqual(!outcome.ok && [outcome.verdict, outcome.cooled?.scope], ['next', 'account']);
  // A new token takes it back: no client is to be told of half an hour.
  assert.equal(!outcome.ok && (outcome.cooled?.until ?? 0) - rig.clock.now(), 60_000);
});

test('an account without a token is not asked', async () => {
  await using upstream = await Upstream.start(json({}));
  await using rig = await rigOf({ up: upstream.url });
  holding(rig, () => undefined);
  upstream.answer = refused;
  await rig.outcomeOf(target);
  const asked = upstream.requests.length;
  const outcome = await rig.outcomeOf(target);
  assert.deepEqual(!outcome.ok && [outcome.kind, outcome.verdict], ['auth', 'next']);
  assert.equal(upstream.requests.length, asked);
  assert.match(rig.portico.records[1]?.attempts[0]?.reason ?? '', /has no valid token/);
  assert.equal(rig.portico.records[1]?.attempts[0]?.sent, false);
});

test('a client that leaves while a token is renewed leaves at once, and nothing is held against the account', async () => {
  await using upstream = await Upstream.start(refused);
  await using rig = await rigOf({ up: upstream.url });
  const leaving = new AbortController();
  holding(rig, () => {
    leaving.abort();
    return undefined;
  });
  const accounts = rig.portico.gateway.current?.parts.providers.get('up')?.accounts as Map<string, Account>;
  const { held } = accounts.get('main') ?? {};
  if (held === undefined) throw new Error('no token');
  // The token endpoint never answers.
  const refresh = async (used: string | undefined) =>
    (await held.refresh(used)) || new Promise<boolean>(() => undefined);
  accounts.set('main', { ...(accounts.get('main') as Account), held: { ...held, refresh } });
  rig.walk = async (call) => call.answer(await call.attempt(target));
  await assert.rejects(rig.portico.post('/v1/chat/completions', chat, { signal: leaving.signal }));
  await rig.portico.recorded(1);
  assert.equal(rig.portico.records[0]?.outcome, 'aborted');
  assert.equal(rig.standing(target).state, 'usable');
  await setImmediate();
  assert.equal(rig.portico.ledger.inFlight(), 0);
});

const chat = { model: 'model-a', messages: [] };
