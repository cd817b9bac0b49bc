// `model(high)`: how much a model shall think, as part of its name.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Need } from '../../../src/gateway/models/models.ts';
import { flat, group, ids, Maps, provider } from './map.ts';

describe('thinking suffixes', () => {
  const maps = new Maps(
    [provider('one', ids('m', 'odd(high)'), { a: {} }), provider('rest', { any: true, ids: {} }, { x: {} })],
    [
      group('slow', [{ model: 'm', thinking: 'high', set: { temperature: 1, top_p: 1 } }]),
      group('slower', [{ model: 'slow', thinking: 20_000, set: { temperature: 0 } }]),
      group('team-*', ['one/*']),
      group('all-*', ['one/m']),
    ],
  );
  const thinking = (name: string, more: Partial<Need> = {}) =>
    flat(maps.candidates(name, more)).map((target) => [target.model, target.thinking]);

  test('are no part of the name that is looked up', () => {
    assert.deepEqual(thinking('m(high)', { providers: ['one'] }), [['m', 'high']]);
    assert.deepEqual(thinking('one/m(8192)'), [['m', 8192]]);
    assert.deepEqual(thinking('m(none)', { providers: ['one'] }), [['m', 'none']]);
    assert.deepEqual(thinking('unheard-of(auto)'), [['unheard-of', 'auto']]);
    assert.deepEqual(thinking('rest/m(low)'), [['m', 'low']]);
  });
  test('of other words are part of the name', () => {
    assert.deepEqual(thinking('x(fast)'), [['x(fast)', undefined]]);
    assert.deepEqual(thinking('x(99999999)'), [['x(99999999)', undefined]]);
    assert.deepEqual(thinking('(high)'), [['(high)', undefined]]);
  });
  test('are part of a name that somebody lists with it', () => {
    assert.deepEqual(thinking('odd(high)'), [['odd(high)', undefined]]);
    assert.deepEqual(thinking('one/odd(high)'), [['odd(high)', undefined]]);
    assert.equal(maps.map.nameOf('odd(high)'), 'odd(high)');
    assert.equal(maps.map.nameOf('m(high)'), 'm');
  });
  test('reach through groups and wildcards', () => {
    assert.deepEqual(thinking('team-m(low)'), [['m', 'low']]);
    assert.deepEqual(thinking('all-x(low)'), [['m', 'low']]);
  });
  test('nearer to the client count before others; so does what is set', () => {
    assert.deepEqual(thinking('slow'), [['m', 'high']]);
    assert.deepEqual(thinking('slower'), [['m', 20_000]]);
    assert.deepEqual(thinking('slower(none)'), [['m', 'none']]);
    assert.deepEqual(flat(maps.candidates('slower'))[0]?.set, { temperature: 0, top_p: 1 });
  });
  test('are told to who asks how a name was found', () => {
    const { kind, name, asked, foundAs } = maps.candidates('slow(low)');
    assert.deepEqual([kind, name, asked, foundAs], ['group', 'slow', 'slow(low)', 'alias']);
    const wild = maps.candidates('team-m');
    assert.deepEqual([wild.name, wild.asked, wild.foundAs], ['team-*', 'team-m', 'wildcard']);
    assert.equal(maps.candidates('one/m').foundAs, 'pin');
    assert.equal(maps.candidates('m').foundAs, 'listed');
    assert.equal(maps.candidates('unheard-of').foundAs, 'any');
  });
});
