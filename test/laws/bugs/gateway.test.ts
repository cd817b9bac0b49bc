// Bugs of other gateways that must not happen here, with a gateway between a client and an upstream. Numbers as in the survey.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rigOf, sent } from '../../gateway/translate/rig.ts';
import { chat, chatCall, parsed } from './wire.ts';

const question = { model: 'model-a', max_tokens: 99, stream: true, messages: [{ role: 'user', content: 'Hi' }] };
const stream = { 'content-type': 'text/event-stream' };

describe('through a gateway', () => {
  it('31 litellm#32159: an upstream that breaks off is an error in the stream, and no end', async () => {
    await using rig = await rigOf('openai-chat');
    rig.upstream.answer = (res) => {
      res.writeHead(200, stream);
      res.end(chat([{ role: 'assistant', content: 'Hel' }], null));
    };
    const response = await rig.portico.post('/v1/messages', question);
    const events = parsed(await response.text());
    assert.equal(events.at(-1).type, 'error');
    assert.ok(events.every(({ type }) => type !== 'message_stop' && type !== 'message_delta'));
  });

  it('33 CLIProxyAPI#4750: headers and flags of one vendor do not reach another', async () => {
    await using rig = await rigOf('openai-chat');
    rig.upstream.answer = (res) => {
      res.writeHead(200, stream);
      res.end(
        chat([{ role: 'assistant', content: 'Hi' }], 'stop', {
          prompt_tokens: 3,
          completion_tokens: 1,
          total_tokens: 4,
        }),
      );
    };
    const headers = { 'anthropic-beta': 'context-1m-2025-08-07', 'anthropic-version': '2023-06-01' };
    const response = await rig.portico.post('/v1/messages?beta=true', { ...question, speed: 'fast' }, { headers });
    assert.match(await response.text(), /message_stop/);
    assert.match(response.headers.get('x-portico-dropped') ?? '', /speed/);
    const { last } = rig.upstream;
    assert.deepEqual(
      Object.keys(last.headers).filter((name) => name.startsWith('anthropic')),
      [],
    );
    assert.equal(last.path, '/chat/completions');
    assert.equal('speed' in sent(last), false);
  });

  it('37 litellm#18655: the first words are with the client before the last are said', { timeout: 5000 }, async () => {
    await using rig = await rigOf('openai-chat');
    const { promise: heard, resolve: go } = Promise.withResolvers<void>();
    rig.upstream.answer = async (res) => {
      res.writeHead(200, stream);
      res.write(chat([{ role: 'assistant', content: '' }, { content: 'First' }], null));
      await heard;
      res.end(chat([{ content: ' last' }]));
    };
    const response = await rig.portico.post('/v1/messages', question);
    let text = '';
    for await (const bytes of response.body ?? []) {
      text += Buffer.from(bytes).toString();
      if (text.includes('First')) go();
    }
    assert.match(text, /First[\s\S]* last[\s\S]*message_stop/);
  });

  it('3 and 32: Claude Code is told what it needs: an input at once, and that a call was made', async () => {
    await using rig = await rigOf('openai-chat');
    rig.upstream.answer = (res) => {
      res.writeHead(200, stream);
      res.end(chat([{ role: 'assistant', content: '' }, ...chatCall(0, 'call_1', 'f', '{}')], 'stop'));
    };
    const tools = [{ name: 'f', input_schema: { type: 'object' } }];
    const events = parsed(await (await rig.portico.post('/v1/messages', { ...question, tools })).text());
    assert.ok(events[0].message.usage.input_tokens > 0);
    assert.equal(events.find(({ type }) => type === 'message_delta').delta.stop_reason, 'tool_use');
  });
});
