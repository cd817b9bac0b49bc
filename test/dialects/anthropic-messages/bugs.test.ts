// Bugs of other gateways, by the names they are known under: none of them here.
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Delta, JsonObject, Part, Turn, Usage } from '../../../src/core/index.ts';
import { wrap } from '../../../src/dialects/canonical/envelope.ts';
import { checkMessageStream, eventsOf } from './grammar.ts';
import { chat, decoded, foreign, here, inside, replying, sent, written } from './setting.ts';

const cached: Usage = { input: 1000, output: 5, cacheRead: 900, cacheWrite: 60, cacheWrite1h: 0, reasoning: 0 };
const hi: Turn = { role: 'user', parts: [{ kind: 'text', text: 'Hi' }] };

/** Bodies of the events of a legal stream. */
function told(parts: readonly (readonly [Part, string])[], usage: Usage = cached): JsonObject[] {
  const deltas: Delta[] = [{ type: 'answer-start' }];
  for (const [index, [part, text]] of parts.entries()) {
    deltas.push({ type: 'part-start', candidate: 0, index, part });
    deltas.push({ type: 'part-delta', candidate: 0, index, text });
    deltas.push({ type: 'part-end', candidate: 0, index });
  }
  deltas.push({ type: 'finish', candidate: 0, finish: { reason: 'end' } }, { type: 'answer-end', usage });
  const events = eventsOf(written(deltas));
  checkMessageStream(events);
  return events.map(({ data }) => JSON.parse(data) as JsonObject);
}

const thinking: readonly [Part, string] = [{ kind: 'reasoning', text: '' }, 'Hm'];
const text: readonly [Part, string] = [{ kind: 'text', text: '' }, 'Hello'];

test('1, 2 (litellm#33224, ollama#17101): thinking and text are blocks of their own, each with its own index', () => {
  const events = told([text, thinking, text]);
  const starts = events.filter(({ type }) => type === 'content_block_start');
  assert.deepEqual(
    starts.map((event) => [event.index, inside(event, 'content_block', 'type')]),
    [
      [0, 'text'],
      [1, 'thinking'],
      [2, 'text'],
    ],
  );
});

test('3 (litellm#41406, CLIProxyAPI#1700): message_start tells an input that is not 0', () => {
  assert.equal(inside(told([text]), 0, 'message', 'usage', 'input_tokens'), 321);
});

test('4 (litellm#31069): the end of a stream tells what was cached', () => {
  const usage = told([text]).at(-2)?.usage;
  assert.equal(inside(usage, 'cache_read_input_tokens'), 900);
  assert.equal(inside(usage, 'cache_creation_input_tokens'), 60);
});

test('5, 6 (higress#4148, CLIProxyAPI#5956): what was read from and written to a cache is not counted twice', () => {
  assert.equal(inside(told([text]).at(-2), 'usage', 'input_tokens'), 40);
  const body = chat.encodeAnswer({ candidates: [], usage: cached }, replying());
  assert.equal(inside(body, 'usage', 'input_tokens'), 40);
  assert.deepEqual(chat.decodeAnswer({ ...body, content: [] }, { origin: here }).usage, cached);
});

test('22 (CLIProxyAPI#420): thinking stays before the call it led to, or thinking is switched off', () => {
  const signed: Part = { kind: 'reasoning', text: 'Hm', opaque: { origin: here, data: 'sig' } };
  const call: Part = { kind: 'tool-call', id: 'a', name: 'f', arguments: '{}' };
  const result: Turn = { role: 'user', parts: [{ kind: 'tool-result', callId: 'a', content: [] }] };
  const loop = (...parts: Part[]) =>
    sent(
      foreign({
        reasoning: { effort: 'high' },
        turns: [hi, ...parts.map((part): Turn => ({ role: 'assistant', parts: [part] })), result],
      }),
      { model: 'claude-sonnet-4-5' },
    ).body;
  const kept = loop(signed, call);
  assert.equal(inside(kept, 'messages', 1, 'content', 0, 'type'), 'thinking');
  assert.equal(inside(kept, 'thinking', 'type'), 'enabled');
  assert.equal(inside(loop(call), 'thinking', 'type'), 'disabled');
});

test('23, 25 (CLIProxyAPI#2172, #1584, #3470): a signature returns as it was, and never to another vendor', () => {
  const data = 'EqQB+/=sig\u0000with any bytes';
  const message = (signature: string) => ({
    model: 'm',
    max_tokens: 5,
    messages: [
      { role: 'user', content: 'Hi' },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm', signature },
          { type: 'text', text: 'Yes' },
        ],
      },
      { role: 'user', content: 'Go on' },
    ],
  });
  const blocks = (signature: string) => inside(sent(decoded(message(signature))).body, 'messages', 1, 'content');
  assert.equal(inside(blocks(data), 0, 'signature'), data);
  const other = wrap({ origin: 'gemini/gemini', data }, 'anthropic-messages');
  assert.deepEqual(blocks(other), [{ type: 'text', text: 'Yes' }]);
  // Nor may one that was damaged on its way pass for one of this vendor.
  assert.deepEqual(blocks(`${other.slice(0, 30)}!`), [{ type: 'text', text: 'Yes' }]);
});

test('26 (CLIProxyAPI#3608, gproxy#209, free-claude-code#1): instructions between messages are read, and never sent as `system` from elsewhere', () => {
  const body = {
    model: 'm',
    max_tokens: 5,
    messages: [
      { role: 'user', content: 'Hi' },
      { role: 'system', content: 'Be kind.' },
    ],
  };
  assert.equal(decoded(body).turns[1]?.role, 'system');
  assert.deepEqual(sent(decoded(body), { model: 'm' }).body, body);
  const turns: Turn[] = [hi, { role: 'developer', parts: [{ kind: 'text', text: 'Be kind.' }] }];
  const { messages } = sent(foreign({ turns })).body;
  assert.deepEqual(
    (messages as JsonObject[]).map(({ role }) => role),
    ['user'],
  );
});

test('28 (litellm#6953, #25476): images in results of tools stay images', () => {
  const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA' } };
  const content = [{ type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: 'See' }, image] }];
  const [part] = decoded({ model: 'm', max_tokens: 5, messages: [{ role: 'user', content }] }).turns[0]?.parts ?? [];
  assert.ok(part?.kind === 'tool-result');
  assert.deepEqual(
    part.content.map(({ kind }) => kind),
    ['text', 'media'],
  );
  const call: Turn = { role: 'assistant', parts: [{ kind: 'tool-call', id: 'a', name: 'f', arguments: '' }] };
  const { body } = sent(foreign({ turns: [hi, call, { role: 'user', parts: [part] }] }));
  assert.deepEqual(inside(body, 'messages', 2, 'content', 0, 'content', 1), image);
});

test('32 (CLIProxyAPI#805): an answer with calls does not say that the turn is over', () => {
  const events = told([[{ kind: 'tool-call', id: 'a', name: 'f', arguments: '' }, '{}']]);
  assert.equal(inside(events.at(-2), 'delta', 'stop_reason'), 'tool_use');
});

test('33 (claude-code#21612, litellm#26240): members of other dialects are not sent, but told', () => {
  const extra = { dialect: 'openai-chat', fields: { prediction: 1 } } as const;
  const turn: Turn = { ...hi, extra: { dialect: 'openai-chat', fields: { annotations: [] } } };
  const { body, dropped } = sent(foreign({ extra, turns: [turn] }));
  assert.doesNotMatch(JSON.stringify(body), /prediction|annotations/);
  assert.deepEqual(dropped, ['prediction', 'messages[].annotations']);
});

test('35 (litellm#22946): every call is answered right after it, all in one message', () => {
  const call = (id: string): Turn => ({
    role: 'assistant',
    parts: [{ kind: 'tool-call', id, name: 'f', arguments: '' }],
  });
  const result = (callId: string): Turn => ({ role: 'user', parts: [{ kind: 'tool-result', callId, content: [] }] });
  const { body } = sent(foreign({ turns: [hi, call('a'), call('b'), result('a'), hi, result('b')] }));
  const messages = body.messages as JsonObject[];
  assert.deepEqual(
    messages.map(({ role }) => role),
    ['user', 'assistant', 'user'],
  );
  const types = (inside(messages, 2, 'content') as JsonObject[]).map(({ type, tool_use_id: id }) => id ?? type);
  assert.deepEqual(types, ['a', 'b', 'text']);
});
