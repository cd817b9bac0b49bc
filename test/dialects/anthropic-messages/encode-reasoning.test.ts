// How much a request of another dialect asks the model to reason, as each generation of models can be told.
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Conversation, FunctionTool, JsonObject, ReasoningWish, Turn } from '../../../src/core/index.ts';
import { dropped, foreign, here, inside, sent, told } from './setting.ts';

const f: FunctionTool = { kind: 'function', name: 'f', parameters: { type: 'object', properties: {} } };

function reasoned(reasoning: ReasoningWish, members: Partial<Conversation> = {}, model?: string): JsonObject {
  const { thinking, output_config: config, max_tokens: cap } = told({ reasoning, ...members }, model);
  return { thinking, config, cap };
}

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
    // The smallest budget leaves no room: what the client named is for the answer.
    [{ effort: 'low' }, 500, 1024, 1524],
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
