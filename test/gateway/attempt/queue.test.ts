// Requests that wait for an account at its `concurrency`: first come, first served, as many and as long as its queue says.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { load } from '../../../src/config/load.ts';
import { type Call, type Limit, type LimitSettings, readLimits, type Target } from '../../../src/core/index.ts';
import { claimsFor, usedOf } from '../../ledger/limits/claims.ts';
import { HandClock } from '../../support/clock.ts';
import { account, root } from '../../support/gateway.ts';
import { json, Upstream } from '../../support/upstream.ts';
import { asked, type Rig, rigOf, targetAt } from './rig.ts';

interface Wanted {
  readonly limits?: LimitSettings;
  readonly queue?: { readonly size: number; readonly wait: number };
}

describe('waiting for an account', () => {
  let upstream: Upstream;
  let clock: HandClock;
  const [a, b] = [targetAt('up', 'a'), targetAt('up', 'b')];
  before(async () => {
    upstream = await Upstream.start(json({}));
  });
  beforeEach(() => {
    clock = new HandClock();
    upstream.answer = json({});
    upstream.requests.length = 0;
  });
  after(() => upstream[Symbol.asyncDispose]());

  function start(wanted: Readonly<Record<string, Wanted>>): Promise<Rig> {
    const accounts = Object.entries(wanted).map(([name, { limits = { concurrency: 1 }, queue }]) =>
      account(name, upstream.url, { limits: readLimits(limits), queue }),
    );
    return rigOf({ up: { url: upstream.url, accounts } }, {}, clock);
  }

  const waitingAt = async (rig: Rig, name: string) => {
    const limit: Limit = { kind: 'concurrency', amount: 100, window: undefined, burst: undefined };
    const [reading] = await rig.portico.ledger.read([{ subject: `queue:up/${name}`, limit, amount: 0 }]);
    return reading?.used;
  };

  /** Takes the account's place until it is told to let go. */
  async function occupy(rig: Rig, target: Target) {
    const held = Promise.withResolvers<void>();
    const arrived = upstream.next();
    upstream.answer = async (res) => {
      await held.promise;
      res.end('{}');
    };
    rig.walk = async (call) => call.answer(await call.attempt(target));
    const done = rig.portico.post('/v1/chat/completions', asked);
    await arrived;
    upstream.answer = json({});
    return async () => {
      held.resolve();
      await (await done).text();
    };
  }

  /** Tries the targets, waits for one of them where all are full, as often as it takes; what it was told is `said`. */
  const patient = (targets: readonly Target[], said: string[], name = '') => {
    return async (call: Call) => {
      for (const target of targets) {
        const outcome = await call.attempt(target);
        if (outcome.ok) return call.answer(outcome);
        if (outcome.full === undefined) return call.answer(outcome);
      }
      for (;;) {
        const target = await call.room(targets);
        said.push(`${name}${target?.account ?? 'nobody'}`);
        const outcome = await call.attempt(target ?? (targets[0] as Target));
        if (outcome.ok || target === undefined) return call.answer(outcome);
      }
    };
  };

  async function waits(rig: Rig, name: string, count: number): Promise<void> {
    while ((await waitingAt(rig, name)) !== count) await new Promise(setImmediate);
  }

  test('who waits gets the place as soon as it is free, and counts among those who wait until then', async () => {
    await using rig = await start({ a: { queue: { size: 3, wait: 10_000 } } });
    const free = await occupy(rig, a);
    const said: string[] = [];
    const asking = rig.ask(patient([a], said));
    await waits(rig, 'a', 1);
    assert.equal(upstream.requests.length, 1);
    await free();
    assert.equal((await asking).status, 200);
    assert.deepEqual(said, ['a']);
    assert.equal(await waitingAt(rig, 'a'), 0);
    assert.deepEqual(await usedOf(rig.portico.ledger, claimsFor('account:up/a', { concurrency: 1 })), [0]);
  });

  test('first come, first served', async () => {
    await using rig = await start({ a: { queue: { size: 5, wait: 10_000 } } });
    const free = await occupy(rig, a);
    const said: string[] = [];
    const all: Promise<unknown>[] = [];
    for (const [index, name] of ['1', '2', '3'].entries()) {
      all.push(rig.ask(patient([a], said, name)));
      await waits(rig, 'a', index + 1);
      clock.advance(1);
    }
    await free();
    await Promise.all(all);
    assert.deepEqual([...new Set(said)], ['1a', '2a', '3a']);
  });

  test('the first of several accounts that has room is taken, and no place is left in the other queue', async () => {
    const queue = { size: 5, wait: 10_000 };
    await using rig = await start({ a: { queue }, b: { queue } });
    const freeA = await occupy(rig, a);
    const freeB = await occupy(rig, b);
    const said: string[] = [];
    const asking = rig.ask(patient([a, b], said));
    await waits(rig, 'b', 1);
    await freeB();
    await asking;
    assert.deepEqual(said, ['b']);
    assert.deepEqual([await waitingAt(rig, 'a'), await waitingAt(rig, 'b')], [0, 0]);
    await freeA();
  });

  test('a queue that is full, and an account without one, are no place to wait', async () => {
    await using rig = await start({ a: { queue: { size: 1, wait: 10_000 } }, b: {} });
    const [freeA, freeB] = [await occupy(rig, a), await occupy(rig, b)];
    const said: string[] = [];
    const first = rig.ask(patient([a], said, 'first '));
    await waits(rig, 'a', 1);
    const { status, record } = await rig.ask(patient([a, b], said, 'second '));
    assert.equal(status, 429);
    assert.match(record?.reason ?? '', /up\/a is at its limit of 1 request at once/);
    assert.deepEqual(said, ['second nobody']);
    await freeA();
    await first;
    await freeB();
  });

  test('nobody waits longer than the queue says, all his waiting together', async () => {
    await using rig = await start({ a: { queue: { size: 5, wait: 3000 } } });
    const free = await occupy(rig, a);
    const said: string[] = [];
    const asking = rig.ask(patient([a], said));
    await waits(rig, 'a', 1);
    clock.advance(2999);
    assert.equal(await waitingAt(rig, 'a'), 1);
    clock.advance(1);
    assert.equal((await asking).status, 429);
    assert.deepEqual(said, ['nobody']);
    assert.equal(await waitingAt(rig, 'a'), 0);
    await free();
  });

  test('a client that leaves leaves the queue', async () => {
    await using rig = await start({ a: { queue: { size: 5, wait: 10_000 } } });
    const free = await occupy(rig, a);
    const abort = new AbortController();
    rig.walk = patient([a], []);
    const asking = rig.portico.post('/v1/chat/completions', asked, { signal: abort.signal });
    await waits(rig, 'a', 1);
    abort.abort();
    await assert.rejects(asking);
    await rig.portico.recorded(1);
    assert.equal(rig.portico.records[0]?.outcome, 'aborted');
    assert.equal(await waitingAt(rig, 'a'), 0);
    await free();
  });

  test('nobody waits for what waiting does not give back', async () => {
    await using rig = await start({
      a: { limits: { concurrency: 5, requests: '1/h' }, queue: { size: 5, wait: 10_000 } },
    });
    await rig.outcomeOf(a);
    const said: string[] = [];
    const { status } = await rig.ask(patient([a], said));
    assert.deepEqual([status, said], [429, ['nobody']]);
  });

  test('where there is room after all, nobody waits', async () => {
    await using rig = await start({ a: { queue: { size: 5, wait: 10_000 } } });
    const { status } = await rig.ask(async (call) => {
      assert.deepEqual(await call.room([b, a]), a);
      assert.equal(await waitingAt(rig, 'a'), 0);
      call.answer(await call.attempt(a));
    });
    assert.equal(status, 200);
  });
});

test('a queue at an account that is never full is an error at its place', async () => {
  const text = `version: 1
providers:
  - name: mock
    accounts:
      - { name: a, queue: { size: 5 } }
      - { name: b, queue: { size: 5 }, limits: { concurrency: 3 } }
  - name: bounded
    use: mock
    limits: { concurrency: 3 }
    accounts: [{ name: c, queue: { size: 5 } }]
plugins: [auth, balancer]
`;
  const path = join(root, 'gateway-of-a-test.yaml');
  const { issues } = await load({ file: path, documents: [{ path, text }], env: {}, builtin: root });
  const remedy = 'set `limits: { concurrency: … }` on the account or on its provider, or leave the queue out';
  assert.deepEqual(
    issues.map(({ line, message }) => `${line} ${message}`),
    [`5 nobody waits for an account that is never full; ${remedy}`],
  );
});
