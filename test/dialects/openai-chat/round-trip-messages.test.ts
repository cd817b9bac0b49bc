// Messages come back as they were; what is changed in between shows.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Conversation, JsonObject } from '../../../src/core/index.ts';
import { codecs } from '../../../src/dialects/openai-chat/codecs.ts';
import { back, hi } from './back.ts';
import { asked, to } from './kit.ts';

const { chat } = codecs;

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
    temperature: null,
  });
  const [first, second] = conversation.turns;
  assert.ok(first && second);
  const changed: Conversation = {
    ...conversation,
    stop: ['x', 'y'],
    temperature: 0.5,
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
    temperature: 0.5,
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

test('media as vendors take it, whatever the client calls its type; its own words return', () => {
  const cases: readonly (readonly [JsonObject, string, string])[] = [
    [{ type: 'image_url', image_url: { url: 'data:image/jpg;base64,AAAA' } }, 'image', 'image/jpeg'],
    [{ type: 'image_url', image_url: { url: 'data:IMAGE/PNG;charset=utf-8;base64,AAAA' } }, 'image', 'image/png'],
    [{ type: 'file', file: { filename: 'a.pdf', file_data: 'AAAA' } }, 'document', 'application/pdf'],
    [{ type: 'file', file: { file_data: 'AAAA' } }, 'document', 'application/pdf'],
    [{ type: 'file', file: { filename: 'a.TXT', file_data: 'AAAA' } }, 'document', 'text/plain'],
  ];
  for (const [part, media, mimeType] of cases) {
    const body = { model: 'm', messages: [{ role: 'user', content: [part] }] };
    const { body: again, conversation } = back(body);
    const [said] = conversation.turns[0]?.parts ?? [];
    assert.ok(said?.kind === 'media');
    assert.deepEqual([said.media, said.source], [media, { type: 'data', mimeType, base64: 'AAAA' }]);
    assert.deepEqual(again, body);
  }
});
