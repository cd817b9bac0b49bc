// The official Anthropic SDK against a running Portico.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { key, mocking, narrowKey, sdksFor, startPortico } from './portico.ts';

const portico = await startPortico();
after(() => portico[Symbol.asyncDispose]());
const { anthropic } = sdksFor(portico.url);

const request = {
  model: 'mock-echo',
  max_tokens: 100,
  messages: [{ role: 'user' as const, content: 'three short words' }],
};
const weather = {
  name: 'get_weather',
  input_schema: { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] },
};

test('a message, whole and streamed, under the model’s name and under an alias', async () => {
  for (const model of ['mock-echo', 'alias']) {
    const whole = await anthropic.messages.create({ ...request, model }, mocking('usage=10/20'));
    assert.deepEqual(whole.content[0], { type: 'text', text: 'three short words' });
    assert.deepEqual([whole.model, whole.usage.output_tokens], ['mock-echo', 20]);
    const stream = anthropic.messages.stream({ ...request, model }, mocking('usage=10/20'));
    assert.equal(await stream.finalText(), 'three short words');
    assert.equal((await stream.finalMessage()).usage.output_tokens, 20);
  }
});

test('a key may come as a Bearer token too, and beta calls are served', async () => {
  const bearer = new Anthropic({ authToken: key, apiKey: null, baseURL: portico.url, maxRetries: 0 });
  const answer = await bearer.beta.messages.create({ ...request, betas: ['some-beta'] });
  assert.equal(answer.stop_reason, 'end_turn');
});

test('a tool call and its result, whole and streamed', async () => {
  const asking = { ...request, model: 'mock-tools', tools: [weather] };
  const streamed = await anthropic.messages.stream(asking).finalMessage();
  for (const answer of [await anthropic.messages.create(asking), streamed]) {
    const call = answer.content[0];
    assert.ok(call?.type === 'tool_use');
    assert.deepEqual([answer.stop_reason, call.name, call.input], ['tool_use', 'get_weather', { city: 'mock' }]);
    const result = { type: 'tool_result' as const, tool_use_id: call.id, content: 'rain' };
    const turns = [
      ...request.messages,
      { role: 'assistant' as const, content: [call] },
      { role: 'user' as const, content: [result] },
    ];
    const next = await anthropic.messages.create({ ...asking, messages: turns });
    assert.equal(next.stop_reason, 'end_turn');
  }
});

test('tokens are counted', async () => {
  const counted = await anthropic.messages.countTokens(request);
  assert.equal(counted.input_tokens, (await anthropic.messages.create(request)).usage.input_tokens);
});

test('models are listed page by page, and found', async () => {
  const ids: string[] = [];
  for await (const model of anthropic.models.list({ limit: 2 })) ids.push(model.id);
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ['alias', 'mock-echo']) assert.ok(ids.includes(id), id);
  assert.equal((await anthropic.models.retrieve('alias')).type, 'model');
  await assert.rejects(anthropic.models.retrieve('nothing'), Anthropic.NotFoundError);
  const narrow = [];
  for await (const model of sdksFor(portico.url, narrowKey).anthropic.models.list()) narrow.push(model.id);
  assert.deepEqual(narrow.sort(), ['alias', 'mock-echo']);
});

test('errors of the gateway and of the upstream are typed exceptions', async () => {
  const ask = (model: string, client = anthropic) => client.messages.create({ ...request, model });
  await assert.rejects(ask('mock-echo', sdksFor(portico.url, 'sk-wrong').anthropic), Anthropic.AuthenticationError);
  await assert.rejects(ask('no-such-model'), Anthropic.NotFoundError);
  await assert.rejects(ask('mock-error-400'), Anthropic.BadRequestError);
  await assert.rejects(ask('mock-error-429'), Anthropic.RateLimitError);
  await assert.rejects(ask('mock-error-529'), (error: unknown) => {
    assert.ok(error instanceof Anthropic.InternalServerError);
    assert.equal(error.status, 529);
    assert.match(error.message, /overloaded_error/);
    return true;
  });
});

test('a stream that the upstream cuts short is an exception, not an end', async () => {
  for (const script of ['truncate=1', 'reset=1', 'fail=1']) {
    const stream = anthropic.messages.stream(request, mocking(script));
    await assert.rejects(stream.finalMessage(), Anthropic.APIError, script);
  }
});

test('an error before the first output is a status, not a broken stream', async () => {
  await assert.rejects(anthropic.messages.stream(request, mocking('fail=0')).finalMessage(), (error: unknown) => {
    assert.ok(error instanceof Anthropic.APIError);
    assert.equal(error.status, 502);
    return true;
  });
});

test('the base URL may have the prefix of a route', async () => {
  const client = anthropic.withOptions({ baseURL: `${portico.url}/team/one` });
  assert.equal((await client.messages.create(request)).stop_reason, 'end_turn');
});
