// Content blocks of a client of this dialect, in canonical words.
import assert from 'node:assert/strict';
import test from 'node:test';
import type { JsonObject, Part } from '../../../src/core/index.ts';
import { wrap } from '../../../src/dialects/canonical/envelope.ts';
import { decoded, sent } from './setting.ts';

function request(members: JsonObject): JsonObject {
  return { model: 'm', max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }], ...members };
}

function userParts(content: unknown): readonly Part[] {
  return decoded(request({ messages: [{ role: 'user', content }] })).turns[0]?.parts ?? [];
}

function plain(parts: readonly Part[]): unknown {
  return JSON.parse(JSON.stringify(parts, (key, value) => (key === 'extra' ? undefined : value)));
}

/** There and back again. */
function assertReturns(members: JsonObject): void {
  const body = request(members);
  assert.deepEqual(sent(decoded(body), { model: 'm' }).body, body);
}

test('images and documents in every kind of source', () => {
  const sources: readonly (readonly [JsonObject, JsonObject])[] = [
    [
      { type: 'base64', media_type: 'image/png', data: 'AA' },
      { type: 'data', mimeType: 'image/png', base64: 'AA' },
    ],
    [
      { type: 'url', url: 'https://x/a.png' },
      { type: 'url', url: 'https://x/a.png' },
    ],
    [
      { type: 'file', file_id: 'file_1' },
      { type: 'file', id: 'file_1' },
    ],
  ];
  for (const [source, meant] of sources) {
    assert.deepEqual(plain(userParts([{ type: 'image', source }])), [{ kind: 'media', media: 'image', source: meant }]);
    assertReturns({
      messages: [{ role: 'user', content: [{ type: 'image', source, cache_control: { type: 'ephemeral' } }] }],
    });
  }
  const document = {
    type: 'document',
    source: { type: 'text', media_type: 'text/plain', data: 'Words' },
    title: 'T',
    context: 'C',
    citations: { enabled: true },
  };
  assert.deepEqual(plain(userParts([document])), [
    {
      kind: 'media',
      media: 'document',
      source: { type: 'text', mimeType: 'text/plain', text: 'Words' },
      title: 'T',
      context: 'C',
      citations: true,
    },
  ]);
  const content = [{ type: 'text', text: 'Chunk' }];
  for (const source of [
    { type: 'content', content },
    { type: 'content', content: 'Chunk' },
  ]) {
    assert.deepEqual(plain(userParts([{ type: 'document', source }])), [
      { kind: 'media', media: 'document', source: { type: 'parts', parts: [{ kind: 'text', text: 'Chunk' }] } },
    ]);
    assertReturns({ messages: [{ role: 'user', content: [{ ...document, source, title: null }] }] });
  }
});

test('a search result is a document with a title and a source', () => {
  const block = { type: 'search_result', source: 'https://x', title: 'X', content: [{ type: 'text', text: 'Found' }] };
  assert.deepEqual(plain(userParts([block])), [
    {
      kind: 'media',
      media: 'document',
      source: { type: 'parts', parts: [{ kind: 'text', text: 'Found' }] },
      title: 'X',
      context: 'https://x',
    },
  ]);
  assertReturns({ messages: [{ role: 'user', content: [block] }] });
});

test('calls and results of tools, in every spelling', () => {
  const call = {
    type: 'tool_use',
    id: 'toolu_1',
    name: 'f',
    input: { a: [1, { b: null }] },
    caller: { type: 'direct' },
  };
  const results = [
    { type: 'tool_result', tool_use_id: 'toolu_1', content: 'done' },
    { type: 'tool_result', tool_use_id: 'toolu_1' },
    { type: 'tool_result', tool_use_id: 'toolu_1', content: [] },
    { type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text: 'done' }], is_error: true },
    {
      type: 'tool_result',
      tool_use_id: 'toolu_1',
      content: [{ type: 'tool_reference', tool_name: 'g' }],
      is_error: false,
    },
  ];
  for (const result of results) {
    const messages = [
      { role: 'assistant', content: [call] },
      { role: 'user', content: [result] },
    ];
    const [made, answered] = decoded(request({ messages })).turns;
    assert.deepEqual(plain(made?.parts ?? []), [
      { kind: 'tool-call', id: 'toolu_1', name: 'f', arguments: '{"a":[1,{"b":null}]}' },
    ]);
    const part = answered?.parts[0];
    assert.ok(part?.kind === 'tool-result' && part.callId === 'toolu_1' && part.isError === result.is_error);
    assertReturns({ messages });
  }
});

test('thinking comes with its signature; one that was wrapped for the client is unwrapped', () => {
  const blob = wrap({ origin: 'gemini/gemini', data: 'secret' }, 'anthropic-messages');
  const content = [
    { type: 'thinking', thinking: 'Hm.', signature: 'sig' },
    { type: 'redacted_thinking', data: 'dark' },
    { type: 'thinking', thinking: '', signature: blob },
  ];
  assert.deepEqual(plain(userParts(content)), [
    { kind: 'reasoning', text: 'Hm.', opaque: { data: 'sig' } },
    { kind: 'reasoning', text: '', redacted: true, opaque: { data: 'dark', redacted: true } },
    { kind: 'reasoning', text: '', opaque: { origin: 'gemini/gemini', data: 'secret' } },
  ]);
});

test('a web search is one part; at the same time several keep their places; other server tools are native', () => {
  const call = (id: string) => ({ type: 'server_tool_use', id, name: 'web_search', input: { query: `q ${id}` } });
  const page = { type: 'web_search_result', url: 'https://x', title: 'X', encrypted_content: 'seal', page_age: null };
  const result = (id: string) => ({ type: 'web_search_tool_result', tool_use_id: id, content: [page] });
  const content = [call('srvtoolu_1'), result('srvtoolu_1')];
  assert.deepEqual(plain(userParts(content)), [
    { kind: 'search', id: 'srvtoolu_1', queries: ['q srvtoolu_1'], results: [{ url: 'https://x', title: 'X' }] },
  ]);
  const error = { type: 'web_search_tool_result_error', error_code: 'unavailable' };
  const several = [call('srvtoolu_1'), call('srvtoolu_2'), result('srvtoolu_1'), result('srvtoolu_2')];
  assert.deepEqual(
    userParts(several).map(({ kind }) => kind),
    ['search', 'search', 'search', 'search'],
  );
  for (const blocks of [content, several, [call('srvtoolu_1'), { ...result('srvtoolu_1'), content: error }]]) {
    assertReturns({ messages: [{ role: 'assistant', content: blocks }] });
  }
  const code = { type: 'server_tool_use', id: 'srvtoolu_3', name: 'code_execution', input: { code: '1' } };
  assert.equal(userParts([code])[0]?.kind, 'native');
});

test('blocks unknown are kept and returned', () => {
  const block = { type: 'hologram', depth: 3 };
  assert.deepEqual(plain(userParts([block])), [
    { kind: 'native', dialect: 'anthropic-messages', type: 'hologram', raw: block },
  ]);
  assertReturns({
    messages: [{ role: 'user', content: [block, { type: 'image', source: { type: 'cloud', id: 1 } }] }],
  });
});
