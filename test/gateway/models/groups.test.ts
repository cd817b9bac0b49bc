// Groups keep what their configuration says, at whatever depth: whoever chooses from them goes by it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Strategy } from '../../../src/core/index.ts';
import { flat, group, ids, Maps, provider } from './map.ts';

const strategies: readonly Strategy[] = [
  'fallback',
  'conditional',
  'round-robin',
  'weighted',
  'random',
  'least-used',
  'least-busy',
  'latency',
  'cheapest',
  'sticky',
];

describe('groups', () => {
  const maps = new Maps(
    [provider('one', ids('m', 'n'), { a: { weight: 0, priority: 3 } })],
    [
      ...strategies.map((strategy) => group(`by-${strategy}`, ['m', 'n'], { strategy })),
      group('inner', [{ model: 'm', weight: 0, on: ['429'] }, 'n'], { hedge: 250 }),
      group('outer', [{ model: 'inner', weight: 7, on: ['timeout', 'context-length'] }, 'one/n'], { hedge: 0 }),
      ...Array.from({ length: 15 }, (_, at) => group(`deep-${at}`, [at === 14 ? 'm' : `deep-${at + 1}`])),
    ],
  );

  for (const strategy of strategies) {
    test(`of the strategy ${strategy}`, () => {
      const found = maps.candidates(`by-${strategy}`);
      assert.deepEqual(
        [found.kind === 'group' && found.strategy, maps.targets(`by-${strategy}`)],
        [strategy, ['one/a:m', 'one/a:n']],
      );
    });
  }
  test('in groups, with weights, failures and hedges of their own', () => {
    const outer = maps.candidates('outer');
    assert.ok(outer.kind === 'group');
    const [inner, pin] = outer.members;
    assert.ok(inner?.kind === 'group');
    assert.deepEqual([outer.hedge, outer.weight, outer.on], [0, 1, undefined]);
    assert.deepEqual([inner.hedge, inner.weight, inner.on], [250, 7, ['timeout', 'context-length']]);
    assert.deepEqual(
      inner.members.map(({ name, weight, on }) => [name, weight, on]),
      [
        ['m', 0, ['429']],
        ['n', 1, undefined],
      ],
    );
    assert.deepEqual([pin?.name, pin?.weight, pin?.on], ['one/n', 1, undefined]);
  });
  test('weigh and rank their accounts as these are configured', () => {
    const [target] = flat(maps.candidates('m'));
    assert.deepEqual([target?.weight, target?.priority], [0, 3]);
  });
  test('as deep as any sane configuration has them', () => assert.deepEqual(maps.targets('deep-0'), ['one/a:m']));
});
