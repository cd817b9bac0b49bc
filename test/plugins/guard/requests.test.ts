// What an upstream is sent of a request in which something matched, and what a client is told that may not send it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import factory from '../../../plugins/guard/index.ts';
import { passedBody } from '../../../plugins/guard/request/passed-body.ts';
import type { Host, JsonObject } from '../../../src/core/index.ts';
import { dialectNames } from '../../../src/dialects/index.ts';
import { secret } from '../../support/gateway.ts';
import { guarded, saying } from './guarded.ts';
import { ignore, rulesOf } from './rules.ts';

const rules = [{ name: 'mail', kind: 'email', replacement: '[mail]' }];
const mail = 'ann@example.com';

for (const dialect of dialectNames) {
  test(`${dialect}: what matches is taken out before a translation and the upstream, or refused`, async () => {
    await using rig = await guarded(dialect, {
      rules: [...rules, { name: 'blue', pattern: 'bluebird', action: 'block' }],
    });
    const { path, body } = saying(dialect, `from ${mail}`);
    assert.equal((await rig.portico.post(path, body)).status, 200);
    assert.deepEqual(JSON.parse(rig.upstream.last.body.toString()), saying(dialect, 'from [mail]').body);
    const other = saying(dialect === 'gemini' ? 'anthropic-messages' : 'gemini', `from ${mail}`);
    assert.equal((await rig.portico.post(other.path, other.body)).status, 200);
    const sent = rig.upstream.last.body.toString();
    assert.match(sent, /from \[mail\]/);
    assert.doesNotMatch(sent, /ann@/);
    const answer = await rig.portico.post(path, saying(dialect, 'on bluebird').body);
    assert.equal(answer.status, 400);
    const text = await answer.text();
    assert.match(text, /what the rule \\"blue\\" does not let pass/);
    assert.doesNotMatch(text, /bluebird/);
    assert.equal(rig.upstream.requests.length, 2, 'it reached nobody');
  });
}

test('members in which nothing matches keep their bytes, and a request without a match all of them', async () => {
  await using rig = await guarded('openai-chat', { rules });
  const post = async (text: string) => {
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
    const body = `{ "seed" : 1.50e2, "model":"model-a","messages":[{"role":"user","content":"${text}"}],  "user": "${mail}" }`;
    const answer = await fetch(`${rig.portico.url}/v1/chat/completions`, { method: 'POST', headers, body });
    assert.equal(answer.status, 200);
    return { body, sent: rig.upstream.last.body.toString() };
  };
  const plain = await post('caf\\u00e9');
  assert.equal(plain.sent, plain.body);
  const matched = await post(`to ${mail}`);
  assert.equal(matched.sent, matched.body.replace(`to ${mail}`, 'to [mail]'), 'user names somebody, and says nothing');
});

test('every place where somebody speaks is looked at, and none that only refers, counts or seals', () => {
  const of = (body: JsonObject) =>
    passedBody(body, rulesOf([{ name: 'it', pattern: 'SECRET|4111111111111111', replacement: '-' }]), ignore);
  const spoken: readonly JsonObject[] = [
    { system: 'SECRET', messages: [{ role: 'user', content: [{ type: 'text', text: 'SECRET' }] }] },
    {
      messages: [
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: 'SECRET' }] }],
        },
      ],
    },
    { messages: [{ content: [{ type: 'document', source: { type: 'text', data: 'SECRET' }, title: 'SECRET' }] }] },
    {
      messages: [
        {
          role: 'assistant',
          content: [{ type: 'tool_use', id: 't', name: 'f', input: { url: 'SECRET', id: 'SECRET', n: [] } }],
        },
      ],
    },
    {
      messages: [
        { role: 'assistant', tool_calls: [{ id: 'c', function: { name: 'f', arguments: '{"id":"SECRET"}' } }] },
      ],
    },
    { messages: [{ role: 'tool', tool_call_id: 'c', content: 'SECRET' }] },
    { instructions: 'SECRET', input: [{ type: 'function_call_output', call_id: 'c', output: 'SECRET' }] },
    {
      input: [
        { type: 'custom_tool_call', call_id: 'c', name: 'f', input: 'SECRET' },
        { type: 'something_new', words: ['SECRET'] },
      ],
    },
    {
      systemInstruction: { parts: [{ text: 'SECRET' }] },
      contents: [{ parts: [{ functionCall: { name: 'f', args: { name: 'SECRET', SECRET: 1 } } }] }],
    },
    { contents: [{ parts: [{ functionResponse: { id: 'c', name: 'f', response: { type: 'SECRET' } } }] }] },
    { requests: [{ model: 'm', content: { parts: [{ text: 'SECRET' }] } }] },
    { prompt: ['SECRET'], suffix: 'SECRET' },
    { query: 'SECRET', documents: ['SECRET', { text: 'SECRET' }] },
    { requests: [{ custom_id: 'r', params: { messages: [{ role: 'user', content: 'SECRET' }] } }] },
  ];
  for (const body of spoken) {
    assert.deepEqual(of(body), JSON.parse(JSON.stringify(body).replaceAll('SECRET', '-')), JSON.stringify(body));
  }
  const silent: readonly JsonObject[] = [
    { user: 'SECRET', metadata: { a: 'SECRET' }, tools: [{ name: 'SECRET' }] },
    { messages: [{ role: 'assistant', content: [{ type: 'thinking', thinking: 'SECRET', signature: 'SECRET' }] }] },
    {
      messages: [{ content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'SECRET' } }] }],
    },
    { messages: [{ content: [{ type: 'image_url', image_url: { url: 'SECRET' } }] }] },
    {
      input: [
        { type: 'reasoning', id: 'SECRET', encrypted_content: 'SECRET' },
        { type: 'item_reference', id: 'SECRET' },
      ],
    },
    { contents: [{ parts: [{ text: 'SECRET', thought: true }, { inlineData: { mimeType: 'a/b', data: 'SECRET' } }] }] },
    { contents: [{ parts: [{ functionCall: { name: 'f', args: {} }, thoughtSignature: 'SECRET' }] }] },
  ];
  for (const body of silent) assert.equal(of(body), body, JSON.stringify(body));
  const call = {
    messages: [{ content: [{ type: 'tool_use', id: 't', name: 'f', input: { card: 4111111111111111, n: 5 } }] }],
  };
  assert.deepEqual(of(call), JSON.parse(JSON.stringify(call).replace('4111111111111111', '"-"')));
});

test('a rule for one direction leaves the other alone', async () => {
  await using rig = await guarded('openai-chat', { rules: [{ ...rules[0], direction: 'response' }] });
  const { path, body } = saying('openai-chat', `from ${mail}`);
  assert.equal((await rig.portico.post(path, body)).status, 200);
  assert.deepEqual(JSON.parse(rig.upstream.last.body.toString()), body);
});

test('matches are counted and logged under the name of their rule, without a word of the text', async () => {
  await using rig = await guarded('openai-chat', { rules: [{ ...rules[0], action: 'log' }] });
  const { path, body } = saying('openai-chat', `from ${mail} to ${mail}`);
  assert.equal((await rig.portico.post(path, body)).status, 200);
  assert.deepEqual(JSON.parse(rig.upstream.last.body.toString()), body);
  assert.deepEqual(
    [...rig.portico.counts].filter(([name]) => name.startsWith('plugin_guard_matches')).map(([, count]) => count),
    [2],
  );
  const lines = rig.portico.lines.filter(({ source }) => source === 'guard');
  assert.equal(lines.length, 1);
  const { rule, matches, direction, action } = lines[0]?.fields ?? {};
  assert.deepEqual(
    { rule, matches, direction, action },
    { rule: 'mail', matches: 2, direction: 'request', action: 'log' },
  );
  assert.doesNotMatch(JSON.stringify(rig.portico.lines), /ann@/);
});

test('what the guard cannot look into passes, or is refused where it is told to', async () => {
  const form = new FormData();
  form.set('model', 'model-a');
  form.set('file', new Blob(['x']), 'a.wav');
  const ask = async (unread: string, direction: string) => {
    await using rig = await guarded('openai-chat', { rules: [{ ...rules[0], direction }], unread });
    const headers = { authorization: `Bearer ${secret}` };
    const upload = await fetch(`${rig.portico.url}/v1/audio/transcriptions`, { method: 'POST', headers, body: form });
    const list = await rig.portico.get('/v1/models', headers);
    const { path, body } = saying('openai-chat', 'hello');
    const chat = await rig.portico.post(path, body);
    const legacy = await rig.portico.post('/v1/completions', { model: 'model-a', prompt: 'hello' });
    return [upload.status, list.status, chat.status, legacy.status];
  };
  // Nobody here transcribes: it got as far as being asked for.
  assert.deepEqual(await ask('pass', 'both'), [501, 200, 200, 200]);
  assert.deepEqual(await ask('block', 'request'), [400, 200, 200, 200]);
  assert.deepEqual(await ask('block', 'response'), [400, 200, 200, 400]);
});

test('more text than is looked into is refused; where rules only log, the rest passes unseen; files do not count', async () => {
  const ask = async (action: string, content: unknown) => {
    await using rig = await guarded('openai-chat', { rules: [{ ...rules[0], action }], maxText: 2048 });
    return (await rig.portico.post(path, { ...body, messages: [{ role: 'user', content }] })).status;
  };
  const { path, body } = saying('openai-chat', 'hello');
  const file = { type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(9000)}` } };
  assert.deepEqual([await ask('redact', 'x'.repeat(2048)), await ask('redact', 'x'.repeat(2049))], [200, 400]);
  assert.equal(
    await ask(
      'block',
      [...Array(3)].map(() => ({ type: 'text', text: 'x'.repeat(700) })),
    ),
    400,
  );
  assert.equal(await ask('redact', [file, { type: 'text', text: 'hello' }]), 200);
  assert.equal(await ask('log', 'x'.repeat(9000)), 200);
});

test('two rules of one name are refused', () => {
  const rule = { name: 'mail', kind: 'email', direction: 'both', action: 'log', replacement: '' } as const;
  const settings = { rules: [rule, rule], window: 256, maxText: 1024, reasoning: true, unread: 'pass' } as const;
  assert.throws(() => factory(settings, {} as Host), /two rules are named "mail"/);
});
