// Signatures of tool calls survive clients that drop the fields they do not know.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../src/core/index.ts';
import { events, json } from '../../support/upstream.ts';
import { dataOf, type Rig, rigOf, sent } from './rig.ts';

const tools = [{ type: 'function', function: { name: 'find', parameters: { type: 'object', properties: {} } } }];
const directory = { name: 'vendor', path: '', digest: '', code: false };

const geminiCall = {
  candidates: [
    {
      content: {
        role: 'model',
        parts: [{ functionCall: { name: 'find', args: { at: 1 } }, thoughtSignature: 'c2lnbmVkLWNhbGw=' }],
      },
      finishReason: 'STOP',
      index: 0,
    },
  ],
};

interface Call {
  readonly id: string;
  readonly type: string;
  readonly function: { readonly name: string; readonly arguments: string };
}

/** What a client makes of the answer that knows the standard fields only. */
async function callOf(response: Response): Promise<Call> {
  const text = await response.text();
  const bodies = text.startsWith('{') ? [text] : dataOf(text);
  let call: Call | undefined;
  for (const { choices } of bodies.map((body) => JSON.parse(body))) {
    const [found] = choices[0]?.message?.tool_calls ?? choices[0]?.delta?.tool_calls ?? [];
    if (found === undefined) continue;
    const { id, type } = call ?? found;
    const before = call?.function.arguments ?? '';
    call = {
      id,
      type,
      function: { name: call?.function.name ?? found.function.name, arguments: before + found.function.arguments },
    };
  }
  assert.ok(call, text);
  return call;
}

async function goOn(rig: Rig, call: Call, headers = {}): Promise<string> {
  const messages = [
    { role: 'user', content: 'hello' },
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: call.id, content: 'found' },
  ];
  const response = await rig.ask('openai-chat', false, { messages, tools }, headers);
  assert.equal(response.status, 200, await response.text());
  return rig.upstream.last.body.toString();
}

for (const stream of [false, true]) {
  test(`the signature of a call comes back with it${stream ? ', streamed' : ''}`, async () => {
    await using rig = await rigOf('gemini', { directory });
    rig.upstream.answer = stream ? events(`data: ${JSON.stringify(geminiCall)}\r\n\r\n`) : json(geminiCall);
    const call = await callOf(await rig.ask('openai-chat', stream, { tools }));
    assert.match(await goOn(rig, call), /"thoughtSignature":"c2lnbmVkLWNhbGw="/);
  });

  test(`signed thinking in front of a call comes back with it${stream ? ', streamed' : ''}`, async () => {
    await using rig = await rigOf('anthropic-messages', { directory });
    const head = {
      id: 'm',
      type: 'message',
      role: 'assistant',
      model: 'm',
      stop_reason: 'tool_use',
      stop_sequence: null,
    };
    const usage = { input_tokens: 3, output_tokens: 5 };
    const thinking = { type: 'thinking', thinking: 'hm, well', signature: 'c2lnbmVk' };
    const use = { type: 'tool_use', id: `toolu_${stream}`, name: 'find', input: { at: 1 } };
    const told = [
      { type: 'message_start', message: { ...head, stop_reason: null, content: [], usage } },
      { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'hm, ' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'well' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'c2lnbmVk' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'content_block_start', index: 1, content_block: { ...use, input: {} } },
      { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '{"at":1}' } },
      { type: 'content_block_stop', index: 1 },
      { type: 'message_delta', delta: { stop_reason: 'tool_use', stop_sequence: null }, usage },
      { type: 'message_stop' },
    ];
    rig.upstream.answer = stream
      ? events(...told.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`))
      : json({ ...head, content: [thinking, use], usage });
    const wish = { tools, reasoning_effort: 'high' };
    const call = await callOf(await rig.ask('openai-chat', stream, wish));
    rig.upstream.answer = json({ ...head, stop_reason: 'end_turn', content: [{ type: 'text', text: 'hi' }], usage });
    await goOn(rig, call);
    const messages = sent(rig.upstream.last).messages as { role: string; content: JsonObject[] }[];
    assert.deepEqual(messages[1]?.content, [thinking, use]);
  });
}

test('what another key was told is not given to this one', async () => {
  const { hash } = await import('node:crypto');
  const other = 'sk-test-another-key-of-the-gateway';
  await using rig = await rigOf(
    'gemini',
    { directory },
    { keys: [{}, { name: 'other', hash: hash('sha256', other, 'hex') }] },
  );
  rig.upstream.answer = json(geminiCall);
  const call = await callOf(await rig.ask('openai-chat', false, { tools }));
  assert.match(await goOn(rig, call), /c2lnbmVkLWNhbGw=/);
  assert.doesNotMatch(await goOn(rig, call, { authorization: `Bearer ${other}` }), /c2lnbmVkLWNhbGw=/);
});

test('a vendor that did not issue it is not sent it', async () => {
  await using rig = await rigOf('gemini', { directory });
  rig.upstream.answer = json(geminiCall);
  const call = await callOf(await rig.ask('openai-chat', false, { tools }));
  await using elsewhere = await rigOf('gemini', { directory: { ...directory, name: 'elsewhere' } });
  assert.doesNotMatch(await goOn(elsewhere, call), /c2lnbmVkLWNhbGw=/);
});
