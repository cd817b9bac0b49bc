// Who guesses is not listened to for a while; memory is bounded, and nobody lifts a ban by coming from elsewhere.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bans } from '../../../src/control/management/bans.ts';
import { HandClock } from '../../support/clock.ts';

const minute = 60_000;

function scene() {
  const clock = new HandClock();
  const bans = new Bans(clock);
  const guess = (address: string, times: number) => Array.from({ length: times }, () => bans.failed(address)).at(-1);
  return { clock, bans, guess };
}

test('the fifth wrong key bans for thirty minutes', () => {
  const { clock, bans, guess } = scene();
  assert.equal(guess('10.0.0.1', 4), false);
  assert.equal(bans.remaining('10.0.0.1'), 0);
  assert.equal(bans.failed('10.0.0.1'), true);
  assert.equal(bans.remaining('10.0.0.1'), 30 * minute);
  assert.equal(bans.remaining('10.0.0.2'), 0);
  clock.advance(30 * minute - 1);
  assert.equal(bans.remaining('10.0.0.1'), 1);
  clock.advance(1);
  assert.equal(bans.remaining('10.0.0.1'), 0);
  assert.equal(guess('10.0.0.1', 4), false, 'the count begins anew');
});

test('a right key, or half an hour without a wrong one, resets the count', () => {
  const { clock, bans, guess } = scene();
  guess('10.0.0.1', 4);
  bans.succeeded('10.0.0.1');
  assert.equal(guess('10.0.0.1', 4), false);
  clock.advance(30 * minute);
  assert.equal(guess('10.0.0.1', 4), false);
  assert.equal(bans.remaining('10.0.0.1'), 0);
});

test('an address is one however it is written, and a network of IPv6 is one', () => {
  const { bans, guess } = scene();
  guess('::ffff:10.0.0.1', 5);
  assert.notEqual(bans.remaining('10.0.0.1'), 0);
  guess('2001:db8:1:2::1', 4);
  assert.equal(bans.failed('2001:db8:1:2:ffff:0:0:9'), true);
  assert.notEqual(bans.remaining('2001:0db8:0001:0002::abcd%eth0'), 0);
  assert.equal(bans.remaining('2001:db8:1:3::1'), 0);
  guess('::1', 5);
  assert.notEqual(bans.remaining('::1'), 0);
  assert.equal(bans.remaining('2001:db8::1'), 0);
});

test('a thousand addresses are remembered; those that are banned are forgotten last', () => {
  const { bans, guess } = scene();
  guess('10.9.9.9', 5);
  for (let at = 0; at < 5_000; at += 1) bans.failed(`10.0.${at >> 8}.${at & 255}`);
  assert.notEqual(bans.remaining('10.9.9.9'), 0, 'a flood of others does not lift it');
  const first = '10.0.0.0';
  assert.equal(guess(first, 4), false, 'that one was forgotten: this is its fourth, not its fifth');
});

test('beside a thousand bans the next one is counted as well', () => {
  const { bans, guess } = scene();
  for (let at = 0; at < 1_000; at += 1) guess(`10.1.${at >> 8}.${at & 255}`, 5);
  assert.equal(guess('10.9.9.9', 4), false);
  assert.equal(bans.failed('10.9.9.9'), true);
  assert.notEqual(bans.remaining('10.9.9.9'), 0);
});
