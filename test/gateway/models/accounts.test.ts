// Which accounts of a provider are candidates for a model, and what is said of the others.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { flat, group, ids, Maps, provider } from './map.ts';

describe('what an account serves', () => {
  const maps = new Maps([
    provider(
      'one',
      { any: false, ids: { large: 'vendor-large-2', small: 'vendor-small' } },
      {
        all: { fingerprint: 'f1' },
        large: { models: ['lar*'] },
        byId: { models: ['vendor-large-*'] },
        not: { exclude: ['large'] },
        notById: { exclude: ['*-large-2'] },
        own: { rename: { large: 'deployment-7' } },
        off: { disabled: 'switched off in the configuration' },
      },
    ),
  ]);

  test('is chosen by the name clients ask for, or by the id the provider knows', () => {
    assert.deepEqual(maps.targets('large'), [
      'one/all:vendor-large-2',
      'one/large:vendor-large-2',
      'one/byId:vendor-large-2',
      'one/own:deployment-7',
    ]);
    assert.deepEqual(maps.targets('small'), [
      'one/all:vendor-small',
      'one/not:vendor-small',
      'one/notById:vendor-small',
      'one/own:vendor-small',
    ]);
  });
  test('is the same for a pin', () => assert.deepEqual(maps.targets('one/large'), maps.targets('large')));
  test('is told of those that are left out', () => {
    assert.deepEqual(maps.skipped('large'), [
      'one/not: does not serve large',
      'one/notById: does not serve large',
      'one/off: switched off in the configuration',
    ]);
  });
  test('leaves other accounts of the provider to operations without a model', () => {
    const found = maps.map.anywhere(maps.need);
    assert.equal(found.found === 'candidates' && flat(found.candidates).length, 6);
  });
  test('targets carry which credential they use', () => {
    assert.equal(flat(maps.candidates('large'))[0]?.credential, 'f1');
  });
});

describe('bindings', () => {
  const both = { any: false, ids: { m: 'm' } };
  const maps = new Maps(
    [
      provider('one', both, { a: { tags: ['eu'], groups: ['team-a'] }, b: { tags: ['us'] } }),
      provider('two', both, { a: { tags: ['eu'] }, c: {} }),
      provider('rest', { any: true, ids: {} }, { x: {} }),
    ],
    [
      group('eu', [{ model: 'm', accounts: ['tag:eu'] }]),
      group('inner', [{ model: 'm', accounts: ['one/*'] }]),
      group('outer', [{ model: 'inner', accounts: ['tag:eu'] }]),
      group('pinned', [{ model: 'one/m', accounts: ['two/a'] }]),
    ],
  );

  for (const [list, expected] of [
    [['one/b'], ['one/b:m']],
    [['*/a'], ['one/a:m', 'two/a:m']],
    [['two'], ['two/a:m', 'two/c:m']],
    [['tag:eu'], ['one/a:m', 'two/a:m']],
    [['tag:*'], ['one/a:m', 'one/b:m', 'two/a:m']],
    [
      ['group:team-a', 'two/c'],
      ['one/a:m', 'two/c:m'],
    ],
  ] as const) {
    test(`of a key or a route to ${list.join(', ')}`, () => {
      assert.deepEqual(maps.targets('m', { key: list }), expected);
      assert.deepEqual(maps.targets('m', { route: list }), expected);
    });
  }
  test('of key, route and target hold together', () => {
    assert.deepEqual(maps.targets('eu'), ['one/a:m', 'two/a:m']);
    assert.deepEqual(maps.targets('eu', { key: ['one'] }), ['one/a:m']);
    assert.deepEqual(maps.targets('eu', { key: ['one'], route: ['*/a'] }), ['one/a:m']);
    const nobody = maps.map.resolve('eu', { ...maps.need, key: ['one'], route: ['two'] });
    assert.equal(nobody.found, 'no-account');
  });
  test('of groups in groups hold together', () => assert.deepEqual(maps.targets('outer'), ['one/a:m']));
  test('that leave nobody are no reason to ask others', () => {
    assert.deepEqual(maps.skipped('pinned'), [
      'one/a: not among the accounts of the target',
      'one/b: not among the accounts of the target',
    ]);
    assert.deepEqual(maps.skipped('one/m', { key: ['two/*'] }), [
      'one/a: not bound to this key',
      'one/b: not bound to this key',
    ]);
    assert.deepEqual(maps.skipped('m', { route: ['one/b'] }).slice(0, 2), [
      'one/a: not bound to this route',
      'two/a: not bound to this route',
    ]);
  });
  test('decide which providers take what names no model', () => {
    const { need } = maps;
    assert.deepEqual(maps.map.offering(need), ['one', 'two', 'rest']);
    assert.deepEqual(maps.map.offering({ ...need, key: ['two/*'] }), ['two']);
    assert.deepEqual(maps.map.offering({ ...need, key: ['two/*'], route: ['one/*'] }), []);
  });
});

test('a pin whose accounts are out is not served by a provider that serves anything', () => {
  const maps = new Maps([
    provider('one', ids('m'), { a: { disabled: 'no credit' } }),
    provider('rest', { any: true, ids: {} }, { x: {} }),
  ]);
  assert.deepEqual(maps.skipped('one/m'), ['one/a: no credit']);
  assert.deepEqual(maps.targets('one/m', { providers: ['rest'] }), ['rest/x:one/m']);
});

test('who is skipped is told up to fifty, then counted', () => {
  const accounts = Object.fromEntries(Array.from({ length: 120 }, (_, at) => [`a${at}`, { exclude: ['m'] }]));
  const maps = new Maps([provider('one', ids('m'), { ...accounts, last: {} })], [group('twice', ['m', 'one/m'])]);
  const { skipped, skippedMore } = maps.candidates('m');
  assert.deepEqual([skipped?.length, skippedMore], [50, 70]);
  assert.deepEqual(maps.candidates('twice').skipped?.length, 50);
  assert.equal(new Maps([provider('one', ids('m'), { a: {} })]).candidates('m').skipped, undefined);
});

test('providers that cannot be asked say why, where somebody says that they have the model', () => {
  const gemini = { ...provider('two', ids('m'), { a: {} }), dialects: ['gemini'] as const };
  const maps = new Maps([
    provider('one', ids('m'), { a: {} }),
    gemini,
    { ...provider('rest', { any: true, ids: {} }, { x: {} }), dialects: ['gemini'] as const },
  ]);
  assert.deepEqual(maps.skipped('m'), ['two: speaks only gemini']);
});

test('what depends on no condition is remembered as it is', () => {
  const maps = new Maps([provider('one', ids('m'), { a: {} })]);
  const found = maps.map.resolve('m', maps.need);
  assert.ok(found.found === 'candidates');
  const tree = maps.map.treeOf(found);
  assert.equal(tree.candidates, found.candidates);
  assert.equal(tree.choose, undefined);
});
