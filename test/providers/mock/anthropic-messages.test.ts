// The official SDK believes the mock: Messages.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { listen, mocking } from './listen.ts';

const request = {
  model: 'mock-echo',
  max_tokens: 100,
  messages: [{ role: 'user' as const, content: 'three short words' }],
};
const weather = {
  name: 'get_weather',
  input_schema: { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] },
};

test('a message repeats the user, with usage', async () => {
  await using mock = await listen();
  const answer = await mock.anthropic.messages.create(request, mocking('usage=10/20'));
  assert.deepEqual(answer.content[0], { type: 'text', text: 'three short words' });
  assert.equal(answer.stop_reason, 'end_turn');
  assert.deepEqual([answer.usage.input_tokens, answer.usage.output_tokens], [10, 20]);
});

test('a streamed message adds up; usage stands at both ends', async () => {
  await using mock = await listen();
  const stream = mock.anthropic.messages.stream(request, mocking('usage=10/20'));
  const types: string[] = [];
  for await (const event of stream) types.push(event.type);
  const answer = await stream.finalMessage();
  assert.equal(await stream.finalText(), 'three short words');
  assert.deepEqual([answer.usage.input_tokens, answer.usage.output_tokens], [10, 20]);
  assert.deepEqual([types[0], types.at(-1)], ['message_start', 'message_stop']);
});

for (const stream of [false, true]) {
  test(`a tool is called, then its result is answered in text (${stream ? 'streamed' : 'whole'})`, async () => {
    await using mock = await listen();
    const asking = { ...request, model: 'mock-tools', tools: [weather] };
    const { messages } = mock.anthropic;
    const answer = stream ? await messages.stream(asking).finalMessage() : await messages.create(asking);
    const call = answer.content[0];
    assert.equal(answer.stop_reason, 'tool_use');
    assert.ok(call?.type === 'tool_use');
    assert.deepEqual([call.name, call.input], ['get_weather', { city: 'mock' }]);

    const result = { type: 'tool_result' as const, tool_use_id: call.id, content: 'rain' };
    const turns = [
      ...request.messages,
      { role: 'assistant' as const, content: [call] },
      { role: 'user' as const, content: [result] },
    ];
    const next = await messages.create({ ...asking, messages: turns });
    assert.deepEqual(next.content[0], { type: 'text', text: 'three short words' });
  });
}

test('errors are those the SDK has types for', async () => {
  await using mock = await listen();
  const ask = (model: string) => mock.anthropic.messages.create({ ...request, model });
  await assert.rejects(ask('mock-error-400'), Anthropic.BadRequestError);
  await assert.rejects(ask('mock-error-401'), Anthropic.AuthenticationError);
  await assert.rejects(ask('mock-error-429'), Anthropic.RateLimitError);
  await assert.rejects(ask('mock-error-529'), (error: unknown) => {
    assert.ok(error instanceof Anthropic.InternalServerError);
    assert.match(error.message, /overloaded_error/);
    assert.match(error.requestID ?? '', /^req_/);
    return true;
  });
});

test('an error inside a stream and a truncated stream are thrown by the SDK', async () => {
  await using mock = await listen();
  const failed = mock.anthropic.messages.stream(request, mocking('fail=1, message=broken'));
  await assert.rejects(failed.finalMessage(), /broken/);
  const truncated = mock.anthropic.messages.stream(request, mocking('truncate=1'));
  await assert.rejects(truncated.finalMessage(), /ended without/);
});

test('tokens are counted as a message counts them', async () => {
  await using mock = await listen();
  const counted = await mock.anthropic.messages.countTokens(request);
  assert.equal(counted.input_tokens, (await mock.anthropic.messages.create(request)).usage.input_tokens);
});

test('models are listed in the shape of this dialect', async () => {
  await using mock = await listen();
  const ids = [];
  for await (const model of mock.anthropic.models.list()) ids.push(model.id);
  assert.ok(ids.includes('mock-echo'));
  assert.equal((await mock.anthropic.models.retrieve('mock-echo')).display_name, 'mock-echo');
});
