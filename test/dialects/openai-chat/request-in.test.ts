// What a request of the dialect means, in canonical words.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer, Conversation, JsonObject, Part, Turn } from '../../../src/core/index.ts';
import { wrap } from '../../../src/dialects/canonical/envelope.ts';
import { Dropped } from '../../../src/dialects/canonical/notes.ts';
import { unfold } from '../../../src/dialects/canonical/unfold.ts';
import { codecs } from '../../../src/dialects/openai-chat/codecs.ts';
import { asked, replyFor } from './kit.ts';

const { chat } = codecs;

function decode(more: JsonObject): Conversation {
  return chat.decodeRequest({ model: 'm', messages: [], ...more }, asked(more.stream === true).ask);
}

function turn(message: JsonObject): Turn {
  const [first] = decode({ messages: [message] }).turns;
  assert.ok(first);
  return first;
}

/** Without what only the codec reads. */
function bare(parts: readonly Part[]): unknown[] {
  return parts.map(({ extra: _, ...part }) => part);
}

test('wishes by their canonical names', () => {
  const { extra: _, ...conversation } = decode({
    stream: true,
    max_tokens: 9,
    n: 2,
    stop: 'x',
    top_k: 4,
    top_p: 0.5,
    logprobs: true,
    top_logprobs: 2,
    parallel_tool_calls: false,
    reasoning_effort: 'none',
    safety_identifier: 's',
    service_tier: 'default',
    verbosity: 'high',
    metadata: { a: 'b' },
  });
  assert.deepEqual(conversation, {
    model: 'm',
    stream: true,
    turns: [],
    tools: [],
    maxOutputTokens: 9,
    answers: 2,
    stop: ['x'],
    topK: 4,
    topP: 0.5,
    logprobs: 2,
    parallelToolCalls: false,
    reasoning: { effort: 'none', enabled: false },
    user: 's',
    serviceTier: 'default',
    verbosity: 'high',
    metadata: { a: 'b' },
  });
});

test('reasoning as other vendors ask for it', () => {
  assert.deepEqual(decode({ thinking: { type: 'disabled' } }).reasoning, { enabled: false });
  assert.deepEqual(decode({ thinking: { type: 'enabled', budget_tokens: 7 } }).reasoning, { enabled: true, budget: 7 });
  assert.deepEqual(decode({ reasoning: { effort: 'high', exclude: true } }).reasoning, {
    effort: 'high',
    summary: 'none',
  });
});

test('members without a canonical word are drops elsewhere; spellings, nulls and stream options are not', () => {
  const { extra } = decode({ prediction: { x: 1 }, user: null, stop: [], stream_options: { include_usage: true } });
  const notes = new Dropped(chat.words);
  notes.dropExtra('request', extra, 'gemini');
  assert.deepEqual(notes.names(), ['prediction']);
});

test('an answer that is to be spoken is refused elsewhere', () => {
  const { extra } = decode({ modalities: ['text', 'audio'], audio: { voice: 'v' } });
  const notes = new Dropped(chat.words);
  assert.throws(() => notes.dropExtra('request', extra, 'gemini'), { code: 'untranslatable', param: 'modalities' });
});

test('tools of every kind, web search among them', () => {
  const parameters = { type: 'object' };
  const { tools, toolChoice } = decode({
    tools: [
      { type: 'function', function: { name: 'f', parameters, strict: true } },
      {
        type: 'custom',
        custom: { name: 'c', format: { type: 'grammar', grammar: { syntax: 'lark', definition: 's' } } },
      },
      { type: 'mcp', x: 1 },
    ],
    functions: [{ name: 'g' }],
    web_search_options: {
      search_context_size: 'low',
      user_location: { type: 'approximate', approximate: { city: 'c' } },
    },
    tool_choice: {
      type: 'allowed_tools',
      allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'f' } }] },
    },
  });
  assert.deepEqual(
    tools.map((tool) => ({ ...tool, extra: undefined })),
    [
      { kind: 'function', name: 'f', parameters, strict: true, extra: undefined },
      { kind: 'custom', name: 'c', format: { type: 'grammar', syntax: 'lark', definition: 's' }, extra: undefined },
      { kind: 'native', dialect: 'openai-chat', type: 'mcp', raw: { type: 'mcp', x: 1 }, extra: undefined },
      { kind: 'function', name: 'g', extra: undefined },
      { kind: 'web-search', contextSize: 'low', location: { city: 'c' }, extra: undefined },
    ],
  );
  const { extra: _, ...choice } = toolChoice ?? {};
  assert.deepEqual(choice, { mode: 'allowed', names: ['f'], required: true });
});

test('instructions keep their place and their role', () => {
  const { turns } = decode({
    messages: [
      { role: 'user', content: 'a' },
      { role: 'developer', content: 'b' },
      { role: 'system', content: 'c' },
    ],
  });
  assert.deepEqual(
    turns.map(({ role }) => role),
    ['user', 'developer', 'system'],
  );
});

test('media: data URLs are taken apart, audio formats are types', () => {
  const { parts } = turn({
    role: 'user',
    content: [
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'low' } },
      { type: 'image_url', image_url: { url: 'https://host/a.png' } },
      { type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } },
      { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA' } },
      { type: 'file', file: { file_id: 'file-1' } },
    ],
  });
  assert.deepEqual(bare(parts), [
    { kind: 'media', media: 'image', source: { type: 'data', mimeType: 'image/png', base64: 'AAAA' }, detail: 'low' },
    { kind: 'media', media: 'image', source: { type: 'url', url: 'https://host/a.png' } },
    { kind: 'media', media: 'audio', source: { type: 'data', mimeType: 'audio/mpeg', base64: 'AAAA' } },
    {
      kind: 'media',
      media: 'document',
      source: { type: 'data', mimeType: 'application/pdf', base64: 'AAAA' },
      name: 'a.pdf',
    },
    { kind: 'media', media: 'document', source: { type: 'file', id: 'file-1' } },
  ]);
});

test('tool results are parts of user turns, one for each message', () => {
  const { turns } = decode({
    messages: [
      {
        role: 'assistant',
        content: '',
        tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'a', content: 'done' },
      { role: 'tool', tool_call_id: 'b', content: [{ type: 'text', text: 'too' }] },
    ],
  });
  assert.deepEqual(
    turns.flatMap(({ parts }) => bare(parts)),
    [
      { kind: 'tool-call', id: 'a', name: 'f', arguments: '{}' },
      { kind: 'tool-result', callId: 'a', content: [{ kind: 'text', text: 'done' }] },
      { kind: 'tool-result', callId: 'b', content: [{ kind: 'text', text: 'too' }] },
    ],
  );
});

test('bug 20: reasoning in the history of a tool loop is kept, by whichever name', () => {
  const call = { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } };
  for (const name of ['reasoning_content', 'reasoning']) {
    const { parts } = turn({ role: 'assistant', content: null, [name]: 'because', tool_calls: [call] });
    assert.deepEqual(bare(parts), [
      { kind: 'reasoning', text: 'because' },
      { kind: 'tool-call', id: 'a', name: 'f', arguments: '{}' },
    ]);
  }
});

test("Mistral's thinking parts are reasoning", () => {
  const { parts } = turn({
    role: 'assistant',
    content: [
      { type: 'thinking', thinking: [{ type: 'text', text: 'r' }] },
      { type: 'text', text: 'a' },
    ],
  });
  assert.deepEqual(bare(parts), [
    { kind: 'reasoning', text: 'r' },
    { kind: 'text', text: 'a' },
  ]);
});

test('blobs of other dialects come back out of their envelopes, each on the reasoning it signs', () => {
  const signed = (data: string) => wrap({ origin: 'anthropic-messages/anthropic', data }, 'openai-chat');
  const entry = (data: string, more: JsonObject) => ({
    type: 'reasoning.encrypted',
    format: 'portico',
    data: signed(data),
    ...more,
  });
  const { parts } = turn({
    role: 'assistant',
    content: 'a',
    reasoning_content: 'first\n\nunsigned\n\nsecond',
    reasoning_details: [
      entry('one', { index: 0, start: 0, end: 5, id: 'r1' }),
      entry('two', { index: 1, start: 17, end: 23 }),
      entry('three', { index: 2 }),
    ],
  });
  const origin = 'anthropic-messages/anthropic';
  assert.deepEqual(bare(parts), [
    { kind: 'reasoning', text: 'first', opaque: { origin, data: 'one' }, id: 'r1' },
    { kind: 'reasoning', text: 'unsigned' },
    { kind: 'reasoning', text: 'second', opaque: { origin, data: 'two' } },
    { kind: 'reasoning', text: '', opaque: { origin, data: 'three' } },
    { kind: 'text', text: 'a' },
  ]);
});

test('a signature on a tool call is read where Google has a place for it', () => {
  const data = wrap({ origin: 'gemini/gemini', data: 'sig' }, 'openai-chat');
  const call = { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } };
  const { parts } = turn({
    role: 'assistant',
    content: null,
    tool_calls: [{ ...call, extra_content: { google: { thought_signature: data } } }],
  });
  assert.deepEqual(parts[0]?.opaque, { origin: 'gemini/gemini', data: 'sig' });
});

test('a client that hands an answer back brings every blob to where it was', () => {
  const from = 'anthropic-messages/anthropic';
  const said: Part[] = [
    { kind: 'reasoning', text: 'one', opaque: { origin: from, data: 's1' } },
    { kind: 'reasoning', text: 'unsigned' },
    { kind: 'reasoning', text: '', redacted: true, opaque: { origin: from, data: 's2' } },
    { kind: 'reasoning', text: 'two', summarised: true, id: 'r', opaque: { origin: from, data: 's4' } },
    { kind: 'text', text: 'hi' },
    { kind: 'tool-call', id: 'a', name: 'f', arguments: '{}', opaque: { origin: 'gemini/gemini', data: 's3' } },
  ];
  const answer: Answer = { candidates: [{ index: 0, parts: said, finish: { reason: 'tool' } }] };
  const [choice] = chat.encodeAnswer(answer, replyFor().reply).choices as { message: JsonObject }[];
  assert.deepEqual(bare(turn(choice?.message ?? {}).parts), said);
  // The same for one that gathers the lists of a stream.
  const encoder = chat.encodeStream(replyFor().reply);
  const events = [...unfold(answer)].map((delta) => encoder.delta(delta)).join('');
  const told = events.split('\n\n').filter((event) => event.includes('reasoning_'));
  const deltas = told.map(
    (event) => (JSON.parse(event.slice(6)) as { choices: { delta: JsonObject }[] }).choices[0]?.delta,
  );
  const streamed = {
    role: 'assistant',
    reasoning_content: deltas.map((delta) => delta?.reasoning_content ?? '').join(''),
    reasoning_details: deltas.flatMap((delta) => delta?.reasoning_details ?? []),
  };
  assert.deepEqual(bare(turn(streamed).parts), said.slice(0, 4));
});
