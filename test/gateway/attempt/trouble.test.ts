// Upstreams that misbehave, each in its way: every trouble has its kind, nothing crashes, and all that was held is given
// back.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { readLimits } from '../../../src/core/index.ts';
import { claimsFor, usedOf } from '../../ledger/limits/claims.ts';
import { HandClock } from '../../support/clock.ts';
import { account, timeouts } from '../../support/gateway.ts';
import { type Misbehaving, type Misdeed, misbehave } from '../../support/misbehave.ts';
import { asked, type Rig, rigOf, targetAt } from './rig.ts';

const limits = { concurrency: 3 };
const streaming = { ...asked, stream: true };
const never = { connect: 0, firstByte: 0, idle: 0, total: 0 };
const target = targetAt('up');

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise(setImmediate);
}

class Trouble implements AsyncDisposable {
  readonly upstream: Misbehaving;
  readonly rig: Rig;
  readonly clock: HandClock;

  constructor(upstream: Misbehaving, rig: Rig, clock: HandClock) {
    this.upstream = upstream;
    this.rig = rig;
    this.clock = clock;
  }

  async mustBeClean() {
    assert.equal(this.rig.inFlight(target), 0);
    assert.deepEqual(await usedOf(this.rig.portico.ledger, claimsFor('account:up/main', limits)), [0]);
    await until(() => this.upstream.open() === 0);
  }

  async [Symbol.asyncDispose]() {
    await this.rig[Symbol.asyncDispose]();
    await this.upstream[Symbol.asyncDispose]();
  }
}

async function troubleWith(misdeed: Misdeed, given = timeouts, routeTimeout = 0): Promise<Trouble> {
  const upstream = await misbehave(misdeed);
  const clock = new HandClock();
  const accounts = [account('main', upstream.url, { limits: readLimits(limits) })];
  const rig = await rigOf(
    { up: { url: upstream.url, accounts, timeouts: given } },
    { routes: [{ name: 'root', timeout: routeTimeout }] },
    clock,
  );
  return new Trouble(upstream, rig, clock);
}

const kinds: Readonly<Partial<Record<Misdeed, readonly [failure: string, verdict: string, reason: RegExp]>>> = {
  refuses: ['connect', 'retry', /failed \(ECONNREFUSED\)/],
  'unknown-name': ['connect', 'retry', /failed \((ENOTFOUND|EAI_AGAIN)\)/],
  'self-signed': ['connect', 'retry', /failed \((DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED.*)\)/],
  reset: ['connect', 'retry', /failed \((ECONNRESET|UND_ERR_SOCKET)\)/],
  'reset-in-head': ['connect', 'retry', /failed \((ECONNRESET|UND_ERR_SOCKET|HPE_\w+)\)/],
  closes: ['connect', 'retry', /failed \(UND_ERR_SOCKET\)/],
  garbage: ['server', 'retry', /not HTTP/],
  'empty-stream': ['server (200)', 'retry', /before saying anything/],
  'web-page': ['server (200)', 'retry', /a web page/],
  'short-body': ['connect (200)', 'retry', /failed \(UND_ERR_SOCKET|failed \(HPE_|failed \(UND_ERR/],
};

describe('troubles on the way', () => {
  for (const [misdeed, [failure, verdict, reason]] of Object.entries(kinds)) {
    test(misdeed, async () => {
      await using trouble = await troubleWith(misdeed as Misdeed);
      const { rig } = trouble;
      const outcome = await rig.outcomeOf(target, misdeed === 'empty-stream' ? streaming : asked);
      const { attempts = [] } = rig.portico.records[0] ?? {};
      assert.ok(!outcome.ok);
      assert.deepEqual([attempts[0]?.failure, outcome.verdict], [failure, verdict]);
      assert.match(attempts[0]?.reason ?? '', reason);
      await trouble.mustBeClean();
    });
  }

  test('a connection that never opens ends at `connect`, and is not asked again at once', async () => {
    await using trouble = await troubleWith('silent-tls', { ...never, connect: 100 });
    const outcome = await trouble.rig.outcomeOf(target);
    assert.deepEqual(!outcome.ok && [outcome.kind, outcome.verdict], ['timeout', 'next']);
    await trouble.mustBeClean();
  });
});

describe('the time limits of a provider', () => {
  /** Asks, waits until the upstream was asked and says nothing more, and lets so much time go by. */
  async function afterWaiting(trouble: Trouble, ms: number) {
    const { rig, clock, upstream } = trouble;
    const asking = rig.ask(async (call) => {
      const outcome = await call.attempt(target);
      assert.ok(!outcome.ok && outcome.verdict === 'next');
      call.answer(outcome);
    }, streaming);
    await until(() => upstream.requests() > 0 && clock.waiting > 0);
    clock.advance(ms);
    return asking;
  }

  test('`firstByte`: no head in time, and another account is asked', async () => {
    await using trouble = await troubleWith('no-head', { ...never, firstByte: 700 });
    const { status, record } = await afterWaiting(trouble, 700);
    assert.equal(status, 504);
    assert.deepEqual(
      record?.attempts.map(({ failure }) => failure),
      ['timeout'],
    );
    assert.match(record?.attempts[0]?.reason ?? '', /first byte/);
    await trouble.mustBeClean();
  });

  test('`firstByte`: a head, and no byte of its body', async () => {
    await using trouble = await troubleWith('no-body', { ...never, firstByte: 700 });
    const { status, record } = await afterWaiting(trouble, 700);
    assert.equal(status, 504);
    // Whether the head has been seen by then does not matter.
    assert.match(record?.attempts[0]?.failure ?? '', /^timeout/);
    await trouble.mustBeClean();
  });

  for (const limit of ['idle', 'total'] as const) {
    test(`\`${limit}\`: silence in the middle of an answer is told in band`, async () => {
      await using trouble = await troubleWith('hangs-midway', { ...never, [limit]: 900 });
      const { rig, clock } = trouble;
      const asking = rig.ask(async (call) => {
        const outcome = await call.attempt(target);
        setImmediate(() => clock.advance(900));
        call.answer(outcome);
      }, streaming);
      const { status, text, record } = await asking;
      assert.equal(status, 200);
      assert.match(text, new RegExp(`"content":"out .*in time \\(${limit}\\)`, 's'));
      assert.doesNotMatch(text, /\[DONE\]/);
      assert.deepEqual([record?.outcome, record?.error], ['error', 'upstream-timeout']);
      await trouble.mustBeClean();
    });
  }

  test('`total` ends what trickles for ever, which is never idle', async () => {
    await using trouble = await troubleWith('trickle', { ...never, idle: 5000, total: 60_000 });
    const { rig, clock } = trouble;
    let ticking: NodeJS.Timeout | undefined;
    const asking = rig.ask(async (call) => {
      const outcome = await call.attempt(target);
      ticking = setInterval(() => clock.advance(2000), 20);
      call.answer(outcome);
    }, streaming);
    const { text, record } = await asking;
    clearInterval(ticking);
    assert.match(text, /in time \(total\)/);
    assert.equal(record?.error, 'upstream-timeout');
    await trouble.mustBeClean();
  });

  test('0 is off', async () => {
    await using trouble = await troubleWith('no-head', never);
    const { rig, clock, upstream } = trouble;
    const abort = new AbortController();
    const asking = rig.ask(async (call) => {
      const attempt = call.attempt(target, { signal: abort.signal });
      await until(() => upstream.requests() > 0);
      clock.advance(86_400_000);
      const first = await Promise.race([attempt, new Promise((resolve) => setImmediate(resolve, 'waits'))]);
      assert.equal(first, 'waits');
      abort.abort();
      call.answer(await attempt);
    });
    const { record } = await asking;
    assert.equal(record?.attempts[0]?.failure, 'gone');
    await trouble.mustBeClean();
  });
});

describe('the time a route gives a call', () => {
  let trouble: Trouble;
  before(async () => {
    trouble = await troubleWith('no-head', timeouts, 3000);
  });
  after(() => trouble[Symbol.asyncDispose]());

  test('ends an attempt that is under way and all that would follow', async () => {
    const { rig, clock, upstream } = trouble;
    let attempts = 0;
    const { status, record } = await rig.ask(async (call) => {
      for (;;) {
        attempts += 1;
        const attempt = call.attempt(target);
        await until(() => upstream.requests() > 0);
        clock.advance(3000);
        call.answer(await attempt);
      }
    });
    assert.deepEqual([status, record?.error, attempts], [504, 'call-timeout', 1]);
    assert.equal(rig.standing(target).state, 'usable');
    await trouble.mustBeClean();
  });
});
