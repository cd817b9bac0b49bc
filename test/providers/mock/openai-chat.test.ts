// The official SDK believes the mock: Chat Completions and the operations around it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';
import { listen, mocking } from './listen.ts';

const messages = [{ role: 'user' as const, content: 'three short words' }];
const weather = {
  type: 'function' as const,
  function: {
    name: 'get_weather',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

test('a chat repeats the user, with usage', async () => {
  await using mock = await listen();
  const answer = await mock.openai.chat.completions.create({ model: 'mock-echo', messages }, mocking('usage=10/20'));
  assert.equal(answer.choices[0]?.message.content, 'three short words');
  assert.equal(answer.choices[0]?.finish_reason, 'stop');
  assert.deepEqual([answer.usage?.prompt_tokens, answer.usage?.completion_tokens], [10, 20]);
});

test('a streamed chat adds up to the same answer; usage comes only when it is asked for', async () => {
  await using mock = await listen();
  const asked = mock.openai.chat.completions.stream(
    { model: 'mock-echo', messages, stream_options: { include_usage: true } },
    mocking('usage=10/20'),
  );
  const whole = await asked.finalChatCompletion();
  assert.equal(whole.choices[0]?.message.content, 'three short words');
  assert.equal(whole.usage?.total_tokens, 30);

  const chunks = [];
  for await (const chunk of await mock.openai.chat.completions.create({ model: 'mock-echo', messages, stream: true })) {
    chunks.push(chunk);
  }
  assert.ok(chunks.every((chunk) => chunk.usage === undefined && chunk.choices.length === 1));
});

for (const stream of [false, true]) {
  test(`a tool is called, then its result is answered in text (${stream ? 'streamed' : 'whole'})`, async () => {
    await using mock = await listen();
    const request = { model: 'mock-tools', messages, tools: [weather] };
    const completions = mock.openai.chat.completions;
    const answer = stream ? await completions.stream(request).finalChatCompletion() : await completions.create(request);
    const call = answer.choices[0]?.message.tool_calls?.[0];
    assert.equal(answer.choices[0]?.finish_reason, 'tool_calls');
    assert.ok(call?.type === 'function');
    assert.deepEqual([call.function.name, JSON.parse(call.function.arguments)], ['get_weather', { city: 'mock' }]);

    const result = { role: 'tool' as const, tool_call_id: call.id, content: 'rain' };
    const turns = [...messages, { role: 'assistant' as const, tool_calls: [call] }, result];
    const next = await completions.create({ ...request, messages: turns });
    assert.equal(next.choices[0]?.message.content, 'three short words');
  });
}

test('the header names the tool and its arguments', async () => {
  await using mock = await listen();
  const script = mocking('tool=get_weather, arguments={"city":"Paris, France"}');
  const answer = await mock.openai.chat.completions.create({ model: 'mock-echo', messages }, script);
  const call = answer.choices[0]?.message.tool_calls?.[0];
  assert.ok(call?.type === 'function');
  assert.equal(call.function.arguments, '{"city":"Paris, France"}');
});

test('errors are those the SDK has types for', async () => {
  await using mock = await listen();
  const ask = (model: string) => mock.openai.chat.completions.create({ model, messages });
  await assert.rejects(ask('mock-error-400'), OpenAI.BadRequestError);
  await assert.rejects(ask('mock-error-401'), OpenAI.AuthenticationError);
  await assert.rejects(ask('mock-error-404'), OpenAI.NotFoundError);
  await assert.rejects(ask('mock-error-500'), OpenAI.InternalServerError);
  await assert.rejects(ask('mock-error-429'), (error: unknown) => {
    assert.ok(error instanceof OpenAI.RateLimitError);
    assert.equal(error.code, 'rate_limit_exceeded');
    assert.match(error.requestID ?? '', /^req_/);
    return true;
  });
});

test('an error inside a stream is thrown by the SDK', async () => {
  await using mock = await listen();
  const stream = mock.openai.chat.completions.stream(
    { model: 'mock-echo', messages },
    mocking('fail=1, message=broken'),
  );
  await assert.rejects(stream.finalChatCompletion(), /broken/);
});

test('legacy completions, whole and streamed', async () => {
  await using mock = await listen();
  const request = { model: 'mock-echo', prompt: 'to be' };
  assert.equal((await mock.openai.completions.create(request)).choices[0]?.text, 'to be');
  let text = '';
  for await (const chunk of await mock.openai.completions.create({ ...request, stream: true })) {
    text += chunk.choices[0]?.text ?? '';
  }
  assert.equal(text, 'to be');
});

test('embeddings of equal texts are equal, in base64 as in numbers', async () => {
  await using mock = await listen();
  const input = ['one', 'two', 'one'];
  const packed = await mock.openai.embeddings.create({ model: 'mock-echo', input });
  const plain = await mock.openai.embeddings.create({ model: 'mock-echo', input, encoding_format: 'float' });
  const [one, two, again] = packed.data.map(({ embedding }) => embedding);
  assert.deepEqual(one, again);
  assert.notDeepEqual(one, two);
  assert.deepEqual(packed.data, plain.data);
  const wide = await mock.openai.embeddings.create({ model: 'mock-echo', input: 'one', dimensions: 100 });
  assert.equal(wide.data[0]?.embedding.length, 100);
});

test('moderations flag a text that asks for it', async () => {
  await using mock = await listen();
  const { results } = await mock.openai.moderations.create({ input: ['hello', 'please flag me'] });
  assert.deepEqual(
    results.map(({ flagged }) => flagged),
    [false, true],
  );
});

test('models are listed', async () => {
  await using mock = await listen();
  const ids = [];
  for await (const model of mock.openai.models.list()) ids.push(model.id);
  assert.ok(ids.includes('mock-tools'));
  assert.equal((await mock.openai.models.retrieve('mock-echo')).object, 'model');
});

test('rerank puts the document with the most words of the query first', async () => {
  await using mock = await listen();
  const answer = await mock.post('/v1/rerank', {
    query: 'red fox',
    documents: ['a dog', 'the red fox', 'a fox'],
    top_n: 2,
  });
  const { results } = (await answer.json()) as { results: { index: number }[] };
  assert.deepEqual(
    results.map(({ index }) => index),
    [1, 2],
  );
});
