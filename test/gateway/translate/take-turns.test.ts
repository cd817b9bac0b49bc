import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeTurns } from '../../../src/gateway/translate/take-turns.ts';
import { rigOf, sent } from './rig.ts';

test('a request of the usual size waits for nobody', () => {
  assert.equal(takeTurns({ bytesIn: 100_000 }), undefined);
});

test('a large one lets what is waiting go first', async () => {
  const order: string[] = [];
  setImmediate(() => order.push('another call'));
  await takeTurns({ bytesIn: 10_000_000 });
  order.push('the large one');
  assert.deepEqual(order, ['another call', 'the large one']);
});

test('a large request is translated like any other', async () => {
  await using rig = await rigOf('anthropic-messages');
  const content = 'x'.repeat(2_000_000);
  const answer = await rig.ask('openai-chat', false, { messages: [{ role: 'user', content }] });
  assert.equal(answer.status, 200);
  const [seen] = rig.upstream.requests;
  assert.ok(seen !== undefined);
  assert.deepEqual(sent(seen).messages, [{ role: 'user', content: [{ type: 'text', text: content }] }]);
});
