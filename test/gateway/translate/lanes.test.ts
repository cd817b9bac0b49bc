// Which targets a request may go to when the chain translates, in which order, and in which dialect each is asked.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LoadedProvider } from '../../../src/config/loaded.ts';
import type { DialectName, Operation } from '../../../src/core/index.ts';
import { ModelMap } from '../../../src/gateway/models/models.ts';
import { targetsOf } from '../../../src/gateway/models/targets.ts';
import { account, configOf, pluginEntry, TestGateway } from '../../support/gateway.ts';
import { Upstream } from '../../support/upstream.ts';
import { asking, rigOf, upstreamOf } from './rig.ts';

const withoutTranslator = [
  pluginEntry('auth', { query: true }),
  pluginEntry('balancer', { strategy: 'round-robin', attempts: 5 }),
];

type Speaks = Partial<Record<DialectName, readonly Operation[]>>;

function laneOf(speaks: Speaks, dialect: DialectName, operation: Operation = 'chat'): string {
  const dialects = Object.keys(speaks) as DialectName[];
  const manifest: LoadedProvider['manifest'] = {
    title: 'up',
    auth: { kind: 'none' },
    dialects: Object.fromEntries(dialects.map((name) => [name, { operations: speaks[name] ?? [] }])),
  };
  const map = new ModelMap(configOf({ providers: [{ name: 'up', url: 'http://127.0.0.1:9', dialects, manifest }] }));
  const found = map.resolve('model-a', { dialect, operation, providers: ['up'], translates: true });
  if (found.found !== 'candidates') return found.found;
  const [target] = targetsOf(found.candidates);
  return target?.lane === undefined ? 'native' : `${target.lane.dialect} ${target.lane.operation}`;
}

describe('the lane to a provider', () => {
  const chat: readonly Operation[] = ['chat'];

  test('is none where it speaks the dialect of the caller', () => {
    assert.equal(laneOf({ gemini: chat, 'openai-chat': chat }, 'gemini'), 'native');
  });

  test('is the closest of the dialects it offers the operation in', () => {
    const all: Speaks = { 'openai-chat': chat, 'openai-responses': chat, 'anthropic-messages': chat };
    assert.equal(laneOf(all, 'gemini'), 'openai-responses chat');
    assert.equal(
      laneOf({ 'openai-chat': chat, 'openai-responses': chat }, 'anthropic-messages'),
      'openai-responses chat',
    );
    assert.equal(laneOf({ 'anthropic-messages': chat, gemini: chat }, 'openai-chat'), 'anthropic-messages chat');
    assert.equal(laneOf({ 'openai-responses': ['count-tokens'], gemini: chat }, 'openai-chat'), 'gemini chat');
  });

  test('of a legacy completion is a chat, of the same dialect first', () => {
    assert.equal(laneOf({ 'openai-chat': ['completions', 'chat'] }, 'openai-chat', 'completions'), 'native');
    assert.equal(laneOf({ 'openai-chat': chat, gemini: chat }, 'openai-chat', 'completions'), 'openai-chat chat');
    assert.equal(laneOf({ gemini: chat }, 'openai-chat', 'completions'), 'gemini chat');
  });

  test('of a count is to a counter, else to what would be asked', () => {
    assert.equal(
      laneOf({ gemini: ['chat', 'count-tokens'] }, 'anthropic-messages', 'count-tokens'),
      'gemini count-tokens',
    );
    assert.equal(laneOf({ 'openai-chat': chat }, 'anthropic-messages', 'count-tokens'), 'openai-chat chat');
    assert.equal(
      laneOf({ 'anthropic-messages': chat }, 'anthropic-messages', 'count-tokens'),
      'anthropic-messages chat',
    );
  });

  test('of embeddings leads where embeddings are', () => {
    assert.equal(laneOf({ gemini: ['embeddings'] }, 'openai-chat', 'embeddings'), 'gemini embeddings');
    assert.equal(laneOf({ 'anthropic-messages': chat }, 'openai-chat', 'embeddings'), 'not-offered');
  });

  test('of any other operation does not exist', () => {
    assert.equal(laneOf({ gemini: ['images'] }, 'openai-chat', 'images'), 'not-offered');
    assert.equal(laneOf({ 'openai-chat': ['rerank'] }, 'gemini', 'rerank'), 'not-offered');
  });
});

test('without the plugin a model behind another dialect is not offered', async () => {
  await using rig = await rigOf('gemini', {}, { plugins: withoutTranslator });
  const response = await rig.ask('openai-responses');
  assert.equal(response.status, 501);
  assert.match(await response.text(), /served here only in gemini, not in openai-responses/);
});

test('a route and a key may switch translation off and on', async () => {
  await using upstream = await Upstream.start(upstreamOf('gemini'));
  await using portico = await TestGateway.start({
    providers: [{ name: 'up', url: upstream.url, dialects: ['gemini'] }],
    routes: [
      { name: 'root', paths: ['/'] },
      { name: 'plain', paths: ['/plain'], plugins: { translator: 'off' } },
      { name: 'both', paths: ['/both'], plugins: { translator: 'off' } },
    ],
    keys: [{ plugins: {} }],
  });
  const { path, body } = asking('openai-responses');
  assert.equal((await portico.post(path, body)).status, 200);
  assert.equal((await portico.post(`/plain${path}`, body)).status, 501);
  await portico.load({
    generation: 2,
    providers: [{ name: 'up', url: upstream.url, dialects: ['gemini'] }],
    routes: [{ name: 'plain', paths: ['/'], plugins: { translator: 'off' } }],
    keys: [{ plugins: { translator: { settings: {} } } }],
  });
  assert.equal((await portico.post(path, body)).status, 200);
  await portico.load({
    generation: 3,
    providers: [{ name: 'up', url: upstream.url, dialects: ['gemini'] }],
    keys: [{ plugins: { translator: 'off' } }],
  });
  assert.equal((await portico.post(path, body)).status, 501);
});

for (const chain of ['with', 'without']) {
  test(`of the same priority the caller's own dialect comes first, ${chain} a balancer`, async () => {
    await using far = await Upstream.start(upstreamOf('gemini'));
    await using near = await Upstream.start(upstreamOf('openai-responses'));
    await using portico = await TestGateway.start({
      providers: [
        { name: 'far', url: far.url, dialects: ['gemini'] },
        { name: 'near', url: near.url, dialects: ['openai-responses'] },
      ],
      ...(chain === 'with' ? {} : { plugins: [pluginEntry('auth', { query: true }), pluginEntry('translator')] }),
    });
    const { path, body } = asking('openai-responses');
    for (let count = 0; count < 4; count += 1) assert.equal((await portico.post(path, body)).status, 200);
    assert.deepEqual([near.requests.length, far.requests.length], [4, 0]);
  });
}

test('a higher priority is worth a translation', async () => {
  await using far = await Upstream.start(upstreamOf('gemini'));
  await using near = await Upstream.start(upstreamOf('openai-responses'));
  await using portico = await TestGateway.start({
    providers: [
      { name: 'far', url: far.url, dialects: ['gemini'], accounts: [account('a', far.url, { priority: 1 })] },
      { name: 'near', url: near.url, dialects: ['openai-responses'] },
    ],
  });
  const { path, body } = asking('openai-responses');
  assert.equal((await portico.post(path, body)).status, 200);
  assert.deepEqual([near.requests.length, far.requests.length], [0, 1]);
});

test('translated targets share their turns among themselves', async () => {
  await using one = await Upstream.start(upstreamOf('gemini'));
  await using two = await Upstream.start(upstreamOf('gemini'));
  await using portico = await TestGateway.start({
    providers: [
      { name: 'one', url: one.url, dialects: ['gemini'] },
      { name: 'two', url: two.url, dialects: ['gemini'] },
    ],
  });
  const { path, body } = asking('openai-responses');
  for (let count = 0; count < 4; count += 1) await portico.post(path, body);
  assert.deepEqual([one.requests.length, two.requests.length], [2, 2]);
});
