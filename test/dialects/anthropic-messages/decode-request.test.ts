// What a client of this dialect says, in canonical words.
import assert from 'node:assert/strict';
import test from 'node:test';
import { GatewayError, type JsonObject, type Part } from '../../../src/core/index.ts';
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

test('instructions are a turn, whether text or blocks, and also between messages', () => {
  const text = decoded(request({ system: 'Be brief.' }));
  assert.equal(text.turns[0]?.role, 'system');
  assert.deepEqual(plain(text.turns[0]?.parts ?? []), [{ kind: 'text', text: 'Be brief.' }]);
  const blocks = decoded(
    request({
      system: [
        { type: 'text', text: 'A' },
        { type: 'text', text: 'B' },
      ],
    }),
  );
  assert.equal(blocks.turns[0]?.parts.length, 2);
  const between = [
    { role: 'user', content: 'Hi' },
    { role: 'system', content: 'Be kind.' },
  ];
  assert.deepEqual(
    decoded(request({ messages: between })).turns.map(({ role }) => role),
    ['user', 'system'],
  );
  assertReturns({ system: 'Be brief.' });
  assertReturns({ system: [] });
  assertReturns({ messages: between });
  assertReturns({ messages: [...between, { role: 'system', content: [], output_config: { effort: 'low' } }] });
});

test('the header that is for this vendor only is kept from others and returns', () => {
  const header = { type: 'text', text: 'x-anthropic-billing-header: cc_version=2.1; cc_entrypoint=cli;' };
  const body = { system: [header, { type: 'text', text: 'You are an agent.' }] };
  const conversation = decoded(request(body));
  assert.doesNotMatch(JSON.stringify(conversation.turns), /billing/);
  assert.deepEqual(plain(conversation.turns[0]?.parts ?? []), [{ kind: 'text', text: 'You are an agent.' }]);
  assertReturns(body);
  assertReturns({ system: [header] });
});

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
    { kind: 'reasoning', text: '', redacted: true, opaque: { data: 'dark' } },
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

test("tools: functions, web search, the vendor's own", () => {
  const tools = [
    {
      name: 'f',
      description: 'F',
      input_schema: { type: 'object' },
      strict: true,
      cache_control: { type: 'ephemeral' },
    },
    { type: 'custom', name: 'g', input_schema: { type: 'object' } },
    {
      type: 'web_search_20260209',
      name: 'web_search',
      max_uses: 3,
      allowed_domains: ['a.com'],
      user_location: { type: 'approximate', city: 'Bern' },
    },
    { type: 'bash_20250124', name: 'bash' },
  ];
  const found = decoded(request({ tools })).tools;
  assert.deepEqual(
    found.map(({ kind }) => kind),
    ['function', 'function', 'web-search', 'native'],
  );
  const search = found[2];
  assert.ok(search?.kind === 'web-search');
  assert.deepEqual([search.maxUses, search.allowedDomains, search.location], [3, ['a.com'], { city: 'Bern' }]);
  assertReturns({ tools });
  assertReturns({ tools: [] });
});

test('choice of tools and parallel calls', () => {
  const choices: readonly (readonly [JsonObject, unknown, boolean | undefined])[] = [
    [{ type: 'auto' }, { mode: 'auto' }, undefined],
    [{ type: 'any', disable_parallel_tool_use: true }, { mode: 'required' }, false],
    [{ type: 'tool', name: 'f', disable_parallel_tool_use: false }, { mode: 'tool', name: 'f' }, true],
    [{ type: 'none' }, { mode: 'none' }, undefined],
  ];
  const tools = [{ name: 'f', input_schema: { type: 'object' } }];
  for (const [choice, meant, parallel] of choices) {
    const conversation = decoded(request({ tools, tool_choice: choice }));
    assert.deepEqual(conversation.toolChoice, meant);
    assert.equal(conversation.parallelToolCalls, parallel);
    assertReturns({ tools, tool_choice: choice });
  }
});

test('thinking, effort and display', () => {
  const wishes: readonly (readonly [JsonObject, unknown])[] = [
    [{ thinking: { type: 'enabled', budget_tokens: 2048 } }, { enabled: true, budget: 2048 }],
    [
      { thinking: { type: 'adaptive', display: 'omitted' }, output_config: { effort: 'xhigh' } },
      { enabled: true, effort: 'xhigh', adaptive: true, summary: 'none' },
    ],
    [{ thinking: { type: 'disabled' } }, { enabled: false }],
    [{ thinking: { type: 'between_tools' } }, { enabled: true, adaptive: true }],
    [{ output_config: { effort: 'low' } }, { effort: 'low' }],
    [{ thinking: { type: 'hyper', warp: 9 } }, undefined],
  ];
  for (const [members, meant] of wishes) {
    assert.deepEqual(decoded(request(members)).reasoning, meant);
    assertReturns(members);
  }
});

test('structured output, now and as the beta had it', () => {
  const format = { type: 'json_schema', schema: { type: 'object', properties: {} } };
  for (const members of [{ output_config: { format } }, { output_format: format }]) {
    const { format: found } = decoded(request(members));
    assert.deepEqual([found?.kind, found?.schema], ['schema', format.schema]);
    assertReturns(members);
  }
});

test('everything else has its word, or is kept', () => {
  const members = {
    temperature: 0.5,
    top_p: 0.9,
    top_k: 5,
    stop_sequences: ['END'],
    service_tier: 'standard_only',
    metadata: { user_id: 'u' },
    stream: false,
    context_management: { edits: [] },
    container: 'c',
    speed: 'fast',
  };
  const conversation = decoded(request(members));
  assert.deepEqual(
    [conversation.temperature, conversation.topP, conversation.topK, conversation.stop, conversation.maxOutputTokens],
    [0.5, 0.9, 5, ['END'], 10],
  );
  assert.deepEqual([conversation.serviceTier, conversation.user], ['default', 'u']);
  assert.deepEqual(Object.keys(conversation.extra?.fields ?? {}).sort(), ['container', 'context_management', 'speed']);
  assertReturns(members);
  assertReturns({ metadata: {} });
  assertReturns({ service_tier: 'galactic', metadata: { user_id: null, team: 't' }, stream: true });
});

test('a changed member shows, whatever was kept beside it', () => {
  const body = request({
    metadata: { user_id: 'u', team: 't' },
    system: 'Old',
    thinking: { type: 'enabled', budget_tokens: 2048 },
  });
  const conversation = decoded(body);
  const turns = conversation.turns.map((turn) =>
    turn.role === 'system' ? { ...turn, parts: [{ kind: 'text', text: 'New' } as const] } : turn,
  );
  const changed = { ...conversation, turns, user: 'v', reasoning: { enabled: false } };
  const { body: again } = sent(changed, { model: 'other' });
  assert.deepEqual(again, {
    ...body,
    model: 'other',
    system: 'New',
    metadata: { user_id: 'v', team: 't' },
    thinking: { type: 'disabled' },
  });
});

test('servers of tools are needed: no other dialect may pass over them', () => {
  assert.deepEqual(decoded(request({ mcp_servers: [{ type: 'url', url: 'https://x', name: 'x' }] })).extra?.needed, [
    'mcp_servers',
  ]);
  assert.equal(decoded(request({ mcp_servers: [] })).extra?.needed, undefined);
});

test('what makes no sense is refused with its place', () => {
  const refused: readonly (readonly [JsonObject, string])[] = [
    [{ messages: 'Hi' }, 'messages'],
    [{ messages: ['Hi'] }, 'messages.0'],
    [{ messages: [{ role: 'robot', content: '' }] }, 'messages.0.role'],
    [{ messages: [{ role: 'user' }] }, 'messages.0.content'],
    [{ messages: [{ role: 'user', content: ['Hi'] }] }, 'messages.0.content.0'],
    [{ tools: [null] }, 'tools.0'],
  ];
  for (const [members, param] of refused) {
    assert.throws(
      () => decoded(request(members)),
      (error) => {
        assert.ok(error instanceof GatewayError);
        assert.deepEqual([error.code, error.param], ['invalid-request', param]);
        return true;
      },
    );
  }
});
