// Errors that pass open the circuit when there are many of them in a while; one that the same target cures at once is none.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Call, Outcome } from '../../../src/core/index.ts';
import { HandClock } from '../../support/clock.ts';
import { account } from '../../support/gateway.ts';
import { chunk, events, json, Upstream } from '../../support/upstream.ts';
import { asked, type Rig, rigOf, targetAt } from './rig.ts';

const failing = json({ error: { message: 'boom' } }, 500);
const breaker = { failures: 2, window: 60_000, open: 30_000 };

describe('the breaker', () => {
  let upstream: Upstream;
  let rig: Rig;
  const clock = new HandClock();
  let count = 0;
  /** A target nobody has heard of yet. */
  const fresh = (name = 'main') => targetAt('up', name, { credential: `${count}` });
  before(async () => {
    upstream = await Upstream.start(json({}));
    const accounts = [account('main', upstream.url), account('other', upstream.url)];
    rig = await rigOf({ up: { url: upstream.url, accounts, breaker } }, {}, clock);
  });
  beforeEach(() => {
    count += 1;
    upstream.answer = failing;
  });
  after(async () => {
    await rig[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  });

  test('so many failures open it, for so long; then one request tries, and its failure opens it for twice as long', async () => {
    const target = fresh();
    await rig.outcomeOf(target);
    assert.equal(rig.standing(target).state, 'usable');
    await rig.outcomeOf(target);
    const standing = rig.standing(target);
    assert.ok(standing.state === 'cooling', standing.state);
    assert.deepEqual([standing.cause, standing.until - clock.now(), standing.status], ['failing', 30_000, 500]);
    clock.advance(30_000);
    assert.equal(rig.standing(target).state, 'trial');
    const outcome = await rig.outcomeOf(target);
    assert.ok(!outcome.ok);
    // To ask it again at once would not be passing it over.
    assert.deepEqual([outcome.verdict, (outcome.cooled?.until ?? 0) - clock.now()], ['next', 60_000]);
    clock.advance(60_000);
    upstream.answer = json({});
    assert.ok((await rig.outcomeOf(target)).ok);
    assert.equal(rig.standing(target).state, 'usable');
  });

  test('what the same target cures does not count', async () => {
    const target = fresh();
    for (let time = 0; time < 5; time += 1) {
      await rig.ask(async (call) => {
        upstream.answer = failing;
        const first = await call.attempt(target);
        assert.ok(!first.ok && first.verdict === 'retry');
        upstream.answer = json({});
        call.answer(await call.attempt(target));
      });
    }
    assert.equal(rig.standing(target).state, 'usable');
  });

  test('what it does not cure counts once', async () => {
    const target = fresh();
    const twice = async (call: Call) => {
      await call.attempt(target);
      call.answer(await call.attempt(target));
    };
    await rig.ask(twice);
    assert.equal(rig.standing(target).state, 'usable');
    await rig.ask(twice);
    assert.equal(rig.standing(target).state, 'cooling');
  });

  test('it counts as soon as another target is asked', async () => {
    const [one, other] = [fresh(), fresh('other')];
    await rig.outcomeOf(one);
    await rig.ask(async (call) => {
      await call.attempt(one);
      assert.equal(rig.standing(one).state, 'usable');
      upstream.answer = json({});
      call.answer(await call.attempt(other));
      assert.equal(rig.standing(one).state, 'cooling');
    });
  });

  test('of two that fail side by side both count', async () => {
    const [one, other] = [fresh(), fresh('other')];
    for (let time = 0; time < 2; time += 1) {
      await rig.ask(async (call) => {
        const [outcome] = await Promise.all([call.attempt(one), call.attempt(other)]);
        call.answer(outcome);
      });
    }
    assert.deepEqual([rig.standing(one).state, rig.standing(other).state], ['cooling', 'cooling']);
  });

  test('the request’s own faults count nothing', async () => {
    const target = fresh();
    upstream.answer = json({ error: { message: 'no' } }, 400);
    for (let time = 0; time < 4; time += 1) await rig.outcomeOf(target);
    assert.equal(rig.standing(target).state, 'usable');
  });

  test('an answer that breaks off after its first output counts, though it was answered', async () => {
    const target = fresh();
    upstream.answer = events(chunk({ choices: [{ index: 0, delta: { content: 'half' } }] }));
    const outcomes: Outcome[] = [];
    for (let time = 0; time < 2; time += 1) outcomes.push(await rig.outcomeOf(target, { ...asked, stream: true }));
    assert.ok(outcomes.every(({ ok }) => ok));
    assert.equal(rig.standing(target).state, 'cooling');
    assert.equal(rig.inFlight(target), 0);
  });
});
