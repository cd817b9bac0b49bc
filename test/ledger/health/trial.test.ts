// When a cooldown is over one request tries, and what becomes of it is what becomes of the target.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SharedLedger } from '../../../src/ledger/memory.ts';
import { answer, begun, breaker, cool, credentials, minute, rateLimit, scene, stateOf, target } from './healthy.ts';

const main = target('main');

function tried() {
  const all = scene();
  cool(all.health, main, rateLimit(1_000));
  all.clock.advance(1_000);
  return all;
}

describe('a trial', () => {
  test('is of one attempt; to the others the target is tried', () => {
    const { health } = tried();
    assert.equal(stateOf(health, main), 'trial');
    const [first, second] = begun(health, main, 2);
    assert.deepEqual([first?.trial, second?.trial], [true, false]);
    assert.equal(stateOf(health, main), 'tried');
    first?.answered(5);
    assert.equal(stateOf(health, main), 'usable');
  });

  test('that fails puts it aside again, twice as long', () => {
    const { clock, health } = tried();
    const [first, second] = begun(health, main, 2);
    assert.equal(first?.cool(rateLimit()).until, clock.now() + 2_000);
    second?.cool(rateLimit());
    clock.advance(2_000);
    assert.equal(stateOf(health, main), 'trial');
  });

  for (const end of ['nothing', 'end'] as const) {
    test(`that says nothing (${end}) leaves it to the next`, () => {
      const { health } = tried();
      const first = health.begin(main);
      first[end]();
      assert.equal(stateOf(health, main), 'trial');
      assert.equal(health.begin(main).trial, true);
    });
  }

  test('of an account and a model at once ends both', () => {
    const { clock, health } = scene();
    cool(health, main, rateLimit(1_000));
    cool(health, target('main', 'small'), credentials);
    clock.advance(30 * minute);
    answer(health, main);
    assert.deepEqual([stateOf(health, main), stateOf(health, target('main', 'small'))], ['usable', 'usable']);
  });

  test('of an account that meets a limit of the model leaves the account to the next', () => {
    const { clock, health } = scene();
    cool(health, main, credentials);
    clock.advance(30 * minute);
    cool(health, main, rateLimit(10_000));
    assert.equal(stateOf(health, main), 'cooling');
    assert.equal(stateOf(health, target('main', 'small')), 'trial');
  });

  test('goes on while its thread lives, and is free a minute after the last sign of life', () => {
    const { clock, ledger, health } = tried();
    const slow = health.begin(main);
    for (let second = 0; second < 300; second += 1) {
      clock.advance(1_000);
      ledger.beat();
    }
    assert.equal(stateOf(health, main), 'tried');
    clock.advance(60_000);
    assert.equal(stateOf(health, main), 'trial');
    const next = health.begin(main);
    assert.equal(next.trial, true);
    ledger.beat();
    slow.end();
    assert.equal(stateOf(health, main), 'tried');
  });

  test('of a thread that died is free at once, as is what it had under way', () => {
    const { clock, memory, health } = tried();
    const dead = new SharedLedger(memory, 3, clock);
    begun(dead.health, main, 5);
    begun(health, main, 2);
    assert.equal(stateOf(health, main), 'tried');
    assert.equal(health.of([main]).inFlight(0), 7);
    new SharedLedger(memory, 9, clock).clearThread(3);
    assert.equal(stateOf(health, main), 'trial');
    assert.equal(health.of([main]).inFlight(0), 2);
  });
});

describe('a view', () => {
  test('is the same for the same array, and sees what other threads do', () => {
    const { clock, memory, health } = scene();
    const targets = [main, target('other')];
    const view = health.of(targets);
    assert.equal(health.of(targets), view);
    assert.deepEqual([view.state(0), view.state(1)], ['usable', 'usable']);
    cool(new SharedLedger(memory, 1, clock).health, target('other'));
    assert.deepEqual([view.state(0), view.state(1)], ['usable', 'cooling']);
  });

  test('counts attempts of all models at the account', () => {
    const { health } = scene();
    const [first] = begun(health, main, 1);
    health.begin(target('main', 'small'));
    const view = health.of([main]);
    assert.deepEqual([view.inFlight(0), view.used(0)], [2, 2]);
    first?.end();
    assert.deepEqual([view.inFlight(0), view.used(0)], [1, 2]);
  });
});

describe('a reset', () => {
  test('takes back one model, an account with all its models, or all', () => {
    const { health } = scene();
    const small = target('main', 'small');
    const other = target('other');
    const all = () => [main, small, other].map((each) => stateOf(health, each));
    const set = () => {
      cool(health, main);
      cool(health, small);
      cool(health, other, credentials);
    };
    set();
    assert.equal(health.reset(small), 1);
    assert.deepEqual(all(), ['cooling', 'usable', 'cooling']);
    set();
    assert.equal(health.reset({ provider: 'up', account: 'main', credential: 'c1', model: undefined }), 2);
    assert.deepEqual(all(), ['usable', 'usable', 'cooling']);
    set();
    assert.equal(health.reset(), 3);
    assert.deepEqual(all(), ['usable', 'usable', 'usable']);
  });
});

describe('what was slow', () => {
  test('is an average that follows the news of the last minutes', () => {
    const { clock, health } = scene();
    const view = health.of([main]);
    assert.equal(view.firstByteMs(0), undefined);
    answer(health, main, 400);
    assert.equal(view.firstByteMs(0), 400);
    answer(health, main, 200);
    assert.equal(view.firstByteMs(0), 300);
    for (let second = 0; second < 300; second += 1) {
      clock.advance(1_000);
      answer(health, main, 100);
    }
    const average = view.firstByteMs(0) ?? 0;
    assert.ok(average > 99 && average < 110, String(average));
  });

  test('counts as faster the longer nobody has asked, so that it is asked again', () => {
    const { clock, health } = scene();
    answer(health, main, 8_000);
    clock.advance(minute);
    assert.equal(health.of([main]).firstByteMs(0), 8_000);
    clock.advance(4 * minute);
    assert.equal(health.of([main]).firstByteMs(0), 500);
    assert.equal(health.figures(main).firstByteMs, 8_000);
  });
});

describe('what is said when the attempt is over already', () => {
  test('still decides a trial that nobody has decided since', () => {
    const { clock, health } = tried();
    const late = health.begin(main);
    late.end();
    assert.equal(stateOf(health, main), 'trial');
    assert.equal(late.failed(breaker, 500)?.until, clock.now() + 2 * breaker.openMs);
    assert.equal(health.of([main]).inFlight(0), 0);
  });

  test('changes nothing of a trial that another has passed', () => {
    const { health } = tried();
    const late = health.begin(main);
    late.end();
    answer(health, main);
    assert.equal(late.failed(breaker, 500), undefined);
    assert.equal(stateOf(health, main), 'usable');
  });
});
