// Bugs of other gateways that must not happen here: what goes out must come back as it was. Numbers as in the survey.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DialectName } from '../../../src/core/index.ts';
import { codecs } from '../../../src/dialects/codecs.ts';
import { understand } from '../../../src/gateway/translate/translate-request.ts';
import { answered, streamed } from '../../support/translated.ts';
import {
  asked,
  chat,
  chatCall,
  generated,
  type Json,
  messages,
  parsed,
  text,
  thinking,
  told,
  toolUse,
} from './wire.ts';

const hi = { role: 'user', content: 'Hi' };
const patch = '*** Begin Patch\n+"quoted" \\ line\n*** End Patch';
const codex = {
  input: 'Hi',
  tools: [
    {
      type: 'custom',
      name: 'apply_patch',
      description: 'Patches.',
      format: { type: 'grammar', syntax: 'lark', definition: 'start: "x"' },
    },
  ],
};

function conversationOf(dialect: DialectName, body: object) {
  return understand({ dialect, operation: 'chat' }, { model: 'm', ...body }, { model: 'm', stream: true }).conversation;
}

/** The signed history that a client of Anthropic's sends back after a stream: blocks as it gathered them. */
function blocksOf(events: readonly Json[]): Json[] {
  const blocks: Json[] = [];
  for (const { type, index, content_block: block, delta } of events) {
    if (type === 'content_block_start')
      blocks[index] = { ...block, ...(block.type === 'tool_use' ? { input: {} } : {}) };
    if (type !== 'content_block_delta') continue;
    if (delta.type === 'thinking_delta') blocks[index].thinking += delta.thinking;
    if (delta.type === 'signature_delta') blocks[index].signature = delta.signature;
    if (delta.type === 'text_delta') blocks[index].text += delta.text;
    if (delta.type === 'input_json_delta' && delta.partial_json !== '')
      blocks[index].input = JSON.parse(delta.partial_json);
  }
  return blocks;
}

function history(blocks: readonly Json[]) {
  const results = blocks
    .filter(({ type }) => type === 'tool_use')
    .map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: 'done' }));
  const next = results.length > 0 ? results : 'And?';
  return { max_tokens: 99, messages: [hi, { role: 'assistant', content: blocks }, { role: 'user', content: next }] };
}

describe('what goes out and comes back', () => {
  it('15 CLIProxyAPI#5753: a tool of free text is a function on its way and free text again when it returns', () => {
    const { body } = asked('openai-responses', 'openai-chat', codex);
    assert.equal(body.tools[0].type, 'function');
    const [property] = Object.keys(body.tools[0].function.parameters.properties);
    assert.equal(property, 'input');
    const sse = chat(chatCall(0, 'call_1', 'apply_patch', JSON.stringify({ input: patch })), 'tool_calls');
    const events = parsed(
      streamed('openai-chat', 'openai-responses', sse, conversationOf('openai-responses', codex)).text,
    );
    const deltas = events.filter(({ type }) => type === 'response.custom_tool_call_input.delta');
    assert.equal(deltas.map(({ delta }) => delta).join(''), patch);
    const done = events.find(({ type }) => type === 'response.output_item.done').item;
    assert.deepEqual(
      [done.type, done.name, done.input, done.call_id],
      ['custom_tool_call', 'apply_patch', patch, 'call_1'],
    );
  });

  it('15 and in the history', () => {
    const input = [
      { role: 'user', content: 'Hi' },
      { type: 'custom_tool_call', call_id: 'call_1', name: 'apply_patch', input: patch },
      { type: 'custom_tool_call_output', call_id: 'call_1', output: 'Done' },
    ];
    const { body } = asked('openai-responses', 'anthropic-messages', { ...codex, input });
    assert.deepEqual(body.messages[1].content[0].input, { input: patch });
    assert.equal(body.messages[2].content[0].tool_use_id, 'call_1');
  });

  it('16 AIClient2API#471: a whole answer keeps its calls', () => {
    const message = {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"x":1}' } }],
    };
    const body = {
      id: 'c',
      object: 'chat.completion',
      created: 1,
      model: 'm',
      choices: [{ index: 0, message, finish_reason: 'tool_calls' }],
    };
    const response = JSON.parse(
      JSON.stringify(
        answered('openai-chat', 'openai-responses', body, conversationOf('openai-responses', { input: 'Hi' })),
      ),
    );
    const [item] = response.output;
    assert.deepEqual([item.type, item.call_id, item.name, item.arguments], ['function_call', 'call_1', 'f', '{"x":1}']);
  });

  it('19 litellm#36197: reasoning of a Responses upstream returns to it, through a client of another dialect', () => {
    const item = {
      id: 'rs_1',
      type: 'reasoning',
      summary: [{ type: 'summary_text', text: 'Hm.' }],
      encrypted_content: 'gAAAsecret',
    };
    const answer = {
      type: 'message',
      id: 'msg_1',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: 'Yes', annotations: [] }],
    };
    const body = {
      id: 'resp_1',
      object: 'response',
      created_at: 1,
      status: 'completed',
      model: 'm',
      output: [item, answer],
    };
    const told = JSON.parse(
      JSON.stringify(
        answered(
          'openai-responses',
          'anthropic-messages',
          body,
          conversationOf('anthropic-messages', { max_tokens: 9, messages: [hi] }),
        ),
      ),
    );
    assert.notEqual(told.content[0].signature, 'gAAAsecret');
    const back = asked('anthropic-messages', 'openai-responses', history(told.content)).body.input;
    const reasoning = back.find(({ type }: Json) => type === 'reasoning');
    assert.equal(reasoning.encrypted_content, 'gAAAsecret');
    assert.equal(back[back.indexOf(reasoning) + 1].type ?? 'message', 'message');
  });

  it('23 CLIProxyAPI#2172, #1584: a signature is given back as it was, and to nobody else', () => {
    const signature = 'RXF1YWw9PT0vKys=';
    const events = told('anthropic-messages', 'openai-responses', messages([thinking('Hm.', signature), text('Yes')]));
    const { output } = events.at(-1).response;
    const input = [{ role: 'user', content: 'Hi' }, ...output, { role: 'user', content: 'And?' }];
    const home = asked('openai-responses', 'anthropic-messages', { input }).body.messages[1].content;
    assert.deepEqual([home[0].type, home[0].thinking, home[0].signature], ['thinking', 'Hm.', signature]);
    const elsewhere = asked(
      'openai-responses',
      'anthropic-messages',
      { input },
      { origin: 'anthropic-messages/another' },
    );
    assert.doesNotMatch(JSON.stringify(elsewhere.body), /RXF1YWw9PT0vKys=|eyJwb3J0aWNvIjox/);
    assert.match(JSON.stringify(elsewhere.body), /Yes/);
    for (const to of ['openai-chat', 'gemini'] as const) {
      assert.doesNotMatch(
        JSON.stringify(asked('openai-responses', to, { input }).body),
        /RXF1YWw9PT0vKys=|eyJwb3J0aWNvIjox/,
      );
    }
  });

  it("23 a client's own signatures stay in their dialect", () => {
    const blocks = [
      { type: 'thinking', thinking: 'Hm.', signature: 'b3du' },
      { type: 'text', text: 'Yes' },
    ];
    for (const to of ['openai-chat', 'openai-responses', 'gemini'] as const) {
      assert.doesNotMatch(JSON.stringify(asked('anthropic-messages', to, history(blocks)).body), /b3du/, to);
    }
  });

  it('24 CLIProxyAPI#2360, claude-code-router#1431: a thought signature on a call returns with the call', () => {
    const sse = generated([[{ functionCall: { name: 'f', args: { x: 1 } }, thoughtSignature: 'c2lnLWNhbGw=' }]]);
    const blocks = blocksOf(told('gemini', 'anthropic-messages', sse, [{ name: 'f' }]));
    const { body } = asked('anthropic-messages', 'gemini', history(blocks), { model: 'gemini-3-pro' });
    const [part] = body.contents[1].parts;
    assert.deepEqual([part.functionCall.name, part.thoughtSignature], ['f', 'c2lnLWNhbGw=']);
  });

  it('24 and through a client of OpenAI Chat that keeps what it does not know', () => {
    const sse = generated([[{ functionCall: { name: 'f', args: { x: 1 } }, thoughtSignature: 'c2lnLWNhbGw=' }]]);
    const [call] = told('gemini', 'openai-chat', sse).flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? []);
    const kept = { ...call, function: { name: 'f', arguments: '{"x":1}' } };
    const back = [
      hi,
      { role: 'assistant', content: null, tool_calls: [kept] },
      { role: 'tool', tool_call_id: call.id, content: 'ok' },
    ];
    const { body } = asked('openai-chat', 'gemini', { messages: back }, { model: 'gemini-3-pro' });
    assert.equal(body.contents[1].parts[0].thoughtSignature, 'c2lnLWNhbGw=');
  });

  it('25 CLIProxyAPI#3470: what is no signature of that vendor is not sent as one', () => {
    const blocks = blocksOf(
      told(
        'openai-chat',
        'anthropic-messages',
        chat([{ reasoning_content: 'Hm.' }, ...chatCall(0, 'call_1', 'f', '{}')], 'tool_calls'),
      ),
    );
    const { body } = asked('anthropic-messages', 'gemini', history(blocks), { model: 'gemini-3-pro' });
    const signatures = JSON.stringify(body).match(/"thoughtSignature":"[^"]*"/g) ?? [];
    for (const found of signatures) assert.match(found, /skip_thought_signature_validator/);
    const foreign = history([
      { type: 'thinking', thinking: 'Hm.', signature: 'b3du' },
      { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} },
    ]);
    assert.doesNotMatch(
      JSON.stringify(asked('anthropic-messages', 'gemini', foreign, { model: 'gemini-2.5-pro' }).body),
      /thoughtSignature/,
    );
  });

  it('a call of the same answer keeps its place beside its reasoning', () => {
    const sse = messages([thinking('Hm.'), toolUse('toolu_1', 'f', '{"n":12345678901234567890}')], 'tool_use');
    const { output } = told('anthropic-messages', 'openai-responses', sse).at(-1).response;
    assert.deepEqual(
      output.map(({ type }: Json) => type),
      ['reasoning', 'function_call'],
    );
    assert.equal(output[1].arguments, '{"n":12345678901234567890}');
    assert.ok(codecs['anthropic-messages'].chat.traits.opaqueOn.includes('reasoning'));
  });
});
