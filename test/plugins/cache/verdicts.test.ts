// Only whole answers that ended well are kept.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Answer, chunk, events, json } from '../../support/upstream.ts';
import { cached, chat, completion, streamOf } from './cached.ts';

const streamed = { ...chat, stream: true };
const legacy = { model: 'model-a', prompt: 'x' };

const rig = await cached();
after(() => rig[Symbol.asyncDispose]());
let asked = 0;

/** Whether an answer is given again. */
async function isKept(answer: Answer, body: object = chat, at?: string): Promise<boolean> {
  asked += 1;
  const another = { ...body, user: `of question ${asked}` };
  rig.upstream.answer = answer;
  const before = rig.upstream.requests.length;
  await rig.ask(another, {}, at);
  const { result } = await rig.ask(another, {}, at);
  assert.equal(rig.upstream.requests.length - before, result === 'hit' ? 1 : 2);
  return result === 'hit';
}

test('of chats those that ended by themselves, at a stop string, at a tool or at the length that was asked for', async () => {
  for (const [finish, kept] of [
    ['stop', true],
    ['tool_calls', true],
    ['length', true],
    ['content_filter', false],
    ['network_error', false],
  ] as const) {
    assert.equal(await isKept(json(completion('x', finish))), kept, `whole, ${finish}`);
    assert.equal(await isKept(events(...streamOf('x', finish)), streamed), kept, `stream, ${finish}`);
  }
});

test('no errors: neither those with a status nor those without', async () => {
  const error = { error: { message: 'overloaded', type: 'server_error' } };
  assert.equal(await isKept(json(error, 400)), false);
  assert.equal(await isKept(json(error, 500)), false);
  assert.equal(await isKept(json(error, 200)), false);
  assert.equal(await isKept(json(error, 200), legacy, '/v1/completions'), false);
  assert.equal(await isKept(json({ ...completion('x'), error: null }, 200), legacy, '/v1/completions'), true);
  assert.equal(await isKept(json({}, 202), legacy, '/v1/completions'), false);
  const [first = '', second = ''] = streamOf('x');
  assert.equal(await isKept(events(first, second, chunk(error)), streamed), false);
  assert.equal(await isKept(events(first, second, chunk(error), 'data: [DONE]\n\n'), streamed), false);
});

test('no stream that broke off, nor one without its end', async () => {
  const parts = streamOf('abc');
  assert.equal(await isKept(events(...parts.slice(0, -3)), streamed), false, 'no end');
  const broken: Answer = (res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    res.write(parts.join(''), () => res.destroy());
  };
  assert.equal(await isKept(broken, streamed), false, 'the connection broke');
  const legacyEvents = [chunk({ object: 'text_completion', choices: [{ index: 0, text: 'x', finish_reason: null }] })];
  const body = { ...legacy, stream: true };
  assert.equal(await isKept(events(...legacyEvents), body, '/v1/completions'), false);
  assert.equal(await isKept(events(...legacyEvents, 'data: [DONE]\n\n'), body, '/v1/completions'), true);
});

test('no whole answer that broke off, nor one that is no JSON', async () => {
  const short: Answer = (res) => {
    res.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' });
    res.write(JSON.stringify(completion('x')), () => res.destroy());
  };
  await using own = await cached({}, { answer: short });
  for (let time = 0; time < 2; time += 1) {
    await own.portico.post('/v1/chat/completions', chat).then(
      (response) => response.text().catch(() => 'cut'),
      () => 'cut',
    );
  }
  assert.ok(own.upstream.requests.length >= 2);
  const garbage: Answer = (res) => {
    res.writeHead(200, { 'content-type': 'application/json' });
    res.end('{"choices": [');
  };
  assert.equal(await isKept(garbage, { model: 'model-a', input: 'x' }, '/v1/embeddings'), false);
});

test('what a client did not wait for is not kept', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let times = 0;
  const answer: Answer = async (res) => {
    times += 1;
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    const parts = streamOf('abc');
    res.write(parts.slice(0, 3).join(''));
    if (times === 1) await promise;
    res.end(parts.slice(3).join(''));
  };
  await using own = await cached({}, { answer });
  const leaving = new AbortController();
  const response = await own.portico.post('/v1/chat/completions', streamed, { signal: leaving.signal });
  await response.body?.getReader().read();
  leaving.abort();
  await own.upstream.last.aborted;
  resolve();
  await own.portico.recorded(1);
  const again = await own.portico.post('/v1/chat/completions', streamed);
  assert.equal(again.headers.get('x-portico-cache'), 'miss');
  assert.match(await again.text(), /DONE/);
});
