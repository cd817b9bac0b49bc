// One target fails, another answers: until the first output has left, and never after.
import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { account, pluginEntry, TestGateway, timeouts } from '../support/gateway.ts';
import { type Answer, chunk, events, json, Upstream } from '../support/upstream.ts';

const body = { model: 'model-a', messages: [] };
const streaming = { ...body, stream: true };
const role = chunk({ choices: [{ index: 0, delta: { role: 'assistant', content: '' } }] });
const text = (content: string) => chunk({ choices: [{ index: 0, delta: { content } }] });
const stop = chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
const done = 'data: [DONE]\n\n';

describe('failover', async () => {
  const first = await Upstream.start(json({}));
  const second = await Upstream.start(json({ from: 'second' }));
  const portico = await TestGateway.start({
    plugins: [pluginEntry('auth', { query: true }), pluginEntry('balancer', { strategy: 'fill-first', attempts: 5 })],
    providers: [
      {
        name: 'one',
        url: first.url,
        accounts: [account('a', first.url, { priority: 1 })],
        timeouts: { ...timeouts, firstByte: 150, idle: 150 },
        cooling: undefined,
      },
      { name: 'two', url: second.url, accounts: [account('b', second.url)], cooling: undefined },
    ],
  });
  beforeEach(() => {
    second.answer = json({ from: 'second' });
    second.requests.length = 0;
  });
  after(async () => {
    await portico[Symbol.asyncDispose]();
    await first[Symbol.asyncDispose]();
    await second[Symbol.asyncDispose]();
  });

  const cured: Record<string, Answer> = {
    'a 500': json({ error: { message: 'boom' } }, 500),
    'a 529': json({ error: { message: 'busy' } }, 529),
    'a 429': json({ error: { message: 'slow down' } }, 429),
    'a 401': json({ error: { message: 'bad key' } }, 401),
    'a 403': json({ error: { message: 'no' } }, 403),
    'an unknown model': json({ error: { message: 'The model `x` does not exist', code: 'model_not_found' } }, 404),
    'a reset before the head': (res) => void res.destroy(),
    'a reset within a short answer': (res) => {
      res.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      res.write('{"partial":');
      setImmediate(() => res.destroy());
    },
    'silence before the head': () => undefined,
    'a web page': (res) => void res.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
  };
  for (const [name, answer] of Object.entries(cured)) {
    test(`${name} is cured by the next account`, async () => {
      first.answer = answer;
      const response = await portico.post('/v1/chat/completions', body);
      assert.deepEqual([response.status, await response.json()], [200, { from: 'second' }]);
      assert.equal(second.requests.length, 1);
    });
  }

  test("the caller's own mistake is passed on as it is and not tried twice", async () => {
    const told = {
      error: { message: 'messages: empty', type: 'invalid_request_error', param: 'messages', code: null },
    };
    first.answer = json(told, 400);
    const response = await portico.post('/v1/chat/completions', body);
    assert.deepEqual([response.status, await response.json()], [400, told]);
    assert.equal(second.requests.length, 0);
  });

  const opening: Record<string, Answer> = {
    'an error as the first event': events(chunk({ error: { message: 'overloaded' } })),
    'an error after the role': events(role, chunk({ error: { message: 'overloaded' } })),
    'an end after the role': events(role),
    'a reset after the role': (res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write(role);
      setImmediate(() => res.destroy());
    },
  };
  for (const [name, answer] of Object.entries(opening)) {
    test(`${name} of a stream is cured by the next account`, async () => {
      first.answer = answer;
      second.answer = events(role, text('ok'), stop, done);
      const response = await portico.post('/v1/chat/completions', streaming);
      assert.equal(await response.text(), role + text('ok') + stop + done);
    });
  }

  test('what is wrong with the account is told to no client, as an answer or as the first event', async () => {
    const error = { message: 'Balance of ada@example.com: $0.02, key sk-up-1', code: 'insufficient_quota' };
    for (const answer of [json({ error }, 402), json({ error }, 403), events(chunk({ error }))]) {
      first.answer = answer;
      second.answer = answer;
      const response = await portico.post('/v1/chat/completions', streaming);
      assert.equal(response.status, 502);
      assert.doesNotMatch(await response.text(), /Balance|example\.com|0\.02|sk-up/);
    }
  });

  const later: Record<string, [Answer, string]> = {
    'a reset': [
      (res) => {
        res.writeHead(200, { 'content-type': 'text/event-stream' });
        res.write(role + text('half'), () => res.destroy());
      },
      'upstream',
    ],
    'an early end': [events(role, text('half')), 'ended its answer early'],
    silence: [
      (res) => {
        res.writeHead(200, { 'content-type': 'text/event-stream' });
        res.write(role + text('half'));
      },
      'in time',
    ],
  };
  for (const [name, [answer, words]] of Object.entries(later)) {
    test(`${name} after the first output ends the stream with an error in band, once billed`, async () => {
      first.answer = answer;
      const before = portico.records.length;
      const response = await portico.post('/v1/chat/completions', streaming);
      const received = await response.text();
      assert.ok(received.startsWith(role + text('half')), received);
      const error = JSON.parse(
        received
          .slice((role + text('half')).length)
          .trim()
          .replace(/^data: /, ''),
      );
      assert.match(error.error.message, new RegExp(words, 'i'));
      assert.doesNotMatch(received, /\[DONE\]|finish_reason":"stop/);
      assert.equal(second.requests.length, 0);
      await portico.recorded(before + 1);
      assert.equal(portico.records.at(-1)?.outcome, 'error');
    });
  }

  test('when all fail the last upstream answer is told, with what was tried on record', async () => {
    first.answer = json({ error: { message: 'bad key' } }, 401);
    second.answer = json({ error: { message: 'slow down' } }, 429, { 'retry-after': '7' });
    const before = portico.records.length;
    const response = await portico.post('/v1/chat/completions', body);
    assert.equal(response.status, 429);
    assert.equal(response.headers.get('retry-after'), '7');
    assert.deepEqual(await response.json(), { error: { message: 'slow down' } });
    await portico.recorded(before + 1);
    const attempts = portico.records.at(-1)?.attempts.map(({ account: name, failure }) => `${name}: ${failure}`);
    assert.deepEqual(attempts, ['a: auth (401)', 'b: rate-limit (429)']);
  });

  test('refused credentials are not told as if they were the client’s', async () => {
    first.answer = json({ error: { message: 'sk-secret is wrong' } }, 401);
    second.answer = json({ error: { message: 'sk-secret is wrong' } }, 401);
    const response = await portico.post('/v1/messages', { ...body, max_tokens: 1 });
    const told = await response.text();
    assert.equal(response.status, 502);
    assert.match(told, /refused the credentials configured here|answered 401/);
    assert.doesNotMatch(told, /sk-secret/);
  });
});
