// The circuit breaker: so many failures within the window, whatever is answered between them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { answer, begun, breaker, cool, fail, minute, scene, stateOf, target } from './healthy.ts';

const main = target('main');

describe('the circuit', () => {
  test('opens at the fifth failure of a minute, not before', () => {
    const { clock, health } = scene();
    for (let failure = 0; failure < 4; failure += 1) {
      assert.equal(fail(health, main), undefined);
      clock.advance(14_000);
    }
    assert.equal(stateOf(health, main), 'usable');
    assert.deepEqual(fail(health, main), {
      cause: 'failing',
      scope: 'model',
      status: 500,
      until: clock.now() + 30_000,
    });
  });

  test('stays closed while failures are further apart than the window', () => {
    const { clock, health } = scene();
    for (let failure = 0; failure < 50; failure += 1) {
      assert.equal(fail(health, main), undefined);
      clock.advance(15_000);
    }
  });

  test('slides: what matters is any minute, not one that begins with the first failure', () => {
    const { clock, health } = scene();
    fail(health, main);
    clock.advance(59_000);
    fail(health, main);
    clock.advance(2_000);
    for (let failure = 0; failure < 2; failure += 1) assert.equal(fail(health, main), undefined);
    clock.advance(57_000);
    assert.equal(fail(health, main), undefined);
    assert.equal(fail(health, main)?.cause, 'failing');
  });

  test('is not kept closed by answers in between', () => {
    const { health } = scene();
    for (let failure = 0; failure < 4; failure += 1) {
      fail(health, main);
      answer(health, main);
    }
    assert.equal(fail(health, main)?.cause, 'failing');
  });

  test('stays open twice as long each time its trial fails, and counts anew when it is closed', () => {
    const { clock, health } = scene();
    for (let failure = 0; failure < 5; failure += 1) fail(health, main);
    const lengths: number[] = [];
    for (let round = 0; round < 7; round += 1) {
      const { until } = health.of([main]).standing(0) as { until: number };
      clock.advance(until - clock.now());
      assert.equal(stateOf(health, main), 'trial');
      lengths.push(((fail(health, main)?.until ?? 0) - clock.now()) / minute);
    }
    assert.deepEqual(lengths, [1, 2, 4, 8, 16, 30, 30]);
    clock.advance(30 * minute);
    answer(health, main);
    for (let failure = 0; failure < 4; failure += 1) assert.equal(fail(health, main), undefined);
  });

  test('is not opened further by what failed in the same burst', () => {
    const { clock, health } = scene();
    const watches = begun(health, main, 100);
    for (const watch of watches) watch.failed(breaker, 500);
    clock.advance(30_000);
    assert.equal(stateOf(health, main), 'trial');
  });

  test('never opens where failures are 0', () => {
    const { health } = scene();
    for (let failure = 0; failure < 50; failure += 1)
      assert.equal(fail(health, main, { ...breaker, failures: 0 }), undefined);
  });

  test('opens at a hundred as well', () => {
    const { clock, health } = scene();
    const rule = { ...breaker, failures: 100 };
    let failures = 1;
    while (fail(health, main, rule) === undefined) {
      clock.advance(100);
      failures += 1;
    }
    assert.ok(failures >= 94 && failures <= 112, String(failures));
  });

  test('forgets what the future knew when the clock is set back', () => {
    const { clock, health } = scene();
    for (let failure = 0; failure < 4; failure += 1) fail(health, main);
    clock.advance(-60 * minute);
    assert.equal(fail(health, main), undefined);
  });

  test('is opened again by a trial of another cooldown that fails', () => {
    const { clock, health } = scene();
    cool(health, main);
    clock.advance(1_000);
    assert.equal(fail(health, main)?.until, clock.now() + 60_000);
  });
});
