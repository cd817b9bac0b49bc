// The official Google SDK against a running Portico.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ApiError, Type } from '@google/genai';
import { mocking, narrowKey, sdksFor, startPortico } from './portico.ts';

const portico = await startPortico();
after(() => portico[Symbol.asyncDispose]());
const { models } = sdksFor(portico.url).gemini;

const request = { model: 'mock-echo', contents: 'three short words' };
const parameters = { type: Type.OBJECT, properties: { city: { type: Type.STRING } }, required: ['city'] };
const tools = [{ functionDeclarations: [{ name: 'get_weather', parameters }] }];

async function textOf(stream: AsyncIterable<{ text: string | undefined }>): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += chunk.text ?? '';
  return text;
}

test('content, whole and streamed, under the model’s name and under an alias', async () => {
  for (const model of ['mock-echo', 'alias']) {
    const whole = await models.generateContent({ ...request, model, config: { httpOptions: mocking('usage=10/20') } });
    assert.equal(whole.text, 'three short words');
    assert.deepEqual([whole.modelVersion, whole.usageMetadata?.totalTokenCount], ['mock-echo', 30]);
    assert.equal(await textOf(await models.generateContentStream({ ...request, model })), 'three short words');
  }
});

test('a function call and its result, whole and streamed', async () => {
  const contents = [{ role: 'user', parts: [{ text: 'well?' }] }];
  const asking = { model: 'mock-tools', contents, config: { tools } };
  const streamed = [];
  for await (const chunk of await models.generateContentStream(asking)) streamed.push(...(chunk.functionCalls ?? []));
  for (const calls of [(await models.generateContent(asking)).functionCalls ?? [], streamed]) {
    assert.deepEqual(
      calls.map(({ name, args }) => [name, args]),
      [['get_weather', { city: 'mock' }]],
    );
  }
  const result = { functionResponse: { name: 'get_weather', response: { output: 'rain' } } };
  const next = await models.generateContent({ ...asking, contents: [...contents, { role: 'user', parts: [result] }] });
  assert.equal(next.text, 'well?');
});

test('tokens are counted and content is embedded', async () => {
  const answer = await models.generateContent(request);
  assert.equal((await models.countTokens(request)).totalTokens, answer.usageMetadata?.promptTokenCount);
  const embedded = await models.embedContent({ model: 'mock-echo', contents: 'one' });
  assert.equal(embedded.embeddings?.[0]?.values?.length, 8);
});

test('models are listed and found', async () => {
  const names: (string | undefined)[] = [];
  for await (const model of await models.list({ config: { pageSize: 2 } })) names.push(model.name);
  assert.equal(new Set(names).size, names.length);
  for (const name of ['models/alias', 'models/mock-echo']) assert.ok(names.includes(name), name);
  assert.equal((await models.get({ model: 'alias' })).name, 'models/alias');
  const narrow = [];
  for await (const model of await sdksFor(portico.url, narrowKey).gemini.models.list()) narrow.push(model.name);
  assert.deepEqual(narrow.sort(), ['models/alias', 'models/mock-echo']);
});

test('errors of the gateway and of the upstream are typed exceptions', async () => {
  const statusOf = async (model: string, client = models): Promise<number> => {
    const error = await client.generateContent({ ...request, model }).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof ApiError);
    return error.status;
  };
  assert.equal(await statusOf('mock-echo', sdksFor(portico.url, 'sk-wrong').gemini.models), 401);
  assert.equal(await statusOf('no-such-model'), 404);
  assert.equal(await statusOf('mock-error-400'), 400);
  assert.equal(await statusOf('mock-error-429'), 429);
  assert.equal(await statusOf('mock-error-503'), 503);
});

test('a stream that the upstream cuts short is an exception, not an end', async () => {
  for (const script of ['truncate=1', 'reset=1', 'fail=1']) {
    const stream = await models.generateContentStream({ ...request, config: { httpOptions: mocking(script) } });
    await assert.rejects(textOf(stream), script);
  }
});
