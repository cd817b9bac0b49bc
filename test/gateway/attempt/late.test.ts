// Attempts that are still waiting for something when their call has ended: they send nothing any more, leave nothing behind,
// and are not charged what another's answer has used.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { readLimits, type Target } from '../../../src/core/index.ts';
import type { Account } from '../../../src/gateway/snapshot.ts';
import { claimsFor, usedOf } from '../../ledger/limits/claims.ts';
import { account } from '../../support/gateway.ts';
import { json, Upstream } from '../../support/upstream.ts';
import { type Rig, rigOf, targetAt } from './rig.ts';

const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };
const limits = { tokens: '100k/m', concurrency: 5, requests: '50/m' } as const;
const [slow, quick] = [targetAt('slow'), targetAt('quick')];

describe('attempts that outlast their call', () => {
  let upstream: Upstream;
  let rig: Rig;
  /** What `slow` waits for: a token other than the one that was refused or is missing. */
  let renewal = Promise.withResolvers<boolean>();
  let waits = Promise.withResolvers<void>();
  let token: string | undefined;
  before(async () => {
    upstream = await Upstream.start((res, seen) =>
      seen.headers.authorization === 'Bearer old'
        ? json({ error: { message: 'expired' } }, 401)(res, seen)
        : json({ usage })(res, seen),
    );
    const provider = { url: upstream.url, accounts: [account('main', upstream.url, { limits: readLimits(limits) })] };
    rig = await rigOf({ slow: provider, quick: provider });
    const accounts = rig.portico.gateway.current?.parts.providers.get('slow')?.accounts as Map<string, Account>;
    const held = {
      current: () => (token === undefined ? undefined : { token, expiresAt: undefined, names: {} }),
      refresh: () => {
        waits.resolve();
        return renewal.promise;
      },
    };
    accounts.set('main', { ...(accounts.get('main') as Account), held });
  });
  afterEach(() => {
    renewal = Promise.withResolvers();
    waits = Promise.withResolvers();
    upstream.requests.length = 0;
  });
  after(async () => {
    await rig[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  });

  const usedAt = (target: Target) => usedOf(rig.portico.ledger, claimsFor(`account:${target.provider}/main`, limits));

  /** Both are asked, `slow` is given up, and waits until the call has ended. What it has used is told. */
  async function outlasting() {
    const before = await usedAt(slow);
    const abort = new AbortController();
    let losing: Promise<unknown> = Promise.resolve();
    const { status } = await rig.ask(async (call) => {
      losing = call.attempt(slow, { signal: abort.signal });
      await waits.promise;
      const winner = await call.attempt(quick);
      abort.abort();
      call.answer(winner);
    });
    assert.equal(status, 200);
    token = 'new';
    renewal.resolve(true);
    await losing;
    assert.equal(rig.inFlight(slow), 0);
    return (await usedAt(slow)).map((used, index) => used - (before[index] ?? 0));
  }

  test('one that waits for its token is not sent when the token comes', async () => {
    token = undefined;
    assert.deepEqual(await outlasting(), [0, 0, 0]);
    assert.equal(upstream.requests.length, 1);
  });

  test('one whose token is renewed has been refused: it has used no tokens', async () => {
    token = 'old';
    assert.deepEqual(await outlasting(), [1, 0, 0]);
    assert.deepEqual((await usedAt(quick)).at(1), 240);
  });
});
