// A conversation of another dialect, in the order this one demands.
import assert from 'node:assert/strict';
import test from 'node:test';
import { GatewayError, type JsonObject, type Part, type Turn } from '../../../src/core/index.ts';
import { foreign, here, sent } from './setting.ts';

const hi: Turn = { role: 'user', parts: [{ kind: 'text', text: 'Hi' }] };

function text(role: Turn['role'], said: string): Turn {
  return { role, parts: [{ kind: 'text', text: said }] };
}

function call(id: string): Turn {
  return { role: 'assistant', parts: [{ kind: 'tool-call', id, name: 'f', arguments: '{"a":1}' }] };
}

function result(callId: string, said = `${callId} done`): Turn {
  return { role: 'user', parts: [{ kind: 'tool-result', callId, content: [{ kind: 'text', text: said }] }] };
}

function messages(...turns: Turn[]): unknown {
  return sent(foreign({ turns })).body.messages;
}

function user(...parts: Part[]): Turn {
  return { role: 'user', parts };
}

function refused(code: string, turns: Turn[], words: RegExp): void {
  assert.throws(
    () => sent(foreign({ turns })),
    (error) => {
      assert.ok(error instanceof GatewayError && error.code === code);
      assert.match(error.message, words);
      return error.param === undefined;
    },
  );
}

const said = (content: string): JsonObject => ({ type: 'text', text: content });
const used = (id: string): JsonObject => ({ type: 'tool_use', id, name: 'f', input: { a: 1 } });
const done = (id: string, content = `${id} done`): JsonObject => ({ type: 'tool_result', tool_use_id: id, content });
const missing = (id: string): JsonObject => ({ ...done(id, 'no result'), is_error: true });

test('the instructions a conversation begins with are `system`, each a block', () => {
  const { body } = sent(foreign({ turns: [text('system', 'A'), text('developer', 'B'), hi] }));
  assert.deepEqual(body.system, [said('A'), said('B')]);
  assert.deepEqual(body.messages, [{ role: 'user', content: [said('Hi')] }]);
});

test('later instructions are reminders in the neighbouring user message', () => {
  assert.deepEqual(messages(hi, text('system', 'Be kind.'), text('assistant', 'Yes'), text('user', 'Go on')), [
    { role: 'user', content: [said('Hi'), said('<system-reminder>\nBe kind.\n</system-reminder>')] },
    { role: 'assistant', content: [said('Yes')] },
    { role: 'user', content: [said('Go on')] },
  ]);
});

test('instructions alone are the question', () => {
  const { body } = sent(foreign({ turns: [text('system', 'A'), text('system', 'Tell a joke.')] }));
  assert.deepEqual(body.system, [said('A')]);
  assert.deepEqual(body.messages, [{ role: 'user', content: [said('Tell a joke.')] }]);
});

test('nothing at all is refused', () => {
  refused('untranslatable', [], /nothing to answer/);
  refused('untranslatable', [text('user', ' ')], /nothing to answer/);
});

test('neighbours of one role are one message, by blocks', () => {
  assert.deepEqual(messages(hi, text('user', 'there'), text('assistant', 'A'), text('assistant', 'B'), hi), [
    { role: 'user', content: [said('Hi'), said('there')] },
    { role: 'assistant', content: [said('A'), said('B')] },
    { role: 'user', content: [said('Hi')] },
  ]);
});

test('the user begins, even where the assistant greeted', () => {
  const [first, second] = messages(text('assistant', 'Welcome'), hi) as JsonObject[];
  assert.equal(first?.role, 'user');
  assert.deepEqual(second, { role: 'assistant', content: [said('Welcome')] });
});

test("the assistant's words last are a prefill, which is refused with a remedy", () => {
  refused('untranslatable', [hi, text('assistant', 'The answer is')], /End with a user message/);
});

test('text of nothing is not sent, nor a message of nothing', () => {
  assert.deepEqual(
    messages(user({ kind: 'text', text: '' }, { kind: 'text', text: 'Hi' }), text('assistant', ' \n'), hi),
    [{ role: 'user', content: [said('Hi'), said('Hi')] }],
  );
});

test('results of tools stand first in one message after the calls, in the order of the calls', () => {
  const turns = [hi, call('a'), call('b'), user({ kind: 'text', text: 'Well?' }), result('b'), result('a')];
  assert.deepEqual(messages(...turns), [
    { role: 'user', content: [said('Hi')] },
    { role: 'assistant', content: [used('a'), used('b')] },
    { role: 'user', content: [done('a'), done('b'), said('Well?')] },
  ]);
});

test('one call after the other stays one after the other', () => {
  assert.deepEqual(messages(hi, call('a'), result('a'), call('b'), result('b')), [
    { role: 'user', content: [said('Hi')] },
    { role: 'assistant', content: [used('a')] },
    { role: 'user', content: [done('a')] },
    { role: 'assistant', content: [used('b')] },
    { role: 'user', content: [done('b')] },
  ]);
});

test('a result that comes late is moved to its call', () => {
  assert.deepEqual(messages(hi, call('a'), hi, text('assistant', 'Hm'), result('a'), hi), [
    { role: 'user', content: [said('Hi')] },
    { role: 'assistant', content: [used('a')] },
    { role: 'user', content: [done('a'), said('Hi')] },
    { role: 'assistant', content: [said('Hm')] },
    { role: 'user', content: [said('Hi')] },
  ]);
});

test('a result that is missing is made up as an error', () => {
  assert.deepEqual(messages(hi, call('a'), call('b'), result('b')), [
    { role: 'user', content: [said('Hi')] },
    { role: 'assistant', content: [used('a'), used('b')] },
    { role: 'user', content: [missing('a'), done('b')] },
  ]);
});

test('a result of no call is left out with a note, and a second one of the same call', () => {
  const { body, dropped } = sent(foreign({ turns: [hi, call('a'), result('a'), result('a', 'again'), result('z')] }));
  assert.deepEqual((body.messages as JsonObject[]).at(-1), { role: 'user', content: [done('a')] });
  assert.deepEqual(dropped, ['toolResult']);
});

test('the content of results: text, errors, images, nothing', () => {
  const image = {
    kind: 'media',
    media: 'image',
    source: { type: 'data', mimeType: 'image/png', base64: 'AA' },
  } as const;
  const results: Part[] = [
    { kind: 'tool-result', callId: 'a', content: [{ kind: 'text', text: 'no' }], isError: true },
    { kind: 'tool-result', callId: 'b', content: [{ kind: 'text', text: 'see' }, image] },
    { kind: 'tool-result', callId: 'c', content: [] },
  ];
  const last = (messages(hi, call('a'), call('b'), call('c'), user(...results)) as JsonObject[]).at(-1);
  const picture = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA' } };
  assert.deepEqual(last?.content, [
    { ...done('a', 'no'), is_error: true },
    { type: 'tool_result', tool_use_id: 'b', content: [said('see'), picture] },
    { type: 'tool_result', tool_use_id: 'c', content: [] },
  ]);
});

test('arguments that are no object are sent as none, with a note; large numbers survive', () => {
  const broken = { kind: 'tool-call', id: 'a', name: 'f', arguments: '{"a":' } as const;
  const large = { kind: 'tool-call', id: 'b', name: 'f', arguments: '{"id":12345678901234567890}' } as const;
  const turns: Turn[] = [hi, { role: 'assistant', parts: [broken, large] }, result('a'), result('b')];
  const { body, dropped } = sent(foreign({ turns }));
  assert.deepEqual(dropped, ['toolCall.arguments']);
  assert.match(JSON.stringify(body), /"input":\{\}.*"input":\{"id":12345678901234567890\}/);
});

test('reasoning is sent to whom it came from, and to nobody else', () => {
  const from = (origin: string | undefined): Part => ({
    kind: 'reasoning',
    text: 'Hm',
    opaque: { origin, data: 'sig' },
  });
  const parts: Part[] = [from(here), from('openai-responses/openai'), { kind: 'reasoning', text: 'unsigned' }];
  const turns: Turn[] = [hi, { role: 'assistant', parts: [...parts, { kind: 'text', text: 'Yes' }] }, hi];
  const { body, dropped } = sent(foreign({ turns }));
  assert.deepEqual((body.messages as JsonObject[])[1]?.content, [
    { type: 'thinking', thinking: 'Hm', signature: 'sig' },
    said('Yes'),
  ]);
  assert.deepEqual(dropped, ['opaque', 'reasoning.text']);
});

test('reasoning withheld returns withheld', () => {
  const part: Part = { kind: 'reasoning', text: '', redacted: true, opaque: { origin: here, data: 'dark' } };
  const turns: Turn[] = [hi, { role: 'assistant', parts: [part, { kind: 'text', text: 'Yes' }] }, hi];
  const content = (sent(foreign({ turns })).body.messages as JsonObject[])[1]?.content as unknown[];
  assert.deepEqual(content[0], { type: 'redacted_thinking', data: 'dark' });
});

test('media: what can be sent, what is refused and how', () => {
  const data = (mimeType: string, media: 'image' | 'document' | 'audio' | 'video' = 'image'): Part => ({
    kind: 'media',
    media,
    name: 'a.bin',
    source: { type: 'data', mimeType, base64: 'SGk=' },
  });
  const [first] = messages(
    user(data('image/jpg'), data('application/pdf', 'document'), data('text/csv', 'document')),
  ) as JsonObject[];
  assert.deepEqual(first?.content, [
    { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: 'SGk=' } },
    { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'SGk=' }, title: 'a.bin' },
    { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Hi' }, title: 'a.bin' },
  ]);
  const file: Part = { kind: 'media', media: 'image', source: { type: 'file', id: 'f' } };
  refused('untranslatable', [user(data('image/tiff'))], /JPEG, PNG, GIF or WebP/);
  refused('untranslatable', [user(data('audio/wav', 'audio'))], /Audio/);
  refused('untranslatable', [user(data('video/mp4', 'video'))], /Video/);
  refused('untranslatable', [user(data('application/zip', 'document'))], /PDF or text/);
  refused('untranslatable', [user(file)], /Send its content/);
  const picture: Part = {
    kind: 'media',
    media: 'image',
    source: { type: 'url', url: 'https://x/a.png' },
    detail: 'low',
  };
  const { body, dropped } = sent(foreign({ turns: [user(picture)] }));
  assert.match(JSON.stringify(body), /"source":\{"type":"url","url":"https:\/\/x\/a\.png"\}/);
  assert.deepEqual(dropped, ['media.detail']);
  assert.throws(() => sent(foreign({ turns: [user(picture)] }), { facts: { imageUrls: false } }), /takes no URLs/);
});

test('what only others have is left out with a note', () => {
  const parts: Part[] = [
    { kind: 'text', text: 'A', citations: [{ url: 'https://x' }], opaque: { origin: 'gemini/gemini', data: 's' } },
    { kind: 'search', id: 'ws_1', queries: ['q'] },
    { kind: 'native', dialect: 'gemini', type: 'executableCode', raw: {} },
    { kind: 'refusal', text: 'No.' },
  ];
  const { body, dropped } = sent(foreign({ turns: [hi, { role: 'assistant', parts }, hi] }));
  assert.deepEqual((body.messages as JsonObject[])[1]?.content, [said('A'), said('No.')]);
  assert.deepEqual(dropped, ['opaque', 'text.citations', 'part']);
});
