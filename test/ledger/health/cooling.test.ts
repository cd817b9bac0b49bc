// What is put aside, for how long, and what makes that longer.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { HandClock } from '../../support/clock.ts';
import { answer, begun, cool, credentials, minute, rateLimit, scene, stateOf, target } from './healthy.ts';

const main = target('main');

describe('a cooldown', () => {
  test('lasts as long as the upstream says, but not longer than allowed', () => {
    const { clock, health } = scene();
    assert.equal(cool(health, main, rateLimit(42_000)).until, clock.now() + 42_000);
    assert.deepEqual(health.of([main]).standing(0), {
      state: 'cooling',
      cause: 'rate-limit',
      scope: 'model',
      status: 429,
      until: clock.now() + 42_000,
    });
    assert.equal(cool(health, target('other'), rateLimit(90 * minute)).until, clock.now() + 30 * minute);
  });

  test('is of one model, and leaves the others alone', () => {
    const { health } = scene();
    cool(health, main);
    assert.equal(stateOf(health, target('main', 'small')), 'usable');
    assert.equal(stateOf(health, target('other')), 'usable');
  });

  test('of the whole account is one of all its models', () => {
    const { health } = scene();
    cool(health, main, credentials);
    for (const model of ['large', 'small', undefined]) assert.equal(stateOf(health, target('main', model)), 'cooling');
    assert.equal(stateOf(health, target('main', 'large', 'another credential')), 'usable');
  });

  test('of account and model together is the one that lasts longer', () => {
    const { clock, health } = scene();
    cool(health, main, rateLimit(5_000));
    cool(health, target('main', 'small'), credentials);
    const standing = health.of([main]).standing(0);
    assert.ok(standing.state === 'cooling' && standing.cause === 'credentials');
    clock.advance(30 * minute);
    assert.equal(stateOf(health, main), 'trial');
  });

  test('doubles from one to the next, up to the most', () => {
    const { clock, health } = scene();
    const lengths: number[] = [];
    for (let round = 0; round < 13; round += 1) {
      const { until } = cool(health, main);
      lengths.push((until - clock.now()) / 1_000);
      clock.advance(until - clock.now());
    }
    assert.deepEqual(lengths, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1800, 1800]);
    answer(health, main);
    assert.equal(stateOf(health, main), 'usable');
    assert.equal(cool(health, main).until, clock.now() + 1_000);
  });

  test('is no longer for a burst of failures', () => {
    const { clock, health } = scene();
    const watches = begun(health, main, 50);
    const untils = watches.map((watch) => {
      clock.advance(1);
      return watch.cool(rateLimit()).until;
    });
    assert.equal(new Set(untils).size, 1);
    clock.advance(2_000);
    assert.equal(cool(health, main).until, clock.now() + 2_000);
  });

  test('goes on to the latest of several hints, and never ends sooner for one', () => {
    const { clock, health } = scene();
    const [first, second, third] = begun(health, main, 3);
    first?.cool(rateLimit(10_000));
    assert.equal(second?.cool(rateLimit(40_000)).until, clock.now() + 40_000);
    assert.equal(third?.cool(rateLimit(5_000)).until, clock.now() + 40_000);
  });

  test('becomes what a graver failure of the same burst makes it', () => {
    const { clock, health } = scene();
    const [first, second] = begun(health, main, 2);
    first?.cool({ ...rateLimit(), scope: 'account' });
    assert.equal(second?.cool(credentials).until, clock.now() + 30 * minute);
    const standing = health.of([main]).standing(0);
    assert.ok(standing.state === 'cooling' && standing.cause === 'credentials' && standing.status === 401);
  });

  test('is not ended by an answer that was on its way before it began', () => {
    const { clock, health } = scene();
    const [early, late] = begun(health, main, 2);
    early?.cool(rateLimit(10_000));
    late?.answered(5);
    assert.equal(stateOf(health, main), 'cooling');
    clock.advance(10_000);
    answer(health, main);
    assert.equal(stateOf(health, main), 'usable');
  });

  test('ends at once when an attempt that was made nevertheless is answered', () => {
    const { health } = scene();
    cool(health, main, credentials);
    cool(health, main, rateLimit(10_000));
    answer(health, main);
    assert.equal(stateOf(health, main), 'usable');
  });
});

describe('of one attempt', () => {
  test('the first news counts', () => {
    const { health, changes } = scene();
    const watch = health.begin(main);
    watch.nothing();
    watch.cool(rateLimit());
    watch.answered(5);
    watch.end();
    watch.end();
    assert.equal(stateOf(health, main), 'usable');
    assert.deepEqual(changes, []);
    assert.equal(health.of([main]).inFlight(0), 0);
  });

  test('what is told names the target', () => {
    const { clock, health, changes } = scene();
    cool(health, main, { ...rateLimit(7_000), message: 'slow down' });
    cool(health, target('main', 'small'), credentials);
    clock.advance(30 * minute);
    answer(health, main);
    const told = changes.map(({ account, model, scope, aside, trial, message }) => {
      return [account, model, scope, aside?.cause, aside?.level, trial, message];
    });
    assert.deepEqual(told, [
      ['main', 'large', 'model', 'rate-limit', 1, false, 'slow down'],
      ['main', undefined, 'account', 'credentials', 1, false, undefined],
      ['main', undefined, 'account', undefined, undefined, true, undefined],
      ['main', 'large', 'model', undefined, undefined, true, undefined],
    ]);
    assert.equal(changes[0]?.id, changes[3]?.id);
  });
});

describe('a clock', () => {
  test('that is set back freezes nothing: a cooldown is over when it is further away than it is long', () => {
    const clock = new HandClock();
    const { health } = scene(clock);
    cool(health, main, rateLimit(10 * minute));
    clock.advance(-60 * minute);
    assert.equal(stateOf(health, main), 'trial');
    answer(health, main);
    assert.equal(stateOf(health, main), 'usable');
  });

  test('that is set back a little lets it end within its length', () => {
    const { clock, health } = scene();
    cool(health, main, rateLimit(10 * minute));
    clock.advance(9 * minute);
    clock.advance(-5 * minute);
    assert.equal(stateOf(health, main), 'cooling');
    clock.advance(6 * minute);
    assert.equal(stateOf(health, main), 'trial');
  });

  test('that jumps forward ends cooldowns and trials', () => {
    const { clock, health } = scene();
    cool(health, main, credentials);
    clock.advance(1_000 * minute);
    const lost = health.begin(main);
    assert.equal(stateOf(health, main), 'tried');
    clock.advance(1_000 * minute);
    assert.equal(stateOf(health, main), 'trial');
    lost.end();
  });
});
