// What a client may send within the limit of a body must be led across in time that grows with its size, not with its
// square: a request of some megabytes must not hold up all others for seconds.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dialectNames } from '../../src/dialects/index.ts';
import { asked } from './bugs/wire.ts';

const many = 20_000;
const more = 50_000;
const others = dialectNames.filter((name) => name !== 'openai-chat');

function listOf(make: (at: number) => unknown, length = many): unknown[] {
  return Array.from({ length }, (_, at) => make(at));
}

const call = (id: string) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } });
const calling = (id: string) => ({ role: 'assistant', content: null, tool_calls: [call(id)] });
const result = (id: string) => ({ role: 'tool', tool_call_id: id, content: 'done' });
const hi = { role: 'user', content: 'Hi' };

const histories: Record<string, readonly unknown[]> = {
  'messages of one role': listOf((at) => ({ role: 'user', content: `message ${at}` }), more),
  'messages between which nothing is said': listOf(
    (at) => (at % 2 === 0 ? { role: 'user', content: `message ${at}` } : { role: 'assistant', content: '' }),
    more,
  ),
  'calls of one turn, answered from the last to the first': [
    hi,
    { role: 'assistant', content: null, tool_calls: listOf((at) => call(`call_${at}`)) },
    ...listOf((at) => result(`call_${many - 1 - at}`)),
  ],
  'calls under one id': [...listOf((at) => (at % 2 === 0 ? calling('call_0') : result('call_0'))), hi],
  'results without a call': [hi, ...listOf((at) => result(`call_${at}`))],
  'calls answered only at the end': [
    hi,
    ...listOf((at) => calling(`call_${at}`)),
    ...listOf((at) => result(`call_${many - 1 - at}`)),
  ],
};

/** Squares take ten times as long and more. */
const enough = 2500;

describe('large requests', () => {
  for (const [name, messages] of Object.entries(histories)) {
    for (const to of others) {
      it(`thousands of ${name}, for ${to}`, () => {
        const started = performance.now();
        const { body } = asked('openai-chat', to, { messages: [...messages, hi] });
        const took = performance.now() - started;
        assert.ok(JSON.stringify(body).length > 0);
        assert.ok(took < enough, `${Math.round(took)} ms`);
      });
    }
  }

  for (const to of others) {
    it(`more parts than a call may have arguments, for ${to}`, () => {
      const content = Array.from({ length: 150_000 }, () => ({ type: 'text', text: 'a' }));
      const messages = [hi, { role: 'user', content }, { role: 'user', content }];
      const { body } = asked('openai-chat', to, { messages });
      assert.ok(JSON.stringify(body).length > 2 * content.length);
    });

    it(`arguments and results that nest without an end, for ${to}`, () => {
      const nested = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
      const messages = [
        hi,
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ ...call('call_1'), function: { name: 'f', arguments: nested } }],
        },
        { role: 'tool', tool_call_id: 'call_1', content: nested },
      ];
      const { body, dropped } = asked('openai-chat', to, { messages });
      assert.ok(JSON.stringify(body).includes('call_1') || to === 'gemini');
      const keepsText = to === 'openai-responses';
      assert.equal(dropped.includes('messages[].tool_calls[].function.arguments'), !keepsText);
    });
  }
});
