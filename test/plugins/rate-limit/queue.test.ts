// Waiting for room: in order, within bounds, and for nobody longer than the client stays.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type RoomSettings, WaitingRoom } from '../../../plugins/rate-limit/waiting-room.ts';
import type { Call, Claim, LimitSettings } from '../../../src/core/index.ts';
import { createMemory, SharedLedger } from '../../../src/ledger/memory.ts';
import { claimsFor, granted, usedOf } from '../../ledger/limits/claims.ts';
import { HandClock } from '../../support/clock.ts';
import { json, Upstream } from '../../support/upstream.ts';
import { ask, asked, start, startedAt, usage, used } from './limited.ts';

const one: LimitSettings = { concurrency: 1 };

class Hall {
  readonly clock = new HandClock(startedAt);
  readonly memory = createMemory();
  readonly ledger = new SharedLedger(this.memory, 0, this.clock);
  readonly room: WaitingRoom;

  constructor(settings: Partial<RoomSettings> = {}) {
    this.room = new WaitingRoom({ size: 10, wait: 60_000, ...settings }, this.ledger, this.clock);
  }

  wait(claims: readonly Claim[], signal = new AbortController().signal) {
    return this.room.wait(claims, this.room.lineOf(claims) ?? 0, { signal } as Call);
  }

  /** Nobody waits, and nothing is set to ring. */
  over(): void {
    assert.deepEqual([this.room.waiting, this.clock.waiting], [0, 0]);
    assert.equal(this.room.lineOf(claimsFor('key:ci', one)), undefined);
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('the waiting room', { timeout: 10_000 }, () => {
  const claims = claimsFor('key:ci', one);

  test('lets in one after the other, in the order they came, whichever thread gives back', async () => {
    const hall = new Hall();
    const elsewhere = new SharedLedger(hall.memory, 1, hall.clock);
    let grant = await granted(elsewhere, claims);
    const order: number[] = [];
    const waits = [0, 1, 2].map(async (number) => {
      const { result, verdict } = await hall.wait(claims);
      assert.ok(result.granted);
      order.push(number);
      assert.equal(verdict, 'granted');
      grant = result;
    });
    for (const wait of waits) {
      await turn();
      assert.deepEqual(await usedOf(hall.ledger, claims), [1]);
      grant.settle([1]);
      await wait;
    }
    assert.deepEqual(order, [0, 1, 2]);
    grant.release();
    hall.over();
  });

  test('keeps one line per limit: others are not held up, newcomers do not overtake', async () => {
    const hall = new Hall();
    const grant = await granted(hall.ledger, claims);
    const first = hall.wait(claims);
    await turn();
    assert.equal(hall.room.lineOf(claimsFor('key:cj', one)), undefined);
    assert.equal(hall.room.lineOf([...claimsFor('ip:1', { requests: '5/m' }), ...claims]), 1);
    grant.release();
    assert.ok((await first).result.granted);
  });

  test('opens when the window turns, if that is soon enough', async () => {
    const hall = new Hall();
    const minute = claimsFor('key:ci', { requests: '1/m' });
    await granted(hall.ledger, minute);
    const wait = hall.wait(minute);
    await turn();
    hall.clock.advance(39_000);
    await turn();
    assert.equal(hall.room.waiting, 1);
    hall.clock.advance(1000);
    const { result, ms } = await wait;
    assert.deepEqual([result.granted, ms], [true, 40_000]);
    const impatient = new Hall({ wait: 39_999 });
    await granted(impatient.ledger, minute);
    assert.deepEqual([(await impatient.wait(minute)).verdict, impatient.clock.now()], ['refused', startedAt]);
    impatient.over();
  });

  test('sends away who has waited long enough, first or not', async () => {
    const hall = new Hall({ wait: 5000 });
    await granted(hall.ledger, claims);
    const waits = [hall.wait(claims), hall.wait(claims)];
    await turn();
    hall.clock.advance(5000);
    for (const { result, verdict, ms } of await Promise.all(waits)) {
      assert.deepEqual([result.granted, verdict, ms], [false, 'refused', 5000]);
      assert.deepEqual(!result.granted && result.refused, [0]);
    }
    hall.over();
  });

  test('forgets who leaves, and calls the next', async () => {
    const hall = new Hall();
    const grant = await granted(hall.ledger, claims);
    const leaving = [new AbortController(), new AbortController()];
    const waits = leaving.map(({ signal }) => hall.wait(claims, signal));
    const last = hall.wait(claims);
    await turn();
    for (const controller of leaving.toReversed()) controller.abort();
    assert.deepEqual(
      (await Promise.all(waits)).map(({ verdict }) => verdict),
      ['left', 'left'],
    );
    assert.equal(hall.room.waiting, 1);
    grant.release();
    assert.ok((await last).result.granted);
    assert.deepEqual(await usedOf(hall.ledger, claims), [1]);
    hall.over();
  });

  test('asks for the first of a line only', async () => {
    const hall = new Hall({ wait: 5000 });
    await granted(hall.ledger, claims);
    let asked = 0;
    const reserve = hall.ledger.reserve.bind(hall.ledger);
    hall.ledger.reserve = (wanted) => {
      asked += 1;
      return reserve(wanted);
    };
    const leave = new AbortController();
    const waits = [hall.wait(claims), hall.wait(claims, leave.signal), hall.wait(claims)];
    await turn();
    leave.abort();
    assert.equal((await waits[1])?.verdict, 'left');
    await turn();
    assert.equal(asked, 1);
    hall.clock.advance(5000);
    await Promise.all(waits);
    hall.over();
  });

  test('is no larger than it is', async () => {
    const hall = new Hall({ size: 1 });
    const grant = await granted(hall.ledger, claims);
    const first = hall.wait(claims);
    const second = await hall.wait(claims);
    assert.deepEqual([second.verdict, second.result.granted, second.ms], ['full', false, 0]);
    grant.release();
    assert.ok((await first).result.granted);
    hall.over();
  });

  test('helps neither with a quota nor with what never fits', async () => {
    const hall = new Hall();
    const refusal = { granted: false, readings: [], refused: [0], retryAfterMs: 1 } as const;
    assert.equal(hall.room.helps(claimsFor('key:ci', { requests: '1/m' }), refusal), true);
    assert.equal(
      hall.room.helps(claimsFor('key:ci', { requests: '1/m' }), { ...refusal, retryAfterMs: 60_001 }),
      false,
    );
    assert.equal(hall.room.helps(claimsFor('key:ci', { requests: '1/day' }), refusal), false);
    assert.equal(hall.room.helps(claimsFor('key:ci', { cost: '1 USD/m' }), refusal), false);
    assert.equal(hall.room.helps(claimsFor('key:ci', { tokens: '5/m' }, 6), refusal), false);
  });
});

describe('a queue at the gateway', { timeout: 10_000 }, () => {
  const settings = { queue: { size: 2, wait: '30s' } };

  test('answers who waited, and counts it; who leaves takes nothing', async () => {
    await using upstream = await Upstream.start(json({ usage }));
    const held = Promise.withResolvers<void>();
    upstream.answer = async (res, seen) => {
      await held.promise;
      await json({ usage })(res, seen);
    };
    const key = { concurrency: 1, requests: '2/m' };
    const clock = new HandClock(startedAt);
    await using portico = await start(upstream, { key, settings }, clock);
    const arrived = upstream.next();
    const first = portico.post('/v1/chat/completions', asked);
    await arrived;
    const before = clock.waiting;
    const second = portico.post('/v1/chat/completions', asked);
    const leave = new AbortController();
    const third = portico.post('/v1/chat/completions', asked, { signal: leave.signal });
    // Each has set its alarm.
    while (clock.waiting < before + 2) await turn();
    const full = await ask(portico);
    assert.equal(full.status, 429);
    leave.abort();
    await assert.rejects(third);
    await portico.recorded(2);
    assert.deepEqual([portico.records[1]?.outcome, portico.records[1]?.attempts.length], ['aborted', 0]);
    clock.advance(2000);
    held.resolve();
    assert.deepEqual([(await first).status, (await second).status], [200, 200]);
    await portico.recorded(4);
    assert.deepEqual(await used(portico, 'key:test', key), [2, 0]);
    const { counts } = portico;
    const verdicts = ['granted', 'left', 'full'].map((verdict) => counts.get(`plugin_rate_limit_queued ${verdict}`));
    assert.deepEqual(verdicts, [1, 1, 1]);
    assert.equal(counts.get('plugin_rate_limit_waited_seconds granted'), 2);
    assert.equal(counts.get('plugin_rate_limit_rejected key concurrency'), 1);
  });

  test('is not overtaken by who comes when there is room for one', async () => {
    await using upstream = await Upstream.start(json({ usage }));
    const clock = new HandClock(startedAt);
    const [minute] = claimsFor('key:test', { tokens: '200/m' }, 150);
    await using portico = await start(upstream, { key: { tokens: '200/m' }, settings }, clock);
    await granted(portico.ledger, minute === undefined ? [] : [minute]);
    clock.advance(15_000);
    const before = clock.waiting;
    const large = ask(portico, { ...asked, max_tokens: 100 });
    // The first of a line sets an alarm for the window too.
    while (clock.waiting < before + 2) await turn();
    const small = ask(portico, { ...asked, max_tokens: 1 });
    while (clock.waiting < before + 3 && portico.records.length === 0) await turn();
    assert.equal(portico.records.length, 0);
    clock.advance(25_000);
    assert.deepEqual([(await large).status, (await small).status], [200, 200]);
  });

  test('is of no use for a quota', async () => {
    await using upstream = await Upstream.start(json({ usage }));
    await using portico = await start(upstream, { key: { requests: '1/day' }, settings });
    await ask(portico);
    assert.equal((await ask(portico)).status, 402);
    assert.equal(
      [...portico.counts.keys()].some((name) => name.includes('queued')),
      false,
    );
  });
});
