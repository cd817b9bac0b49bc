// Sticky sessions: one session one account, moved only by what happens to that account.
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { describe, test } from 'node:test';
import type { Candidates } from '../../../src/core/index.ts';
import { group, pool, TestMeans } from './means.ts';

const sessions = Array.from({ length: 4000 }, (_, index) => hash('sha256', `session ${index}`, 'hex'));
const names = [...'abcde'];
const five = pool('m', Object.fromEntries(names.map((name) => [name, {}])));

function homes(means: TestMeans, candidates: Candidates = five): string[] {
  return sessions.map((session) => {
    means.session = session;
    return means.first(candidates);
  });
}

const count = (list: readonly string[]) =>
  Object.fromEntries(names.map((n) => [n, list.filter((x) => x === n).length]));

describe('sticky', () => {
  test('the same session meets the same account, in every thread', () => {
    assert.deepEqual(homes(new TestMeans('sticky')), homes(new TestMeans('sticky')));
  });

  test('sessions spread evenly, or by weight', () => {
    for (const share of Object.values(count(homes(new TestMeans('sticky')))))
      assert.ok(Math.abs(share - 800) < 120, `${share}`);
    const weighted = pool('m', { a: { weight: 3 }, b: { weight: 1 }, c: { weight: 0 } });
    const { a = 0, b = 0, c } = count(homes(new TestMeans('sticky'), weighted));
    assert.ok(Math.abs(a - 3000) < 150 && a + b === 4000, `${a} ${b}`);
    assert.equal(c, 0);
  });

  test('while an account cools its sessions go to their second choices, the others stay, and all come back', () => {
    const means = new TestMeans('sticky');
    const before = homes(means);
    means.doings = { c: { state: 'cooling' } };
    const during = homes(means);
    before.forEach((home, index) => {
      if (home === 'c') assert.notEqual(during[index], 'c');
      else assert.equal(during[index], home);
    });
    const moved = count(during.filter((_, index) => before[index] === 'c'));
    for (const name of ['a', 'b', 'd', 'e']) assert.ok((moved[name] ?? 0) > 130, JSON.stringify(moved));
    means.doings = {};
    assert.deepEqual(homes(means), before);
  });

  test('an account that joins takes its share from all and moves nobody else', () => {
    const four = pool('m', { a: {}, b: {}, c: {}, d: {} });
    const before = homes(new TestMeans('sticky'), four);
    const joined = homes(new TestMeans('sticky'));
    assert.ok(joined.every((home, index) => home === 'e' || home === before[index]));
  });

  test('without a session they take turns', () => {
    assert.deepEqual(new TestMeans('sticky').firsts(five, 10), { a: 2, b: 2, c: 2, d: 2, e: 2 });
  });

  test('members of groups as well, also those of one name', () => {
    const members = [pool('x', { a: {} }), pool('y', { b: {} }), pool('y', { c: {} })];
    const found = homes(new TestMeans('round-robin'), group('sticky', ...members));
    assert.deepEqual(found, homes(new TestMeans('round-robin'), group('sticky', ...members)));
    for (const name of ['a', 'b', 'c']) assert.ok(Math.abs((count(found)[name] ?? 0) - 1333) < 150);
  });
});
