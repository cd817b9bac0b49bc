// Whatever way an answer takes, what is kept of it is what a client can use again: frames of a WebSocket, a stream that is
// one JSON array, a translated stream that fails.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counting, lastAsked, Talker } from '../../gateway/responses/talker.ts';
import { type Answer, chunk, events } from '../../support/upstream.ts';
import { cached, chat, streamOf, wantedOf } from './cached.ts';

test('a stream that is one JSON array, and the same as events, are two', async () => {
  const parts = [{ text: 'one' }, { text: 'two' }].map((part) => ({
    content: { parts: [part], role: 'model' },
    index: 0,
  }));
  const [first, second] = [{ candidates: [parts[0]] }, { candidates: [{ ...parts[1], finishReason: 'STOP' }] }];
  const answer: Answer = (res, { path }) => {
    if (path.includes('alt=sse')) return events(chunk(first), chunk(second))(res, undefined as never);
    res.writeHead(200, { 'content-type': 'application/json' });
    res.end(`[${JSON.stringify(first)}\n,\r\n${JSON.stringify(second)}]`);
  };
  await using rig = await cached({}, { answer });
  const gemini = { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] };
  const at = '/v1beta/models/model-a:streamGenerateContent';
  for (const query of ['', '?alt=sse']) {
    const [told, again] = [await rig.ask(gemini, {}, at + query), await rig.ask(gemini, {}, at + query)];
    assert.deepEqual([told.result, again.result], ['miss', 'hit'], query);
    assert.equal(again.text, told.text);
    assert.equal(again.headers.get('content-type'), told.headers.get('content-type'));
  }
});

test('a translated stream that fails on its way is not kept', async () => {
  await using rig = await cached();
  const providers = [{ name: 'up', url: rig.upstream.url, dialects: ['openai-chat' as const] }];
  await rig.portico.load({ ...(await wantedOf(rig.upstream, {})), providers, generation: 2 });
  const message = { model: 'model-a', max_tokens: 9, stream: true, messages: chat.messages };
  const parts = streamOf('abc');
  const error = chunk({ error: { message: 'overloaded', type: 'server_error' } });
  for (const told of [parts.slice(0, 3), [...parts.slice(0, 3), error, 'data: [DONE]\n\n']]) {
    rig.upstream.answer = events(...told);
    await rig.ask(message, {}, '/v1/messages');
    assert.equal((await rig.ask(message, {}, '/v1/messages')).result, 'miss');
  }
});

test('requests of a WebSocket are answered from memory too, and a client can go on from such an answer', async () => {
  await using rig = await cached({}, { answer: counting() });
  const { portico, upstream } = rig;
  const asked = { input: 'one' };
  const first = await Talker.open(portico);
  const told = await first.ask(asked);
  await portico.recorded(2);
  const second = await Talker.open(portico);
  assert.deepEqual(await second.ask(asked), told);
  assert.equal(upstream.requests.length, 1);
  await second.ask({ input: 'two', previous_response_id: 'resp_1' });
  assert.match(JSON.stringify(lastAsked(upstream)), /resp_1/);
  for (const { socket } of [first, second]) socket.close();
});

test('a conversation that only its WebSocket remembers goes on from an answer that came from memory', async () => {
  await using rig = await cached({}, { answer: counting() });
  const { portico, upstream } = rig;
  const told: unknown[] = [];
  for (const calls of [3, 6]) {
    const client = await Talker.open(portico);
    const first = await client.ask({ input: 'one', store: false });
    const then = await client.ask({ input: 'two', store: false, previous_response_id: 'resp_1' });
    told.push([first, then]);
    await portico.recorded(calls - 1);
    client.socket.close();
    await portico.recorded(calls);
  }
  assert.deepEqual(told[1], told[0]);
  assert.equal(upstream.requests.length, 2);
  assert.match(JSON.stringify(lastAsked(upstream)), /one.*two/, 'what was said before is in the request');
});
