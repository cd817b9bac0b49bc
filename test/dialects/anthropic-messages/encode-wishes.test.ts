// What a request of another dialect asks for besides its messages, in this one's words.
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Conversation, FunctionTool, JsonObject, ReasoningWish, Tool, Turn } from '../../../src/core/index.ts';
import { foreign, here, inside, sent } from './setting.ts';

const f: FunctionTool = { kind: 'function', name: 'f', parameters: { type: 'object', properties: {} } };

function told(members: Partial<Conversation>, model = 'claude-opus-5'): JsonObject {
  return sent(foreign(members), { model }).body;
}

function dropped(members: Partial<Conversation>, model = 'claude-opus-5'): readonly string[] {
  return sent(foreign(members), { model }).dropped;
}

function reasoned(reasoning: ReasoningWish, members: Partial<Conversation> = {}, model?: string): JsonObject {
  const { thinking, output_config: config, max_tokens: cap } = told({ reasoning, ...members }, model);
  return { thinking, config, cap };
}

test("an output cap is always sent: the client's, the provider's, or a usual one", () => {
  assert.equal(told({ maxOutputTokens: 5 }).max_tokens, 5);
  assert.equal(sent(foreign({}), { facts: { maxOutputTokens: 123 } }).body.max_tokens, 123);
  assert.equal(told({}).max_tokens, 64_000);
  assert.equal(told({}, 'claude-sonnet-4-5').max_tokens, 8192);
  assert.equal(told({}, 'claude-3-haiku-20240307').max_tokens, 4096);
});

test('no more is asked for than the model may write', () => {
  const asked = (maxOutputTokens: number, model: string) => {
    const { body, dropped: notes } = sent(foreign({ maxOutputTokens }), { model });
    return [body.max_tokens, ...notes];
  };
  assert.deepEqual(asked(65_536, 'claude-sonnet-4-5'), [64_000, 'maxOutputTokens']);
  assert.deepEqual(asked(65_536, 'claude-sonnet-5'), [65_536]);
  assert.deepEqual(asked(200_000, 'claude-opus-4-6'), [128_000, 'maxOutputTokens']);
  assert.deepEqual(asked(65_536, 'glm-5'), [65_536], 'nobody knows');
  const budget = { reasoning: { budget: 60_000 }, maxOutputTokens: 10_000 };
  assert.deepEqual(reasoned(budget.reasoning, budget, 'claude-opus-4-1'), {
    thinking: { type: 'enabled', budget_tokens: 30_976 },
    config: undefined,
    cap: 32_000,
  });
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

test('newer models reason by effort', () => {
  const adaptive = { type: 'adaptive', display: 'summarized' };
  assert.deepEqual(reasoned({ effort: 'xhigh' }), { thinking: adaptive, config: { effort: 'xhigh' }, cap: 64_000 });
  assert.deepEqual(reasoned({ effort: 'minimal' }).config, { effort: 'low' });
  assert.deepEqual(reasoned({ effort: 'xhigh' }, {}, 'claude-opus-4-6').config, { effort: 'high' });
  assert.deepEqual(reasoned({ enabled: true, budget: 20_000 }), {
    thinking: adaptive,
    config: { effort: 'high' },
    cap: 64_000,
  });
  assert.deepEqual(reasoned({ budget: -1, summary: 'none' }), {
    thinking: { type: 'adaptive', display: 'omitted' },
    config: undefined,
    cap: 64_000,
  });
});

test('older models reason by budget, within an output cap', () => {
  const old = 'claude-sonnet-4-5-20250929';
  const enabled = (budget: number) => ({ type: 'enabled', budget_tokens: budget });
  const rows: readonly (readonly [ReasoningWish, number | undefined, number, number])[] = [
    [{ effort: 'low' }, undefined, 1024, 9216],
    [{ effort: 'high' }, undefined, 24_576, 32_768],
    // An effort is kept within the client's cap, a budget of its own raises it.
    [{ effort: 'high' }, 4096, 3072, 4096],
    [{ effort: 'low' }, 500, 1024, 1025],
    [{ budget: 5000 }, 4096, 5000, 9096],
    [{ budget: 5000 }, 6000, 5000, 6000],
    [{ budget: 10 }, 6000, 1024, 6000],
    [{ adaptive: true, enabled: true }, undefined, 8192, 16_384],
    [{ effort: 'max' }, undefined, 62_976, 64_000],
  ];
  for (const [wish, cap, budget, total] of rows) {
    const members = cap === undefined ? {} : { maxOutputTokens: cap };
    const found = reasoned(wish, members, old);
    assert.deepEqual(found, { thinking: enabled(budget), config: undefined, cap: total }, JSON.stringify([wish, cap]));
  }
  assert.equal(reasoned({ effort: 'high' }, {}, 'claude-opus-4-1').cap, 32_000);
});

test('reasoning off, as each model can be told', () => {
  const off = (model: string, reasoning: ReasoningWish = { enabled: false, effort: 'max' }) => {
    const { body, dropped: notes } = sent(foreign({ reasoning }), { model });
    return [body.thinking, body.output_config, notes];
  };
  assert.deepEqual(off('claude-opus-5'), [{ type: 'disabled' }, { effort: 'high' }, []]);
  assert.deepEqual(off('claude-sonnet-5-5'), [{ type: 'between_tools' }, { effort: 'high' }, []]);
  for (const model of ['claude-opus-5-5', 'claude-fable-5', 'claude-mythos-5-1']) {
    assert.deepEqual(off(model), [undefined, { effort: 'low' }, ['reasoning']], model);
  }
});

test('a model that refuses to be forced to call a tool is left to decide, with a note', () => {
  for (const toolChoice of [{ mode: 'required' }, { mode: 'tool', name: 'f' }] as const) {
    const { body, dropped: notes } = sent(foreign({ tools: [f], toolChoice }), { model: 'claude-opus-5-5' });
    assert.deepEqual([body.tool_choice, notes], [{ type: 'auto' }, ['toolChoice']]);
    assert.notEqual(inside(told({ tools: [f], toolChoice }), 'tool_choice', 'type'), 'auto');
  }
});

test('reasoning off, or of a model that cannot', () => {
  for (const wish of [{ enabled: false }, { effort: 'none' }, { budget: 0 }] as const) {
    assert.deepEqual(reasoned(wish).thinking, { type: 'disabled' });
  }
  assert.equal(reasoned({ effort: 'high' }, {}, 'claude-3-5-haiku-latest').thinking, undefined);
  assert.deepEqual(dropped({ reasoning: { effort: 'high' } }, 'claude-3-5-haiku-latest'), ['reasoning']);
  assert.equal(reasoned({ summary: 'auto' }, {}, 'claude-sonnet-4-5').thinking, undefined);
});

test("a budget of thinking gives way to a forced tool, and where the thinking of a tool's work is lost", () => {
  const reasoning = { effort: 'high' } as const;
  const forced = { reasoning, tools: [f], toolChoice: { mode: 'required' } } as const;
  const turns = (thought: boolean): Turn[] => [
    { role: 'user', parts: [{ kind: 'text', text: 'Hi' }] },
    {
      role: 'assistant',
      parts: [
        ...(thought ? [{ kind: 'reasoning', text: 'Hm', opaque: { origin: here, data: 'sig' } } as const] : []),
        { kind: 'tool-call', id: 'a', name: 'f', arguments: '' },
      ],
    },
    { role: 'user', parts: [{ kind: 'tool-result', callId: 'a', content: [] }] },
  ];
  const broken = { reasoning, tools: [f], turns: turns(false) };
  const old = 'claude-sonnet-4-5';
  for (const members of [forced, broken]) {
    assert.deepEqual(told(members, old).thinking, { type: 'disabled' });
    assert.deepEqual(dropped(members, old), ['reasoning']);
    // "When using adaptive thinking, previous assistant turns don't need to start with thinking blocks"; nor forced tools.
    assert.deepEqual(told(members).thinking, { type: 'adaptive', display: 'summarized' });
    assert.deepEqual(dropped(members), []);
  }
  assert.equal(inside(told({ ...broken, turns: turns(true) }, old), 'thinking', 'type'), 'enabled');
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
