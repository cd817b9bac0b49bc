// What a GenerateContentRequest means.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Dropped } from '../../../src/dialects/canonical/notes.ts';
import { chat, decode, encode, modelled } from './kit.ts';

const contents = [{ role: 'user', parts: [{ text: 'hi' }] }];

/** The same bytes of meaning, back again. */
function roundTrip(body: Record<string, unknown>): void {
  const { body: back, dropped } = encode(decode(body), 'gemini-3-pro-preview');
  assert.deepEqual(back, body);
  assert.deepEqual(dropped, []);
}

test('the model stands in the path, or in a nested request with a prefix', () => {
  assert.equal(decode({ contents }).model, 'm');
  const notes = new Dropped(chat.words);
  const nested = chat.decodeRequest({ model: 'models/gemini-x', contents }, { model: undefined, stream: true, notes });
  assert.deepEqual([nested.model, nested.stream], ['gemini-x', true]);
});

test('contents that are no list of contents are refused by name', () => {
  for (const wrong of [undefined, 'hi', 3, null]) {
    assert.throws(() => decode({ contents: wrong }), { code: 'invalid-request', param: 'contents' });
  }
  assert.throws(() => decode({ contents: [3] }), { code: 'invalid-request', param: 'contents[0]' });
});

test('both spellings are read, and come back as they came', () => {
  const snake = {
    system_instruction: { parts: [{ text: 'be brief' }] },
    contents: [{ role: 'user', parts: [{ inline_data: { mime_type: 'image/png', data: 'aaaa' } }] }],
    generation_config: { max_output_tokens: 5, thinking_config: { include_thoughts: true } },
    tool_config: { function_calling_config: { mode: 'any', allowed_function_names: ['f'] } },
  };
  const read = decode(snake);
  assert.equal(read.maxOutputTokens, 5);
  assert.equal(read.reasoning?.summary, 'auto');
  assert.deepEqual(
    read.turns.map(({ role }) => role),
    ['system', 'user'],
  );
  assert.equal(read.turns[1]?.parts[0]?.kind, 'media');
  assert.equal(read.toolChoice?.mode, 'tool');
  roundTrip(snake);
});

test('a single content and a single part stand for lists of one', () => {
  const body = { contents: { parts: { text: 'hi' } } };
  assert.deepEqual(modelled(decode(body)).turns, [{ role: 'user', parts: [{ kind: 'text', text: 'hi' }] }]);
  roundTrip(body);
});

test('roles: model, none, function, and whatever else is the user', () => {
  const parts = [{ functionResponse: { name: 'f', response: { output: 'x' } } }];
  const body = {
    contents: [
      { parts: [{ text: 'a' }] },
      { role: 'model', parts: [{ functionCall: { name: 'f', args: {} } }] },
      { role: 'function', parts },
      { role: 'model', parts },
      { role: 'other', parts: [{ text: 'b' }] },
    ],
  };
  const roles = decode(body).turns.map(({ role }) => role);
  assert.deepEqual(roles, ['user', 'assistant', 'user', 'user', 'user']);
  roundTrip(body);
});

test('thoughts, and signatures on any part, trailing empty text too', () => {
  const parts = [
    { text: 'hm', thought: true, thoughtSignature: 'a' },
    { text: 'so', thoughtSignature: 'b' },
    { functionCall: { name: 'f', args: { x: 1 }, id: 'c1' }, thoughtSignature: 'c' },
    { executableCode: { language: 'PYTHON', code: '1' }, thoughtSignature: 'd' },
    { text: '', thoughtSignature: 'e' },
    { thoughtSignature: 'f' },
  ];
  const body = { contents: [{ role: 'model', parts }] };
  const [turn] = decode(body).turns;
  assert.deepEqual(
    turn?.parts.map(({ kind }) => kind),
    ['reasoning', 'text', 'tool-call', 'native', 'text', 'text'],
  );
  assert.deepEqual(
    turn?.parts.map(({ opaque }) => opaque?.data),
    ['a', 'b', 'c', 'd', 'e', 'f'],
  );
  assert.equal(turn?.parts[0]?.opaque?.origin, undefined);
  roundTrip(body);
});

test('media is of the kind its type says; addresses the vendor keeps are files', () => {
  const file = (fileUri: string, mimeType?: string) => ({ fileData: { ...(mimeType && { mimeType }), fileUri } });
  const parts = [
    { inlineData: { mimeType: 'audio/mp3', data: '-_' }, videoMetadata: { fps: 1 } },
    file('gs://bucket/a.pdf', 'application/pdf'),
    file('https://generativelanguage.googleapis.com/v1beta/files/x', 'video/mp4'),
    file('https://www.youtube.com/watch?v=1'),
    file('https://example.com/a.png'),
  ];
  const body = { contents: [{ role: 'user', parts }] };
  const media = modelled(decode(body).turns[0]?.parts ?? []).map((part) =>
    part.kind === 'media' ? [part.media, part.source.type] : [],
  );
  assert.deepEqual(media, [
    ['audio', 'data'],
    ['document', 'file'],
    ['video', 'file'],
    ['video', 'url'],
    ['image', 'url'],
  ]);
  const [first] = decode(body).turns[0]?.parts ?? [];
  // The plain alphabet of base64: no other vendor reads the one for addresses.
  assert.equal(first?.kind === 'media' && first.source.type === 'data' && first.source.base64, '+/');
  assert.deepEqual(first?.extra?.fields, { videoMetadata: { fps: 1 } });
  roundTrip(body);
});

test('what a function returned: output, error, or the object as it is', () => {
  const responses = [
    { output: 'text' },
    { output: { a: 1 } },
    { error: 'no such file' },
    { result: 3 },
    { temperature: 20 },
    {},
    undefined,
  ];
  const parts = responses.map((response) => ({ functionResponse: { name: 'f', ...(response && { response }) } }));
  const body = { contents: [{ role: 'user', parts }] };
  const read = (decode(body).turns[0]?.parts ?? []).map((part) =>
    part.kind === 'tool-result' ? [part.content.map((one) => one.kind === 'text' && one.text), part.isError] : [],
  );
  assert.deepEqual(read, [
    [['text'], undefined],
    [['{"a":1}'], undefined],
    [['no such file'], true],
    [['3'], undefined],
    [['{"temperature":20}'], undefined],
    [['{}'], undefined],
    [[], undefined],
  ]);
  roundTrip(body);
});

test('media within a result, and members that belong to it alone', () => {
  const inside = [{ inlineData: { mimeType: 'image/png', data: 'aaaa' } }];
  const functionResponse = { id: 'c', name: 'f', response: { output: 'x' }, parts: inside, scheduling: 'SILENT' };
  const body = { contents: [{ role: 'user', parts: [{ functionResponse }] }] };
  const [part] = decode(body).turns[0]?.parts ?? [];
  assert.deepEqual(part?.kind === 'tool-result' && part.content.map(({ kind }) => kind), ['text', 'media']);
  assert.deepEqual(part?.extra?.fields, { 'functionResponse.scheduling': 'SILENT' });
  roundTrip(body);
});

test('cached content is a part of the prompt: no other dialect may leave it out', () => {
  const read = decode({ contents, cachedContent: 'cachedContents/1' });
  const notes = new Dropped(chat.words);
  assert.throws(() => notes.dropExtra('request', read.extra, 'openai-chat'), {
    code: 'untranslatable',
    param: 'cachedContent',
  });
  roundTrip({ contents, cachedContent: 'cachedContents/1' });
});

test('nothing unknown is refused', () => {
  roundTrip({
    contents: [{ role: 'user', parts: [{ hologram: { x: 1 } }, { text: 'a', novelty: [1] }], flavour: 'x' }],
    tools: [{ timeMachine: { year: 1 } }],
    toolConfig: { retrievalConfig: { languageCode: 'de' } },
    generationConfig: { dreams: true },
    somethingNew: { deep: { er: 1 } },
  });
});
