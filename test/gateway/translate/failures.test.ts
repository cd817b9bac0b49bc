// What goes wrong behind a translation is told in the caller's dialect, moves on where another target could do better, and
// never looks like an end that went well.
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { codecs } from '../../../src/dialects/codecs.ts';
import { account, TestGateway } from '../../support/gateway.ts';
import { events, json, Upstream } from '../../support/upstream.ts';
import { asking, dataOf, eventsOf, rigOf, textIn, upstreamOf } from './rig.ts';

const gemini = (value: unknown) => `data: ${JSON.stringify(value)}\r\n\r\n`;
const piece = (text: string, more = {}) =>
  gemini({ candidates: [{ content: { role: 'model', parts: [{ text }] }, index: 0, ...more }] });

test("the caller's mistake keeps the upstream's words and gets the caller's shape", async () => {
  await using rig = await rigOf('gemini');
  const message = 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).';
  rig.upstream.answer = json({ error: { code: 400, message, status: 'INVALID_ARGUMENT' } }, 400);
  const response = await rig.ask('openai-responses');
  const { error } = (await response.json()) as { error: Record<string, string> };
  assert.equal(response.status, 400);
  assert.equal(error.code, 'context_length_exceeded');
  assert.ok(error.message?.includes('1200000'), error.message);
  await rig.portico.recorded(1);
  assert.deepEqual(
    rig.portico.records[0]?.attempts.map(({ failure, dialect }) => [failure, dialect]),
    [['context-length (400)', 'gemini']],
  );
});

test('a rate limit keeps its time to wait and its own headers', async () => {
  await using rig = await rigOf('openai-responses');
  const limits = { 'retry-after': '7', 'x-ratelimit-remaining-requests': '0', 'openai-organization': 'acme' };
  rig.upstream.answer = json({ error: { message: 'Slow down.', code: 'rate_limit_exceeded' } }, 429, limits);
  const response = await rig.ask('gemini');
  const { error } = (await response.json()) as { error: { code: number; status: string; message: string } };
  assert.deepEqual([response.status, error.code, error.status], [429, 429, 'RESOURCE_EXHAUSTED']);
  assert.match(error.message, /Slow down\./);
  assert.equal(response.headers.get('retry-after'), '7');
  assert.equal(response.headers.get('x-ratelimit-remaining-requests'), '0');
  assert.equal(response.headers.get('openai-organization'), null);
});

test('a bad key of the upstream is not the client’s: the next account is asked, and it is told nothing of it', async () => {
  await using rig = await rigOf('gemini');
  const bad = { code: 400, message: 'API key not valid.', status: 'INVALID_ARGUMENT' };
  const details = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }];
  rig.upstream.answer = json({ error: { ...bad, details } }, 400);
  const response = await rig.ask('openai-responses');
  assert.equal(response.status, 502);
  const text = await response.text();
  assert.ok(!text.includes('API key not valid'), text);
  await rig.portico.recorded(1);
  assert.equal(rig.portico.records[0]?.attempts[0]?.failure, 'auth (400)');
});

test('addresses and keys in an upstream’s error stay here', async () => {
  await using rig = await rigOf('gemini');
  const message = 'Call to https://internal.example.com/x?key=AIzaSyD-0123456789abcdefghijklmnopqrstu failed.';
  rig.upstream.answer = json({ error: { code: 400, message, status: 'INVALID_ARGUMENT' } }, 400);
  const text = await (await rig.ask('openai-responses')).text();
  assert.ok(!text.includes('AIza') && !text.includes('internal.example.com'), text);
  await rig.portico.recorded(1);
  const told = JSON.stringify(rig.portico.records[0]);
  assert.ok(!told.includes('AIza'), told);
});

for (const [name, answer] of Object.entries({
  'a 503': json({ error: { code: 503, message: 'busy', status: 'UNAVAILABLE' } }, 503),
  'a body that is no JSON': (res: import('node:http').ServerResponse) =>
    void res.writeHead(200, { 'content-type': 'application/json' }).end('no json'),
  'an error in a 200': json({ error: { code: 500, message: 'broken inside', status: 'INTERNAL' } }),
  'a call that could not be read, and nothing else': json({
    candidates: [{ content: { role: 'model', parts: [] }, finishReason: 'MALFORMED_FUNCTION_CALL', index: 0 }],
  }),
  'a stream that is cut before it says anything': events(': nothing\n\n'),
  'an error as the first event': events(gemini({ error: { code: 503, message: 'busy', status: 'UNAVAILABLE' } })),
})) {
  for (const stream of [false, true]) {
    test(`${name} moves on to the next target${stream ? ', streaming' : ''}`, async () => {
      await using first = await Upstream.start(answer);
      await using second = await Upstream.start(upstreamOf('openai-responses'));
      await using portico = await TestGateway.start({
        providers: [
          { name: 'one', url: first.url, dialects: ['gemini'], accounts: [account('a', first.url, { priority: 1 })] },
          { name: 'two', url: second.url, dialects: ['openai-responses'] },
        ],
      });
      const { path, body } = asking('anthropic-messages', stream);
      const response = await portico.post(path, body);
      const text = await response.text();
      assert.equal(response.status, 200, text);
      assert.equal(textIn('anthropic-messages', text).trimEnd(), 'good day');
      await portico.recorded(1);
      assert.deepEqual(
        portico.records[0]?.attempts.map(({ dialect }) => dialect),
        ['gemini', 'openai-responses'],
      );
    });
  }
}

test('an empty list of answers is not told as an answer', async () => {
  await using rig = await rigOf('openai-chat');
  rig.upstream.answer = json({ id: 'x', object: 'chat.completion', choices: [] });
  const response = await rig.ask('anthropic-messages');
  assert.equal(response.status, 502);
  assert.match(await response.text(), /empty list of answers/);
});

test('a stream that breaks off after its beginning ends with an error of the caller’s dialect, and no end', async () => {
  await using rig = await rigOf('gemini');
  rig.upstream.answer = events(piece('good '));
  const response = await rig.ask('openai-responses', true);
  const data = dataOf(await response.text()).map((text) => JSON.parse(text));
  assert.ok(data.some(({ type }) => type === 'response.failed'));
  assert.ok(!data.some(({ type }) => type === 'response.completed'));
  await rig.portico.recorded(1);
  const [record] = rig.portico.records;
  assert.deepEqual([record?.outcome, record?.error], ['error', 'upstream-truncated']);
  assert.equal(record?.usageSource, 'estimated');
  assert.ok((record?.usage?.output ?? 0) > 0);
});

test('an answer gathered from a stream that breaks off is none', async () => {
  await using rig = await rigOf('gemini');
  rig.upstream.answer = events(piece('good '));
  const response = await rig.ask('openai-responses');
  assert.equal(response.status, 502);
});

test('a stream that is called something else is read all the same', async () => {
  await using rig = await rigOf('gemini');
  rig.upstream.answer = (res) =>
    void res.writeHead(200, { 'content-type': 'text/plain' }).end(eventsOf('gemini').join(''));
  assert.equal(textIn('openai-responses', await (await rig.ask('openai-responses')).text()), 'good day');
  assert.equal(textIn('anthropic-messages', await (await rig.ask('anthropic-messages', true)).text()), 'good day');
});

test('a body that breaks off is a broken connection, not a fault of the gateway', async () => {
  await using rig = await rigOf('gemini');
  rig.upstream.answer = (res) => {
    res.writeHead(200, { 'content-type': 'application/json', 'content-length': '200000' });
    res.write(`{"candidates":"${'x'.repeat(100_000)}`, () => res.destroy());
  };
  const response = await rig.ask('openai-responses');
  assert.equal(response.status, 502);
  await rig.portico.recorded(1);
  assert.deepEqual([rig.portico.records[0]?.error, rig.portico.lines], ['upstream-failed', []]);
});

test('what a codec throws is logged, and told as the gateway’s own fault', async () => {
  const { chat } = codecs.gemini;
  const restore = mock.method(chat, 'decodeStream', () => ({
    event: () => {
      throw new TypeError('a codec that is wrong');
    },
    end: () => [],
  }));
  await using rig = await rigOf('gemini');
  const response = await rig.ask('openai-responses', true);
  restore.mock.restore();
  assert.equal(response.status, 500);
  await rig.portico.recorded(1);
  assert.equal(rig.portico.records[0]?.error, 'internal');
  assert.match(JSON.stringify(rig.portico.lines), /a codec that is wrong/);
});

test('an error in the middle of a stream is told in the upstream’s words', async () => {
  await using rig = await rigOf('openai-responses');
  const failed =
    'event: error\ndata: {"type":"error","error":{"type":"server_error","message":"It broke inside."}}\n\n';
  rig.upstream.answer = events(...eventsOf('openai-responses').slice(0, 6), failed);
  const response = await rig.ask('gemini', true);
  const data = dataOf(await response.text()).map((text) => JSON.parse(text));
  assert.match(data.at(-1).error.message, /It broke inside\./);
  assert.ok(!data.some(({ candidates }) => candidates?.[0]?.finishReason !== undefined));
  await rig.portico.recorded(1);
  assert.deepEqual([rig.portico.records[0]?.outcome, rig.portico.records[0]?.error], ['error', 'upstream-failed']);
});

test('what no lane can say is refused, naming the field', async () => {
  await using rig = await rigOf('openai-responses');
  const response = await rig.ask('gemini', false, { generationConfig: { candidateCount: 2 } });
  const { error } = (await response.json()) as { error: { message: string } };
  assert.equal(response.status, 400);
  assert.match(error.message, /candidateCount/);
  assert.equal(rig.upstream.requests.length, 0);
  await rig.portico.recorded(1);
  assert.equal(rig.portico.records[0]?.error, 'untranslatable');
  assert.equal(rig.portico.records[0]?.attempts[0]?.sent, false);
});

test('what one lane cannot say goes to a target that can', async () => {
  await using one = await Upstream.start(upstreamOf('openai-responses'));
  await using two = await Upstream.start(upstreamOf('gemini'));
  await using portico = await TestGateway.start({
    providers: [
      {
        name: 'one',
        url: one.url,
        dialects: ['openai-responses'],
        accounts: [account('a', one.url, { priority: 1 })],
      },
      { name: 'two', url: two.url, dialects: ['gemini'] },
    ],
  });
  const { path, body } = asking('openai-chat');
  const response = await portico.post(path, { ...body, n: 2 });
  assert.equal(response.status, 200, await response.text());
  assert.deepEqual([one.requests.length, two.requests.length], [0, 1]);
});
