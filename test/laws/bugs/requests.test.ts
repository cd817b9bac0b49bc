// Bugs of other gateways that must not happen here: requests and their history. Numbers as in the survey of the field.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { asked, type Json } from './wire.ts';

const hi = [{ role: 'user', content: 'Hi' }];
const pixel = 'iVBORw0KGgo=';
const call = (id: string, name = 'f') => ({ id, type: 'function', function: { name, arguments: '{"x":1}' } });

/** A tool loop of an OpenAI client, one step before the answer. */
const loop = (id: string, more: object = {}) => [
  ...hi,
  { role: 'assistant', content: null, tool_calls: [call(id)], ...more },
  { role: 'tool', tool_call_id: id, content: 'done' },
];
const functions = (...names: string[]) =>
  names.map((name) => ({ type: 'function', function: { name, parameters: { type: 'object', properties: {} } } }));

describe('requests', () => {
  it('14 CLIProxyAPI#3199: no tool without a name, none without a schema', () => {
    const tools = [{ type: 'image_generation' }, { type: 'function', name: 'f', parameters: null, strict: false }];
    const { body, dropped } = asked('openai-responses', 'anthropic-messages', { input: 'Hi', tools });
    assert.deepEqual(
      body.tools.map(({ name }: Json) => name),
      ['f'],
    );
    assert.equal(body.tools[0].input_schema.type, 'object');
    assert.ok(dropped.length > 0, 'the hosted tool is dropped in silence');
  });

  it('17 open-webui#30085: the choice of a tool is flat in Responses', () => {
    const choice = { type: 'function', function: { name: 'f' } };
    const { body } = asked('openai-chat', 'openai-responses', {
      messages: hi,
      tools: functions('f'),
      tool_choice: choice,
    });
    assert.deepEqual(body.tool_choice, { type: 'function', name: 'f' });
    assert.equal(body.tools[0].name, 'f');
  });

  it('20 new-api#6396: reasoning stays beside the calls it led to', () => {
    const content = [
      { type: 'thinking', thinking: 'Look it up.', signature: 'c2ln' },
      { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} },
    ];
    const results = [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'done' }];
    const messages = [...hi, { role: 'assistant', content }, { role: 'user', content: results }];
    const { body } = asked('anthropic-messages', 'openai-chat', { messages, max_tokens: 99 });
    const assistant = body.messages.find(({ role }: Json) => role === 'assistant');
    assert.equal(assistant.reasoning_content, 'Look it up.');
    assert.equal(assistant.tool_calls[0].function.name, 'f');
  });

  it('22 CLIProxyAPI#420: a tool loop that lost its thinking goes on without thinking', () => {
    const request = { messages: loop('call_1'), tools: functions('f'), reasoning_effort: 'high' };
    const { body } = asked('openai-chat', 'anthropic-messages', request, { model: 'claude-sonnet-4-5' });
    const [first] = body.messages.find(({ role }: Json) => role === 'assistant').content;
    const thinks = body.thinking !== undefined && body.thinking.type !== 'disabled';
    assert.ok(!thinks || first.type === 'thinking', JSON.stringify(body.thinking));
  });

  it('26 CLIProxyAPI#3608, gproxy#209: instructions in the middle reach a dialect that has them at the top only', () => {
    const messages = [...hi, { role: 'system', content: 'Be brief.' }, { role: 'user', content: 'And?' }];
    for (const from of ['openai-chat', 'anthropic-messages'] as const) {
      const body = {
        messages: from === 'openai-chat' ? messages : [{ role: 'user', content: 'Hi' }, ...messages.slice(1)],
      };
      for (const to of ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini'] as const) {
        if (to === from) continue;
        const said = asked(from, to, { ...body, max_tokens: 99 }).body;
        assert.match(JSON.stringify(said), /Be brief\./, `${from} -> ${to}`);
        if (to === 'anthropic-messages') assert.ok(said.messages.every(({ role }: Json) => role !== 'system'));
      }
    }
  });

  it('27 litellm#14330: no member that Gemini refuses in a schema', () => {
    const inner = { type: 'object', properties: { a: { const: 1 } }, additionalProperties: false };
    const parameters = {
      $schema: 'x',
      type: 'object',
      properties: { inner, n: { type: ['integer', 'null'] } },
      additionalProperties: false,
    };
    const tools = [{ type: 'function', function: { name: 'f', parameters } }];
    const { body } = asked('openai-chat', 'gemini', { messages: hi, tools }, { facts: { jsonSchema: false } });
    const [declaration] = body.tools[0].functionDeclarations;
    assert.equal(declaration.parametersJsonSchema, undefined);
    assert.doesNotMatch(JSON.stringify(declaration.parameters), /additionalProperties|\$schema|"const"|"type":\[/);
    assert.equal(declaration.parameters.properties.n.nullable, true);
  });

  it('28 litellm#6953, litellm#25476: an image in a tool result stays an image', () => {
    const picture = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: pixel } };
    const results = [
      { type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text: 'See:' }, picture] },
    ];
    const messages = [
      ...hi,
      { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'f', input: {} }] },
      { role: 'user', content: results },
    ];
    const of = (to: 'openai-chat' | 'openai-responses' | 'gemini') =>
      asked('anthropic-messages', to, { messages, max_tokens: 99 }, { model: 'gemini-3-pro' }).body;
    const chat = of('openai-chat').messages;
    const tool = chat.findIndex(({ role }: Json) => role === 'tool');
    assert.match(JSON.stringify(chat[tool].content), /See:/);
    assert.doesNotMatch(JSON.stringify(chat[tool]), new RegExp(pixel));
    assert.match(JSON.stringify(chat[tool + 1]), new RegExp(`"image_url":\\{"url":"data:image/png;base64,${pixel}"`));
    const output = of('openai-responses').input.find(({ type }: Json) => type === 'function_call_output').output;
    assert.equal(output.find(({ type }: Json) => type === 'input_image').image_url, `data:image/png;base64,${pixel}`);
    assert.match(JSON.stringify(of('gemini').contents.at(-1)), new RegExp(`"inlineData":\\{[^}]*"data":"${pixel}"`));
  });

  it('33 claude-code#21612, litellm#26240, CLIProxyAPI#4750: what only one vendor knows does not reach another', () => {
    const request = {
      messages: hi,
      max_tokens: 99,
      context_management: { edits: [] },
      speed: 'fast',
      no_such_field: 1,
    };
    for (const to of ['openai-chat', 'openai-responses', 'gemini'] as const) {
      const { body, dropped } = asked('anthropic-messages', to, request);
      for (const name of ['context_management', 'speed', 'no_such_field']) {
        assert.equal(name in body, false, `${name} in ${to}`);
        assert.ok(dropped.includes(name), `${name} dropped in silence`);
      }
    }
  });

  it('34 litellm#12941, LibreChat-agents#153: ids that a dialect refuses are made legal, on both sides alike', () => {
    const id = `call|fc_${'x'.repeat(70)}`;
    const a = asked('openai-chat', 'anthropic-messages', { messages: loop(id), tools: functions('f') }).body.messages;
    const [use] = a[1].content;
    const [result] = a[2].content;
    assert.match(use.id, /^[a-zA-Z0-9_-]{1,64}$/);
    assert.equal(result.tool_use_id, use.id);
    const messages = [
      ...hi,
      { role: 'assistant', content: [{ type: 'tool_use', id: `toolu_${'y'.repeat(50)}`, name: 'f', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: `toolu_${'y'.repeat(50)}`, content: 'ok' }] },
    ];
    const c = asked('anthropic-messages', 'openai-chat', { messages, max_tokens: 99 }).body.messages;
    assert.ok(c[1].tool_calls[0].id.length <= 40);
    assert.equal(c[2].tool_call_id, c[1].tool_calls[0].id);
  });

  it('35 litellm#22946: the results of a turn stand in one message, right behind it, and first', () => {
    const messages = [
      ...hi,
      { role: 'assistant', content: null, tool_calls: [call('call_a'), call('call_b', 'g')] },
      { role: 'tool', tool_call_id: 'call_a', content: 'A' },
      { role: 'tool', tool_call_id: 'call_b', content: 'B' },
      { role: 'user', content: 'So?' },
    ];
    const request = { messages, tools: functions('f', 'g') };
    const a = asked('openai-chat', 'anthropic-messages', request).body.messages;
    assert.deepEqual(
      a.map(({ role }: Json) => role),
      ['user', 'assistant', 'user'],
    );
    assert.deepEqual(
      a[2].content.map(({ type }: Json) => type),
      ['tool_result', 'tool_result', 'text'],
    );
    const g = asked('openai-chat', 'gemini', request).body.contents;
    assert.deepEqual(
      g.map(({ role }: Json) => role),
      ['user', 'model', 'user'],
    );
    assert.equal(g[2].parts.filter((part: Json) => 'functionResponse' in part).length, 2);
  });

  it('35 a call without a result gets one; a result without a call is left out by name', () => {
    const messages = [
      ...hi,
      { role: 'assistant', content: null, tool_calls: [call('call_a'), call('call_b', 'g')] },
      { role: 'tool', tool_call_id: 'call_b', content: 'B' },
      { role: 'tool', tool_call_id: 'call_z', content: 'Z' },
    ];
    const { body, dropped } = asked('openai-chat', 'anthropic-messages', { messages, tools: functions('f', 'g') });
    const results = body.messages[2].content.filter(({ type }: Json) => type === 'tool_result');
    assert.deepEqual(results.map((one: Json) => one.tool_use_id).toSorted(), ['call_a', 'call_b']);
    assert.ok(dropped.length > 0, 'the stray result was left out in silence');
  });
});
