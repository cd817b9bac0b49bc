// The balancer's order: exact where it promises to be, by priority before all.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { movesOn } from '../../plugins/balancer/moves-on.ts';
import { order, type Strategy } from '../../plugins/balancer/order.ts';
import type { AccountPool, Candidates, Group, Ledger } from '../../src/core/index.ts';

class Cursors implements Pick<Ledger, 'next'> {
  readonly #at = new Map<string, number>();
  next(name: string): number {
    const at = this.#at.get(name) ?? 0;
    this.#at.set(name, at + 1);
    return at;
  }
}

const pool = (name: string, accounts: Record<string, { priority?: number; weight?: number }>): AccountPool => ({
  kind: 'accounts',
  name,
  weight: 1,
  on: undefined,
  targets: Object.entries(accounts).map(([account, { priority = 0, weight = 1 }]) => ({
    provider: 'p',
    account,
    model: 'm',
    priority,
    weight,
  })),
});
const names = (candidates: Candidates, strategy: Strategy, ledger: Pick<Ledger, 'next'>) =>
  [...order(candidates, strategy, ledger)].map(({ target }) => target.account).join('');

describe('accounts', () => {
  test('round-robin takes turns, and the others follow in turn', () => {
    const ledger = new Cursors();
    const three = pool('m', { a: {}, b: {}, c: {} });
    assert.deepEqual(
      Array.from({ length: 4 }, () => names(three, 'round-robin', ledger)),
      ['abc', 'bca', 'cab', 'abc'],
    );
  });
  test('weights are exact over a round and evenly spread', () => {
    const ledger = new Cursors();
    const weighted = pool('m', { a: { weight: 5 }, b: { weight: 1 }, c: { weight: 1 } });
    const firsts = Array.from({ length: 14 }, () => names(weighted, 'weighted', ledger)[0]).join('');
    assert.equal(firsts, 'aabacaaaabacaa');
  });
  test('huge weights keep their shares within five percent', () => {
    const ledger = new Cursors();
    const weighted = pool('m', { a: { weight: 997 }, b: { weight: 991 }, c: { weight: 13 } });
    const counts: Record<string, number> = {};
    for (let pick = 0; pick < 20_000; pick += 1) {
      const [first = ''] = names(weighted, 'weighted', ledger);
      counts[first] = (counts[first] ?? 0) + 1;
    }
    assert.ok(Math.abs((counts.a ?? 0) / 20_000 - 997 / 2001) < 0.05 * (997 / 2001), JSON.stringify(counts));
    assert.ok(Math.abs((counts.c ?? 0) / 20_000 - 13 / 2001) < 0.05 * (13 / 2001), JSON.stringify(counts));
  });
  test('random tries each once and is not always the same', () => {
    const ledger = new Cursors();
    const many = pool('m', Object.fromEntries([...'abcdefghij'].map((name) => [name, {}])));
    const seen = new Set(Array.from({ length: 50 }, () => names(many, 'random', ledger)));
    assert.ok(seen.size > 10);
    for (const one of seen) assert.equal([...one].sort().join(''), 'abcdefghij');
  });
  test('fill-first keeps to the order of the file', () => {
    assert.equal(names(pool('m', { b: {}, a: {} }), 'fill-first', new Cursors()), 'ba');
  });
  test('higher priorities are exhausted before lower ones, whatever the strategy', () => {
    const tiers = pool('m', { low: {}, B: { priority: 9 }, A: { priority: 9 }, mid: { priority: 5 } });
    for (const strategy of ['round-robin', 'weighted', 'random', 'fill-first'] as const) {
      assert.match(names(tiers, strategy, new Cursors()), /^(AB|BA)midlow$/);
    }
  });
});

describe('groups', () => {
  const [a, b] = [pool('a', { a: {} }), pool('b', { b: {} })];
  const group = (strategy: Group['strategy'], members: Candidates[]): Group => ({
    kind: 'group',
    name: 'g',
    strategy,
    weight: 1,
    on: undefined,
    members,
  });
  test('fall back in order', () => assert.equal(names(group('fallback', [b, a]), 'random', new Cursors()), 'ba'));
  test('share by weight among members', () => {
    const ledger = new Cursors();
    const shared = group('weighted', [{ ...a, weight: 3 }, b]);
    const firsts = Array.from({ length: 8 }, () => names(shared, 'round-robin', ledger)[0]).join('');
    assert.equal(firsts, 'aabaaaba');
  });
  test('nest, and the narrowest on: counts', () => {
    const inner = group('fallback', [{ ...a, on: ['429'] }, b]);
    const picks = [...order({ ...inner, on: ['timeout'] }, 'round-robin', new Cursors())];
    assert.deepEqual(
      picks.map(({ on }) => on),
      [['429'], ['timeout']],
    );
  });
  test('on: names which failures move on; the caller’s own never do', () => {
    assert.ok(movesOn('rate-limit', undefined));
    assert.ok(movesOn('rate-limit', ['429']));
    assert.ok(!movesOn('server', ['429', 'timeout']));
    assert.ok(!movesOn('caller', undefined));
  });
});
