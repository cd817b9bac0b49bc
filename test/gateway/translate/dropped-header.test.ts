// Fields that were left out are named in a header, whatever a client calls them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { droppedHeader } from '../../../src/gateway/translate/dropped-header.ts';
import { json } from '../../support/upstream.ts';
import { rigOf, textIn } from './rig.ts';

test('names stand in the header as they are', () => {
  assert.equal(droppedHeader(['logit_bias', 'messages[].name']), 'logit_bias, messages[].name');
});

test('a header is made of any names', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 200 }), (names) => {
      const value = droppedHeader(names);
      assert.match(value, /^[\x20-\x7e]*$/);
      assert.ok(value.length < 50 * 1000);
    }),
  );
});

test('an odd name of a client does no harm', async () => {
  await using rig = await rigOf('gemini');
  const odd = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`o\r\nset-cookie: d${at} é,\ud800`, at]));
  const response = await rig.ask('openai-responses', false, odd);
  assert.equal(response.status, 200, await response.text());
  assert.equal(response.headers.get('set-cookie'), null);
  const value = response.headers.get('x-portico-dropped') ?? '';
  assert.match(value, /^o%0D%0Aset-cookie: d0 %C3%A9%2C, .* and 10 more$/);
});

test('a client that makes up thousands of fields does not fill the records', async () => {
  await using rig = await rigOf('gemini');
  const odd = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`field_${at}`, at]));
  const response = await rig.ask('openai-chat', false, odd);
  assert.equal(response.status, 200, await response.text());
  assert.match(response.headers.get('x-portico-dropped') ?? '', /^field_0, .*field_49, and more$/);
  await rig.portico.recorded(1);
  assert.equal(rig.portico.records[0]?.dropped.length, 1000);
});

test('an upstream that sends thousands of kinds of blocks does neither', async () => {
  await using rig = await rigOf('anthropic-messages');
  const text = { type: 'text', text: 'good day' };
  const content = [...Array.from({ length: 20_000 }, (_, at) => ({ type: `kind_${at}` })), text];
  const usage = { input_tokens: 1, output_tokens: 1 };
  rig.upstream.answer = json({ type: 'message', role: 'assistant', content, stop_reason: 'end_turn', usage });
  const started = performance.now();
  const response = await rig.ask('openai-chat');
  assert.equal(textIn('openai-chat', await response.text()), 'good day');
  assert.match(response.headers.get('x-portico-dropped') ?? '', / and more$/);
  assert.ok(performance.now() - started < 1200);
});
