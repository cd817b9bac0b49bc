// What the shipped plugins say they would do is what they do, and those behind them see what they would see.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoadedPlugin } from '../../../src/config/loaded.ts';
import { HandClock } from '../../support/clock.ts';
import { pluginEntry, TestGateway } from '../../support/gateway.ts';
import { Upstream } from '../../support/upstream.ts';
import { explained } from './asking.ts';

const chat = { model: 'model-a', messages: [{ role: 'user', content: 'write to ann@example.com' }] };
const auth = pluginEntry('auth', { query: true });
const answer = JSON.stringify({
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
});

const start = (url: string, ...plugins: LoadedPlugin[]) =>
  TestGateway.start({ plugins: [auth, ...plugins], providers: [{ name: 'up', url }] }, new HandClock());
const nowhere = 'http://127.0.0.1:9';

test('cache: a miss before, an answer after the same request', async () => {
  await using upstream = await Upstream.start((res) => {
    res.setHeader('content-type', 'application/json');
    res.end(answer);
  });
  const cache = pluginEntry('cache', {
    scope: 'key',
    namespace: '',
    ttl: 60_000,
    maxEntries: 10,
    maxBytes: 100_000,
    maxAnswer: 100_000,
    maxRequest: 100_000,
    operations: ['chat'],
    headers: [],
    ignore: [],
    nondeterministic: false,
    coalesce: 0,
  });
  await using gateway = await start(upstream.url, cache);
  const before = await explained(gateway, chat);
  assert.equal(before.verdict.outcome, 'sent');
  await (await gateway.post('/v1/chat/completions', chat)).text();
  await gateway.recorded(1);
  const counts = new Map(gateway.counts);
  const after = await explained(gateway, chat);
  assert.deepEqual(after.verdict, { outcome: 'answered', by: 'cache' });
  assert.deepEqual([gateway.counts, upstream.requests.length], [counts, 1]);
});

test('payload: those behind it, and the upstream, see the changed request', async () => {
  const rules = [{ name: 'cool', when: { operations: ['chat'] }, override: { temperature: 0 } }];
  await using gateway = await start(nowhere, pluginEntry('payload', { rules }));
  const told = await explained(gateway, chat);
  assert.deepEqual(told.plugins[1], { name: 'payload', state: 'changes', findings: ['changed by cool'] });
  assert.deepEqual(told.upstream?.body, { ...chat, temperature: 0 });
});

test('guard: what is taken out is taken out of what would be sent', async () => {
  const rules = [{ name: 'mail', kind: 'email', action: 'redact', direction: 'both', replacement: '[mail]' }];
  const guard = pluginEntry('guard', { rules, window: 256, reasoning: true, unread: 'pass' });
  await using gateway = await start(nowhere, guard);
  const told = await explained(gateway, chat);
  assert.equal(told.plugins[1]?.state, 'changes');
  assert.ok(!JSON.stringify(told).includes('ann@example.com'));
});

test('headers: of the request are changed for the upstream', async () => {
  const request = { set: { 'x-team': 'red' }, add: {}, remove: ['user-agent'] };
  const response = { set: {}, add: {}, remove: [] };
  await using gateway = await start(nowhere, pluginEntry('headers', { request, response }));
  const told = await explained(gateway, chat, { headers: { 'user-agent': 'bot/1' } });
  assert.equal(told.upstream?.headers['x-team'], 'red');
  assert.equal(told.upstream?.headers['user-agent'], undefined);
});

test('ip-filter: by the address that is asked for; in shadow it says what it would do', async () => {
  const filter = (mode: string) => pluginEntry('ip-filter', { allow: ['10.0.0.0/8'], deny: [], mode });
  await using strict = await start(nowhere, filter('enforce'));
  const refused = await explained(strict, chat, { ip: '192.0.2.1' });
  assert.ok(refused.verdict.outcome === 'refused');
  assert.deepEqual([refused.verdict.by, refused.verdict.code], ['ip-filter', 'ip-not-allowed']);
  assert.equal((await explained(strict, chat, { ip: '10.1.2.3' })).verdict.outcome, 'sent');
  await using shadow = await start(nowhere, filter('shadow'));
  const passed = await explained(shadow, chat, { ip: '192.0.2.1' });
  assert.equal(passed.verdict.outcome, 'sent');
  assert.match(passed.plugins[1]?.findings[0] ?? '', /would be refused, but for mode: shadow/);
});

test('a plugin that is off for the key is off in its explanation', async () => {
  const filter = pluginEntry('ip-filter', { allow: ['10.0.0.0/8'], deny: [], mode: 'enforce' });
  await using gateway = await TestGateway.start({
    plugins: [auth, filter],
    providers: [{ name: 'up', url: nowhere }],
    keys: [{ plugins: { 'ip-filter': 'off' } }],
  });
  const told = await explained(gateway, chat, { ip: '192.0.2.1' });
  assert.equal(told.plugins[1]?.state, 'off');
  assert.equal(told.verdict.outcome, 'sent');
});

test('where the only plugin that finds keys does not tell, the named key is presumed', async () => {
  const tokens = pluginEntry('jwt-auth', {
    secret: 'a secret of at least 32 characters!',
    algorithms: ['HS256'],
    required: true,
    key: { claim: 'sub', map: {} },
    claims: {},
    issuer: [],
    audience: [],
    leeway: 0,
  });
  await using gateway = await TestGateway.start({
    plugins: [tokens],
    providers: [{ name: 'up', url: nowhere }],
    keys: [{ models: ['model-b'] }],
  });
  const told = await explained(gateway, chat);
  assert.equal(told.key, 'test');
  assert.ok(told.verdict.outcome === 'refused');
  assert.equal(told.verdict.code, 'model-not-allowed');
});
