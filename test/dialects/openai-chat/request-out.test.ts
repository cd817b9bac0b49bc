// Turns of other dialects as messages.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject, Part, Turn, UpstreamFacts } from '../../../src/core/index.ts';
import { assistant, call, encode, image, pdf, picture, result, text, user } from './encode-kit.ts';

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
    { type: 'file', file: { filename: 'Report.pdf', file_data: 'data:application/pdf;base64,AAAA' } },
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
      param: undefined,
    });
  });
}
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
