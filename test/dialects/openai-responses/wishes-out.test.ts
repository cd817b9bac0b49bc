// What clients of other dialects ask for besides an answer, and their tools.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Conversation, JsonObject, Part, Turn } from '../../../src/core/index.ts';
import { asked, type Encoded, encoded } from './told.ts';

function turn(role: Turn['role'], ...parts: Part[]): Turn {
  return { role, parts, extra: { dialect: 'anthropic-messages' } };
}

function text(words: string): Part {
  return { kind: 'text', text: words };
}

function sent(turns: readonly Turn[], more: Partial<Conversation> = {}): Encoded {
  return encoded(asked({ turns, extra: { dialect: 'anthropic-messages' }, ...more }));
}

describe('wishes of another dialect’s client', () => {
  it('are said, with nothing stored and blobs asked for', () => {
    const { body, dropped } = sent([turn('user', text('x'))], {
      stream: true,
      maxOutputTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      parallelToolCalls: false,
      reasoning: { effort: 'high', summary: 'auto' },
      format: { kind: 'schema', schema: { type: 'object' } },
      logprobs: 2,
      user: 'somebody',
      metadata: { a: 'b' },
    });
    assert.deepEqual(body, {
      model: 'm',
      input: [{ type: 'message', role: 'user', content: 'x' }],
      stream: true,
      parallel_tool_calls: false,
      max_output_tokens: 100,
      temperature: 0.5,
      top_p: 0.9,
      top_logprobs: 2,
      include: ['reasoning.encrypted_content', 'message.output_text.logprobs'],
      reasoning: { effort: 'high', summary: 'auto' },
      text: { format: { type: 'json_schema', name: 'response', schema: { type: 'object' }, strict: false } },
      user: 'somebody',
      metadata: { a: 'b' },
      store: false,
    });
    assert.deepEqual(dropped, []);
  });

  it('without a place here are noted', () => {
    const { body, dropped } = sent([], {
      stop: ['x'],
      topK: 3,
      seed: 1,
      frequencyPenalty: 1,
      presencePenalty: 1,
      logitBias: {},
    });
    assert.deepEqual(Object.keys(body), ['model', 'input', 'include', 'store']);
    assert.deepEqual(dropped, ['topK', 'stop', 'seed', 'frequencyPenalty', 'presencePenalty', 'logitBias']);
  });

  it('models that do not reason are not asked for blobs: they refuse', () => {
    for (const model of ['gpt-4o', 'openai/gpt-4.1-mini', 'gpt-5-chat-latest', 'ft:gpt-4o:x', 'chatgpt-4o-latest']) {
      assert.equal(encoded(asked({}), { model }).body.include, undefined, model);
    }
    for (const model of ['gpt-5', 'o3', 'gpt-5.1-codex', 'grok-4', 'my-gpt-4o-like']) {
      assert.deepEqual(encoded(asked({}), { model }).body.include, ['reasoning.encrypted_content'], model);
    }
  });

  it('JSON that is no object is refused, so it is asked for in words', () => {
    const schema = { type: 'array', items: { type: 'string' } };
    const { body, dropped } = encoded(asked({ format: { kind: 'schema', schema } }), { model: 'gpt-5.4' });
    assert.equal(body.text, undefined);
    assert.match(JSON.stringify(body.input), /"system".*It must match this JSON Schema.*array/);
    assert.deepEqual(dropped, ['text.format']);
  });

  it('pages that a search found are asked for: other dialects tell them unasked', () => {
    const { body } = encoded(asked({ tools: [{ kind: 'web-search' }] }), { model: 'gpt-4.1' });
    assert.deepEqual(body.include, ['web_search_call.action.sources']);
  });

  it('budgets of reasoning become efforts, with a note', () => {
    const efforts = [0, 512, 1024, 8192, 24_576, 60_000, -1].map((budget) => {
      const { reasoning } = sent([], { reasoning: { budget } }).body as { reasoning?: { effort: string } };
      return reasoning?.effort;
    });
    assert.deepEqual(efforts, ['none', 'low', 'low', 'medium', 'high', 'high', undefined]);
    assert.deepEqual(sent([], { reasoning: { budget: 1024 } }).dropped, ['reasoning.budget']);
    assert.deepEqual(sent([], { reasoning: { enabled: false } }).body.reasoning, { effort: 'none' });
    assert.equal(sent([], { reasoning: { adaptive: true, summary: 'none' } }).body.reasoning, undefined);
  });

  it('an effort is one that the model takes', () => {
    const taken = (model: string) =>
      (['minimal', 'xhigh', 'max'] as const).map((effort) => {
        const { reasoning } = encoded(asked({ reasoning: { effort } }), { model }).body as { reasoning: JsonObject };
        return reasoning.effort;
      });
    assert.deepEqual(taken('gpt-5'), ['minimal', 'high', 'high']);
    assert.deepEqual(taken('openai/gpt-5-mini-2025-08-07'), ['minimal', 'high', 'high']);
    assert.deepEqual(taken('o4-mini'), ['low', 'high', 'high']);
    assert.deepEqual(taken('gpt-5-pro'), ['high', 'high', 'high']);
    assert.deepEqual(taken('gpt-5.1'), ['low', 'high', 'high']);
    assert.deepEqual(taken('gpt-5.1-codex-max'), ['low', 'xhigh', 'xhigh']);
    assert.deepEqual(taken('gpt-5.4-mini'), ['low', 'xhigh', 'xhigh']);
    assert.deepEqual(taken('gpt-5.6-sol'), ['low', 'xhigh', 'max']);
    assert.deepEqual(taken('grok-4'), ['low', 'high', 'high']);
  });

  it('reasoning that was turned on is to be shown, unless it is to be hidden', () => {
    assert.deepEqual(sent([], { reasoning: { enabled: true, effort: 'low' } }).body.reasoning, {
      effort: 'low',
      summary: 'auto',
    });
    const hidden = { enabled: true, effort: 'low', summary: 'none' } as const;
    assert.deepEqual(sent([], { reasoning: hidden }).body.reasoning, { effort: 'low' });
  });

  it('what a model of OpenAI’s refuses is left out or said in the nearest way', () => {
    const wish = { reasoning: { enabled: false, effort: 'high' as const }, temperature: 0, topP: 0.9 };
    const least = (model: string) => {
      const { body, dropped } = encoded(asked(wish), { model });
      return [(body.reasoning as { effort?: string } | undefined)?.effort, body.temperature, dropped.join(' ')];
    };
    assert.deepEqual(least('gpt-4o'), [undefined, 0, '']);
    assert.deepEqual(least('gpt-5.1'), ['none', undefined, 'temperature top_p']);
    assert.deepEqual(least('gpt-5-mini'), ['minimal', undefined, 'temperature top_p reasoning']);
    assert.deepEqual(least('o3'), ['low', undefined, 'temperature top_p reasoning']);
    assert.deepEqual(least('grok-4'), ['none', 0, '']);
    assert.deepEqual(encoded(asked({ reasoning: { effort: 'high' } }), { model: 'gpt-4o' }).dropped, ['reasoning']);
  });

  it('a cap below the least there is becomes that, with a note', () => {
    const { body, dropped } = sent([], { maxOutputTokens: 1 });
    assert.equal(body.max_output_tokens, 16);
    assert.deepEqual(dropped, ['max_output_tokens']);
  });

  it('a user’s id that is too long is told by its hash, always the same', () => {
    const user = 'x'.repeat(65);
    assert.match(String(sent([], { user }).body.user), /^[0-9a-f]{64}$/);
    assert.deepEqual(sent([], { user }), sent([], { user }));
  });

  it('any JSON is asked for in words too, where nobody says it', () => {
    const format = { kind: 'json' as const };
    assert.deepEqual(sent([turn('user', text('x'))], { format }).body.input, [
      { type: 'message', role: 'system', content: 'Answer with a JSON object.' },
      { type: 'message', role: 'user', content: 'x' },
    ]);
    assert.equal((sent([turn('user', text('as json'))], { format }).body.input as unknown[]).length, 1);
  });
});

describe('tools of another dialect', () => {
  const choice = (toolChoice: NonNullable<Conversation['toolChoice']>) =>
    sent([], { tools: [{ kind: 'function', name: 'f' }, { kind: 'web-search' }], toolChoice }).body.tool_choice;

  it('are flat, always say whether they are strict, and always have an object of parameters', () => {
    const { body, dropped } = sent([], {
      tools: [
        { kind: 'function', name: 'f', description: 'd', parameters: { type: 'object', properties: {} }, strict: true },
        { kind: 'function', name: 'g' },
        { kind: 'function', name: 'h', parameters: { type: 'object' } },
        { kind: 'custom', name: 'c', format: { type: 'text' } },
        {
          kind: 'web-search',
          allowedDomains: ['a.b'],
          location: { city: 'Rome' },
          maxUses: 3,
          blockedDomains: ['c.d'],
        },
        { kind: 'native', dialect: 'gemini', type: 'codeExecution', raw: { codeExecution: {} } },
      ],
    });
    const nothing = { type: 'object', properties: {} };
    assert.deepEqual(body.tools, [
      { type: 'function', name: 'f', description: 'd', parameters: nothing, strict: true },
      { type: 'function', name: 'g', parameters: { ...nothing, additionalProperties: false }, strict: false },
      { type: 'function', name: 'h', parameters: nothing, strict: false },
      { type: 'custom', name: 'c', format: { type: 'text' } },
      {
        type: 'web_search',
        filters: { allowed_domains: ['a.b'] },
        user_location: { type: 'approximate', city: 'Rome' },
      },
    ]);
    assert.deepEqual(dropped, ['webSearch.maxUses', 'tools[].filters.blocked_domains', 'tools[]']);
  });

  it('are chosen flat, hosted ones by their type; among no tools nothing is chosen', () => {
    assert.equal(choice({ mode: 'required' }), 'required');
    assert.deepEqual(choice({ mode: 'tool', name: 'f' }), { type: 'function', name: 'f' });
    assert.deepEqual(choice({ mode: 'tool', name: 'web_search' }), { type: 'web_search' });
    assert.deepEqual(choice({ mode: 'allowed', names: ['f'], required: false }), {
      type: 'allowed_tools',
      mode: 'auto',
      tools: [{ type: 'function', name: 'f' }],
    });
    assert.equal(sent([], { toolChoice: { mode: 'auto' } }).body.tool_choice, undefined);
  });
});
