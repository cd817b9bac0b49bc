// What the balancer does with outcomes that are hard to bring about over sockets, handed to it one by one.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Pursuit } from '../../../plugins/balancer/pursue/pursuit.ts';
import type { AttemptFailure, AttemptSuccess, Call, Host, Outcome, Target } from '../../../src/core/index.ts';
import { HandClock } from '../../support/clock.ts';
import { pool, TestMeans } from './means.ts';

type Given = Partial<AttemptFailure> | 'ok';

interface Stub {
  readonly call: Call;
  /** Accounts, in the order in which they were asked. */
  asked: string;
  readonly discarded: string[];
  answer: Outcome | undefined;
}

function outcomeOf(target: Target, given: Given): Outcome {
  if (given === 'ok')
    return { ok: true, target, reply: { status: 200, headers: {}, body: Buffer.alloc(0), eventStream: false } };
  const usual = { kind: 'server', verdict: 'next', code: 'upstream-failed', message: 'no', reply: undefined } as const;
  return { ok: false, target, retryAfterMs: undefined, ...usual, ...given };
}

/** Attempts end when and how `attempt` says, by the account and how often it has been asked. */
function stub(attempt: (account: string, time: number) => Given | Promise<Given>): Stub {
  const times = new Map<string, number>();
  const made = {
    asked: '',
    discarded: [] as string[],
    answer: undefined as Outcome | undefined,
    call: {
      operation: 'chat',
      dialect: 'openai-chat',
      attempts: [],
      signal: new AbortController().signal,
      pass: () => undefined,
      room: async () => undefined,
      discard: ({ target }: AttemptSuccess) => void made.discarded.push(target.account),
      answer(outcome: Outcome) {
        made.answer = outcome;
      },
      async attempt(target: Target) {
        made.asked += target.account;
        const time = (times.get(target.account) ?? 0) + 1;
        times.set(target.account, time);
        return outcomeOf(target, await attempt(target.account, time));
      },
    } as unknown as Call,
  };
  return made;
}

const abc = pool('m', { a: {}, b: {}, c: {} });

function pursue({ call }: Stub, settings: object = {}, clock = new HandClock()): Promise<void> {
  const means = new TestMeans('fill-first');
  const retries = { same: 0, backoff: 0, maxBackoff: 1000, budget: { share: 0, least: 0 } };
  const usual = { strategy: 'fill-first', attempts: 5, retries, hedge: 0, wait: 0, sessions: { headers: [] } } as const;
  const host = { clock, health: means.health, retries: { begin: () => undefined } } as unknown as Host;
  return new Pursuit(call, abc, { ...usual, ...settings }, host, means).run();
}

describe('verdicts', () => {
  test('a token that was renewed: the same account once more, without a retry, and only once', async () => {
    const refreshed = { kind: 'auth', verdict: 'retry', refreshed: true } as const;
    const cured = stub((_, time) => (time === 1 ? refreshed : 'ok'));
    await pursue(cured);
    assert.equal(cured.asked, 'aa');
    const stubborn = stub((account) => (account === 'a' ? refreshed : 'ok'));
    await pursue(stubborn);
    assert.equal(stubborn.asked, 'aab');
  });

  test('a rule may go on after the caller’s fault, and stop after the upstream’s', async () => {
    const next = stub((account) => (account === 'a' ? { kind: 'caller', verdict: 'next' } : 'ok'));
    await pursue(next);
    assert.equal(next.asked, 'ab');
    const stop = stub(() => ({ kind: 'server', verdict: 'stop' }));
    await pursue(stop);
    assert.deepEqual([stop.asked, stop.answer?.ok], ['a', false]);
  });

  test('what was not sent takes none of the attempts', async () => {
    const bare = stub((account) => (account === 'c' ? 'ok' : { kind: 'untranslatable' }));
    Object.assign(bare.call, {
      attempts: ['a', 'b'].map((account) => ({ provider: 'p', account, model: 'm', sent: false })),
    });
    await pursue(bare, { attempts: 1 });
    assert.equal(bare.asked, 'abc');
  });

  test('when to come again is told only where somebody knows', async () => {
    const full = { kind: 'rate-limit', full: '5 USD in total' } as const;
    const never = stub(() => full);
    await assert.rejects(pursue(never), { code: 'upstream-rate-limited', retryAfterMs: undefined });
    const once = stub((account) => ({ ...full, retryAfterMs: account === 'b' ? 7000 : undefined }));
    await assert.rejects(pursue(once), { code: 'upstream-rate-limited', retryAfterMs: 7000 });
  });

  test('a fault of the gateway’s own ends the request', async () => {
    const broken = stub(() => Promise.reject(new Error('broken')));
    await assert.rejects(pursue(broken), /broken/);
    assert.equal(broken.asked, 'a');
  });

  test('of two that answer in one moment one is given back', async () => {
    const clock = new HandClock();
    const { promise, resolve } = Promise.withResolvers<Given>();
    const both = stub(() => promise);
    const host = {
      clock,
      health: new TestMeans('fill-first').health,
      retries: { begin: () => () => undefined },
    } as unknown as Host;
    const retries = { same: 0, backoff: 0, maxBackoff: 0, budget: { share: 0, least: 0 } };
    const settings = {
      strategy: 'fill-first',
      attempts: 5,
      retries,
      hedge: 10,
      wait: 0,
      sessions: { headers: [] },
    } as const;
    const done = new Pursuit(both.call, abc, settings, host, new TestMeans('fill-first')).run();
    await new Promise((turn) => setImmediate(turn));
    clock.advance(10);
    await new Promise((turn) => setImmediate(turn));
    assert.equal(both.asked, 'ab');
    resolve('ok');
    await done;
    await new Promise((turn) => setImmediate(turn));
    assert.deepEqual([both.answer?.target.account, both.discarded], ['a', ['b']]);
  });
});
