// Conversations of other dialects as chat completion requests.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Conversation, JsonObject, MediaPart, Part, Turn, UpstreamFacts } from '../../../src/core/index.ts';
import { codecs } from '../../../src/dialects/openai-chat/codecs.ts';
import { to } from './kit.ts';

const { chat } = codecs;

interface Encoded {
  readonly body: JsonObject;
  readonly messages: readonly JsonObject[];
  readonly dropped: readonly string[];
}

function encode(
  conversation: Partial<Conversation>,
  facts: UpstreamFacts = {},
  more: { stream?: boolean; origin?: string } = {},
): Encoded {
  const destination = to({ facts, ...more });
  const body = chat.encodeRequest(
    { model: 'asked', stream: false, turns: [], tools: [], ...conversation },
    destination.to,
  );
  return { body, messages: body.messages as readonly JsonObject[], dropped: destination.names() };
}

const user = (...parts: Part[]): Turn => ({ role: 'user', parts });
const assistant = (...parts: Part[]): Turn => ({ role: 'assistant', parts });
const text = (said: string): Part => ({ kind: 'text', text: said });
const call = (id: string): Part => ({ kind: 'tool-call', id, name: 'f', arguments: '{}' });
const result = (callId: string, ...content: Part[]): Part => ({ kind: 'tool-result', callId, content });
const image: MediaPart = {
  kind: 'media',
  media: 'image',
  source: { type: 'data', mimeType: 'image/png', base64: 'AAAA' },
};
const picture = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
const pdf: MediaPart = {
  kind: 'media',
  media: 'document',
  source: { type: 'data', mimeType: 'application/pdf', base64: 'AAAA' },
};

test('texts are strings, instructions stand where they stood', () => {
  const { messages } = encode({
    turns: [
      { role: 'system', parts: [text('a'), text('b')] },
      user(text('hi')),
      { role: 'developer', parts: [text('c')] },
      user(text('one'), text('two')),
    ],
  });
  assert.deepEqual(messages, [
    { role: 'system', content: 'a\n\nb' },
    { role: 'user', content: 'hi' },
    { role: 'system', content: 'c' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'one' },
        { type: 'text', text: 'two' },
      ],
    },
  ]);
});

test('instructions have the role that the vendor knows', () => {
  const turns: Turn[] = [{ role: 'system', parts: [text('a')] }];
  assert.deepEqual(encode({ turns }, { instructionsRole: 'developer' }).messages, [
    { role: 'developer', content: 'a' },
  ]);
});

test('assistant turns in a row are one message: reasoning, text, all calls', () => {
  const { messages } = encode({
    turns: [
      user(text('hi')),
      assistant({ kind: 'reasoning', text: 'why', summarised: true }),
      assistant(text('Looking.')),
      assistant(call('a')),
      assistant(call('b')),
      user(result('a', text('1'))),
      user(result('b', text('2'))),
      assistant(text('one')),
      assistant(text('two')),
    ],
  });
  const called = (id: string) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } });
  assert.deepEqual(messages, [
    { role: 'user', content: 'hi' },
    { role: 'assistant', reasoning_content: 'why', tool_calls: [called('a'), called('b')], content: 'Looking.' },
    { role: 'tool', tool_call_id: 'a', content: '1' },
    { role: 'tool', tool_call_id: 'b', content: '2' },
    { role: 'assistant', content: 'one\n\ntwo' },
  ]);
});

test('an assistant that only called tools says null', () => {
  const { messages } = encode({ turns: [assistant(call('a'))] });
  assert.equal(messages[0]?.content, null);
});

test('results come right after their calls, whatever stood between', () => {
  const { messages } = encode({
    turns: [
      assistant(call('a'), call('b')),
      user(result('a', text('1'), image), text('by the way')),
      { role: 'developer', parts: [text('note')] },
      user(result('b', text('2'))),
      user(text('go on')),
    ],
  });
  assert.deepEqual(
    messages.map(({ role }) => role),
    ['assistant', 'tool', 'tool', 'user', 'system', 'user'],
  );
  assert.deepEqual(messages[3]?.content, [
    { type: 'text', text: 'Attachments of tool call a:' },
    picture,
    { type: 'text', text: 'by the way' },
  ]);
});

test('bug 28: pictures of a tool result follow in a user message that names the call', () => {
  const { messages, dropped } = encode({ turns: [assistant(call('a')), user(result('a', image))] });
  assert.deepEqual(messages.slice(1), [
    { role: 'tool', tool_call_id: 'a', content: 'See the attachments of tool call a below.' },
    { role: 'user', content: [{ type: 'text', text: 'Attachments of tool call a:' }, picture] },
  ]);
  assert.deepEqual(dropped, []);
});

test('a failed tool says so in its text, once', () => {
  const failed = (said: string): Part => ({ kind: 'tool-result', callId: 'a', content: [text(said)], isError: true });
  assert.equal(encode({ turns: [user(failed('no file'))] }).messages[0]?.content, 'Error: no file');
  assert.equal(encode({ turns: [user(failed('Error: no file'))] }).messages[0]?.content, 'Error: no file');
});

test('documents: files with a name, texts as text with their title ahead', () => {
  const { messages, dropped } = encode({
    turns: [
      user(
        { ...pdf, title: 'Report', context: 'Of last year.', citations: true },
        { kind: 'media', media: 'document', source: { type: 'text', text: 'words' }, title: 'Notes' },
        {
          kind: 'media',
          media: 'document',
          source: { type: 'data', mimeType: 'text/csv', base64: 'YSxi' },
          name: 'a.csv',
        },
        { kind: 'media', media: 'document', source: { type: 'parts', parts: [text('in'), image] }, title: 'Both' },
        pdf,
      ),
    ],
  });
  assert.deepEqual(messages[0]?.content, [
    { type: 'text', text: 'Of last year.' },
    { type: 'file', file: { filename: 'Report', file_data: 'data:application/pdf;base64,AAAA' } },
    { type: 'text', text: 'Notes\n\nwords' },
    { type: 'text', text: 'a.csv\n\na,b' },
    { type: 'text', text: 'Both' },
    { type: 'text', text: 'in' },
    picture,
    { type: 'file', file: { filename: 'document.pdf', file_data: 'data:application/pdf;base64,AAAA' } },
  ]);
  assert.deepEqual(dropped, ['media.citations']);
});

test('audio has a format; a detail that the dialect does not know is dropped', () => {
  const { messages, dropped } = encode({
    turns: [
      user(
        { kind: 'media', media: 'audio', source: { type: 'data', mimeType: 'audio/x-wav', base64: 'AA' } },
        { kind: 'media', media: 'audio', source: { type: 'data', mimeType: 'audio/ogg', base64: 'AA' } },
        { ...image, detail: 'original' },
      ),
    ],
  });
  assert.deepEqual(messages[0]?.content, [
    { type: 'input_audio', input_audio: { data: 'AA', format: 'wav' } },
    { type: 'input_audio', input_audio: { data: 'AA', format: 'ogg' } },
    picture,
  ]);
  assert.deepEqual(dropped, ['messages[].content[].image_url.detail']);
});

const refusals: Readonly<Record<string, readonly [Part, RegExp, UpstreamFacts?]>> = {
  'a video': [
    { kind: 'media', media: 'video', source: { type: 'data', mimeType: 'video/mp4', base64: 'AA' } },
    /video/,
  ],
  "another vendor's file": [{ kind: 'media', media: 'document', source: { type: 'file', id: 'file-9' } }, /file-9/],
  'a document as a URL': [{ ...pdf, source: { type: 'url', url: 'https://host/a.pdf' } }, /base64/],
  'audio as a URL': [{ kind: 'media', media: 'audio', source: { type: 'url', url: 'https://host/a.wav' } }, /base64/],
  'an image URL that nobody fetches': [
    { ...image, source: { type: 'url', url: 'https://host/a.png' } },
    /base64/,
    { imageUrls: false },
  ],
};

for (const [what, [part, remedy, facts]] of Object.entries(refusals)) {
  test(`${what} is refused, with the remedy`, () => {
    assert.throws(() => encode({ turns: [user(part)] }, facts), {
      code: 'untranslatable',
      message: remedy,
      param: 'messages',
    });
  });
}

test('the output cap has the name that the vendor knows', () => {
  assert.equal(encode({ maxOutputTokens: 5 }).body.max_tokens, 5);
  const { body } = encode({ maxOutputTokens: 5 }, { maxTokensField: 'max_completion_tokens' });
  assert.deepEqual([body.max_completion_tokens, body.max_tokens], [5, undefined]);
});

test('a stream asks for usage, unless the vendor does not know that', () => {
  assert.deepEqual(encode({}, {}, { stream: true }).body.stream_options, { include_usage: true });
  assert.equal(encode({}, { streamUsage: false }, { stream: true }).body.stream_options, undefined);
  assert.equal(encode({}, {}).body.stream_options, undefined);
});

test('what cannot be said is dropped and told', () => {
  const { body, dropped } = encode({
    topK: 5,
    metadata: { a: 'b' },
    reasoning: { enabled: false, summary: 'auto' },
    parallelToolCalls: true,
    tools: [{ kind: 'native', dialect: 'gemini', type: 'codeExecution', raw: {} }],
    toolChoice: { mode: 'required' },
    turns: [user({ kind: 'native', dialect: 'gemini', type: 'x', raw: {} })],
    extra: { dialect: 'gemini', fields: { safetySettings: [] } },
  });
  assert.deepEqual(body, { model: 'm', messages: [] });
  assert.deepEqual(dropped.toSorted(), [
    'messages[].content[]',
    'metadata',
    'reasoning.exclude',
    'reasoning_effort',
    'safetySettings',
    'tool_choice',
    'tools[]',
    'top_k',
  ]);
});

test('an effort as it is, a budget as the effort it stands for', () => {
  const effort = (reasoning: Conversation['reasoning']) =>
    encode({ ...(reasoning && { reasoning }) }).body.reasoning_effort;
  assert.equal(effort({ effort: 'xhigh', adaptive: true }), 'xhigh');
  assert.equal(effort({ budget: 0 }), 'none');
  assert.equal(effort({ enabled: true, budget: 1024 }), 'low');
  assert.equal(effort({ budget: 8000 }), 'medium');
  assert.equal(effort({ budget: 31_999 }), 'high');
  assert.equal(effort({ budget: -1 }), undefined);
  assert.equal(effort({ enabled: false, effort: 'high' }), undefined);
  assert.equal(effort({ enabled: false, effort: 'none' }), 'none');
});

test('output formats: a schema gets a name, JSON is called by name', () => {
  const schema = { type: 'object' };
  assert.deepEqual(encode({ format: { kind: 'schema', schema } }).body.response_format, {
    type: 'json_schema',
    json_schema: { name: 'response', schema },
  });
  const json = encode({ format: { kind: 'json' }, turns: [user(text('hi'))] });
  assert.deepEqual(json.body.response_format, { type: 'json_object' });
  assert.deepEqual(json.messages[0], { role: 'system', content: 'Answer with a JSON object.' });
  assert.equal(encode({ format: { kind: 'json' }, turns: [user(text('as JSON please'))] }).messages.length, 1);
});

test('of allowed tools only these are offered: compatible vendors know no such list', () => {
  const tools = ['f', 'g', 'h'].map((name) => ({ kind: 'function', name }) as const);
  const several = encode({ tools, toolChoice: { mode: 'allowed', names: ['f', 'g'], required: true } }).body;
  assert.deepEqual([(several.tools as unknown[]).length, several.tool_choice], [2, 'required']);
  const one = encode({ tools, toolChoice: { mode: 'allowed', names: ['h'], required: true } }).body;
  assert.deepEqual(one.tool_choice, { type: 'function', function: { name: 'h' } });
  assert.equal(
    encode({ tools, toolChoice: { mode: 'allowed', names: ['h'], required: false } }).body.tool_choice,
    'auto',
  );
});

test('a forced tool is named in the nested form of the dialect', () => {
  const { body } = encode({ tools: [{ kind: 'function', name: 'f' }], toolChoice: { mode: 'tool', name: 'f' } });
  assert.deepEqual(body.tool_choice, { type: 'function', function: { name: 'f' } });
});

test('web search: asked for where it is what the request is for, else dropped', () => {
  const search = { kind: 'web-search', location: { city: 'Oslo' }, maxUses: 5 } as const;
  const alone = encode({ tools: [search], toolChoice: { mode: 'tool', name: 'web_search' } });
  assert.deepEqual(alone.body.web_search_options, {
    user_location: { type: 'approximate', approximate: { city: 'Oslo' } },
  });
  assert.deepEqual([alone.body.tool_choice, alone.dropped], [undefined, ['webSearch.maxUses']]);
  const among = encode({ tools: [search, { kind: 'function', name: 'f' }] });
  assert.deepEqual([among.body.web_search_options, among.dropped], [undefined, ['tools[]']]);
});

test('an end user whose id is longer than vendors take is told by a hash, always the same', () => {
  const long = 'x'.repeat(200);
  const { user: told } = encode({ user: long }).body;
  assert.match(String(told), /^[0-9a-f]{64}$/);
  assert.equal(encode({ user: long }).body.user, told);
  assert.equal(encode({ user: 'short' }).body.user, 'short');
});

test('blobs return to who issued them; the reasoning text stays in any case', () => {
  const details = [{ type: 'reasoning.text', text: 'r', signature: 's' }];
  const signed = (origin: string | undefined, data: string): Turn =>
    assistant({ kind: 'reasoning', text: 'r', opaque: { origin, data } }, text('a'));
  const own = encode(
    { turns: [signed('openai-chat/openrouter', JSON.stringify(details))] },
    {},
    { origin: 'openai-chat/openrouter' },
  );
  assert.deepEqual(own.messages[0], {
    role: 'assistant',
    reasoning_content: 'r',
    reasoning_details: details,
    content: 'a',
  });
  for (const origin of ['anthropic-messages/anthropic', 'openai-chat/other', undefined]) {
    const turns = [signed(origin, 'blob')];
    const { messages, dropped } = encode({ turns, extra: { dialect: 'anthropic-messages' } });
    assert.deepEqual(messages[0], { role: 'assistant', reasoning_content: 'r', content: 'a' });
    assert.deepEqual(dropped, ['messages[].reasoning_details']);
  }
});

test("a tool call's signature returns to the OpenAI endpoint that issued it", () => {
  const signed: Part = {
    kind: 'tool-call',
    id: 'a',
    name: 'f',
    arguments: '{}',
    opaque: { origin: 'openai-chat/google', data: 's' },
  };
  const calls = (origin: string) =>
    encode({ turns: [assistant(signed)] }, {}, { origin }).messages[0]?.tool_calls as JsonObject[];
  assert.deepEqual(calls('openai-chat/google')[0]?.extra_content, { google: { thought_signature: 's' } });
  assert.equal(calls('openai-chat/openai')[0]?.extra_content, undefined);
});

test('the same conversation is the same bytes', () => {
  const turns = [user(text('hi')), assistant(call('a')), user(result('a', image))];
  assert.equal(JSON.stringify(encode({ turns }).body), JSON.stringify(encode({ turns }).body));
});
