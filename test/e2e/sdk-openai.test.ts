// The official OpenAI SDK against a running Portico: Chat Completions, Responses and the operations around them.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import OpenAI from 'openai';
import { mocking, narrowKey, sdksFor, startPortico } from './portico.ts';

const portico = await startPortico();
after(() => portico[Symbol.asyncDispose]());
const { openai } = sdksFor(portico.url);

const messages = [{ role: 'user' as const, content: 'three short words' }];
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const tools = [{ type: 'function' as const, function: { name: 'get_weather', parameters } }];

test('a chat, whole and streamed, under the model’s name and under an alias', async () => {
  for (const model of ['mock-echo', 'mock/mock-echo', 'alias']) {
    const whole = await openai.chat.completions.create({ model, messages }, mocking('usage=10/20'));
    assert.equal(whole.choices[0]?.message.content, 'three short words', model);
    assert.equal(whole.usage?.total_tokens, 30);
    assert.equal(whole.model, 'mock-echo');
    const streamed = await openai.chat.completions.stream({ model, messages }).finalChatCompletion();
    assert.equal(streamed.choices[0]?.message.content, 'three short words', model);
  }
});

test('usage of a stream comes if it is asked for, and only then', async () => {
  const asking = { model: 'mock-echo', messages, stream: true as const };
  const plain = [];
  for await (const chunk of await openai.chat.completions.create(asking)) plain.push(chunk);
  assert.ok(plain.every((chunk) => chunk.choices.length === 1 && !chunk.usage));
  const asked = { ...asking, stream_options: { include_usage: true } };
  let total: number | undefined;
  for await (const chunk of await openai.chat.completions.create(asked, mocking('usage=10/20'))) {
    total = chunk.usage?.total_tokens ?? total;
  }
  assert.equal(total, 30);
});

test('a tool call and its result, whole and streamed', async () => {
  const asking = { model: 'mock-tools', messages, tools };
  const streamed = await openai.chat.completions.stream(asking).finalChatCompletion();
  for (const answer of [await openai.chat.completions.create(asking), streamed]) {
    const call = answer.choices[0]?.message.tool_calls?.[0];
    assert.ok(call?.type === 'function');
    assert.deepEqual([call.function.name, call.function.arguments], ['get_weather', '{"city":"mock"}']);
    const turns = [
      ...messages,
      { role: 'assistant' as const, tool_calls: [call] },
      { role: 'tool' as const, tool_call_id: call.id, content: 'rain' },
    ];
    const next = await openai.chat.completions.create({ ...asking, messages: turns });
    assert.equal(next.choices[0]?.message.content, 'three short words');
  }
});

test('a response, whole and streamed, with its tool calls and its count', async () => {
  const asking = { model: 'mock-echo', input: 'three short words' };
  const whole = await openai.responses.create(asking);
  const streamed = await openai.responses.stream(asking).finalResponse();
  assert.deepEqual([whole.output_text, streamed.output_text], ['three short words', 'three short words']);
  const tool = { type: 'function' as const, name: 'get_weather', strict: true, parameters };
  const called = await openai.responses.stream({ ...asking, model: 'mock-tools', tools: [tool] }).finalResponse();
  assert.ok(called.output[0]?.type === 'function_call');
  assert.equal(called.output[0].arguments, '{"city":"mock"}');
  const counted = await openai.responses.inputTokens.count(asking);
  assert.equal(counted.input_tokens, whole.usage?.input_tokens);
});

test('completions, embeddings, moderations', async () => {
  const completion = await openai.completions.create({ model: 'mock-echo', prompt: 'to be' });
  assert.equal(completion.choices[0]?.text, 'to be');
  const embedded = await openai.embeddings.create({ model: 'mock-echo', input: ['one', 'one'] });
  assert.deepEqual(embedded.data[0]?.embedding, embedded.data[1]?.embedding);
  const judged = await openai.moderations.create({ model: 'mock-echo', input: 'flag me' });
  assert.equal(judged.results[0]?.flagged, true);
});

test('models are listed and found', async () => {
  const ids: string[] = [];
  for await (const model of openai.models.list()) ids.push(model.id);
  for (const id of ['alias', 'mock-echo']) assert.ok(ids.includes(id), id);
  assert.equal((await openai.models.retrieve('alias')).id, 'alias');
  await assert.rejects(openai.models.retrieve('nothing'), OpenAI.NotFoundError);
});

test('a key sees and uses only its models', async () => {
  const { openai: narrow } = sdksFor(portico.url, narrowKey);
  const ids: string[] = [];
  for await (const model of narrow.models.list()) ids.push(model.id);
  assert.deepEqual(ids.sort(), ['alias', 'mock-echo']);
  await assert.rejects(
    narrow.chat.completions.create({ model: 'mock-tools', messages }),
    (error: unknown) => error instanceof OpenAI.PermissionDeniedError || error instanceof OpenAI.NotFoundError,
  );
});

test('errors of the gateway and of the upstream are typed exceptions', async () => {
  const ask = (model: string, client = openai) => client.chat.completions.create({ model, messages });
  await assert.rejects(ask('mock-echo', sdksFor(portico.url, 'sk-wrong').openai), OpenAI.AuthenticationError);
  await assert.rejects(ask('no-such-model'), OpenAI.NotFoundError);
  await assert.rejects(ask('mock-error-400'), OpenAI.BadRequestError);
  await assert.rejects(ask('mock-error-429'), OpenAI.RateLimitError);
  await assert.rejects(ask('mock-error-500'), OpenAI.InternalServerError);
});

test('a target that fails is replaced by the next one', async () => {
  const answer = await openai.chat.completions.create({ model: 'hopeful', messages });
  assert.equal(answer.choices[0]?.message.content, 'three short words');
});

test('a stream that the upstream cuts short is an exception, not an end', async () => {
  for (const script of ['truncate=1', 'reset=1']) {
    const stream = openai.chat.completions.stream({ model: 'mock-echo', messages }, mocking(script));
    await assert.rejects(stream.finalChatCompletion(), OpenAI.APIError, script);
  }
});

test('a stream that is aborted by the client ends there', async () => {
  const asking = { model: 'mock-echo', messages, stream: true as const };
  const stream = await openai.chat.completions.create(asking, mocking('chunks=1000, pace=5'));
  let chunks = 0;
  for await (const chunk of stream) {
    assert.ok(chunk);
    if (++chunks === 3) break;
  }
  assert.equal(chunks, 3);
});

test('the base URL may have the prefix of a route, or lack its version', async () => {
  for (const baseURL of [`${portico.url}/team/one/v1`, portico.url]) {
    const client = openai.withOptions({ baseURL });
    const answer = await client.chat.completions.create({ model: 'mock-echo', messages });
    assert.equal(answer.choices[0]?.message.content, 'three short words', baseURL);
  }
});
