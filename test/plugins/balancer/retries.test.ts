// What follows on each class of failure: the same account once more, the next one, another model, or the client is told.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { HandClock } from '../../support/clock.ts';
import { type Misdeed, misbehave } from '../../support/misbehave.ts';
import { type Answer, json } from '../../support/upstream.ts';
import { balanced, body, chat, once, oops, settled, until } from './balanced.ts';

const error = (status: number, message = 'no', headers = {}) => json({ error: { message } }, status, headers);

/** Longer than any test takes. */
const late = { 'retry-after': '60' };

/** What the account a does, and who is asked then; a provider for each. */
const classes: Record<string, readonly [Answer, string]> = {
  ...Object.fromEntries([408, 500, 502, 504].map((status) => [`again-${status}`, [error(status), 'aab']])),
  ...Object.fromEntries(
    [401, 402, 403, 429, 503, 529].map((status) => [`next-${status}`, [error(status, 'no', late), 'ab']]),
  ),
  'unknown-model': [error(404, 'The model `x` does not exist'), 'ab'],
  ...Object.fromEntries([400, 404, 409, 413, 415, 422].map((status) => [`told-${status}`, [error(status), 'a']])),
  'asks-for-time': [error(500, 'no', { 'retry-after': '30' }), 'ab'],
  silent: [() => undefined, 'ab'],
};

describe('classes of failure', async () => {
  const operations = ['chat', 'batches'] as const;
  const timeouts = { connect: 1000, firstByte: 400, idle: 1000, total: 5000 };
  const balance = await balanced({
    accounts: { a: {}, b: {} },
    cases: [...Object.keys(classes), 'keeps'],
    settings: { retries: once },
    providers: {
      silent: { timeouts },
      keeps: { manifest: { title: 'keeps', auth: { kind: 'none' }, dialects: { 'openai-chat': { operations } } } },
    },
  });
  const { portico } = balance;
  after(() => balance[Symbol.asyncDispose]());

  for (const [name, [answer, order]] of Object.entries(classes)) {
    test(`${name}: ${order}`, async () => {
      balance.answers('a', answer);
      const response = await balance.ask(name);
      assert.equal(balance.asked(name), order);
      assert.equal(response.status === 200, order.endsWith('b'));
    });
  }

  for (const name of Object.keys(classes).filter((key) => key.startsWith('next-'))) {
    test(`${name}: the account is passed over from then on, and the record says why`, async () => {
      const before = portico.records.length;
      assert.equal((await balance.ask(name)).status, 200);
      assert.equal(balance.asked(name), 'b');
      await portico.recorded(before + 1);
      const [passed] = portico.records.at(-1)?.attempts[0]?.passed ?? [];
      assert.match(passed?.reason ?? '', new RegExp(`^cooling \\d+ (s|min) after ${name.slice(5)}$`));
    });
  }

  test('what the caller did wrong puts nobody aside', async () => {
    balance.answers('a', json({ from: 'a' }));
    assert.deepEqual(await (await balance.ask('told-400')).json(), { from: 'a' });
  });

  test('what an account keeps is not made twice; looking at it may be asked again', async () => {
    balance.answers('a', oops);
    const headers = { 'x-portico-provider': 'keeps' };
    assert.equal((await portico.post('/v1/batches', { input_file_id: 'f' }, { headers })).status, 500);
    assert.equal(balance.asked('keeps'), 'a');
    assert.equal((await portico.get('/v1/batches', headers)).status, 500);
    assert.equal(balance.asked('keeps'), 'aa');
  });

  test('what the second try cures is an answer like any other', async () => {
    balance.answers('a', (res, seen) => {
      balance.answers('a', json({ from: 'a' }));
      return oops(res, seen);
    });
    balance.asked('again-500');
    assert.deepEqual(await (await balance.ask('again-500')).json(), { from: 'a' });
    assert.equal(balance.asked('again-500'), 'aa');
  });
});

describe('connections', async () => {
  const misdeeds: readonly Misdeed[] = ['refuses', 'reset', 'closes', 'reset-in-head', 'garbage', 'self-signed'];
  const bad = await Promise.all(misdeeds.map((misdeed) => misbehave(misdeed)));
  const accounts = Object.fromEntries(
    misdeeds.flatMap((misdeed, index) => [
      [misdeed, { provider: misdeed, url: bad[index]?.url ?? '' }],
      [`good-${misdeed}`, { provider: misdeed }],
    ]),
  );
  const balance = await balanced({ accounts, settings: { retries: once } });
  after(async () => {
    await balance[Symbol.asyncDispose]();
    for (const one of bad) await one.close();
  });
  for (const misdeed of misdeeds) {
    test(`${misdeed}: the same account once more, then the next`, async () => {
      const { portico } = balance;
      const before = portico.records.length;
      assert.equal((await balance.ask(misdeed)).status, 200);
      await portico.recorded(before + 1);
      const tried = portico.records.at(-1)?.attempts.map(({ account }) => account);
      assert.deepEqual(tried, [misdeed, misdeed, `good-${misdeed}`]);
    });
  }
});

test('a connection that was kept open and is gone is the same account’s to mend, and counts nothing', async () => {
  await using gone = await misbehave('reset-reused');
  const breaker = { failures: 1, window: 60_000, open: 60_000 };
  const providers = { up: { breaker } };
  const accounts = { a: { url: gone.url }, b: {} };
  await using balance = await balanced({ accounts, providers, settings: { retries: once } });
  for (const _ of [1, 2, 3]) assert.equal(await (await balance.ask()).text(), '{}');
  await balance.portico.recorded(3);
  const tried = balance.portico.records.map(({ attempts }) => attempts.map(({ account }) => account).join(''));
  assert.deepEqual([tried, balance.asked()], [['a', 'aa', 'aa'], '']);
});

describe('bounds', () => {
  const many = { a: {}, b: {}, c: {}, d: {} };

  test('attempts: so many targets, the tries at one of them together', async () => {
    await using balance = await balanced({ accounts: many, settings: { attempts: 2, retries: once } });
    for (const name of 'abcd') balance.answers(name, oops);
    assert.equal((await balance.ask()).status, 500);
    assert.equal(balance.asked(), 'aabb');
  });

  test('a budget that is used up: no second try, no other account of that provider, but another provider', async () => {
    const accounts = { a: {}, b: {}, c: { provider: 'other' } };
    const retries = { ...once, budget: { share: 0, least: 0 } };
    await using balance = await balanced({ accounts, settings: { retries } });
    balance.answers('a', oops);
    assert.equal((await balance.ask()).status, 200);
    assert.deepEqual([balance.asked(), balance.asked('other')], ['a', 'c']);
    await balance.portico.recorded(1);
    const [passed] = balance.portico.records[0]?.attempts[1]?.passed ?? [];
    const why = 'its provider fails, and enough requests are retries already';
    assert.deepEqual([passed?.account, passed?.reason], ['b', why]);
    // After a 429 the next account is no retry: the provider is well.
    balance.answers('a', error(429));
    assert.equal((await balance.ask()).status, 200);
    assert.equal(balance.asked(), 'ab');
  });

  test('retries of all requests together stay within the budget, and are given back', async () => {
    const retries = { ...once, budget: { share: 0, least: 2 } };
    const providers = { up: { breaker: { failures: 0, window: 1, open: 1 } } };
    await using balance = await balanced({ accounts: { a: {} }, settings: { retries }, providers });
    const { portico } = balance;
    const firsts: (() => void)[] = [];
    const seconds: (() => void)[] = [];
    balance.answers('a', (res, seen) => {
      const { requests } = balance.upstream('a');
      (requests.length <= 10 ? firsts : seconds).push(() => void oops(res, seen));
    });
    const answers = Array.from({ length: 10 }, () => balance.ask());
    await until(() => firsts.length === 10);
    for (const answer of firsts) answer();
    await portico.recorded(8);
    await until(() => seconds.length === 2);
    for (const answer of seconds) answer();
    await Promise.all(answers);
    assert.equal(balance.upstream('a').requests.length, 12);
    assert.notEqual(portico.ledger.begin(0, 1), undefined);
  });

  test('the moment before another try doubles, chance takes up to half of it off, and it has a bound', async () => {
    const clock = new HandClock();
    const retries = { ...once, same: 3, backoff: 200, maxBackoff: 500 };
    await using balance = await balanced({ accounts: { a: {} }, settings: { retries }, clock });
    balance.answers('a', oops);
    const answer = balance.ask();
    const spans = [
      [100, 200],
      [200, 400],
      [250, 500],
    ] as const;
    for (const [index, [least, most]] of spans.entries()) {
      await until(() => balance.upstream('a').requests.length === index + 1);
      await settled();
      clock.advance(least - 1);
      await settled();
      assert.equal(balance.upstream('a').requests.length, index + 1, `${index}: too soon`);
      clock.advance(most - least + 1);
    }
    assert.equal((await answer).status, 500);
    assert.equal(balance.asked(), 'aaaa');
  });

  test('the route’s time is up: no further try', async () => {
    const clock = new HandClock();
    const retries = { ...once, backoff: 60_000, maxBackoff: 60_000 };
    const wanted = { routes: [{ name: 'root', timeout: 5000 }] };
    await using balance = await balanced({ accounts: { a: {} }, settings: { retries }, wanted, clock });
    balance.answers('a', oops);
    const answer = balance.portico.post(chat, body);
    await until(() => balance.upstream('a').requests.length === 1);
    await settled();
    clock.advance(5000);
    assert.equal((await answer).status, 504);
    assert.equal(balance.asked(), 'a');
  });
});
