// Requests that come back to their own dialect: odd ones, and one that was changed on its way.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject, Part, Turn } from '../../../src/core/index.ts';
import { asked, decoded, encoded } from './told.ts';

describe('a request on its way back to its own dialect', () => {
  const odd: readonly JsonObject[] = [
    { model: 'm' },
    { model: 'm', input: [] },
    { model: 'm', input: null, tools: [], stream: false, stream_options: { include_obfuscation: false } },
    { model: 'm', input: '', instructions: '' },
    {
      model: 'm',
      input: [{ role: 'user' }, { role: 'user', content: [] }, { role: 'user', content: 'x', new: 1 }, 'text', null],
    },
    {
      model: 'm',
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_image', image_url: 'data:image/png;x=1;base64,QUJD' },
            { type: 'input_image' },
            { type: 'novel' },
            7,
          ],
        },
      ],
    },
    {
      model: 'm',
      input: [{ role: 'user', content: [{ type: 'input_file', file_data: 'data:text/plain,a%20b', filename: 'a' }] }],
    },
    {
      model: 'm',
      input: [
        {
          type: 'reasoning',
          summary: [
            { type: 'summary_text', text: '' },
            { type: 'summary_text', text: 'b' },
          ],
          content: null,
        },
      ],
    },
    {
      model: 'm',
      input: [
        {
          type: 'reasoning',
          id: 'r',
          summary: [{ type: 'summary_text', text: 's' }],
          content: [{ type: 'reasoning_text', text: 'c' }],
          encrypted_content: null,
        },
      ],
    },
    {
      model: 'm',
      input: [
        { type: 'function_call_output', call_id: 'c', output: [] },
        { type: 'function_call_output', call_id: 'c', output: { a: [1] } },
      ],
    },
    {
      model: 'm',
      input: [
        {
          type: 'web_search_call',
          id: 'w',
          status: 'completed',
          action: { type: 'search', query: 'a', queries: ['a', 'b'], sources: [{ type: 'api', name: 'n' }] },
        },
      ],
    },
    { model: 'm', reasoning: {}, text: {}, include: [], conversation: 'conv_1', user: 'u', safety_identifier: 's' },
    {
      model: 'm',
      reasoning: { effort: null, summary: 'novel' },
      text: { format: null },
      top_logprobs: 0,
      metadata: null,
    },
    {
      model: 'm',
      text: { format: { type: 'json_schema', name: 'n', schema: {}, strict: null, other: 1 } },
      top_logprobs: 2,
    },
    {
      model: 'm',
      tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [] },
      tools: [{ type: 'function', name: 'f' }],
    },
  ];

  for (const [at, body] of odd.entries()) {
    it(`is what it was, however odd (${at})`, () => assert.deepEqual(encoded(decoded(body)).body, body));
  }

  it('shows what was changed', () => {
    const conversation = decoded({
      model: 'm',
      instructions: 'Old',
      input: [{ role: 'user', content: 'Hi' }],
      temperature: null,
    });
    const [first, second] = conversation.turns as [Turn, Turn];
    const changed = {
      ...conversation,
      temperature: 1,
      turns: [
        { ...first, parts: [{ kind: 'text' as const, text: 'New' }] },
        { ...second, parts: [...second.parts, { kind: 'text' as const, text: 'there' }] },
      ],
    };
    const content = ['Hi', 'there'].map((text) => ({ type: 'input_text', text }));
    const expected = { model: 'm', instructions: 'New', input: [{ role: 'user', content }], temperature: 1 };
    assert.deepEqual(encoded(changed).body, expected);
  });
});

describe('a request of great size', () => {
  it('is written, also beyond what the arguments of a call can hold', () => {
    const many = 150_000;
    const calls = Array.from(
      { length: many },
      (_, at): Part => ({ kind: 'tool-call', id: `c${at}`, name: 'f', arguments: '' }),
    );
    const turns: Turn[] = [{ role: 'assistant', parts: calls }];
    assert.equal((encoded(asked({ turns })).body.input as unknown[]).length, many);
    const unknown = Object.fromEntries(calls.slice(0, 5000).map((_, at) => [`x${at}`, at % 2 === 0 ? null : at]));
    assert.deepEqual(encoded(decoded({ model: 'm', ...unknown })).body, { model: 'm', ...unknown });
  });
});
