// The balancer's order: exact where it promises to be, by priority before all.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { leavesModel, movesOn } from '../../../plugins/balancer/moves-on.ts';
import { order } from '../../../plugins/balancer/order/order.ts';
import type { AccountStrategy, FailureKind } from '../../../src/core/index.ts';
import { group, pool, TestMeans } from './means.ts';

const strategies: readonly AccountStrategy[] = [
  'round-robin',
  'weighted',
  'random',
  'fill-first',
  'least-used',
  'least-busy',
  'latency',
  'cheapest',
  'sticky',
];

describe('accounts', () => {
  const three = pool('m', { a: {}, b: {}, c: {} });

  test('round-robin takes turns, and the others follow in turn', () => {
    const means = new TestMeans('round-robin');
    assert.deepEqual(
      Array.from({ length: 4 }, () => means.names(three)),
      ['abc', 'bca', 'cab', 'abc'],
    );
  });

  test('round-robin stays exact while some cool: turns of theirs are dealt out evenly, whichever thread asks', () => {
    const five = pool('m', { a: {}, b: {}, c: {}, d: {}, e: {} });
    const cursors = new Map<string, number>();
    const cool = { b: { state: 'cooling' }, c: { state: 'tried' } } as const;
    const threads = [1, 2].map(() => new TestMeans('round-robin', cool, cursors));
    const counts: Record<string, number> = {};
    for (let time = 0; time < 5 * 3 * 10; time += 1) {
      const first = threads[time % 2]?.first(five) ?? '';
      counts[first] = (counts[first] ?? 0) + 1;
      const turns = Object.values(counts);
      assert.ok(turns.length < 3 || Math.max(...turns) - Math.min(...turns) <= 2, JSON.stringify(counts));
    }
    assert.deepEqual(counts, { a: 50, d: 50, e: 50 });
  });

  test('keys that may use other accounts of a model take turns among theirs', () => {
    const some = pool('m', { a: {}, b: {} });
    const means = new TestMeans('round-robin');
    const firsts = Array.from({ length: 4 }, () => [means.first(some), means.first(three)].join(''));
    assert.deepEqual(firsts, ['aa', 'bb', 'ac', 'ba']);
  });

  test('weights are exact over a round and evenly spread', () => {
    const means = new TestMeans('weighted');
    const weighted = pool('m', { a: { weight: 5 }, b: { weight: 1 }, c: { weight: 1 } });
    assert.equal(Array.from({ length: 14 }, () => means.first(weighted)).join(''), 'aabacaaaabacaa');
  });

  const shares: Record<string, readonly number[]> = {
    'few and small': [3, 2, 1],
    huge: [997, 991, 13],
    many: Array.from({ length: 300 }, (_, index) => 1 + (index % 7)),
  };
  for (const [what, weights] of Object.entries(shares)) {
    test(`weights keep their shares within five percent over 10,000 picks: ${what}`, () => {
      const weighted = pool('m', Object.fromEntries(weights.map((weight, index) => [`n${index}`, { weight }])));
      const counts = new TestMeans('weighted').firsts(weighted, 10_000);
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      weights.forEach((weight, index) => {
        const expected = (10_000 * weight) / total;
        // Of a share of some dozen picks one pick is more than five percent.
        const slack = Math.max(0.05 * expected, 2);
        assert.ok(Math.abs((counts[`n${index}`] ?? 0) - expected) <= slack, `${index}: ${counts[`n${index}`]}`);
      });
    });
  }

  test('turns of one that cools go to the others by weight; weight 0 waits until all others fail', () => {
    const weighted = pool('m', { a: { weight: 3 }, b: { weight: 2 }, c: { weight: 1 }, z: { weight: 0 } });
    const means = new TestMeans('weighted', { a: { state: 'cooling' } });
    const counts = means.firsts(weighted, 6000);
    assert.ok(Math.abs((counts.b ?? 0) - 4000) < 200, JSON.stringify(counts));
    assert.equal(counts.z, undefined);
    assert.match(means.names(weighted), /^(bc|cb)z$/);
    means.doings = { a: { state: 'cooling' }, b: { state: 'cooling' }, c: { state: 'cooling' } };
    assert.equal(means.names(weighted), 'z');
  });

  test('weights that are all 0 are equal', () => {
    const none = pool('m', { a: { weight: 0 }, b: { weight: 0 } });
    assert.deepEqual(new TestMeans('weighted').firsts(none, 10), { a: 5, b: 5 });
  });

  test('random tries each once and is not always the same', () => {
    const many = pool('m', Object.fromEntries([...'abcdefghij'].map((name) => [name, {}])));
    const means = new TestMeans('random', { j: { state: 'cooling' } });
    const seen = new Set(Array.from({ length: 50 }, () => means.names(many)));
    assert.ok(seen.size > 10);
    for (const one of seen) assert.equal([...one].sort().join(''), 'abcdefghi');
    const counts = Object.values(means.firsts(many, 9000));
    assert.equal(counts.length, 9);
    assert.ok(Math.min(...counts) > 850 && Math.max(...counts) < 1150, counts.join());
  });

  test('fill-first keeps to the order of the file', () => {
    assert.equal(new TestMeans('fill-first').names(pool('m', { b: {}, a: {} })), 'ba');
  });

  test('least-busy takes the one with the fewest requests under way; equals take turns', () => {
    const means = new TestMeans('least-busy', { a: { inFlight: 2 }, b: { inFlight: 1 }, c: { inFlight: 3 } });
    assert.equal(means.names(three), 'bac');
    means.doings = { a: { inFlight: 1 }, b: { inFlight: 1 }, c: { inFlight: 3 } };
    assert.deepEqual(means.firsts(three, 6), { a: 3, b: 3 });
    means.doings = { a: { inFlight: 5 }, b: { state: 'cooling' }, c: { inFlight: 6 } };
    assert.equal(means.names(three), 'ac');
  });

  test('least-used counts requests so far, also where the count has wrapped', () => {
    const means = new TestMeans('least-used', { a: { used: 12 }, b: { used: 10 }, c: { used: 11 } });
    assert.equal(means.names(three), 'bca');
    means.doings = { a: { used: 2 ** 31 - 2 }, b: { used: 3 }, c: { used: 1 } };
    assert.equal(means.names(three), 'acb');
  });

  test('cheapest goes by price, three parts input to one of output; what has none comes last', () => {
    const means = new TestMeans('cheapest', {
      a: {},
      b: { price: { input: 1, output: 9 } },
      c: { price: { input: 2, output: 5 } },
    });
    assert.equal(means.names(pool('m', { a: { provider: 'x' }, b: { provider: 'y' }, c: { provider: 'z' } })), 'cba');
  });

  test('latency: of two picked by chance the faster, and who has never answered is found out', () => {
    const means = new TestMeans('latency', { a: { firstByteMs: 10 }, b: { firstByteMs: 20 }, c: { firstByteMs: 30 } });
    const { a = 0, b = 0, c = 0 } = means.firsts(three, 3000);
    // Of three pairs the first wins two and the second one; one time in twenty chance alone decides.
    assert.ok(Math.abs(a - 1950) < 120 && Math.abs(b - 1000) < 120 && c > 20 && c < 90, `${a} ${b} ${c}`);
    means.doings = { a: { firstByteMs: 10 }, b: { firstByteMs: 20 } };
    assert.ok((means.firsts(three, 300).c ?? 0) > 150);
    means.doings = { a: { firstByteMs: 10 }, b: { state: 'cooling' }, c: { state: 'cooling' } };
    assert.equal(means.names(three), 'a');
  });

  for (const strategy of strategies) {
    test(`${strategy}: higher priorities are exhausted before lower ones`, () => {
      const tiers = pool('m', { low: {}, B: { priority: 9 }, A: { priority: 9 }, mid: { priority: 5 } });
      const means = new TestMeans(strategy);
      assert.match(means.names(tiers), /^(AB|BA)midlow$/);
      means.doings = { A: { state: 'cooling' }, B: { state: 'tried' } };
      assert.equal(means.names(tiers), 'midlow');
    });
    test(`${strategy}: each is asked once, a trial in its turn, and nobody who cools`, () => {
      const many = pool('m', { a: {}, b: {}, c: {}, d: {} });
      const means = new TestMeans(strategy, { b: { state: 'cooling' }, c: { state: 'trial' } });
      means.session = 'f00dfeed'.repeat(8);
      for (let time = 0; time < 20; time += 1) {
        assert.equal([...means.names(many)].sort().join(''), 'acd');
        const all = [...order(many, means)].map(({ target }) => target.account);
        assert.equal(all.toSorted().join(''), 'abcd');
      }
      means.doings = Object.fromEntries([...'abcd'].map((name) => [name, { state: 'cooling' as const }]));
      assert.equal(means.names(many), '');
    });
  }

  test('within a priority the caller’s own dialect comes before a translation', () => {
    const lane = { dialect: 'gemini', operation: 'chat' } as const;
    const mixed = pool('m', { x: { lane }, y: {}, z: { lane, priority: 1 } });
    assert.equal(new TestMeans('fill-first').names(mixed), 'zyx');
  });
});

describe('groups', () => {
  const [a, b, c] = [pool('a', { a: {} }), pool('b', { b: {} }), pool('c', { c: {} })];

  test('fall back in order', () => assert.equal(new TestMeans('random').names(group('fallback', b, a)), 'ba'));
  test('conditional keeps the order too: who does not fit is not there', () =>
    assert.equal(new TestMeans('random').names(group('conditional', b, a)), 'ba'));

  test('share by weight among members', () => {
    const means = new TestMeans('round-robin');
    const shared = group('weighted', { ...a, weight: 3 }, b);
    assert.equal(Array.from({ length: 8 }, () => means.first(shared)).join(''), 'aabaaaba');
  });

  test('a member counts for what its accounts do together', () => {
    const two = pool('two', { d: {}, e: {} });
    const means = new TestMeans('fill-first', { a: { inFlight: 3, used: 5 }, d: { inFlight: 1, used: 4 } });
    means.doings = { ...means.doings, e: { inFlight: 1, used: 4 } };
    assert.equal(means.first(group('least-busy', a, two)), 'd');
    assert.equal(means.first(group('least-used', a, two)), 'a');
    means.doings = { a: { firstByteMs: 50 }, d: { firstByteMs: 10 }, e: { firstByteMs: 30 } };
    const { d = 0 } = means.firsts(group('latency', a, two), 400);
    assert.ok(d > 360, `${d}`);
    means.doings = { a: { price: { input: 1, output: 1 } }, d: { price: { input: 3, output: 3 } }, e: {} };
    assert.equal(means.first(group('cheapest', two, a)), 'a');
  });

  test('a member none of whose accounts can be used loses its turn to all others evenly', () => {
    const means = new TestMeans('round-robin', { b: { state: 'cooling' } });
    assert.deepEqual(means.firsts(group('round-robin', a, b, c), 12), { a: 6, c: 6 });
  });

  test('nest, and the narrowest on: and hedge: count', () => {
    const inner = group('fallback', { ...a, on: ['429'] }, b);
    const outer = { ...group('fallback', { ...inner, on: ['timeout'] }, c), hedge: 70 };
    const picks = [...order(outer, new TestMeans('round-robin'))];
    assert.deepEqual(
      picks.map(({ on, hedge }) => [on, hedge]),
      [
        [['429'], 70],
        [['timeout'], 70],
        [undefined, 70],
      ],
    );
  });

  test('on: names which failures move on; the caller’s own never do', () => {
    const next = (kind: FailureKind) => ({ kind, verdict: 'next' }) as const;
    assert.ok(movesOn(next('rate-limit'), undefined));
    assert.ok(movesOn(next('rate-limit'), ['429']));
    assert.ok(!movesOn(next('server'), ['429', 'timeout']));
    assert.ok(!movesOn({ kind: 'caller', verdict: 'stop' }, undefined));
    assert.ok(!movesOn({ kind: 'context-length', verdict: 'stop' }, undefined));
    // A rule of the operator's said so.
    assert.ok(movesOn(next('caller'), ['429']));
    assert.ok(leavesModel('context-length', ['context-length']));
    assert.ok(!leavesModel('content-policy', ['context-length']));
    assert.ok(!leavesModel('server', ['5xx']));
  });
});
