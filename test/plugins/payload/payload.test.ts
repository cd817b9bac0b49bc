// What upstream, limits and translation see of a request that rules change, and which rules are refused.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readLimits } from 'portico';
import { chainOf, errorsOf } from '../../support/chain.ts';
import { TestGateway, type Wanted } from '../../support/gateway.ts';
import { json, Upstream } from '../../support/upstream.ts';

const path = '/v1/chat/completions';
const chat = { model: 'model-a', messages: [{ role: 'user', content: 'Hi' }] };
const text = `{ "model":"model-a",  "temperature" : 1.0, "seed":12345678901234567890,\n"messages":[ {"role":"user","content":"\\u0048i"} ] }`;

type Rule = Record<string, unknown>;

async function start(upstream: Upstream, rules: readonly Rule[], more: Wanted = {}, ...behind: readonly unknown[]) {
  const chain = await chainOf('auth', { payload: { rules } }, ...behind, 'balancer');
  return TestGateway.start({ providers: [{ name: 'up', url: upstream.url }], plugins: chain, ...more });
}

const sent = (upstream: Upstream) => JSON.parse(upstream.last.body.toString()) as Record<string, unknown>;

describe('changes', () => {
  test('the upstream gets them, every other byte as it was', async () => {
    await using upstream = await Upstream.start(json({ ok: true }));
    const rules = [{ default: { temperature: 0, top_p: 0.5 }, override: { seed: 7 } }];
    await using portico = await start(upstream, rules);
    assert.equal((await portico.post(path, text)).status, 200);
    const wanted = text.replace('{ ', '{"top_p":0.5, ').replace('12345678901234567890', '7');
    assert.equal(upstream.last.body.toString(), wanted);
    assert.equal(Number(upstream.last.headers['content-length']), Buffer.byteLength(wanted));
    assert.equal(portico.counts.get('plugin_payload_applied 1'), 1);
  });

  test('a rule sees what those before it made; each removes, overrides, then fills in', async () => {
    await using upstream = await Upstream.start(json({ ok: true }));
    const rules = [
      { name: 'first', remove: ['user'], default: { user: 'us' } },
      { name: 'second', when: { equals: { user: 'us' } }, override: { top_k: 1 }, default: { top_k: 2 } },
      { name: 'third', when: { absent: ['top_k'] }, override: { seed: 1 } },
    ];
    await using portico = await start(upstream, rules);
    await portico.post(path, { ...chat, user: 'them' });
    assert.deepEqual(sent(upstream), { ...chat, user: 'us', top_k: 1 });
    assert.deepEqual(
      [...portico.counts.keys()].filter((name) => name.startsWith('plugin_payload')),
      ['plugin_payload_applied first', 'plugin_payload_applied second'],
    );
  });

  test('nothing to change leaves every byte', async () => {
    await using upstream = await Upstream.start(json({ ok: true }));
    await using portico = await start(upstream, [{ remove: ['user'], override: { temperature: 1 } }]);
    await portico.post(path, text);
    assert.equal(upstream.last.body.toString(), text);
  });

  test('limits count what is sent', async () => {
    await using upstream = await Upstream.start(json({ ok: true }));
    const keys = [{ limits: readLimits({ tokens: '500/m' }) }];
    const long = 'words '.repeat(1000);
    const rules = [{ when: { absent: ['short'] }, default: { user: long } }, { remove: ['note'] }];
    await using portico = await start(upstream, rules, { keys }, 'rate-limit');
    assert.equal((await portico.post(path, chat)).status, 429);
    assert.equal((await portico.post(path, { ...chat, short: true, note: long })).status, 200);
  });

  test('a translated request says them too', async () => {
    await using upstream = await Upstream.start(json({ ok: true }));
    const providers = [{ name: 'up', url: upstream.url, dialects: ['anthropic-messages' as const] }];
    const rules = [{ override: { max_tokens: 77 }, remove: ['messages[0]'] }];
    await using portico = await start(upstream, rules, { providers }, 'translator');
    const messages = [{ role: 'system', content: 'Be rude.' }, ...chat.messages];
    await (await portico.post(path, { ...chat, messages })).text();
    assert.match(upstream.last.path, /\/messages$/);
    assert.equal(sent(upstream).max_tokens, 77);
    assert.ok(!upstream.last.body.includes('rude'));
  });
});

describe('conditions', () => {
  const override = { user: 'us' };
  const cases: readonly (readonly [string, Rule, boolean])[] = [
    ['no condition', {}, true],
    ['a model that is asked for', { models: ['x', 'model-*'] }, true],
    ['another model', { models: ['model'] }, false],
    ['the dialect', { dialects: ['gemini', 'openai-chat'] }, true],
    ['another dialect', { dialects: ['gemini'] }, false],
    ['another operation', { operations: ['embeddings'] }, false],
    ['the route', { routes: ['ro*'] }, true],
    ['another route', { routes: ['other'] }, false],
    ['the key', { keys: ['test'] }, true],
    ['another key', { keys: ['ci'] }, false],
    ['a header', { headers: { 'X-Team': 'red*' } }, true],
    ['a header of another value', { headers: { 'X-Team': 'blue*' } }, false],
    ['a header that was not sent', { headers: { 'x-other': '*' } }, false],
    ['fields that are there', { present: ['messages[].role', 'model'] }, true],
    ['one field of two', { present: ['messages', 'tools'] }, false],
    ['fields that are not there', { absent: ['tools', 'n'] }, true],
    ['a field that is there', { absent: ['tools', 'messages[0]'] }, false],
    ['a value', { equals: { 'messages[].role': 'user' } }, true],
    ['another value', { equals: { 'messages[].role': 'system' } }, false],
    ['one condition of two', { models: ['model-a'], keys: ['ci'] }, false],
  ];

  test('all that are written must hold', async () => {
    await using upstream = await Upstream.start(json({ ok: true }));
    const rules = cases.map(([name, when]) => ({ when, override: { [`applied.${name}`]: true } }));
    await using portico = await start(upstream, rules);
    assert.equal((await portico.post(path, chat, { headers: { 'x-team': 'red 1' } })).status, 200);
    const wanted = cases.flatMap(([name, , applies]) => (applies ? [name] : []));
    assert.deepEqual(Object.keys(Object(sent(upstream).applied)), wanted);
  });

  test('a request without a key matches no key', async () => {
    await using upstream = await Upstream.start(json({ ok: true }));
    const plugins = await chainOf({ payload: { rules: [{ when: { keys: ['*'] }, override }] } }, 'balancer');
    await using portico = await TestGateway.start({ providers: [{ name: 'up', url: upstream.url }], plugins });
    await portico.post(path, chat);
    assert.equal(sent(upstream).user, undefined);
  });

  test('the operation is chat unless others are named', async () => {
    await using upstream = await Upstream.start(json({ data: [] }));
    const embeddings = { model: 'model-a', input: 'x' };
    await using portico = await start(upstream, [{ override }]);
    await portico.post('/v1/embeddings', embeddings);
    assert.deepEqual(sent(upstream), embeddings);
    await using other = await start(upstream, [{ when: { operations: ['embeddings'] }, override }]);
    await other.post('/v1/embeddings', embeddings);
    assert.deepEqual(sent(upstream), { ...embeddings, user: 'us' });
  });
});

describe('refused', () => {
  test('requests whose meaning is not plain, with the client’s own error', async () => {
    await using upstream = await Upstream.start(json({ ok: true }));
    await using portico = await start(upstream, [{ override: { user: 'us' } }]);
    for (const [body, code] of [
      ['{"model":"model-a","user":"a","user":"b","messages":[]}', 'duplicate-field'],
      ['{"model":"model-a","messages":[{"content":"\\q"}]}', 'invalid-json'],
      ['{', 'invalid-json'],
    ] as const) {
      const before = portico.records.length;
      assert.equal((await portico.post(path, body)).status, 400);
      await portico.recorded(before + 1);
      assert.equal(portico.records.at(-1)?.error, code);
    }
    assert.equal(upstream.requests.length, 0);
  });

  test('rules that change what policy goes by, at load and with a remedy', async () => {
    const changes: readonly Rule[] = [
      { override: { model: 'x' } },
      { default: { stream: true } },
      { remove: ['stream'] },
      { remove: ['["model"]'] },
      { override: { 'model.x': 1 } },
    ];
    for (const rule of changes) {
      const errors = await errorsOf({ payload: { rules: [rule] } });
      assert.equal(errors.length, 1, JSON.stringify([rule, errors]));
      assert.match(errors[0] ?? '', /cannot be changed here; `models:` gives/);
    }
    assert.deepEqual(await errorsOf({ payload: { rules: [{ override: { model_options: 1, 'a.model': 1 } }] } }), []);
  });

  test('rules that do nothing, and paths that are none', async () => {
    assert.match((await errorsOf({ payload: { rules: [{ name: 'x' }] } })).join(), /needs `remove`/);
    for (const bad of ['', '.a', 'a.', 'a..b', '[]', 'a[x]', 'a["b]', '$.a']) {
      const errors = await errorsOf({ payload: { rules: [{ when: { present: [bad] }, remove: ['x'] }] } });
      assert.equal(errors.length, bad === '$.a' ? 0 : 1, bad);
    }
  });
});
