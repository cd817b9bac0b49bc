// Where nobody can be asked: what the client is told, and what is waited for.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readLimits } from '../../../src/core/index.ts';
import { HandClock } from '../../support/clock.ts';
import { json } from '../../support/upstream.ts';
import { balanced, body, chat, oops, settled, until } from './balanced.ts';

const busy = (seconds: number) => json({ error: { message: 'slow down' } }, 429, { 'retry-after': `${seconds}` });
async function messageOf(response: Response): Promise<string> {
  const { error } = (await response.json()) as { error: { message: string } };
  return error.message.replace(/ \(request id: \w+\)$/, '');
}

describe('nobody left', () => {
  test('all cool or are full: 429, the time of the first that is back, and the reason of each', async () => {
    const clock = new HandClock(1_700_000_000_000);
    const limits = readLimits({ requests: '1/h' });
    const accounts = { a: {}, b: {}, c: { limits } };
    await using balance = await balanced({ accounts, clock });
    for (const [name, seconds] of [
      ['a', 42],
      ['b', 600],
    ] as const)
      balance.answers(name, busy(seconds));
    assert.equal((await balance.ask()).status, 200);
    assert.equal(balance.asked(), 'abc');
    const told = await balance.ask();
    assert.deepEqual([told.status, told.headers.get('retry-after'), balance.asked()], [429, '42', '']);
    assert.equal(
      await messageOf(told),
      'No account can take this request now; try again in 42 s. 3 accounts: up/a cooling 42 s after 429, up/b cooling 10 min after 429, up/c at its limit of 1 request per hour.',
    );
    await balance.portico.recorded(2);
    const [, record] = balance.portico.records;
    assert.equal(record?.error, 'upstream-rate-limited');
    assert.equal(record?.attempts[0]?.passed?.length, 2);
  });

  test('of many some are named', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `n${index}`);
    const accounts = Object.fromEntries(names.map((name) => [name, {}]));
    await using balance = await balanced({ accounts, settings: { attempts: 20 } });
    for (const name of names) balance.answers(name, busy(60));
    assert.equal((await balance.ask()).status, 429);
    const message = await messageOf(await balance.ask());
    assert.match(message, /20 accounts: up\/n0 cooling .*, up\/n7 cooling \d+ s after 429 and 12 more\.$/);
  });

  test('a key that is bound to one account is never served by another, and is told so', async () => {
    const wanted = { keys: [{ accounts: ['up/a'] }] };
    await using balance = await balanced({ accounts: { a: {}, b: {} }, wanted });
    balance.answers('a', busy(60));
    assert.equal((await balance.ask()).status, 429);
    const told = await balance.ask();
    assert.equal(told.status, 429);
    assert.match(await messageOf(told), /up\/a cooling .*The key test may use up\/a alone\.$/);
    assert.equal(balance.asked(), 'a');
  });

  test('the failure that helps most is told: one that passes before one that only the operator can mend', async () => {
    await using balance = await balanced({ accounts: { a: {}, b: {}, c: {} } });
    balance.answers('a', oops);
    balance.answers('b', json({ error: { message: 'The model `x` does not exist' } }, 404));
    balance.answers('c', json({ error: { message: 'bad key' } }, 401));
    const told = await balance.ask();
    assert.deepEqual([told.status, await messageOf(told), balance.asked()], [500, 'oops', 'abc']);
  });

  test('an account that one request tries now is asked by others only where there is nobody else', async () => {
    const clock = new HandClock();
    await using balance = await balanced({ accounts: { a: {}, b: {} }, clock });
    balance.answers('a', busy(10));
    balance.answers('b', busy(600));
    await balance.ask();
    clock.advance(10_001);
    let release: () => void = () => undefined;
    balance.answers('a', (res, seen) => {
      release = () => void json({ from: 'a' })(res, seen);
    });
    const trial = balance.ask();
    await until(() => balance.upstream('a').requests.length === 2);
    balance.answers('a', json({ from: 'a' }));
    balance.answers('b', json({ from: 'b' }));
    // While b cools there is nobody but a.
    assert.deepEqual(await (await balance.ask()).json(), { from: 'a' });
    release();
    assert.equal((await trial).status, 200);
  });

  test('… and passed over where there is', async () => {
    const clock = new HandClock();
    await using balance = await balanced({ accounts: { a: {}, b: {} }, clock });
    balance.answers('a', busy(10));
    await balance.ask();
    clock.advance(10_001);
    let release: () => void = () => undefined;
    balance.answers('a', (res, seen) => {
      release = () => void json({ from: 'a' })(res, seen);
    });
    const trial = balance.ask();
    await until(() => balance.upstream('a').requests.length === 2);
    assert.deepEqual(await (await balance.ask()).json(), { from: 'b' });
    await balance.portico.recorded(2);
    const [passed] = balance.portico.records[1]?.attempts[0]?.passed ?? [];
    assert.equal(passed?.reason, 'being tried again after 429');
    release();
    await trial;
  });
});

describe('queues', () => {
  test('where all are full a request waits for the first that has room', async () => {
    const limits = readLimits({ concurrency: 1 });
    const queue = { size: 1, wait: 60_000 };
    await using balance = await balanced({ accounts: { a: { limits }, b: { limits, queue } } });
    const held: (() => void)[] = [];
    for (const name of 'ab') {
      balance.answers(name, (res, seen) => void held.push(() => void json({ from: name })(res, seen)));
    }
    const first = [balance.ask(), balance.ask()];
    await until(() => held.length === 2);
    const third = balance.ask();
    await settled();
    const fourth = await balance.ask();
    assert.deepEqual([fourth.status, balance.asked()], [429, 'ab']);
    assert.match(await messageOf(fourth), /2 accounts: up\/a at its limit of 1 request at once, up\/b at its limit/);
    balance.answers('b', json({ from: 'b again' }));
    for (const answer of held) answer();
    assert.deepEqual(await (await third).json(), { from: 'b again' });
    for (const answer of first) assert.equal((await answer).status, 200);
  });
});

describe('wait', () => {
  test('a cooldown that is over soon is waited for, a longer one is not', async () => {
    const clock = new HandClock();
    await using balance = await balanced({ accounts: { a: {}, b: {} }, settings: { wait: 5000 }, clock });
    balance.answers('a', busy(3));
    balance.answers('b', busy(60));
    const answer = balance.ask();
    await until(() => balance.upstream('b').requests.length === 1);
    await settled();
    balance.answers('a', json({ from: 'a' }));
    clock.advance(2999);
    await settled();
    assert.equal(balance.asked(), 'ab');
    clock.advance(251);
    assert.deepEqual(await (await answer).json(), { from: 'a' });
    balance.answers('a', busy(60));
    balance.asked();
    assert.equal((await balance.ask()).status, 429);
    assert.equal(balance.asked(), 'a');
  });

  test('the waits of one request together are no longer than that', async () => {
    const clock = new HandClock();
    await using balance = await balanced({ accounts: { a: {} }, settings: { wait: 5000 }, clock });
    balance.answers('a', busy(3));
    const answer = balance.ask();
    await until(() => balance.upstream('a').requests.length === 1);
    await settled();
    clock.advance(3250);
    assert.equal((await answer).status, 429);
    assert.equal(balance.asked(), 'aa');
  });

  test('nobody waits for who has left', async () => {
    const clock = new HandClock();
    await using balance = await balanced({ accounts: { a: {} }, settings: { wait: 60_000 }, clock });
    balance.answers('a', busy(30));
    const leaving = new AbortController();
    const answer = balance.portico.post(chat, body, { signal: leaving.signal });
    await until(() => balance.upstream('a').requests.length === 1);
    await settled();
    leaving.abort();
    await assert.rejects(answer);
    await balance.portico.recorded(1);
    assert.equal(balance.portico.records[0]?.outcome, 'aborted');
    assert.equal(balance.asked(), 'a');
  });
});
