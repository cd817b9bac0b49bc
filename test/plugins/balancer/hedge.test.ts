// Hedging: a second target beside one that is slow, the first success is the answer, the loser is cancelled and billed.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { HandClock } from '../../support/clock.ts';
import { type Answer, json } from '../../support/upstream.ts';
import { type Balanced, balanced, body, chat, once, type Setup, settled, until } from './balanced.ts';

const budget = { share: 0.2, least: 3 };

/** Accounts a, b and c answer when they are told to. */
async function slow(setup: Partial<Setup> = {}) {
  const clock = new HandClock();
  const settings = { hedge: 1000, retries: { ...once, same: 0, budget }, ...setup.settings };
  const balance = await balanced({ accounts: { a: {}, b: {}, c: {} }, clock, ...setup, settings });
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
    async late(first = 'a', second = 'b') {
      await until(() => held.has(first));
      clock.advance(1000);
      await until(() => held.has(second));
    },
    [Symbol.asyncDispose]: balance[Symbol.asyncDispose],
  };
}

const from = async (answer: Promise<Response>) => ((await (await answer).json()) as { from?: string }).from;
const attemptsOf = ({ portico }: Pick<Balanced, 'portico'>) =>
  portico.records.at(-1)?.attempts.map(({ account, failure }) => `${account}: ${failure ?? 'ok'}`);
const error = (status: number) => json({ error: { message: 'no' } }, status);

describe('hedge', () => {
  test('who answers in time has no rival', async () => {
    await using test = await slow();
    const answer = test.ask();
    await test.has('a');
    test.clock.advance(999);
    test.tell('a');
    assert.equal(await from(answer), 'a');
    assert.equal(test.asked(), 'a');
    test.clock.advance(5000);
    await settled();
    assert.equal(test.asked(), '');
  });

  test('the second is taken where it is first, and the other cancelled', async () => {
    await using test = await slow();
    const answer = test.ask();
    await test.late();
    test.tell('b');
    assert.equal(await from(answer), 'b');
    await test.upstream('a').last.aborted;
    await test.portico.recorded(1);
    assert.deepEqual(attemptsOf(test)?.toSorted(), ['a: gone', 'b: ok']);
    assert.equal(test.asked(), 'ab');
  });

  test('the first may still win', async () => {
    await using test = await slow();
    const answer = test.ask();
    await test.late();
    test.tell('a');
    assert.equal(await from(answer), 'a');
    await test.upstream('b').last.aborted;
  });

  test('where one fails the other goes on, whichever it is', async () => {
    await using test = await slow();
    for (const [loser, winner] of ['ab', 'ba']) {
      const answer = test.ask();
      await test.late();
      test.tell(loser ?? '', error(500));
      await settled();
      test.tell(winner ?? '');
      assert.equal(await from(answer), winner);
    }
    assert.equal(test.asked(), 'abab');
  });

  test('where both fail the next is asked, and never are there more than two', async () => {
    await using test = await slow();
    const answer = test.ask();
    await test.late();
    test.clock.advance(10_000 - 6000);
    await settled();
    assert.equal(test.asked(), 'ab');
    test.tell('a', error(500));
    test.tell('b', error(500));
    await test.has('c');
    test.tell('c');
    assert.equal(await from(answer), 'c');
  });

  test('what the caller did wrong ends both', async () => {
    await using test = await slow();
    const answer = test.ask();
    await test.late();
    test.tell('b', error(400));
    assert.equal((await answer).status, 400);
    await test.upstream('a').last.aborted;
  });

  test('a budget that is used up allows no second', async () => {
    await using test = await slow({ settings: { retries: { ...once, budget: { share: 0, least: 0 } } } });
    const answer = test.ask();
    await test.has('a');
    test.clock.advance(4000);
    await settled();
    test.tell('a');
    assert.equal(await from(answer), 'a');
    assert.equal(test.asked(), 'a');
  });

  test('the second counts as a retry while the two run, and no longer', async () => {
    await using test = await slow({ settings: { retries: { ...once, budget: { share: 0, least: 1 } } } });
    const answer = test.ask();
    await test.late();
    assert.equal(test.portico.ledger.begin(0, 1), undefined);
    test.tell('b');
    await answer;
    assert.notEqual(test.portico.ledger.begin(0, 1), undefined);
  });

  test('a client that leaves ends both', async () => {
    await using test = await slow();
    const leaving = new AbortController();
    const answer = test.portico.post(chat, body, { signal: leaving.signal });
    await test.late();
    leaving.abort();
    await assert.rejects(answer);
    await Promise.all([test.upstream('a').last.aborted, test.upstream('b').last.aborted]);
    await test.portico.recorded(1);
    assert.equal(test.portico.records[0]?.outcome, 'aborted');
    assert.notEqual(test.portico.ledger.begin(0, 1), undefined);
  });

  test('what an account keeps is not made twice', async () => {
    await using test = await slow();
    const answer = test.portico.post('/v1/responses', { model: 'model-a', input: 'hello' });
    await test.has('a');
    test.clock.advance(4000);
    await settled();
    test.tell('a');
    await answer;
    assert.equal(test.asked(), 'a');
  });

  test('a group says otherwise, also that there is none', async () => {
    const target = (model: string) => ({ model, weight: 1, on: undefined });
    const targets = [target('up/model-a')];
    const usual = { strategy: 'fallback', hidden: false, targets } as const;
    const models = [
      { ...usual, name: 'soon', hedge: 100 },
      { ...usual, name: 'never', hedge: 0 },
    ];
    await using test = await slow({ wanted: { models } });
    const soon = test.portico.post(chat, { ...body, model: 'soon' });
    await test.has('a');
    test.clock.advance(100);
    await test.has('b');
    test.tell('b');
    assert.equal(await from(soon), 'b');
    test.asked();
    const never = test.portico.post(chat, { ...body, model: 'never' });
    await until(() => test.upstream('a').requests.length === 2);
    test.clock.advance(4000);
    await settled();
    test.tell('a');
    assert.equal(await from(never), 'a');
    assert.equal(test.asked(), 'a');
  });
});
