// What a directory says of its vendor for a translation is kept to.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { DialectName, DialectSupport, JsonObject } from '../../../src/core/index.ts';
import { rigOf, sent } from './rig.ts';

async function asked(to: DialectName, support: DialectSupport, from: DialectName, more: JsonObject, stream = false) {
  const manifest = { title: 'up', auth: { kind: 'none' } as const, dialects: { [to]: support } };
  await using rig = await rigOf(to, { manifest });
  const response = await rig.ask(from, stream, more);
  const text = await response.text();
  return { status: response.status, text, body: rig.upstream.requests.length === 0 ? {} : sent(rig.upstream.last) };
}

const address = 'https://example.com/a.png';

/** A request with a picture, in two dialects. */
const pictured = {
  'openai-chat': [
    'openai-chat',
    { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: address } }] }] },
  ],
  'openai-responses': [
    'openai-responses',
    { input: [{ role: 'user', content: [{ type: 'input_image', image_url: address }] }] },
  ],
} as const satisfies Partial<Record<DialectName, readonly [DialectName, JsonObject]>>;

describe('translate', () => {
  test('maxTokensField: the output cap has the name the vendor takes', async () => {
    const wish = { max_output_tokens: 50 };
    const usual = await asked('openai-chat', {}, 'openai-responses', wish);
    assert.deepEqual([usual.body.max_tokens, usual.body.max_completion_tokens], [50, undefined]);
    const support: DialectSupport = { translate: { maxTokensField: 'max_completion_tokens' } };
    const named = await asked('openai-chat', support, 'openai-responses', wish);
    assert.deepEqual([named.body.max_tokens, named.body.max_completion_tokens], [undefined, 50]);
  });

  test('instructionsRole: instructions have the role the vendor takes', async () => {
    const input = [
      { role: 'developer', content: 'Be brief.' },
      { role: 'user', content: 'hello' },
    ];
    const support: DialectSupport = { translate: { instructionsRole: 'system' } };
    const { body } = await asked('openai-chat', support, 'openai-responses', { input });
    assert.equal((body.messages as { role: string }[])[0]?.role, 'system');
  });

  test('maxOutputTokens: sent where the client names no cap and the dialect demands one', async () => {
    const support: DialectSupport = { translate: { maxOutputTokens: 777 } };
    const { body } = await asked('anthropic-messages', support, 'openai-chat', {});
    assert.equal(body.max_tokens, 777);
    const { body: capped } = await asked('anthropic-messages', support, 'openai-chat', { max_tokens: 5 });
    assert.equal(capped.max_tokens, 5);
  });

  test('jsonSchema: schemas are sent as they are, or in the older subset', async () => {
    const parameters = {
      type: 'object',
      properties: { at: { type: ['string', 'null'] } },
      additionalProperties: false,
    };
    const tools = [{ type: 'function', function: { name: 'find', parameters } }];
    const plain = await asked('gemini', {}, 'openai-chat', { tools });
    assert.match(JSON.stringify(plain.body.tools), /parametersJsonSchema/);
    const older = await asked('gemini', { translate: { jsonSchema: false } }, 'openai-chat', { tools });
    assert.doesNotMatch(JSON.stringify(older.body.tools), /parametersJsonSchema|additionalProperties/);
  });

  for (const to of ['openai-chat', 'openai-responses', 'anthropic-messages'] as const) {
    test(`imageUrls: an image given by its address is refused where the vendor fetches none, in ${to}`, async () => {
      const [from, more] = pictured[to === 'openai-chat' ? 'openai-responses' : 'openai-chat'];
      const usual = await asked(to, {}, from, more);
      assert.match(JSON.stringify(usual.body), /example\.com\/a\.png/);
      const { status, text } = await asked(to, { translate: { imageUrls: false } }, from, more);
      assert.equal(status, 400, text);
      assert.match(text, /untranslatable/);
    });
  }

  test('imageUrls: an image given by its address is sent where the vendor of a dialect that knows none fetches it', async () => {
    const [from, more] = pictured['openai-chat'];
    assert.equal((await asked('gemini', {}, from, more)).status, 400);
    const { body } = await asked('gemini', { translate: { imageUrls: true } }, from, more);
    assert.match(JSON.stringify(body), /example\.com\/a\.png/);
  });
});

test('streamUsage: usage is asked for in translated streams, unless the vendor does not take the wish', async () => {
  const { body } = await asked('openai-chat', {}, 'openai-responses', {}, true);
  assert.deepEqual(body.stream_options, { include_usage: true });
  const { body: plain } = await asked('openai-chat', { streamUsage: false }, 'openai-responses', {}, true);
  assert.equal(plain.stream_options, undefined);
});
