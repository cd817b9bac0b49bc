// What a request of another dialect asks for besides its messages, in this one's words.
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Conversation, FunctionTool, JsonObject, Tool, Turn } from '../../../src/core/index.ts';
import { dropped, foreign, sent, told } from './setting.ts';

const f: FunctionTool = { kind: 'function', name: 'f', parameters: { type: 'object', properties: {} } };

test("an output cap is always sent: the client's, the provider's, or a usual one", () => {
  assert.equal(told({ maxOutputTokens: 5 }).max_tokens, 5);
  assert.equal(sent(foreign({}), { facts: { maxOutputTokens: 123 } }).body.max_tokens, 123);
  assert.equal(told({}).max_tokens, 64_000);
  assert.equal(told({}, 'claude-sonnet-4-5').max_tokens, 8192);
  assert.equal(told({}, 'claude-3-haiku-20240307').max_tokens, 4096);
});

test('functions: a schema of an object always; strict where it is known', () => {
  const tools = (...list: Tool[]) => told({ tools: list }).tools;
  assert.deepEqual(tools({ kind: 'function', name: 'g', description: '' }), [
    { name: 'g', input_schema: { type: 'object', properties: {} } },
  ]);
  assert.deepEqual(tools({ ...f, parameters: { properties: { a: {} } }, strict: true }), [
    { name: 'f', input_schema: { type: 'object', properties: { a: {} } }, strict: true },
  ]);
  assert.deepEqual(dropped({ tools: [{ ...f, strict: true }] }, 'claude-3-7-sonnet-latest'), ['tool.strict']);
  assert.deepEqual(tools({ ...f, strict: false }), [{ name: 'f', input_schema: f.parameters }]);
});

test('alternatives at the top of a schema become one object, with a note', () => {
  const branch = (name: string) => ({ type: 'object', properties: { [name]: {}, both: {} }, required: [name, 'both'] });
  const tools: Tool[] = [{ ...f, parameters: { anyOf: [branch('a'), branch('b')] } }];
  assert.deepEqual(told({ tools }).tools, [
    { name: 'f', input_schema: { type: 'object', properties: { a: {}, both: {}, b: {} }, required: ['both'] } },
  ]);
  assert.deepEqual(dropped({ tools }), ['tool.parameters']);
});

test('web search; tools of other vendors are left out and never nameless', () => {
  const search: Tool = {
    kind: 'web-search',
    maxUses: 2,
    allowedDomains: ['a.com'],
    blockedDomains: ['b.com'],
    location: { city: 'Bern' },
    contextSize: 'low',
  };
  const native: Tool = { kind: 'native', dialect: 'openai-responses', type: 'image_generation', raw: {} };
  const { body, dropped: notes } = sent(foreign({ tools: [search, native], toolChoice: { mode: 'auto' } }));
  assert.deepEqual(body.tools, [
    {
      type: 'web_search_20250305',
      name: 'web_search',
      max_uses: 2,
      allowed_domains: ['a.com'],
      user_location: { type: 'approximate', city: 'Bern' },
    },
  ]);
  assert.deepEqual(notes, ['webSearch.contextSize', 'webSearch.blockedDomains', 'tool']);
  const none = told({ tools: [native], toolChoice: { mode: 'required' } });
  assert.equal(none.tools, undefined);
  assert.equal(none.tool_choice, undefined, 'a choice without tools is refused by the vendor');
});

test('choice of tools', () => {
  const choice = (members: Partial<Conversation>) => told({ tools: [f], ...members }).tool_choice;
  assert.equal(choice({}), undefined);
  assert.deepEqual(choice({ toolChoice: { mode: 'auto' } }), { type: 'auto' });
  assert.deepEqual(choice({ toolChoice: { mode: 'none' }, parallelToolCalls: false }), { type: 'none' });
  assert.deepEqual(choice({ toolChoice: { mode: 'required' } }), { type: 'any' });
  assert.deepEqual(choice({ toolChoice: { mode: 'tool', name: 'f' } }), { type: 'tool', name: 'f' });
  assert.deepEqual(choice({ parallelToolCalls: false }), { type: 'auto', disable_parallel_tool_use: true });
  assert.equal(choice({ parallelToolCalls: true }), undefined);
});

test('a choice of a tool that is not sent is left out, too', () => {
  const native: Tool = { kind: 'native', dialect: 'openai-responses', type: 'image_generation', raw: {} };
  const toolChoice = { mode: 'tool', name: 'image_generation' } as const;
  const { body, dropped: notes } = sent(foreign({ tools: [f, native], toolChoice }));
  assert.equal(body.tool_choice, undefined);
  assert.deepEqual(notes, ['tool', 'toolChoice']);
});

test('calls in the conversation want tools defined, even where none may be called any more', () => {
  const call = { kind: 'tool-call', id: 'a', name: 'f', arguments: '' } as const;
  const turns: Turn[] = [
    { role: 'user', parts: [{ kind: 'text', text: 'Hi' }] },
    { role: 'assistant', parts: [call] },
    { role: 'user', parts: [{ kind: 'tool-result', callId: 'a', content: [] }] },
  ];
  const { tools, tool_choice: choice } = told({ turns });
  assert.deepEqual(
    [tools, choice],
    [[{ name: 'f', input_schema: { type: 'object', properties: {} } }], { type: 'none' }],
  );
});

test('of tools allowed the others are not offered', () => {
  const g = { ...f, name: 'g' };
  const two = told({ tools: [f, g], toolChoice: { mode: 'allowed', names: ['g'], required: false } });
  assert.deepEqual(
    (two.tools as JsonObject[]).map(({ name }) => name),
    ['g'],
  );
  assert.deepEqual(two.tool_choice, { type: 'auto' });
  const must = told({ tools: [f, g], toolChoice: { mode: 'allowed', names: ['f', 'g'], required: true } });
  assert.deepEqual(must.tool_choice, { type: 'any' });
});

test('temperature and nuclei as far as models take them', () => {
  const old = 'claude-sonnet-4-5';
  assert.equal(told({ temperature: 0.3 }, old).temperature, 0.3);
  assert.equal(told({ temperature: 1.7 }, old).temperature, 1);
  assert.deepEqual(dropped({ temperature: 1.7 }, old), ['temperature']);
  const both = told({ temperature: 0.3, topP: 0.5, topK: 4 }, old);
  assert.deepEqual([both.temperature, both.top_p, both.top_k], [0.3, undefined, 4]);
  assert.equal(told({ topP: 0.5 }, old).top_p, 0.5);
  const thinking = { reasoning: { effort: 'low' }, temperature: 0.3, topP: 0.5, topK: 4 } as const;
  assert.deepEqual(dropped(thinking, old), ['temperature', 'topP', 'topK']);
  assert.deepEqual(dropped({ temperature: 0.3, topP: 0.5, topK: 4 }), ['temperature', 'topP', 'topK']);
});

test('stop strings without blank ones', () => {
  assert.deepEqual(told({ stop: ['END'] }).stop_sequences, ['END']);
  const { body, dropped: notes } = sent(foreign({ stop: ['\n', 'END', ''] }));
  assert.deepEqual([body.stop_sequences, notes], [['END'], ['stop']]);
});

test('structured output: a closed schema; what it cannot hold the model is told', () => {
  const schema = {
    type: 'object',
    $schema: 'x',
    properties: { n: { type: 'integer', minimum: 3 }, list: { type: 'array', items: { type: 'object' }, maxItems: 2 } },
    required: ['n'],
  };
  const { body, dropped: notes } = sent(foreign({ format: { kind: 'schema', name: 'x', schema, strict: true } }));
  assert.deepEqual(body.output_config, {
    format: {
      type: 'json_schema',
      schema: {
        type: 'object',
        properties: {
          n: { type: 'integer', description: '{minimum: 3}' },
          list: {
            type: 'array',
            items: { type: 'object', properties: {}, additionalProperties: false },
            description: '{maxItems: 2}',
          },
        },
        required: ['n'],
        additionalProperties: false,
      },
    },
  });
  assert.deepEqual(notes, ['format.name']);
});

test('any JSON is asked for in words', () => {
  const { body } = sent(foreign({ format: { kind: 'json' } }));
  assert.equal(body.output_config, undefined);
  assert.match(JSON.stringify(body.system), /one JSON object/);
  assert.equal(told({ format: { kind: 'text' } }).system, undefined);
});

test('tier and user; the rest is left out with a note', () => {
  assert.equal(told({ serviceTier: 'default' }).service_tier, 'standard_only');
  assert.deepEqual(told({ user: 'u' }).metadata, { user_id: 'u' });
  const rest = {
    serviceTier: 'flex',
    seed: 1,
    frequencyPenalty: 1,
    presencePenalty: 1,
    logitBias: {},
    logprobs: 0,
    verbosity: 'low',
    metadata: {},
  } as const;
  assert.deepEqual([...dropped(rest)].sort(), Object.keys(rest).sort());
  const extra = { dialect: 'openai-chat', fields: { prediction: 1 } } as const;
  assert.deepEqual(dropped({ extra }), ['prediction']);
});

test('the same conversation is always the same bytes', () => {
  const once = () => JSON.stringify(told({ tools: [f], reasoning: { effort: 'low' }, user: 'u' }));
  assert.equal(once(), once());
});
