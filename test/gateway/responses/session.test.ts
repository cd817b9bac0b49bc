// The Responses API over a WebSocket: each message is a request of its own, whatever is behind its model.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { test } from 'node:test';
import { json } from '../../support/upstream.ts';
import { refusal } from '../../support/websocket.ts';
import {
  counting,
  errorIn,
  eventOf,
  headersIn,
  type Json,
  keyed,
  lastAsked,
  reasoning,
  said,
  set,
  Talker,
  user,
} from './talker.ts';

test('each message is a request of its own: events are frames, each has its record', async (t) => {
  const { upstream, gateway } = await set(t, counting());
  const headers = { ...keyed.headers, 'openai-beta': 'responses_websockets=2026-02-06, other=1', 'x-kept': 'yes' };
  const client = await Talker.open(gateway, headers);
  const frames = await client.ask({ input: 'one', store: false });
  assert.deepEqual(
    frames.map(({ type }) => type),
    ['response.created', 'response.output_text.delta', 'response.completed'],
  );
  await client.ask({ input: 'two' });
  assert.deepEqual(lastAsked(upstream), { model: 'model-a', input: 'two', stream: true });
  const { headers: sent, method, path } = upstream.last;
  assert.deepEqual([method, path, sent['x-kept'], sent['openai-beta']], ['POST', '/v1/responses', 'yes', 'other=1']);
  assert.equal(sent.authorization, 'Bearer up-main');
  await gateway.recorded(3);
  assert.deepEqual(
    gateway.records.map(({ operation, status, outcome, key, clientIp }) => [operation, status, outcome, key, clientIp]),
    [
      ['session', 101, 'ok', 'test', '127.0.0.1'],
      ['chat', 200, 'ok', 'test', '127.0.0.1'],
      ['chat', 200, 'ok', 'test', '127.0.0.1'],
    ],
  );
  client.socket.close();
});

test('a wrong key gets an ordinary answer to the handshake, and so does a handshake that is none', async (t) => {
  const { gateway } = await set(t, counting());
  assert.equal((await refusal(`${gateway.url}/v1/responses`)).status, 401);
  const plain = await gateway.get('/v1/responses');
  assert.equal(plain.status, 426);
  const bad = http.get(`${gateway.url}/v1/responses`, {
    headers: { ...keyed.headers, connection: 'upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' },
  });
  const [answer] = (await once(bad, 'response')) as [http.IncomingMessage];
  answer.resume();
  assert.equal(answer.statusCode, 400);
});

test('where the dialect is not spoken the path is unknown; another path is no WebSocket', async (t) => {
  const { gateway } = await set(t, counting(), { routes: [{ name: 'root', dialects: ['openai-chat'] }] });
  assert.equal((await refusal(`${gateway.url}/v1/responses`, [], keyed)).status, 404);
  assert.equal((await refusal(`${gateway.url}/v1/chat/completions`, [], keyed)).status, 426);
});

test('the latest response is gone on from though nobody stores it', async (t) => {
  const { upstream, gateway } = await set(t, counting(reasoning('blob')));
  const client = await Talker.open(gateway);
  await client.ask({ input: 'one', store: false });
  await client.ask({ input: [user('two')], store: false, previous_response_id: 'resp_1' });
  await client.ask({ input: [user('three')], store: false, previous_response_id: 'resp_2' });
  const { input, previous_response_id } = lastAsked(upstream);
  assert.equal(previous_response_id, undefined);
  assert.deepEqual(input, [
    user('one'),
    reasoning('blob'),
    said('1'),
    user('two'),
    reasoning('blob'),
    said('2'),
    user('three'),
  ]);
  client.socket.close();
});

test('reasoning that only its upstream could know is left out, with the ids that hang on it', async (t) => {
  const { upstream, gateway } = await set(t, counting(reasoning()));
  const client = await Talker.open(gateway);
  await client.ask({ input: 'one', store: false });
  await client.ask({ input: 'two', store: false, previous_response_id: 'resp_1' });
  const { id: _, ...message } = said('1');
  assert.deepEqual(lastAsked(upstream).input, [user('one'), message, user('two')]);
  client.socket.close();
});

test('a response that the upstream keeps is left to it', async (t) => {
  const { upstream, gateway } = await set(t, counting());
  const client = await Talker.open(gateway);
  await client.ask({ input: 'one' });
  await client.ask({ input: 'two', previous_response_id: 'resp_1' });
  assert.equal(lastAsked(upstream).previous_response_id, 'resp_1');
  assert.equal(lastAsked(upstream).input, 'two');
  client.socket.close();
});

test('`generate: false` is answered at once and can be gone on from', async (t) => {
  const { upstream, gateway } = await set(t, counting());
  const client = await Talker.open(gateway);
  const frames = await client.ask({ input: [user('one')], generate: false, store: false, previous_response_id: null });
  assert.deepEqual(
    frames.map(({ type }) => type),
    ['response.created', 'response.completed'],
  );
  assert.equal(upstream.requests.length, 0);
  const id = String(((frames[1]?.response ?? {}) as Json).id);
  assert.match(id, /^resp_portico_/);
  await client.ask({ input: [user('two')], store: false, previous_response_id: id });
  assert.deepEqual(lastAsked(upstream).input, [user('one'), user('two')]);
  client.socket.close();
});

test('what is refused is an error frame with its status, and the connection goes on', async (t) => {
  const { upstream, gateway } = await set(
    t,
    json({ error: { message: 'slow down', type: 'requests', code: 'x' } }, 429, { 'retry-after': '7' }),
  );
  const client = await Talker.open(gateway);
  const [limited] = await client.ask({ input: 'one' });
  assert.equal(limited?.type, 'error');
  assert.equal(limited?.status, 429);
  assert.equal(errorIn(limited).message, 'slow down');
  assert.equal(headersIn(limited)['retry-after'], '7');
  assert.equal(typeof headersIn(limited)['x-portico-id'], 'string');
  const errors = [
    { message: { model: undefined, input: 'x' }, param: 'model' },
    { message: { type: 'response.cancel' }, param: 'type' },
    { message: { stream_id: 'a', input: 'x' }, param: 'stream_id' },
    { message: { input: 'x', previous_response_id: 'resp_portico_gone' }, param: 'previous_response_id' },
  ];
  for (const { message, param } of errors) {
    const [frame] = await client.ask(message);
    assert.equal(frame?.status, 400, param);
    assert.equal(errorIn(frame).param, param);
  }
  client.socket.send('no json');
  assert.equal((await client.next()).status, 400);
  upstream.answer = counting();
  assert.equal((await client.ask({ input: 'x' })).length, 3);
  client.socket.close();
});

test('a whole answer is told as events', async (t) => {
  const response = { id: 'resp_1', object: 'response', status: 'completed', output: [said('1')] };
  const { gateway } = await set(t, json(response));
  const client = await Talker.open(gateway);
  const frames = await client.ask({ input: 'one' });
  assert.deepEqual(
    frames.map(({ type }) => type),
    ['response.created', 'response.output_item.added', 'response.output_item.done', 'response.completed'],
  );
  assert.deepEqual(
    frames.map(({ sequence_number }) => sequence_number),
    [0, 1, 2, 3],
  );
  client.socket.close();
});

test('an answer cut short ends in an error, never in silence', async (t) => {
  const { gateway } = await set(t, (res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    res.write(eventOf({ type: 'response.output_text.delta', delta: 'half' }));
    setImmediate(() => res.destroy());
  });
  const client = await Talker.open(gateway);
  const frames = await client.ask({ input: 'one' });
  assert.equal(frames.at(-1)?.type, 'error');
  const failed = await client.next();
  assert.equal(failed.type, 'response.failed');
  client.socket.close();
});
