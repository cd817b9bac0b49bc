// Every state an account can be in, and the way back: put aside to the millisecond, one request that tries, and as good as
// new. Through the whole gateway, with an upstream that fails as long as it is told to.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Balanced, balanced, until } from '../../plugins/balancer/balanced.ts';
import { HandClock } from '../../support/clock.ts';
import { type Answer, json } from '../../support/upstream.ts';

const second = 1000;
const minute = 60 * second;
const failing = (status: number, message = 'no', headers: Record<string, string> = {}): Answer =>
  json({ error: { message } }, status, headers);

/** What the account a does, how often until it is put aside, and how long it is each time when it goes on. */
const ways: Readonly<Record<string, readonly [Answer, times: number, lengths: readonly number[]]>> = {
  '401': [failing(401), 1, [30 * minute, 30 * minute]],
  '402': [failing(402), 1, [30 * minute, 30 * minute]],
  '403': [failing(403), 1, [30 * minute, 30 * minute]],
  'unknown-model': [failing(404, 'The model `x` does not exist'), 1, [10 * minute, 10 * minute]],
  '429': [
    failing(429),
    1,
    [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1800, 1800].map((seconds) => seconds * second),
  ],
  '429-says-when': [failing(429, 'no', { 'retry-after': '90' }), 1, [90 * second, 90 * second]],
  '429-says-too-long': [failing(429, 'no', { 'retry-after': '86400' }), 1, [30 * minute]],
  '429-says-now': [failing(429, 'no', { 'retry-after': '0' }), 1, [second, 2 * second, 4 * second]],
  '503': [failing(503), 1, [minute, minute]],
  '503-says-when': [failing(503, 'no', { 'retry-after': '300' }), 1, [5 * minute]],
  '529': [failing(529), 1, [1, 2, 4, 8, 10, 10].map((minutes) => minutes * minute)],
  '500': [failing(500), 5, [30, 60, 120, 240, 480, 960, 1800, 1800].map((seconds) => seconds * second)],
  '504': [failing(504), 5, [30 * second, 60 * second]],
  reset: [(res) => void res.destroy(), 5, [30 * second, 60 * second]],
};

describe('every state has a way back', () => {
  const clock = new HandClock();
  let balance: Balanced;
  before(async () => {
    balance = await balanced({ accounts: { a: {}, b: {} }, cases: [...Object.keys(ways), 'back', 'forward'], clock });
  });
  after(() => balance[Symbol.asyncDispose]());

  for (const [name, [answer, times, lengths]] of Object.entries(ways)) {
    const served = async (by: string) => {
      assert.equal((await balance.ask(name)).status, 200);
      assert.equal(balance.asked(name), by);
    };

    test(`${name}: ${lengths.map((ms) => ms / second).join(', ')} s`, async () => {
      balance.answers('a', answer);
      for (let time = 0; time < times; time += 1) await served('ab');
      for (const [index, ms] of lengths.entries()) {
        await served('b');
        clock.advance(ms - 1);
        await served('b');
        clock.advance(1);
        // One tries, and it fails: longer than before.
        if (index < lengths.length - 1) await served('ab');
      }
      balance.answers('a', json({ from: 'a' }));
      await served('a');
      await served('a');
      // As good as new: the next failure is a first one.
      balance.answers('a', answer);
      for (let time = 0; time < times; time += 1) await served('ab');
      clock.advance(lengths[0] ?? 0);
      balance.answers('a', json({ from: 'a' }));
      await served('a');
    });
  }

  for (const [name, jump] of [
    ['back', -60 * minute],
    ['forward', 24 * 60 * minute],
  ] as const) {
    test(`a clock that is set ${name} keeps nothing aside for longer`, async () => {
      for (const status of [401, 429, 503, 529]) {
        balance.answers('a', failing(status, 'no', status === 429 ? { 'retry-after': '600' } : {}));
        await balance.ask(name);
        assert.equal((await balance.ask(name)).status, 200);
        assert.equal(balance.asked(name), 'abb');
        clock.advance(jump);
        balance.answers('a', json({ from: 'a' }));
        await balance.ask(name);
        assert.equal(balance.asked(name), 'a', `after ${status}`);
      }
    });
  }
});

test('a storm of 429: twenty at once count once, and when it is over one of twenty asks', async () => {
  const clock = new HandClock();
  await using balance = await balanced({ accounts: { a: {}, b: {} }, clock });
  const twenty = () => Promise.all(Array.from({ length: 20 }, () => balance.ask()));
  const held: (() => void)[] = [];
  const asked = () => balance.upstream('a').requests.length;
  balance.answers('a', (res, seen) => void held.push(() => void failing(429)(res, seen)));
  const storm = twenty();
  await until(() => held.length === 20);
  for (const answer of held.splice(0)) answer();
  assert.ok((await storm).every(({ status }) => status === 200));
  clock.advance(second - 1);
  await twenty();
  assert.equal(asked(), 20);
  clock.advance(1);
  const trial = twenty();
  await until(() => held.length === 1 && balance.upstream('b').requests.length === 20 + 20 + 19);
  for (const answer of held.splice(0)) answer();
  assert.ok((await trial).every(({ status }) => status === 200));
  assert.equal(asked(), 21);
  clock.advance(2 * second - 1);
  await twenty();
  assert.equal(asked(), 21);
});
