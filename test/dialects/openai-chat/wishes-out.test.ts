// What other dialects wish for, in the words of this one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Conversation } from '../../../src/core/index.ts';
import { encode, text, user } from './encode-kit.ts';

test('the output cap has the name that the vendor knows', () => {
  assert.equal(encode({ maxOutputTokens: 5 }).body.max_tokens, 5);
  const { body } = encode({ maxOutputTokens: 5 }, { maxTokensField: 'max_completion_tokens' });
  assert.deepEqual([body.max_completion_tokens, body.max_tokens], [5, undefined]);
});

test('more stop strings than vendors take are cut, and that is told', () => {
  const { body, dropped } = encode({ stop: ['a', 'b', 'c', 'd', 'e'] });
  assert.deepEqual([body.stop, dropped], [['a', 'b', 'c', 'd'], ['stop']]);
});

test('a stream asks for usage, unless the vendor does not know that', () => {
  assert.deepEqual(encode({}, {}, { stream: true }).body.stream_options, { include_usage: true });
  assert.equal(encode({}, { streamUsage: false }, { stream: true }).body.stream_options, undefined);
  assert.equal(encode({}, {}).body.stream_options, undefined);
});

test('JSON that is no object is refused, so it is asked for in words', () => {
  const schema = { type: 'array', items: { type: 'string' } };
  const system = { role: 'system', parts: [text('Be brief.')] } as const;
  const { body, messages, dropped } = encode({ format: { kind: 'schema', schema }, turns: [system, user(text('Hi'))] });
  assert.equal(body.response_format, undefined);
  assert.match(
    String(messages[1]?.content ?? messages[0]?.content),
    /It must match this JSON Schema:\n\{"type":"array"/,
  );
  assert.deepEqual([messages.at(-1)?.content, dropped], ['Hi', ['response_format']]);
  const object = encode({ format: { kind: 'schema', schema: { type: 'object' } } });
  assert.deepEqual([object.body.response_format !== undefined, object.dropped], [true, []]);
});

test('models of OpenAI that reason are not sent what they refuse, nor the others an effort', () => {
  const wish = { temperature: 0.2, topP: 0.5, frequencyPenalty: 1, stop: ['x'], reasoning: { effort: 'max' } } as const;
  const reasons = encode(wish, {}, { model: 'gpt-5.6-sol' });
  assert.deepEqual(reasons.body, { model: 'gpt-5.6-sol', messages: [], reasoning_effort: 'max' });
  assert.deepEqual(reasons.dropped.toSorted(), ['frequency_penalty', 'stop', 'temperature', 'top_p']);
  const plain = encode(wish, {}, { model: 'gpt-4o' });
  assert.deepEqual([plain.body.temperature, plain.body.reasoning_effort], [0.2, undefined]);
  assert.deepEqual(plain.dropped, ['reasoning_effort']);
});

test('what cannot be said is dropped and told', () => {
  const { body, dropped } = encode({
    topK: 5,
    metadata: { a: 'b' },
    reasoning: { enabled: false, summary: 'auto' },
    parallelToolCalls: true,
    tools: [{ kind: 'native', dialect: 'gemini', type: 'codeExecution', raw: {} }],
    toolChoice: { mode: 'required' },
    turns: [user({ kind: 'native', dialect: 'gemini', type: 'x', raw: {} })],
    extra: { dialect: 'gemini', fields: { safetySettings: [] } },
  });
  assert.deepEqual(body, { model: 'm', messages: [] });
  assert.deepEqual(dropped.toSorted(), [
    'messages[].content[]',
    'metadata',
    'reasoning.exclude',
    'reasoning_effort',
    'safetySettings',
    'tool_choice',
    'tools[]',
    'top_k',
  ]);
});

test('an effort that models know, a budget as the effort it stands for', () => {
  const effort = (reasoning: Conversation['reasoning']) =>
    encode({ ...(reasoning && { reasoning }) }).body.reasoning_effort;
  assert.equal(effort({ effort: 'xhigh', adaptive: true }), 'high');
  assert.equal(effort({ budget: 0 }), 'none');
  assert.equal(effort({ enabled: true, budget: 1024 }), 'low');
  assert.equal(effort({ budget: 8000 }), 'medium');
  assert.equal(effort({ budget: 31_999 }), 'high');
  assert.equal(effort({ budget: -1 }), undefined);
  assert.equal(effort({ enabled: false, effort: 'high' }), undefined);
  assert.equal(effort({ enabled: false, effort: 'none' }), 'none');
});

test('output formats: a schema gets a name, JSON is called by name', () => {
  const schema = { type: 'object' };
  assert.deepEqual(encode({ format: { kind: 'schema', schema } }).body.response_format, {
    type: 'json_schema',
    json_schema: { name: 'response', schema },
  });
  const json = encode({ format: { kind: 'json' }, turns: [user(text('hi'))] });
  assert.deepEqual(json.body.response_format, { type: 'json_object' });
  assert.deepEqual(json.messages[0], { role: 'system', content: 'Answer with a JSON object.' });
  assert.equal(encode({ format: { kind: 'json' }, turns: [user(text('as JSON please'))] }).messages.length, 1);
});

test('of allowed tools only these are offered: compatible vendors know no such list', () => {
  const tools = ['f', 'g', 'h'].map((name) => ({ kind: 'function', name }) as const);
  const several = encode({ tools, toolChoice: { mode: 'allowed', names: ['f', 'g'], required: true } }).body;
  assert.deepEqual([(several.tools as unknown[]).length, several.tool_choice], [2, 'required']);
  const one = encode({ tools, toolChoice: { mode: 'allowed', names: ['h'], required: true } }).body;
  assert.deepEqual(one.tool_choice, { type: 'function', function: { name: 'h' } });
  assert.equal(
    encode({ tools, toolChoice: { mode: 'allowed', names: ['h'], required: false } }).body.tool_choice,
    'auto',
  );
});

test('a forced tool is named in the nested form of the dialect', () => {
  const { body } = encode({ tools: [{ kind: 'function', name: 'f' }], toolChoice: { mode: 'tool', name: 'f' } });
  assert.deepEqual(body.tool_choice, { type: 'function', function: { name: 'f' } });
});

test('web search: asked for where it is what the request is for, else dropped', () => {
  const search = { kind: 'web-search', location: { city: 'Oslo' }, maxUses: 5 } as const;
  const alone = encode({ tools: [search], toolChoice: { mode: 'tool', name: 'web_search' } });
  assert.deepEqual(alone.body.web_search_options, {
    user_location: { type: 'approximate', approximate: { city: 'Oslo' } },
  });
  assert.deepEqual([alone.body.tool_choice, alone.dropped], [undefined, ['webSearch.maxUses']]);
  const among = encode({ tools: [search, { kind: 'function', name: 'f' }] });
  assert.deepEqual([among.body.web_search_options, among.dropped], [undefined, ['tools[]']]);
});

test('an end user whose id is longer than vendors take is told by a hash, always the same', () => {
  const long = 'x'.repeat(200);
  const { user: told } = encode({ user: long }).body;
  assert.match(String(told), /^[0-9a-f]{64}$/);
  assert.equal(encode({ user: long }).body.user, told);
  assert.equal(encode({ user: 'short' }).body.user, 'short');
});
