// Answers: of this dialect read, of others told to its clients.
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Answer, Finish, JsonObject, Part, Usage } from '../../../src/core/index.ts';
import { envelopeMark, unwrap } from '../../../src/dialects/canonical/envelope.ts';
import { chat, decoded, here, inside, replying, sent } from './setting.ts';

const usage: Usage = { input: 100, output: 20, cacheRead: 30, cacheWrite: 10, cacheWrite1h: 4, reasoning: 0 };

function answer(parts: readonly Part[], finish: Finish = { reason: 'end' }, members: Partial<Answer> = {}): Answer {
  return { candidates: [{ index: 0, parts, finish }], usage, ...members };
}

function message(members: JsonObject = {}): JsonObject {
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-opus-5',
    content: [{ type: 'text', text: 'Hi' }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 5, output_tokens: 1 },
    ...members,
  };
}

function content(...parts: Part[]): readonly JsonObject[] {
  return chat.encodeAnswer(answer(parts), replying()).content as JsonObject[];
}

test('an answer of another dialect is a whole message', () => {
  const text = { kind: 'text', text: 'Hi' } as const;
  assert.deepEqual(
    chat.encodeAnswer(answer([text], { reason: 'end' }, { id: 'chatcmpl-1', serviceTier: 'default' }), replying()),
    {
      id: 'msg_call0123',
      type: 'message',
      role: 'assistant',
      model: 'some-model',
      content: [{ type: 'text', text: 'Hi' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      stop_details: null,
      container: null,
      usage: {
        input_tokens: 60,
        cache_creation_input_tokens: 10,
        cache_read_input_tokens: 30,
        cache_creation: { ephemeral_5m_input_tokens: 6, ephemeral_1h_input_tokens: 4 },
        output_tokens: 20,
        inference_geo: null,
        server_tool_use: null,
        service_tier: 'standard',
      },
    },
  );
});

test('why it ended, there and back', () => {
  const rows: readonly (readonly [Finish, string])[] = [
    [{ reason: 'end' }, 'end_turn'],
    [{ reason: 'length' }, 'max_tokens'],
    [{ reason: 'context' }, 'model_context_window_exceeded'],
    [{ reason: 'stop-string', stopString: 'END' }, 'stop_sequence'],
    [{ reason: 'tool' }, 'tool_use'],
    [{ reason: 'filtered' }, 'refusal'],
    [{ reason: 'paused' }, 'pause_turn'],
  ];
  for (const [finish, word] of rows) {
    const told = chat.encodeAnswer(answer([], finish), replying());
    assert.deepEqual([told.stop_reason, told.stop_sequence], [word, finish.stopString ?? null]);
    const { candidates } = chat.decodeAnswer(told, { origin: here });
    assert.deepEqual(candidates[0]?.finish, { ...finish, raw: word });
  }
  for (const reason of ['refusal', 'bad-call', 'other'] as const) {
    const told = chat.encodeAnswer(answer([], { reason, raw: 'ELSEWHERE' }), replying());
    assert.equal(told.stop_reason, reason === 'refusal' ? 'refusal' : 'end_turn');
  }
});

test('reasons unknown are kept, and return in this dialect', () => {
  const body = message({ stop_reason: 'sun_rose' });
  const found = chat.decodeAnswer(body, { origin: here });
  assert.deepEqual(found.candidates[0]?.finish, { reason: 'other', raw: 'sun_rose' });
  assert.deepEqual(chat.encodeAnswer(found, replying()), body);
  const odd = chat.decodeAnswer(message({ stop_reason: 'constructor' }), { origin: here });
  assert.equal(odd.candidates[0]?.finish.reason, 'other');
});

test('a refusal says what the vendor says about it', () => {
  const body = message({
    stop_reason: 'refusal',
    stop_details: { type: 'refusal', category: 'bio', explanation: 'No.' },
  });
  const found = chat.decodeAnswer(body, { origin: here });
  assert.deepEqual(found.candidates[0]?.finish, { reason: 'filtered', raw: 'refusal', message: 'No.' });
  assert.deepEqual(chat.encodeAnswer(found, replying()), body);
  const told = chat.encodeAnswer(answer([], { reason: 'filtered', message: 'SAFETY' }), replying());
  assert.deepEqual(told.stop_details, { type: 'refusal', category: null, explanation: 'SAFETY' });
  const words = chat.encodeAnswer(answer([{ kind: 'refusal', text: 'I cannot.' }], { reason: 'refusal' }), replying());
  assert.deepEqual([words.content, words.stop_reason], [[{ type: 'text', text: 'I cannot.' }], 'refusal']);
});

test('counts: input is what was not cached, never below zero', () => {
  const told = chat.encodeAnswer(answer([], undefined, { usage: { ...usage, input: 20, reasoning: 7 } }), replying());
  assert.deepEqual(told.usage, {
    input_tokens: 0,
    cache_creation_input_tokens: 10,
    cache_read_input_tokens: 30,
    cache_creation: { ephemeral_5m_input_tokens: 6, ephemeral_1h_input_tokens: 4 },
    output_tokens: 20,
    output_tokens_details: { thinking_tokens: 7 },
    inference_geo: null,
    server_tool_use: null,
    service_tier: null,
  });
});

test('calls of tools: their ids as they are, arguments as an object', () => {
  const call = { kind: 'tool-call', id: 'call|1', name: 'f', arguments: '{"a":1}' } as const;
  assert.deepEqual(content(call), [{ type: 'tool_use', id: 'call|1', name: 'f', input: { a: 1 } }]);
  const reply = replying();
  const broken = chat.encodeAnswer(answer([{ ...call, arguments: '{"a"' }]), reply);
  assert.deepEqual([(broken.content as JsonObject[])[0]?.input, reply.told], [{}, ['tool_use.input']]);
  assert.deepEqual(content({ ...call, custom: true, arguments: 'x = 1' })[0]?.input, { input: 'x = 1' });
});

test('a call and `end` together are `tool_use`, or the client would stop', () => {
  const call = { kind: 'tool-call', id: 'a', name: 'f', arguments: '' } as const;
  assert.equal(chat.encodeAnswer(answer([call]), replying()).stop_reason, 'tool_use');
});

test('reasoning of others is wrapped, and its own stays as it is', () => {
  const [own, other, withheld, bare] = content(
    { kind: 'reasoning', text: 'Hm', opaque: { origin: here, data: 'sig' } },
    { kind: 'reasoning', text: 'Hm', opaque: { origin: 'gemini/gemini', data: 'blob' } },
    { kind: 'reasoning', text: '', redacted: true, opaque: { origin: here, data: 'dark' } },
    { kind: 'reasoning', text: 'Hm' },
  );
  assert.deepEqual(own, { type: 'thinking', thinking: 'Hm', signature: 'sig' });
  assert.deepEqual(unwrap(String(other?.signature)), { origin: 'gemini/gemini', data: 'blob' });
  assert.deepEqual(withheld, { type: 'redacted_thinking', data: 'dark' });
  assert.ok(String(bare?.signature).startsWith(envelopeMark));
  const body = chat.encodeAnswer(answer([{ kind: 'reasoning', text: 'Hm' }]), replying());
  const again = chat.encodeAnswer(chat.decodeAnswer(body, { origin: here }), replying());
  assert.deepEqual(again.content, body.content);
});

test('reasoning that nobody signed comes back as such, and is not sent to this vendor', () => {
  const blocks = [...content({ kind: 'reasoning', text: 'Hm' }), { type: 'text', text: 'Yes' }];
  const turn = (role: string, said: unknown) => ({ role, content: said });
  const messages = [turn('user', 'Hi'), turn('assistant', blocks), turn('user', 'Go on')];
  const conversation = decoded({ model: 'm', max_tokens: 5, messages });
  const [part] = conversation.turns[1]?.parts ?? [];
  assert.ok(part?.kind === 'reasoning' && part.text === 'Hm' && part.opaque === undefined);
  const { body, dropped } = sent(conversation);
  assert.deepEqual((body.messages as JsonObject[])[1]?.content, [{ type: 'text', text: 'Yes' }]);
  assert.deepEqual(dropped, ['reasoning.text']);
});

test('a message of which nothing is left is not sent', () => {
  const blocks = content({ kind: 'reasoning', text: 'Hm' });
  const messages = [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: blocks },
    { role: 'user', content: 'Go on' },
  ];
  const { body } = sent(decoded({ model: 'm', max_tokens: 5, messages }), { model: 'm' });
  assert.deepEqual(body.messages, [messages[0], messages[2]]);
});

test('but what a compatible vendor left unsigned goes back to it', () => {
  const content = [
    { type: 'thinking', thinking: 'Hm' },
    { type: 'text', text: 'Yes' },
  ];
  const messages = [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content },
    { role: 'user', content: 'Go on' },
  ];
  const body = { model: 'm', max_tokens: 5, messages };
  assert.deepEqual(sent(decoded(body), { model: 'm' }).body, body);
  const said = message({ content });
  assert.deepEqual(chat.encodeAnswer(chat.decodeAnswer(said, { origin: here }), replying()), said);
});

test('a search is a call and what was found', () => {
  const found = content({
    kind: 'search',
    id: 'ws_1',
    queries: ['a', 'b'],
    results: [{ url: 'https://x', title: 'X' }],
  });
  assert.deepEqual(found[0], {
    type: 'server_tool_use',
    id: 'srvtoolu_from_ws_1',
    name: 'web_search',
    input: { query: 'a', queries: ['a', 'b'] },
  });
  const page = inside(found, 1, 'content', 0) as JsonObject;
  assert.deepEqual(
    [found[1]?.type, found[1]?.tool_use_id, page.url, page.title],
    ['web_search_tool_result', 'srvtoolu_from_ws_1', 'https://x', 'X'],
  );
  const nameless = content({ kind: 'search', id: 'ws_1', queries: ['a'], results: [{ url: 'https://x' }] });
  assert.equal(inside(nameless, 1, 'content', 0, 'title'), 'https://x', 'clients show the title');
});

test('the id of a search of another vendor returns, but not to this one', () => {
  const blocks = content({ kind: 'search', id: 'ws_1', queries: ['q'] });
  const messages = [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: [...blocks, { type: 'text', text: 'So.' }] },
    { role: 'user', content: 'Go on' },
  ];
  const conversation = decoded({ model: 'm', max_tokens: 5, messages });
  const [part] = conversation.turns[1]?.parts ?? [];
  assert.ok(part?.kind === 'search' && part.id === 'ws_1');
  const { body, dropped } = sent(conversation);
  assert.deepEqual(inside(body, 'messages', 1, 'content'), [{ type: 'text', text: 'So.' }]);
  assert.deepEqual(dropped, ['part']);
});

test('blanks between two texts stay between them', () => {
  const said = content({ kind: 'text', text: '\n' }, { kind: 'text', text: 'A' }, { kind: 'text', text: ' ' });
  assert.deepEqual(said, [{ type: 'text', text: '\nA' }]);
  const opaque = { origin: 'gemini/gemini', data: 'blob', carries: 'next' } as const;
  const carrier: Part = { kind: 'reasoning', text: '', opaque };
  const carried = content({ kind: 'text', text: '\n' }, carrier, { kind: 'text', text: 'A' });
  assert.deepEqual(inside(carried, 1, 'text'), '\nA');
});

test('citations of pages; others are lost with a word', () => {
  const text = 'Sun is hot.';
  const [block] = content({ kind: 'text', text, citations: [{ url: 'https://x', start: 0, end: 3 }] });
  const citation = inside(block, 'citations', 0) as JsonObject;
  assert.deepEqual(
    [citation.type, citation.url, citation.title, citation.cited_text],
    ['web_search_result_location', 'https://x', 'https://x', 'Sun'],
  );
  const reply = replying();
  chat.encodeAnswer(answer([{ kind: 'text', text, citations: [{ quote: 'Sun' }] }]), reply);
  assert.deepEqual(reply.told, ['citations']);
});

test('citations that only look sealed are not sent back to this vendor', () => {
  const [block] = content({ kind: 'text', text: 'Sun', citations: [{ url: 'https://x' }] });
  const messages = [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: [block] },
    { role: 'user', content: 'Go on' },
  ];
  const { body, dropped } = sent(decoded({ model: 'm', max_tokens: 5, messages }));
  assert.deepEqual((body.messages as JsonObject[])[1]?.content, [{ type: 'text', text: 'Sun' }]);
  assert.deepEqual(dropped, ['text.citations']);
});

test('blank text, pictures, things of other vendors and second answers are not told', () => {
  const reply = replying();
  const parts: Part[] = [
    { kind: 'text', text: ' \n' },
    { kind: 'reasoning', text: '' },
    { kind: 'media', media: 'image', source: { type: 'url', url: 'https://x' } },
    { kind: 'native', dialect: 'gemini', type: 'executableCode', raw: {} },
  ];
  const both = answer(parts);
  const [first] = both.candidates;
  assert.ok(first !== undefined);
  const told = chat.encodeAnswer({ ...both, candidates: [first, { ...first, index: 1 }] }, reply);
  assert.deepEqual(told.content, []);
  assert.deepEqual(reply.told, ['candidates', 'image', 'executableCode']);
});

test('what is no message is refused', () => {
  assert.throws(() => chat.decodeAnswer({ error: 'x' }, { origin: here }), { code: 'upstream-invalid' });
});

test('members unknown return in this dialect', () => {
  const body = message({
    container: { id: 'c' },
    weather: 'fine',
    content: [
      { type: 'text', text: 'Hi', citations: null },
      { type: 'hologram', depth: 3 },
    ],
    usage: {
      input_tokens: 5,
      output_tokens: 1,
      server_tool_use: null,
      cache_creation_input_tokens: null,
      inference_geo: 'eu',
      service_tier: 'batch',
    },
  });
  assert.deepEqual(chat.encodeAnswer(chat.decodeAnswer(body, { origin: here }), replying()), body);
  const untold = message({ usage: { input_tokens: 5, output_tokens: 1, server_tool_use: null, service_tier: null } });
  assert.deepEqual(chat.encodeAnswer(chat.decodeAnswer(untold, { origin: here }), replying()), untold);
});
