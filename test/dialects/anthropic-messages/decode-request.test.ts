// What a client of this dialect says, in canonical words.
import assert from 'node:assert/strict';
import test from 'node:test';
import { GatewayError, type JsonObject, type Part } from '../../../src/core/index.ts';
import { decoded, sent } from './setting.ts';

function request(members: JsonObject): JsonObject {
  return { model: 'm', max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }], ...members };
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
  assertReturns({ service_tier: 'toString', metadata: { user_id: null, team: 't' }, stream: true });
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
