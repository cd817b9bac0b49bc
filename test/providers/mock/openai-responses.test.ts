// The official SDK believes the mock: Responses.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';
import { listen, mocking } from './listen.ts';

const request = { model: 'mock-echo', input: 'three short words' };
const weather = {
  type: 'function' as const,
  name: 'get_weather',
  strict: true,
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

test('a response repeats the user, with usage', async () => {
  await using mock = await listen();
  const answer = await mock.openai.responses.create(request, mocking('usage=10/20'));
  assert.equal(answer.output_text, 'three short words');
  assert.equal(answer.usage?.total_tokens, 30);
});

test('a streamed response adds up, its events numbered from 0 without a gap', async () => {
  await using mock = await listen();
  const stream = mock.openai.responses.stream(request, mocking('usage=10/20'));
  const numbers: number[] = [];
  const types: string[] = [];
  for await (const event of stream) {
    numbers.push(event.sequence_number);
    types.push(event.type);
  }
  const answer = await stream.finalResponse();
  assert.equal(answer.output_text, 'three short words');
  assert.equal(answer.usage?.total_tokens, 30);
  assert.deepEqual(numbers, [...numbers.keys()]);
  assert.deepEqual(
    [...new Set(types)],
    [
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ],
  );
});

for (const stream of [false, true]) {
  test(`a tool is called, then its result is answered in text (${stream ? 'streamed' : 'whole'})`, async () => {
    await using mock = await listen();
    const asking = { ...request, model: 'mock-tools', tools: [weather] };
    const { responses } = mock.openai;
    const answer = stream ? await responses.stream(asking).finalResponse() : await responses.create(asking);
    const call = answer.output[0];
    assert.ok(call?.type === 'function_call');
    assert.deepEqual([call.name, JSON.parse(call.arguments)], ['get_weather', { city: 'mock' }]);

    const result = { type: 'function_call_output' as const, call_id: call.call_id, output: 'rain' };
    const user = { role: 'user' as const, content: 'well?' };
    const next = await responses.create({ ...asking, input: [user, { ...call }, result] });
    assert.equal(next.output_text, 'well?');
  });
}

test('errors are those the SDK has types for, before and inside a stream', async () => {
  await using mock = await listen();
  await assert.rejects(mock.openai.responses.create({ ...request, model: 'mock-error-429' }), OpenAI.RateLimitError);
  const stream = mock.openai.responses.stream(request, mocking('fail=1, message=broken'));
  await assert.rejects(stream.finalResponse(), { type: 'error', message: 'broken' });
});

test('input tokens are counted as a response counts them', async () => {
  await using mock = await listen();
  const counted = await mock.openai.responses.inputTokens.count(request);
  const answer = await mock.openai.responses.create(request);
  assert.equal(counted.input_tokens, answer.usage?.input_tokens);
});
