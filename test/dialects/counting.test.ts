// Counting tokens: each dialect's counter gets what it takes of a request, in any dialect it was asked.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DialectName, GatewayError, JsonObject } from '../../src/core/index.ts';
import { codecs } from '../../src/dialects/codecs.ts';
import { sayCount, tellCount, translateCount, understandCount } from '../../src/gateway/translate/count.ts';

const asked = { model: 'm', stream: false };

function crossed(from: DialectName, to: DialectName, body: JsonObject): JsonObject {
  const destination = { model: 'up', stream: false, origin: `${to}/vendor`, facts: {} };
  return sayCount(understandCount(from, body, asked), to, destination).body;
}

const parameters = { type: 'object', properties: { city: { type: 'string' } } };
const requests: Partial<Record<DialectName, JsonObject>> = {
  'openai-responses': {
    model: 'm',
    instructions: 'Be brief.',
    input: 'Weather in Oslo?',
    tools: [{ type: 'function', name: 'weather', parameters, strict: false }],
    reasoning: { effort: 'high' },
  },
  'anthropic-messages': {
    model: 'm',
    system: 'Be brief.',
    messages: [{ role: 'user', content: 'Weather in Oslo?' }],
    tools: [{ name: 'weather', input_schema: parameters }],
    thinking: { type: 'enabled', budget_tokens: 2000 },
  },
  gemini: {
    generateContentRequest: {
      model: 'models/m',
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      contents: [{ role: 'user', parts: [{ text: 'Weather in Oslo?' }] }],
      tools: [{ functionDeclarations: [{ name: 'weather', parametersJsonSchema: parameters }] }],
      generationConfig: { thinkingConfig: { thinkingBudget: 2000 } },
    },
  },
};
const names = Object.keys(requests) as DialectName[];

/** What the counters of the official SDKs take. */
const members: Partial<Record<DialectName, readonly string[]>> = {
  'openai-responses': [
    'model',
    'input',
    'instructions',
    'tools',
    'tool_choice',
    'reasoning',
    'parallel_tool_calls',
    'text',
  ],
  'anthropic-messages': ['model', 'messages', 'system', 'tools', 'tool_choice', 'thinking', 'output_config'],
  gemini: ['generateContentRequest'],
};

describe('a request to count', () => {
  for (const from of names) {
    for (const to of names) {
      if (from === to) continue;
      it(`of ${from} is one of ${to}`, () => {
        const body = crossed(from, to, requests[from] as JsonObject);
        for (const name of Object.keys(body)) assert.ok(members[to]?.includes(name), name);
        const text = JSON.stringify(body);
        for (const word of ['Be brief.', 'Weather in Oslo?', '"weather"', '"city"'])
          assert.ok(text.includes(word), word);
        assert.ok(text.includes('"up"') || text.includes('"models/up"'), 'the model of the upstream');
      });
    }
  }

  it('holds nothing that only concerns the answer', () => {
    const body = { model: 'm', messages: [{ role: 'user', content: 'Hi' }], temperature: 0.5, stop_sequences: ['END'] };
    assert.deepEqual(Object.keys(crossed('anthropic-messages', 'openai-responses', body)).sort(), ['input', 'model']);
    const input = { model: 'm', input: 'Hi', max_output_tokens: 9, temperature: 0.5, store: false };
    const told = crossed('openai-responses', 'anthropic-messages', input);
    assert.deepEqual(Object.keys(told).sort(), ['messages', 'model']);
  });

  it('of bare contents is one of bare contents', () => {
    const body = { model: 'm', input: 'Hi' };
    const told = crossed('openai-responses', 'gemini', body);
    assert.deepEqual(told, { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] });
  });

  it('is understood in both forms Gemini has, and in that of Vertex AI', () => {
    const contents = [{ role: 'user', parts: [{ text: 'Hi' }] }];
    const systemInstruction = { parts: [{ text: 'Be brief.' }] };
    const bare = crossed('gemini', 'openai-responses', { contents });
    assert.deepEqual(
      crossed('gemini', 'openai-responses', { generateContentRequest: { model: 'models/x', contents } }),
      bare,
    );
    const whole = crossed('gemini', 'openai-responses', { generateContentRequest: { contents, systemInstruction } });
    assert.deepEqual(crossed('gemini', 'openai-responses', { contents, systemInstruction }), whole);
  });

  it('that is none is refused with the place', () => {
    assert.throws(
      () => understandCount('gemini', { generateContentRequest: 7 }, asked),
      (error: GatewayError) => error.code === 'invalid-request' && error.param === 'generateContentRequest',
    );
    assert.throws(
      () => understandCount('openai-chat', { messages: [] }, asked),
      (error: GatewayError) => error.code === 'not-offered',
    );
  });
});

describe('a count', () => {
  const told: Partial<Record<DialectName, JsonObject>> = {
    'openai-responses': { object: 'response.input_tokens', input_tokens: 42 },
    'anthropic-messages': { input_tokens: 42 },
    gemini: { totalTokens: 42 },
  };
  for (const from of names) {
    it(`of ${from} is told in every dialect`, () => {
      for (const to of names) assert.deepEqual(translateCount(told[from] as JsonObject, from, to), told[to]);
    });
  }

  it('that is missing is an answer that cannot be understood', () => {
    for (const from of names)
      assert.throws(
        () => translateCount({ input_tokens: 'many' }, from, 'gemini'),
        (error: GatewayError) => error.code === 'upstream-invalid',
      );
  });

  it('of the gateway looks like one of the dialect', () => {
    for (const name of names) assert.deepEqual(tellCount(42, name), told[name]);
    assert.equal(codecs['openai-chat'].counting, undefined);
  });
});
