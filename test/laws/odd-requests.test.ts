// Requests that are allowed and yet odd: each has its answer, a body that the upstream takes or a 400 that says why.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type DialectName, GatewayError, type JsonObject } from '../../src/core/index.ts';
import { dialectNames } from '../../src/dialects/index.ts';
import { asked, type How, type Json } from './bugs/wire.ts';

const hi = { role: 'user', content: 'Hi' };

/** The body, or the refusal's words. */
function outcome(from: DialectName, to: DialectName, body: JsonObject, how: How = {}): Json {
  try {
    return asked(from, to, body, how).body;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    assert.equal(error.status, 400);
    return error.message;
  }
}

const functionTool = (parameters: JsonObject) => [{ type: 'function', function: { name: 'f', parameters } }];
const others = dialectNames.filter((name) => name !== 'openai-chat');

/** `{properties: {a: {properties: {a: …}}}}` */
function deep(levels: number): JsonObject {
  let schema: JsonObject = { type: 'string' };
  for (let level = 0; level < levels; level++) schema = { type: 'object', properties: { a: schema } };
  return schema;
}

describe('odd requests', () => {
  for (const to of others) {
    it(`a schema that refers to itself, for ${to}`, () => {
      const node = { type: 'object', properties: { next: { $ref: '#/$defs/node' }, self: { $ref: '#' } } };
      const parameters = { type: 'object', properties: { list: { $ref: '#/$defs/node' } }, $defs: { node } };
      for (const jsonSchema of [true, false]) {
        const body = outcome(
          'openai-chat',
          to,
          { messages: [hi], tools: functionTool(parameters) },
          { facts: { jsonSchema } },
        );
        assert.match(JSON.stringify(body), /"list"/);
      }
    });

    it(`a schema and arguments a thousand levels deep, for ${to}`, () => {
      const nested = `${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}`;
      const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: nested } };
      const messages = [
        hi,
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: 'call_1', content: 'x' },
      ];
      for (const jsonSchema of [true, false]) {
        const body = outcome(
          'openai-chat',
          to,
          { messages, tools: functionTool(deep(1000)) },
          { facts: { jsonSchema } },
        );
        assert.ok(JSON.stringify(body).length > 5000);
      }
    });

    it(`ten megabytes, for ${to}`, () => {
      const base64 = 'iVBORw0K'.repeat(700_000);
      const parts = [
        { type: 'text', text: 'x'.repeat(5_000_000) },
        { type: 'image_url', image_url: { url: `data:image/png;base64,${base64}` } },
      ];
      const text = JSON.stringify(outcome('openai-chat', to, { messages: [{ role: 'user', content: parts }] }));
      assert.ok(text.length > 10_000_000 && text.includes(base64));
    });

    it(`arguments that are no JSON, for ${to}`, () => {
      const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"x": tru' } };
      const messages = [
        hi,
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: 'call_1', content: 'bad' },
      ];
      const { body, dropped } = asked('openai-chat', to, { messages });
      const text = JSON.stringify(body);
      if (to === 'openai-responses') assert.ok(text.includes('{\\"x\\": tru'));
      else assert.ok(/"(input|args)":\{\}/.test(text) && dropped.length > 0, `${text} ${dropped}`);
    });

    it(`messages without content, for ${to}`, () => {
      const empty = ['', ' ', [], [{ type: 'text', text: '' }], null];
      for (const content of empty) {
        const messages = [
          hi,
          { role: 'assistant', content },
          { role: 'user', content },
          { role: 'user', content: 'And?' },
        ];
        const text = JSON.stringify(outcome('openai-chat', to, { messages }));
        assert.match(text, /And\?/);
        // Blank texts are refused by one of them, empty ones by two (wire.md 4).
        const blank = to === 'anthropic-messages' ? /"text":"\s*"|"content":\[\]/ : /"text":""|"parts":\[\]/;
        if (to !== 'openai-responses') assert.doesNotMatch(text, blank);
      }
    });

    it(`nothing but instructions, and nothing at all, for ${to}`, () => {
      assert.ok(outcome('openai-chat', to, { messages: [{ role: 'system', content: 'Be brief.' }] }));
      assert.ok(outcome('openai-chat', to, { messages: [] }));
      assert.equal(typeof outcome('openai-chat', to, { messages: 'Hi' }), 'string');
    });

    it(`a result before its call, and one given twice, for ${to}`, () => {
      const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } };
      const result = { role: 'tool', tool_call_id: 'call_1', content: 'done' };
      const messages = [hi, result, { role: 'assistant', content: null, tool_calls: [call] }, result, result, hi];
      const body = outcome('openai-chat', to, { messages });
      if (to !== 'anthropic-messages') return;
      const results = body.messages.flatMap(({ content }: Json) =>
        content.filter(({ type }: Json) => type === 'tool_result'),
      );
      assert.equal(results.length, 1, 'each call has one result');
    });
  }

  it('one id for the calls of several turns: each result stays with its own call', () => {
    const step = (content: string) => [
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'call_0', type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'call_0', content },
    ];
    const lost = step('lost').slice(0, 1);
    const messages = [hi, ...step('one'), ...lost, hi, ...step('two')];
    const { body } = asked('openai-chat', 'anthropic-messages', { messages });
    const blocks: Json[] = body.messages.flatMap(({ content }: Json) => content);
    const calls = blocks.filter(({ type }) => type === 'tool_use').map(({ id }) => id);
    const results = blocks.filter(({ type }) => type === 'tool_result');
    assert.equal(new Set(calls).size, 3);
    assert.deepEqual(
      results.map((one) => [calls.indexOf(one.tool_use_id), one.is_error === true ? 'none' : one.content]),
      [
        [0, 'one'],
        [1, 'none'],
        [2, 'two'],
      ],
    );
  });

  it('several answers where one at a time is given: refused, with a remedy', () => {
    for (const to of ['openai-responses', 'anthropic-messages'] as const) {
      assert.match(outcome('openai-chat', to, { messages: [hi], n: 2 }), /several times/);
    }
    assert.equal(outcome('openai-chat', 'gemini', { messages: [hi], n: 2 }).generationConfig.candidateCount, 2);
  });

  it('media that a dialect has no word for: refused, never dropped', () => {
    const audio = [{ type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } }];
    for (const to of ['openai-responses', 'anthropic-messages'] as const) {
      assert.equal(typeof outcome('openai-chat', to, { messages: [{ role: 'user', content: audio }] }), 'string', to);
    }
    const video = [{ role: 'user', parts: [{ inlineData: { mimeType: 'video/mp4', data: 'AAAA' } }] }];
    for (const to of ['openai-chat', 'openai-responses', 'anthropic-messages'] as const) {
      assert.equal(typeof outcome('gemini', to, { contents: video }), 'string', to);
    }
  });

  it('files that one vendor keeps: refused elsewhere', () => {
    const file = [{ type: 'file', file: { file_id: 'file-abc' } }];
    for (const to of others)
      assert.equal(typeof outcome('openai-chat', to, { messages: [{ role: 'user', content: file }] }), 'string', to);
  });

  it('a conversation that ends with the assistant: refused where it cannot be continued', () => {
    const messages = [hi, { role: 'assistant', content: 'The answer is' }];
    assert.equal(typeof outcome('openai-chat', 'anthropic-messages', { messages }), 'string');
  });
});
