// The official SDK believes the mock: generateContent.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError, Type } from '@google/genai';
import { listen, mocking } from './listen.ts';

const request = { model: 'mock-echo', contents: 'three short words' };
const weather = {
  functionDeclarations: [
    {
      name: 'get_weather',
      parameters: { type: Type.OBJECT, properties: { city: { type: Type.STRING } }, required: ['city'] },
    },
  ],
};

function scripted(script: string): { config: { httpOptions: { headers: Record<string, string> } } } {
  return { config: { httpOptions: mocking(script) } };
}

test('content repeats the user, with usage', async () => {
  await using mock = await listen();
  const answer = await mock.gemini.models.generateContent({ ...request, ...scripted('usage=10/20') });
  assert.equal(answer.text, 'three short words');
  assert.equal(answer.candidates?.[0]?.finishReason, 'STOP');
  assert.equal(answer.usageMetadata?.totalTokenCount, 30);
});

test('a stream adds up; the last event says why it ended and holds the final usage', async () => {
  await using mock = await listen();
  const chunks = [];
  const stream = await mock.gemini.models.generateContentStream({ ...request, ...scripted('usage=10/20') });
  for await (const chunk of stream) chunks.push(chunk);
  assert.equal(chunks.map(({ text }) => text ?? '').join(''), 'three short words');
  assert.deepEqual(
    chunks.map(({ candidates }) => candidates?.[0]?.finishReason),
    [undefined, undefined, undefined, 'STOP'],
  );
  assert.equal(chunks.at(-1)?.usageMetadata?.candidatesTokenCount, 20);
});

test('events are separated by CRLF; without alt=sse the stream is one JSON array', async () => {
  await using mock = await listen();
  const body = { contents: [{ role: 'user', parts: [{ text: 'one two' }] }] };
  const path = '/v1beta/models/mock-echo:streamGenerateContent';
  const events = await (await mock.post(`${path}?alt=sse`, body)).text();
  assert.equal(events.split('\r\n\r\n').length, 4);
  const array = await mock.post(path, body);
  assert.match(array.headers.get('content-type') ?? '', /json/);
  assert.equal(((await array.json()) as unknown[]).length, 3);
});

for (const stream of [false, true]) {
  test(`a tool is called, then its result is answered in text (${stream ? 'streamed' : 'whole'})`, async () => {
    await using mock = await listen();
    const { models } = mock.gemini;
    const asking = {
      model: 'mock-tools',
      contents: [{ role: 'user', parts: [{ text: 'well?' }] }],
      config: { tools: [weather] },
    };
    const calls = [];
    if (stream) {
      for await (const chunk of await models.generateContentStream(asking)) calls.push(...(chunk.functionCalls ?? []));
    } else calls.push(...((await models.generateContent(asking)).functionCalls ?? []));
    assert.deepEqual(
      calls.map(({ name, args }) => [name, args]),
      [['get_weather', { city: 'mock' }]],
    );

    const result = { functionResponse: { name: 'get_weather', response: { output: 'rain' } } };
    const turns = [...asking.contents, { role: 'user', parts: [result] }];
    assert.equal((await models.generateContent({ ...asking, contents: turns })).text, 'well?');
  });
}

test('errors carry status and code', async () => {
  await using mock = await listen();
  await assert.rejects(
    mock.gemini.models.generateContent({ ...request, model: 'mock-error-429' }),
    (error: unknown) => {
      assert.ok(error instanceof ApiError);
      assert.equal(error.status, 429);
      assert.match(error.message, /RESOURCE_EXHAUSTED/);
      return true;
    },
  );
});

test('an error inside a stream is thrown by the SDK', async () => {
  await using mock = await listen();
  const stream = await mock.gemini.models.generateContentStream({ ...request, ...scripted('fail=1, message=broken') });
  await assert.rejects(async () => {
    for await (const chunk of stream) assert.ok(chunk);
  }, /broken/);
});

test('tokens are counted, content is embedded, models are listed', async () => {
  await using mock = await listen();
  const { models } = mock.gemini;
  const answer = await models.generateContent(request);
  assert.equal((await models.countTokens(request)).totalTokens, answer.usageMetadata?.promptTokenCount);
  const one = await models.embedContent({ model: 'mock-echo', contents: 'one' });
  const again = await models.embedContent({ model: 'mock-echo', contents: 'one' });
  assert.equal(one.embeddings?.[0]?.values?.length, 8);
  assert.deepEqual(one.embeddings, again.embeddings);
  const names = [];
  for await (const model of await models.list()) names.push(model.name);
  assert.ok(names.includes('models/mock-echo'));
});
