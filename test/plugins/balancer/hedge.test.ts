// Hedging: a second target beside one that is slow, the first success is the answer, the loser is cancelled and billed.
import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { HandClock } from '../../support/clock.ts';
import { type Answer, json } from '../../support/upstream.ts';
import { type Balanced, balanced, body, chat, once, settled, until } from './balanced.ts';

/** Accounts a, b and c answer when they are told to. */
async function slow(settings: Record<string, unknown> = {}) {
  const clock = new HandClock();
  const target = (model: string) => ({ model, weight: 1, on: undefined });
  const group = { strategy: 'fallback', hidden: false, targets: [target('up/model-a')] } as const;
  const balance = await balanced({
    accounts: { a: {}, b: {}, c: {} },
    clock,
    settings: { hedge: 1000, retries: { ...once, same: 0 }, ...settings },
    providers: { up: { breaker: { failures: 0, window: 1, open: 1 } } },
    wanted: {
      models: [
        { ...group, name: 'soon', hedge: 100 },
        { ...group, name: 'never', hedge: 0 },
      ],
    },
  });
  const held = new Map<string, (answer: Answer) => void>();
  for (const name of 'abc') {
    balance.answers(name, (res, seen) => void held.set(name, (answer) => void answer(res, seen)));
  }
  return {
    ...balance,
    clock,
    /** Resolves when an account has got the request. */
    has: (name: string) => until(() => held.has(name)),
    tell(name: string, answer: Answer = json({ from: name })) {
      held.get(name)?.(answer);
      held.delete(name);
    },
    /** The first has not answered in time. */
    async late() {
      await until(() => held.has('a'));
      clock.advance(1000);
      await until(() => held.has('b'));
    },
    /** Nothing is left of the test before. */
    clear() {
      held.clear();
      balance.asked();
    },
    [Symbol.asyncDispose]: balance[Symbol.asyncDispose],
  };
}

const from = async (answer: Promise<Response>) => ((await (await answer).json()) as { from?: string }).from;
const attemptsOf = ({ portico }: Pick<Balanced, 'portico'>) =>
  portico.records.at(-1)?.attempts.map(({ account, failure }) => `${account}: ${failure ?? 'ok'}`);
const error = (status: number) => json({ error: { message: 'no' } }, status);

describe('hedge', async () => {
  const up = await slow();
  after(() => up[Symbol.asyncDispose]());
  beforeEach(() => up.clear());

  test('who answers in time has no rival', async () => {
    const answer = up.ask();
    await up.has('a');
    up.clock.advance(999);
    up.tell('a');
    assert.equal(await from(answer), 'a');
    assert.equal(up.asked(), 'a');
    up.clock.advance(5000);
    await settled();
    assert.equal(up.asked(), '');
  });

  test('the second is taken where it is first, and the other cancelled', async () => {
    const before = up.portico.records.length;
    const answer = up.ask();
    await up.late();
    up.tell('b');
    assert.equal(await from(answer), 'b');
    await up.upstream('a').last.aborted;
    await up.portico.recorded(before + 1);
    assert.deepEqual(attemptsOf(up)?.toSorted(), ['a: gone', 'b: ok']);
    assert.equal(up.asked(), 'ab');
  });

  test('the first may still win', async () => {
    const answer = up.ask();
    await up.late();
    up.tell('a');
    assert.equal(await from(answer), 'a');
    await up.upstream('b').last.aborted;
  });

  test('where one fails the other goes on, whichever it is', async () => {
    for (const [loser, winner] of ['ab', 'ba']) {
      const answer = up.ask();
      await up.late();
      up.tell(loser ?? '', error(500));
      await settled();
      up.tell(winner ?? '');
      assert.equal(await from(answer), winner);
    }
    assert.equal(up.asked(), 'abab');
  });

  test('where both fail the next is asked, and never are there more than two', async () => {
    const answer = up.ask();
    await up.late();
    up.clock.advance(3000);
    await settled();
    assert.equal(up.asked(), 'ab');
    up.tell('a', error(500));
    up.tell('b', error(500));
    await up.has('c');
    up.tell('c');
    assert.equal(await from(answer), 'c');
  });

  test('what the caller did wrong ends both', async () => {
    const answer = up.ask();
    await up.late();
    up.tell('b', error(400));
    assert.equal((await answer).status, 400);
    await up.upstream('a').last.aborted;
  });

  test('a client that leaves ends both', async () => {
    const before = up.portico.records.length;
    const leaving = new AbortController();
    const answer = up.portico.post(chat, body, { signal: leaving.signal });
    await up.late();
    leaving.abort();
    await assert.rejects(answer);
    await Promise.all([up.upstream('a').last.aborted, up.upstream('b').last.aborted]);
    await up.portico.recorded(before + 1);
    assert.equal(up.portico.records.at(-1)?.outcome, 'aborted');
    assert.notEqual(up.portico.ledger.begin(0, 1), undefined);
  });

  test('a trial that is given up, or that nobody waits for any more, is free for the next request', async () => {
    const { health } = up.portico.ledger;
    const target = { provider: 'up', account: 'a', model: 'model-a', credential: '', priority: 0, weight: 1 };
    const standing = () => health.of([target]).standing(0).state;
    health
      .begin(target)
      .cool({ cause: 'rate-limit', scope: 'model', status: 429, hintMs: 1000, firstMs: 1000, mostMs: 1000 });
    up.clock.advance(1001);
    const answer = up.ask();
    await up.late();
    assert.equal(standing(), 'tried');
    up.tell('b');
    assert.equal(await from(answer), 'b');
    await up.upstream('a').last.aborted;
    await until(() => standing() === 'trial');

    up.clear();
    const leaving = new AbortController();
    const left = up.portico.post(chat, body, { signal: leaving.signal });
    await up.has('a');
    assert.equal(standing(), 'tried');
    leaving.abort();
    await assert.rejects(left);
    await until(() => standing() === 'trial');
    assert.equal(health.reset(), 1);
  });

  test('what an account keeps is not made twice', async () => {
    const answer = up.portico.post('/v1/responses', { model: 'model-a', input: 'hello' });
    await up.has('a');
    up.clock.advance(4000);
    await settled();
    up.tell('a');
    await answer;
    assert.equal(up.asked(), 'a');
  });

  test('a group says otherwise, also that there is none', async () => {
    const soon = up.portico.post(chat, { ...body, model: 'soon' });
    await up.has('a');
    up.clock.advance(100);
    await up.has('b');
    up.tell('b');
    assert.equal(await from(soon), 'b');
    up.asked();
    const never = up.portico.post(chat, { ...body, model: 'never' });
    await up.has('a');
    up.clock.advance(4000);
    await settled();
    up.tell('a');
    assert.equal(await from(never), 'a');
    assert.equal(up.asked(), 'a');
  });
});

describe('the budget of a hedge', () => {
  test('a budget that is used up allows no second', async () => {
    await using up = await slow({ retries: { ...once, budget: { share: 0, least: 0 } } });
    const answer = up.ask();
    await up.has('a');
    up.clock.advance(4000);
    await settled();
    up.tell('a');
    assert.equal(await from(answer), 'a');
    assert.equal(up.asked(), 'a');
  });

  test('the second counts as a retry while the two run, and no longer', async () => {
    await using up = await slow({ retries: { ...once, budget: { share: 0, least: 1 } } });
    const answer = up.ask();
    await up.late();
    assert.equal(up.portico.ledger.begin(0, 1), undefined);
    up.tell('b');
    await answer;
    assert.notEqual(up.portico.ledger.begin(0, 1), undefined);
  });
});
