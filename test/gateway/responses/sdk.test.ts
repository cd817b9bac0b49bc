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
