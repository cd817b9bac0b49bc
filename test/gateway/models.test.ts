// The model map: names, pins, wildcards, groups, and what is said when nothing fits.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Candidates } from '../../src/core/index.ts';
import { ModelMap, type Need } from '../../src/gateway/models/models.ts';
import { account, configOf } from '../support/gateway.ts';

const url = 'http://127.0.0.1:1';
const ids = (...names: string[]) => ({ any: false, ids: Object.fromEntries(names.map((name) => [name, name])) });
const model = (name: string, targets: string[], strategy: 'fallback' | 'weighted' = 'fallback') => ({
  name,
  strategy,
  hidden: false,
  targets: targets.map((target) => ({ model: target, weight: 1, on: undefined })),
});
const config = configOf({
  providers: [
    {
      name: 'one',
      url,
      models: ids('m', 'only-one'),
      accounts: [account('a', url), account('b', url, { priority: 2 })],
    },
    { name: 'two', url, models: { any: false, ids: { m: 'm', renamed: 'real' } } },
    { name: 'any', url, models: { any: true, ids: {} }, dialects: ['gemini'] },
    { name: 'dead', url, models: ids('lost'), accounts: [account('x', url, { disabled: 'no credit' })] },
    { name: 'off', url, models: ids('hidden-away'), enabled: false },
  ],
  models: [
    model('alias', ['m']),
    model('chain', ['alias', 'two/renamed', 'nothing-there']),
    model('team-*', ['one/*']),
    model('team-special', ['renamed']),
    model('m', ['one/m', 'm']),
    model('loop-*', ['loop-x*']),
  ],
});
const map = new ModelMap(config);
const need: Need = { dialect: 'openai-chat', operation: 'chat', providers: config.providers.map(({ name }) => name) };

function targets(name: string, more: Partial<Need> = {}): string[] {
  const found = map.resolve(name, { ...need, ...more });
  assert.equal(found.found, 'candidates', name);
  return found.found === 'candidates' ? flat(found.candidates) : [];
}

function flat(candidates: Candidates): string[] {
  if (candidates.kind === 'group') return candidates.members.flatMap(flat);
  return candidates.targets.map((target) => `${target.provider}/${target.account}:${target.model}`);
}

describe('the model map', () => {
  test('finds an id with all accounts of all providers that list it', () => {
    assert.deepEqual(targets('only-one'), ['one/a:only-one', 'one/b:only-one']);
  });
  test('sends a renamed model under the id the provider knows', () => {
    assert.deepEqual(targets('renamed'), ['two/main:real']);
  });
  test('pins a provider by prefix', () => assert.deepEqual(targets('two/renamed'), ['two/main:real']));
  test('lets a group carry the name of what it stands for', () => {
    assert.deepEqual(targets('m'), ['one/a:m', 'one/b:m', 'one/a:m', 'one/b:m', 'two/main:m']);
  });
  test('follows groups into groups and skips members that lead nowhere', () => {
    assert.deepEqual(targets('chain').slice(-1), ['two/main:real']);
    assert.ok(targets('chain').length > 1);
  });
  test('repeats the ending of a wildcard in its target; an exact name comes first', () => {
    assert.deepEqual(targets('team-only-one'), ['one/a:only-one', 'one/b:only-one']);
    assert.deepEqual(targets('team-special'), ['two/main:real']);
  });
  test('a wildcard whose target nobody serves is a name that nobody knows', () => {
    const reached = ['one', 'two'];
    assert.deepEqual(map.resolve('team-unheard-of', { ...need, providers: reached }), { found: 'nothing' });
    assert.deepEqual(map.resolve('team-only-one', { ...need, operation: 'images', providers: reached }), {
      found: 'not-offered',
      dialects: [],
    });
  });
  test('comes last to a provider that serves whatever is asked, in its dialects only', () => {
    assert.deepEqual(targets('unheard-of', { dialect: 'gemini' }), ['any/main:unheard-of']);
    assert.deepEqual(map.resolve('unheard-of', need), { found: 'not-offered', dialects: ['gemini'] });
  });
  test('reaches only the providers of the route', () => {
    assert.deepEqual(map.resolve('only-one', { ...need, providers: ['two'] }), { found: 'nothing' });
  });
  test('says why each account of a known model is out', () => {
    const skipped = [{ provider: 'dead', account: 'x', model: 'lost', reason: 'no credit' }];
    assert.deepEqual(map.resolve('lost', need), { found: 'no-account', skipped, skippedMore: 0 });
  });
  test('does not know what disabled providers list', () => {
    assert.deepEqual(map.resolve('hidden-away', { ...need, providers: ['off'] }), { found: 'nothing' });
  });
  test('survives a wildcard that grows without end', () => {
    assert.equal(map.resolve('loop-y', { ...need, providers: ['one'] }).found !== 'candidates', true);
  });
  test('lists names of its own first, then those of providers, each once', () => {
    const listed = map.list(['one', 'two']).map(({ id }) => id);
    assert.deepEqual(listed, ['alias', 'chain', 'team-special', 'm', 'only-one', 'renamed']);
  });
});
