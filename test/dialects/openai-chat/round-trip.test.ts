// A request of the dialect's own comes back as it was: every spelling that clients use, unknown members included.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../src/core/index.ts';
import { back, hi } from './back.ts';

const wishes: Readonly<Record<string, JsonObject>> = {
  'the newer output cap': { max_completion_tokens: 5 },
  'the older output cap': { max_tokens: 5 },
  'both output caps': { max_completion_tokens: 5, max_tokens: 6 },
  'one stop string': { stop: 'END' },
  'several stop strings': { stop: ['a', 'b'] },
  'no stop strings': { stop: [] },
  'a stop of a wrong type': { stop: 5 },
  nulls: { stop: null, user: null, temperature: null, response_format: null, tools: null, tool_choice: null, n: null },
  'no stream, said so': { stream: false },
  'a stream': { stream: true },
  'a stream with usage': { stream: true, stream_options: { include_usage: true } },
  'a stream with options nobody knows': { stream: true, stream_options: { include_usage: false, x: 1 } },
  sampling: {
    temperature: 0,
    top_p: 1,
    seed: 0,
    frequency_penalty: -1,
    presence_penalty: 1,
    n: 1,
    logit_bias: { 5: 1 },
  },
  'log probabilities': { logprobs: true },
  'log probabilities with alternatives': { logprobs: true, top_logprobs: 3 },
  'log probabilities without alternatives, said so': { logprobs: true, top_logprobs: 0 },
  'no log probabilities': { logprobs: false },
  'alternatives without log probabilities': { top_logprobs: 3 },
  'a known service tier': { service_tier: 'flex' },
  'another service tier': { service_tier: 'scale' },
  'a user': { user: 'u' },
  'a safety identifier': { safety_identifier: 's' },
  'both users': { user: 'u', safety_identifier: 's' },
  effort: { reasoning_effort: 'high', verbosity: 'low' },
  'no reasoning': { reasoning_effort: 'none' },
  'an effort nobody knows': { reasoning_effort: 'extreme' },
  'thinking switched off': { thinking: { type: 'disabled' } },
  'thinking with a budget': { thinking: { type: 'enabled', budget_tokens: 2000 } },
  'thinking with more to it': { thinking: { type: 'enabled', clear_thinking: false } },
  "a router's reasoning": { reasoning: { effort: 'low', exclude: true } },
  "a router's reasoning budget": { reasoning: { max_tokens: 100, enabled: true } },
  'metadata and what else there is': {
    metadata: { a: 'b' },
    store: true,
    prediction: { type: 'content', content: 'x' },
  },
  'top_k of vendors': { top_k: 5, min_p: 0.1, repetition_penalty: 1.1 },
  'text format': { response_format: { type: 'text' } },
  'JSON format': { response_format: { type: 'json_object' } },
  'a format nobody knows': { response_format: { type: 'grammar', grammar: 'g' } },
  'a schema': {
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'n', description: 'd', schema: { type: 'object' }, strict: true, x: 1 },
    },
  },
  'a schema without strict': { response_format: { type: 'json_schema', json_schema: { name: 'n', strict: null } } },
  'web search': { web_search_options: {} },
  'web search with a place': {
    web_search_options: {
      search_context_size: 'low',
      user_location: { type: 'approximate', approximate: { city: 'Oslo' } },
      filters: {},
    },
  },
  speech: { modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'wav' } },
};

for (const [what, wish] of Object.entries(wishes)) {
  test(`back as it was: ${what}`, () => {
    const request = { model: 'm', messages: [hi], ...wish };
    const { body, dropped } = back(request);
    assert.deepEqual(body, request);
    assert.deepEqual(dropped, []);
  });
}

const choices: Readonly<Record<string, unknown>> = {
  'a word': 'required',
  "Mistral's word": 'any',
  'a function': { type: 'function', function: { name: 'f' } },
  'a custom tool': { type: 'custom', custom: { name: 'c' } },
  'allowed tools': {
    type: 'allowed_tools',
    allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'f' } }] },
  },
  'allowed tools of both kinds': {
    type: 'allowed_tools',
    allowed_tools: {
      mode: 'auto',
      tools: [
        { type: 'function', function: { name: 'f' } },
        { type: 'custom', custom: { name: 'c' } },
      ],
    },
  },
  'something unknown': { type: 'whatever', x: 1 },
};

for (const [what, tool_choice] of Object.entries(choices)) {
  test(`back as it was: tools and a choice of ${what}`, () => {
    const request = {
      model: 'm',
      messages: [hi],
      tools: [
        { type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object' }, strict: true } },
        { type: 'function', function: { name: 'g', description: null }, cache_control: { type: 'ephemeral' } },
        {
          type: 'custom',
          custom: { name: 'c', format: { type: 'grammar', grammar: { syntax: 'lark', definition: 's' } } },
        },
        { type: 'custom', custom: { name: 'd', description: 'free', format: { type: 'text' } } },
        { type: 'web_search', x: 1 },
      ],
      tool_choice,
      parallel_tool_calls: false,
    };
    assert.deepEqual(back(request).body, request);
  });
}

test('back as it was: functions of old', () => {
  const request = {
    model: 'm',
    functions: [{ name: 'f', description: 'd', parameters: { type: 'object' } }],
    function_call: { name: 'f' },
    messages: [
      hi,
      { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{"a":1}' } },
      { role: 'function', name: 'f', content: 'done' },
    ],
  };
  assert.deepEqual(back(request).body, request);
  assert.deepEqual(back({ ...request, function_call: 'auto' }).body, { ...request, function_call: 'auto' });
});
