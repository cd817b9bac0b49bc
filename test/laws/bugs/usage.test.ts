// Bugs of other gateways that must not happen here: counting tokens. Numbers as in the survey of the field.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { asking } from '../../support/asking.ts';
import { streamed } from '../../support/translated.ts';
import { chat, generated, type Json, messages, parsed, text, told } from './wire.ts';

const prompt = (more: object) => ({
  prompt_tokens: 100,
  completion_tokens: 7,
  total_tokens: 107,
  prompt_tokens_details: more,
});
const start = (events: readonly Json[]) => events.find(({ type }) => type === 'message_start').message.usage;
const last = (events: readonly Json[]) => events.find(({ type }) => type === 'message_delta').usage;
const toA = (sse: string) => told('openai-chat', 'anthropic-messages', sse);
const say = [{ content: 'Hi' }];

describe('usage', () => {
  it('3 litellm#41406, CLIProxyAPI#1700: message_start tells an input, though the upstream tells it last', () => {
    assert.ok(start(toA(chat(say, 'stop', prompt({})))).input_tokens > 0);
    const whole = { promptTokenCount: 40, candidatesTokenCount: 2 };
    assert.ok(
      start(told('gemini', 'anthropic-messages', generated([[{ text: 'Hi' }]], 'STOP', whole))).input_tokens > 0,
    );
  });

  it('4 litellm#31069: cached tokens are told in a stream', () => {
    const usage = last(toA(chat(say, 'stop', prompt({ cached_tokens: 60 }))));
    assert.equal(usage.cache_read_input_tokens, 60);
  });

  it('5 higress#4148: cached tokens are counted once', () => {
    const usage = last(toA(chat(say, 'stop', prompt({ cached_tokens: 60 }))));
    assert.equal(usage.input_tokens + usage.cache_read_input_tokens + usage.cache_creation_input_tokens, 100);
  });

  it('6 CLIProxyAPI#5956: tokens written to a cache are taken from the input too', () => {
    const usage = last(toA(chat(say, 'stop', prompt({ cached_tokens: 60, cache_write_tokens: 30 }))));
    assert.deepEqual(
      [usage.input_tokens, usage.cache_read_input_tokens, usage.cache_creation_input_tokens],
      [10, 60, 30],
    );
  });

  it('7 new-api#6302: an input that came from the cache alone leaves nothing', () => {
    const usage = last(toA(chat(say, 'stop', prompt({ cached_tokens: 100 }))));
    assert.deepEqual([usage.input_tokens, usage.cache_read_input_tokens], [0, 100]);
  });

  it('8 OmniRoute#12863: what Gemini had cached is part of its prompt', () => {
    const tokens = {
      promptTokenCount: 100,
      cachedContentTokenCount: 60,
      candidatesTokenCount: 3,
      thoughtsTokenCount: 4,
    };
    const usage = last(told('gemini', 'anthropic-messages', generated([[{ text: 'Hi' }]], 'STOP', tokens)));
    assert.deepEqual([usage.input_tokens, usage.cache_read_input_tokens, usage.output_tokens], [40, 60, 7]);
    const chunks = told('gemini', 'openai-chat', generated([[{ text: 'Hi' }]], 'STOP', tokens));
    const counted = chunks.find(({ usage: found }) => found)?.usage;
    assert.deepEqual([counted.prompt_tokens, counted.completion_tokens, counted.total_tokens], [100, 7, 107]);
  });

  it('8 the other way: cache reads of Anthropic are added to the prompt', () => {
    const tokens = { input_tokens: 10, cache_read_input_tokens: 60, cache_creation_input_tokens: 30, output_tokens: 1 };
    const chunks = told('anthropic-messages', 'openai-chat', messages([text('Hi')], 'end_turn', tokens));
    const { usage } = chunks.find(({ usage: found }) => found);
    assert.deepEqual([usage.prompt_tokens, usage.prompt_tokens_details.cached_tokens], [100, 60]);
  });

  it('30 litellm#28735: usage beside a choice is read', () => {
    const head = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm' };
    const choice = { index: 0, delta: { content: '' }, finish_reason: 'stop' };
    const sse = `${chat(say, null)}data: ${JSON.stringify({ ...head, choices: [choice], usage: prompt({}) })}\n\ndata: [DONE]\n\n`;
    assert.equal(last(toA(sse)).input_tokens, 100);
  });

  it('30 apfel#100: no usage for a client that did not ask for it', () => {
    const conversation = { ...asking('openai-chat') };
    const { extra: _, ...silent } = conversation;
    const { text: sse } = streamed('anthropic-messages', 'openai-chat', messages([text('Hi')]), silent);
    for (const event of parsed(sse)) {
      assert.ok(event.choices.length > 0, 'a chunk without choices');
      assert.ok(event.usage === undefined || event.usage === null);
    }
  });
});
