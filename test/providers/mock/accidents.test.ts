// What the mock can be told to break, and in which order its instructions count.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from 'portico';
import { listen } from './listen.ts';

const body = { model: 'mock-echo', stream: true, messages: [{ role: 'user', content: 'one two three four' }] };
const chat = '/v1/chat/completions';

/** Pieces of text that arrived, and whether the stream came to its proper end. */
function read(text: string): { pieces: string[]; done: boolean } {
  const pieces = [...text.matchAll(/"content":"([^"]+)"/g)].map(([, piece]) => piece ?? '');
  return { pieces, done: text.includes('[DONE]') };
}

async function readUntilBroken(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
  } catch (error) {
    assert.ok(error instanceof Error);
    return text;
  }
  return assert.fail('the connection did not break');
}

test('a truncated stream ends cleanly after so many pieces, without its last events', async () => {
  await using mock = await listen();
  for (const count of [0, 2, 4, 99]) {
    const { pieces, done } = read(await (await mock.post(chat, body, `truncate=${count}`)).text());
    assert.deepEqual({ count: pieces.length, done }, { count: Math.min(count, 4), done: false });
  }
});

test('a reset stream breaks, and what was sent before has arrived', async () => {
  await using mock = await listen();
  for (const path of [chat, '/v1/messages', '/v1/responses', '/v1beta/models/m:streamGenerateContent?alt=sse']) {
    const text = await readUntilBroken(await mock.post(path, { ...body, text: 'x' }, 'reset=2, text=a b c'));
    assert.match(text, /a/);
    assert.doesNotMatch(text, /message_stop|DONE|response\.completed|finishReason/);
  }
});

test('a JSON answer is cut after so many bytes', async () => {
  await using mock = await listen();
  const text = await (await mock.post(chat, { ...body, stream: false }, 'truncate=10')).text();
  assert.equal(text, '{"id":"cha');
  assert.equal(await readUntilBroken(await mock.post(chat, { ...body, stream: false }, 'reset=10')), '{"id":"cha');
});

test('an error has the status, the shape of its dialect and Retry-After', async () => {
  await using mock = await listen();
  const shapes = {
    [chat]: { error: { message: 'no', type: 'requests', param: null, code: 'rate_limit_exceeded' } },
    '/v1/messages': { type: 'error', error: { type: 'rate_limit_error', message: 'no' }, request_id: 'req_mock' },
  };
  for (const [path, shape] of Object.entries(shapes)) {
    const response = await mock.post(path, body, 'error=429, message=no, retry-after=3');
    assert.deepEqual([response.status, response.headers.get('retry-after')], [429, '3']);
    assert.deepEqual(await response.json(), shape);
  }
});

test('text is cut into so many chunks and repeated where it is too short', async () => {
  await using mock = await listen();
  const few = read(await (await mock.post(chat, body, 'text=abcdef, chunks=3')).text());
  assert.deepEqual(few.pieces, ['ab', 'cd', 'ef']);
  const many = read(await (await mock.post(chat, body, 'text=ab, chunks=5')).text());
  assert.equal(many.pieces.join(''), 'ababa');
});

test('an answer can be as large as one likes', async () => {
  await using mock = await listen();
  const response = await mock.post(chat, { ...body, stream: false }, 'bytes=100000');
  const answer = (await response.json()) as { choices: { message: { content: string } }[] };
  assert.equal(answer.choices[0]?.message.content.length, 100_000);
});

test('the header counts before the model, the model before the settings', async () => {
  await using mock = await listen({ error: 418, text: 'from settings' });
  assert.equal((await mock.post(chat, body)).status, 418);
  assert.equal((await mock.post(chat, { ...body, model: 'mock-error-503' })).status, 503);
  assert.equal((await mock.post(chat, { ...body, model: 'mock-error-503' }, '{"error": 402}')).status, 402);
});

test('an instruction that cannot be read is the caller’s fault', async () => {
  await using mock = await listen();
  for (const script of [
    'bogus=1',
    'latency=soon',
    'chunks',
    'arguments={',
    '{"text":',
    '{"text": 1}',
    'chunks=0',
    'error=200',
  ]) {
    assert.equal((await mock.post(chat, body, script)).status, 400, script);
  }
});

test('the same request has the same answer, byte for byte', async () => {
  await using mock = await listen();
  for (const path of [chat, '/v1/messages', '/v1/responses', '/v1/embeddings']) {
    const answers = await Promise.all(
      [mock.post(path, body), mock.post(path, body)].map(async (one) => (await one).text()),
    );
    assert.equal(answers[0], answers[1]);
  }
});

test('latency and pace are waited for on the clock', async () => {
  const waits: number[] = [];
  const clock: Clock = {
    now: () => 0,
    ticks: () => 0,
    after(ms, ring) {
      waits.push(ms);
      setImmediate(ring);
      return { restart: () => assert.fail(), cancel: () => undefined };
    },
  };
  await using mock = await listen({ latency: 5000 }, clock);
  const { done } = read(await (await mock.post(chat, body, 'pace=300, chunks=2')).text());
  assert.ok(done);
  assert.deepEqual(waits, [5000, 300, 300]);
});

test('a hanging answer ends when the client leaves', async () => {
  await using mock = await listen();
  const never = { ...body, model: 'mock-hang' };
  await assert.rejects(
    fetch(mock.url + chat, { method: 'POST', body: JSON.stringify(never), signal: AbortSignal.timeout(50) }),
    { name: 'TimeoutError' },
  );
  const response = await mock.post('/v1/messages', body, 'hang=body');
  const reader = response.body?.getReader();
  const first = await reader?.read();
  assert.match(new TextDecoder().decode(first?.value), /message_start/);
  await reader?.cancel();
});

test('any other path gets its body back, an unknown GET a 404', async () => {
  await using mock = await listen();
  const answer = (await (await mock.post('/v1/images', { size: 1 })).json()) as { received: unknown };
  assert.deepEqual(answer.received, { size: 1 });
  assert.equal((await fetch(`${mock.url}/v1/nothing`)).status, 404);
});
