// The official SDK's own WebSocket against the gateway, with the mock behind it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';
import { ResponsesWS } from 'openai/resources/responses/ws';
import { key, startPortico } from '../../e2e/portico.ts';

test('the SDK’s WebSocket client gets its events, and goes on from the answer', async () => {
  await using portico = await startPortico();
  const client = new OpenAI({ apiKey: key, baseURL: `${portico.url}/v1`, maxRetries: 0 });
  const socket = new ResponsesWS(client);
  const types: string[] = [];
  const turn = () =>
    new Promise<string>((resolve, reject) => {
      const hear = (event: { type?: string }) => {
        types.push(String(event.type));
        if (event.type !== 'response.completed') return;
        socket.off('event', hear);
        resolve((event as { response: { id: string } }).response.id);
      };
      socket.on('event', hear);
      socket.once('error', reject);
    });
  const first = turn();
  socket.send({ type: 'response.create', model: 'mock-echo', input: 'hello', store: false });
  const id = await first;
  const second = turn();
  socket.send({ type: 'response.create', model: 'mock-echo', input: 'again', store: false, previous_response_id: id });
  assert.notEqual(await second, id);
  assert.equal(types.filter((type) => type === 'response.created').length, 2);
  assert.ok(types.includes('response.output_text.delta'));
  socket.close();
});

const small = (responses: string) => `
version: 1
listeners: [{ name: api, host: 127.0.0.1, port: 0 }]
control: { host: 127.0.0.1, port: 0 }
threads: 1
providers: [{ name: mock }]
keys: [{ name: sdk, key: ${key} }]
store: { responses: ${responses} }
logging: { level: error }
`;

test('the SDK makes, goes on from, looks at, lists and deletes a response of an upstream that keeps none', async () => {
  await using portico = await startPortico(small('{}'));
  const { responses } = new OpenAI({ apiKey: key, baseURL: `${portico.url}/v1`, maxRetries: 0 });
  const first = await responses.create({ model: 'mock-echo', input: 'hello' });
  const second = await responses.create({ model: 'mock-echo', input: 'again', previous_response_id: first.id });
  assert.equal((await responses.retrieve(second.id)).output_text, second.output_text);
  const types: unknown[] = [];
  for await (const item of responses.inputItems.list(second.id, { limit: 1, order: 'asc' })) {
    types.push('role' in item ? item.role : item.type);
  }
  assert.deepEqual(types, ['user', 'assistant', 'user']);
  await responses.delete(second.id);
  await assert.rejects(responses.retrieve(second.id), { status: 404 });
});

test('a response is kept no longer than `ttl`', async () => {
  await using portico = await startPortico(small('{ ttl: 1ms }'));
  const { responses } = new OpenAI({ apiKey: key, baseURL: `${portico.url}/v1`, maxRetries: 0 });
  const { id } = await responses.create({ model: 'mock-echo', input: 'hello' });
  await responses.create({ model: 'mock-echo', input: 'another' });
  await assert.rejects(responses.retrieve(id), { status: 404 });
});
