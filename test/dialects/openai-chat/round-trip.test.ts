// A request of the dialect's own comes back as it was: every spelling that clients use, unknown members included.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Conversation, JsonObject } from '../../../src/core/index.ts';
import { codecs } from '../../../src/dialects/openai-chat/codecs.ts';
import { asked, to } from './kit.ts';

const { chat } = codecs;
const hi = { role: 'user', content: 'hi' };

function back(request: JsonObject): { body: unknown; dropped: string[]; conversation: Conversation } {
  const { ask, names } = asked(request.stream === true);
  const conversation = chat.decodeRequest(request, ask);
  const destination = to({ stream: request.stream === true });
  const body = chat.encodeRequest(conversation, destination.to);
  return { body: JSON.parse(JSON.stringify(body)), dropped: [...names(), ...destination.names()], conversation };
}

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

const messages: Readonly<Record<string, JsonObject>> = {
  'a system message': { role: 'system', content: 's' },
  'a developer message in parts, with a name': { role: 'developer', name: 'n', content: [{ type: 'text', text: 's' }] },
  'an empty text': { role: 'user', content: '' },
  'no parts': { role: 'user', content: [] },
  'an empty text in a list': { role: 'user', content: [{ type: 'text', text: '' }] },
  'a part with a breakpoint': {
    role: 'user',
    content: [{ type: 'text', text: 't', prompt_cache_breakpoint: { mode: 'explicit' } }],
  },
  'media of every kind': {
    role: 'user',
    content: [
      { type: 'image_url', image_url: { url: 'https://host/a.png', detail: 'low' } },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', x: 1 } },
      { type: 'image_url', image_url: 'data:image/png;base64,AAAA' },
      { type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } },
      { type: 'input_audio', input_audio: { data: 'AAAA', format: 'pcm16' } },
      { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA' } },
      { type: 'file', file: { filename: 'a.png', file_data: 'data:image/png;base64,AAAA' } },
      { type: 'file', file: { file_id: 'file-1' } },
      { type: 'video_url', video_url: { url: 'https://host/v.mp4' } },
      { type: 'document_url', document_url: 'https://host/d.pdf', document_name: 'd' },
      { type: 'something_new', something_new: { a: 1 } },
      { type: 'image_url' },
    ],
  },
  'an assistant in parts': {
    role: 'assistant',
    content: [
      { type: 'text', text: 'a' },
      { type: 'refusal', refusal: 'no' },
    ],
  },
  'a thinking assistant': {
    role: 'assistant',
    content: [
      {
        type: 'thinking',
        thinking: [
          { type: 'text', text: 'one' },
          { type: 'text', text: 'two' },
        ],
        closed: true,
      },
      { type: 'thinking', thinking: [{ type: 'reference', ids: [1] }] },
      { type: 'text', text: 'a' },
    ],
  },
  'reasoning beside an answer': { role: 'assistant', content: 'a', reasoning_content: 'r' },
  'reasoning by its other name': { role: 'assistant', content: 'a', reasoning: 'r' },
  'reasoning by both names': { role: 'assistant', content: 'a', reasoning: 'r', reasoning_content: 'r' },
  'reasoning that differs': { role: 'assistant', content: 'a', reasoning: 'x', reasoning_content: 'r' },
  'empty reasoning': { role: 'assistant', content: '', reasoning_content: '' },
  'reasoning details that are no secret': {
    role: 'assistant',
    content: 'a',
    reasoning: 'r',
    reasoning_details: [{ type: 'reasoning.text', text: 'r', format: 'unknown', index: 0 }],
  },
  'reasoning details alone': {
    role: 'assistant',
    content: 'a',
    reasoning_details: [{ type: 'reasoning.text', text: 'r', index: 0 }],
  },
  'signed reasoning details': {
    role: 'assistant',
    content: 'a',
    reasoning: 'r',
    reasoning_details: [
      { type: 'reasoning.text', text: 'r', signature: 'sig', index: 0 },
      { type: 'reasoning.encrypted', data: 'blob', id: 'x', index: 1 },
    ],
  },
  'calls and nothing said': {
    role: 'assistant',
    content: null,
    tool_calls: [
      { id: 'a', type: 'function', function: { name: 'f', arguments: '{"n":12345678901234567890}' } },
      { id: 'b', type: 'custom', custom: { name: 'c', input: 'text' } },
      { id: 'c', type: 'function', index: 2, function: { name: 'f', arguments: '' } },
      { id: 'd', function: { name: 'f', arguments: { a: 1 } } },
      { id: 'e', type: 'function', function: { name: 'f' } },
      {
        id: 'g',
        type: 'function',
        function: { name: 'f', arguments: 'no json' },
        extra_content: { google: { thought_signature: 'sig' } },
      },
      { id: 'h', type: 'mystery' },
    ],
  },
  'calls without content': {
    role: 'assistant',
    tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }],
  },
  'what an SDK hands back': {
    role: 'assistant',
    content: 'a',
    refusal: null,
    annotations: [],
    audio: null,
    tool_calls: [],
  },
  citations: {
    role: 'assistant',
    content: 'abc',
    annotations: [
      { type: 'url_citation', url_citation: { start_index: 0, end_index: 2, url: 'https://host/', title: 't', x: 1 } },
      { type: 'file_citation', file_citation: { file_id: 'f' } },
    ],
  },
  'speech said before': { role: 'assistant', audio: { id: 'audio-1' } },
  'a refusal': { role: 'assistant', content: null, refusal: 'no' },
  'a result in parts, with a picture': {
    role: 'tool',
    tool_call_id: 'a',
    content: [
      { type: 'text', text: 't' },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
    ],
  },
  'a result with a name': { role: 'tool', tool_call_id: 'a', name: 'f', content: 't' },
  'an empty result': { role: 'tool', tool_call_id: 'a', content: '' },
  'a role nobody knows': { role: 'observer', content: 'x' },
};

for (const [what, message] of Object.entries(messages)) {
  test(`back as it was: ${what}`, () => {
    const request = { model: 'm', messages: [hi, message, hi] };
    const { body, dropped } = back(request);
    assert.deepEqual(body, request);
    assert.deepEqual(dropped, []);
  });
}

test('what is changed in the conversation shows in the request', () => {
  const { conversation } = back({
    model: 'm',
    messages: [
      { role: 'user', content: 'secret' },
      { role: 'assistant', content: [{ type: 'text', text: 'a' }] },
    ],
    stop: 'x',
    reasoning_effort: 'low',
  });
  const [first, second] = conversation.turns;
  assert.ok(first && second);
  const changed: Conversation = {
    ...conversation,
    stop: ['x', 'y'],
    reasoning: { effort: 'high' },
    turns: [
      {
        ...first,
        parts: [
          { kind: 'text', text: '***' },
          { kind: 'text', text: 'more' },
        ],
      },
      { ...second, parts: [{ kind: 'text', text: 'b' }] },
    ],
  };
  assert.deepEqual(chat.encodeRequest(changed, to().to), {
    model: 'm',
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: '***' },
          { type: 'text', text: 'more' },
        ],
      },
      { role: 'assistant', content: [{ type: 'text', text: 'b' }] },
    ],
    stop: ['x', 'y'],
    reasoning_effort: 'high',
  });
});

test('a body without messages is refused with the place', () => {
  const { ask } = asked();
  assert.throws(() => chat.decodeRequest({ model: 'm' }, ask), { code: 'invalid-request', param: 'messages' });
  assert.throws(() => chat.decodeRequest({ model: 'm', messages: [hi, 'x'] }, ask), {
    code: 'invalid-request',
    param: 'messages[1]',
  });
});
