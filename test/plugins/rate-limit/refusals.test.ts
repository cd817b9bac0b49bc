// How a refusal looks to clients: in the errors of each dialect, in headers, and to the official SDKs.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import { secret, type TestGateway } from '../../support/gateway.ts';
import { chunk, events, json, Upstream } from '../../support/upstream.ts';
import { ask, asked, messageOf, start, usage } from './limited.ts';

const paths = {
  chat: '/v1/chat/completions',
  responses: '/v1/responses',
  messages: '/v1/messages',
  gemini: '/v1beta/models/model-a:generateContent',
};
const input = { ...asked, input: 'x', max_tokens: 10, contents: [{ parts: [{ text: 'x' }] }] };

async function refusedAt(portico: TestGateway, path: string) {
  const response = await portico.post(path, input);
  const body = (await response.json()) as { error: Record<string, unknown> };
  return { status: response.status, headers: response.headers, error: body.error };
}

describe('a refusal', async () => {
  const upstream = await Upstream.start(json({ usage }));
  after(() => upstream[Symbol.asyncDispose]());

  test('of a limit shorter than a day is 429 in every dialect, with the time to wait', async () => {
    await using portico = await start(upstream, { key: { requests: '1/m' } });
    await ask(portico);
    const expected = {
      chat: { type: 'requests', code: 'rate_limit_exceeded' },
      responses: { type: 'requests', code: 'rate_limit_exceeded' },
      messages: { type: 'rate_limit_error' },
      gemini: { status: 'RESOURCE_EXHAUSTED', code: 429 },
    };
    for (const [dialect, fields] of Object.entries(expected)) {
      const { status, headers, error } = await refusedAt(portico, paths[dialect as keyof typeof paths]);
      assert.deepEqual([status, headers.get('retry-after')], [429, '40'], dialect);
      assert.equal(headers.get('x-should-retry'), null);
      assert.deepEqual({ ...error, ...fields }, error, dialect);
    }
    const { error } = await refusedAt(portico, paths.gemini);
    assert.match(JSON.stringify(error), /RetryInfo","retryDelay":"40s"/);
  });

  test('of money, or of a day, is 402 in every dialect, and no time to wait', async () => {
    const expected = {
      chat: { type: 'insufficient_quota', code: 'insufficient_quota' },
      responses: { type: 'insufficient_quota', code: 'insufficient_quota' },
      messages: { type: 'billing_error' },
      gemini: { status: 'FAILED_PRECONDITION', code: 402 },
    };
    for (const key of [{ requests: '1/day' }, { cost: '0.0003 USD/h' }]) {
      await using portico = await start(upstream, { key, settings: { reserveOutput: 10 } });
      assert.equal((await ask(portico)).status, 200);
      for (const [dialect, fields] of Object.entries(expected)) {
        const { status, headers, error } = await refusedAt(portico, paths[dialect as keyof typeof paths]);
        assert.deepEqual([status, headers.get('retry-after')], [402, null], dialect);
        assert.deepEqual({ ...error, ...fields }, error, dialect);
      }
      assert.equal(portico.records.at(-1)?.error, 'quota-exceeded');
    }
  });

  test('says what is short, and until when', async () => {
    const cases = [
      [{ requests: '1/day' }, 'Key test: 1 request per day is used up; free again at 2023-11-15 00:00 UTC.'],
      [{ requests: '1/total' }, 'Key test: 1 request in total is used up.'],
      [{ cost: '0.0003 USD/month' }, 'Key test: 0.0003 USD per month is used up; free again at 2023-12-01 00:00 UTC.'],
      [
        { requests: '1/day', timezone: 'Asia/Kolkata' },
        'Key test: 1 request per day (Asia/Kolkata) is used up; free again at 2023-11-16 00:00 Asia/Kolkata.',
      ],
      [{ tokens: '100/5m' }, 'Key test: 100 tokens per 5 minutes are used up; free again in 100 s.'],
    ] as const;
    for (const [key, message] of cases) {
      await using portico = await start(upstream, { key, settings: { reserveOutput: 10 } });
      assert.equal((await ask(portico)).status, 200);
      assert.equal(messageOf((await ask(portico)).text), message);
    }
    await using portico = await start(upstream, { key: { tokens: '200/m' }, settings: { reserveOutput: 150 } });
    await ask(portico);
    const short = messageOf((await ask(portico)).text);
    assert.match(
      short,
      /^Key test: of 200 tokens per minute 80 tokens are left, and this request needs about 1[67]\d /,
    );
  });

  test('of a request larger than the whole limit asks for no second try', async () => {
    await using portico = await start(upstream, { key: { tokens: '5/m' } });
    const { status, headers, text } = await ask(portico);
    assert.equal(status, 429);
    assert.deepEqual([headers.get('retry-after'), headers.get('x-should-retry')], [null, 'false']);
    assert.match(
      messageOf(text),
      /^Key test: this request needs about \d+ tokens, and only 5 tokens per minute are all/,
    );
  });

  test('names a quota before what frees itself', async () => {
    await using portico = await start(upstream, { key: { requests: ['1/m', '1/day'] } });
    await ask(portico);
    assert.equal((await ask(portico)).status, 402);
  });

  test('for want of a price is 403, and takes nothing', async () => {
    const key = { requests: '2/m', cost: '5 USD/day' };
    await using portico = await start(upstream, { key, prices: {} });
    assert.equal((await ask(portico)).status, 403);
    assert.equal(portico.records.at(-1)?.error, 'price-unknown');
    assert.equal(upstream.requests.length > 0 && portico.records.at(-1)?.attempts.length, 0);
  });

  test('is what the official SDKs know it to be', async () => {
    await using portico = await start(upstream, { key: { requests: '1/m' }, route: { tokens: '100k/m' } });
    await ask(portico);
    const openai = new OpenAI({ apiKey: secret, baseURL: `${portico.url}/v1`, maxRetries: 0 });
    const anthropic = new Anthropic({ apiKey: secret, baseURL: portico.url, maxRetries: 0 });
    const gemini = new GoogleGenAI({ apiKey: secret, httpOptions: { baseUrl: portico.url } });
    const limited = await failure(openai.chat.completions.create({ model: 'model-a', messages: [] }));
    assert.ok(limited instanceof OpenAI.RateLimitError);
    assert.equal(limited.code, 'rate_limit_exceeded');
    assert.equal(limited.headers.get('x-ratelimit-remaining-requests'), '0');
    assert.equal(limited.headers.get('x-ratelimit-reset-requests'), '40s');
    const asking = { model: 'model-a', max_tokens: 5, messages: [] };
    const busy = await failure(anthropic.messages.create(asking));
    assert.ok(busy instanceof Anthropic.RateLimitError);
    assert.equal(busy.headers.get('anthropic-ratelimit-requests-reset'), '2023-11-14T22:14:00Z');
    const full = await failure(gemini.models.generateContent({ model: 'model-a', contents: 'x' }));
    assert.equal((full as { status?: number }).status, 429);
  });

  test('of a quota is not tried again by the official SDKs', async () => {
    await using portico = await start(upstream, { key: { requests: '1/day' } });
    await ask(portico);
    const openai = new OpenAI({ apiKey: secret, baseURL: `${portico.url}/v1` });
    const error = await failure(openai.chat.completions.create({ model: 'model-a', messages: [] }));
    assert.ok(error instanceof OpenAI.APIError && error.status === 402 && error.code === 'insufficient_quota');
    await portico.recorded(2);
    assert.equal(portico.records.length, 2);
  });
});

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => assert.fail('it was answered'),
    (error: unknown) => error,
  );
}

describe('headers', async () => {
  const own = { 'x-ratelimit-limit-requests': '9999', 'x-ratelimit-limit-tokens': '8', 'retry-after': '7' };
  const upstream = await Upstream.start(json({ usage }, 200, own));
  after(() => upstream[Symbol.asyncDispose]());
  const names = (headers: Headers) => [...headers.keys()].filter((name) => /ratelimit/.test(name));

  test('tell of the tightest limit of each kind, whose ever it is', async () => {
    const key = { requests: ['100/m', '50/h'], tokens: '1M/day', concurrency: 3 };
    const rules = [{ per: 'ip', limits: { tokens: '20k/m' } }];
    await using portico = await start(upstream, { key, settings: { rules, reserveOutput: 100 } });
    await ask(portico);
    const { headers } = await ask(portico, { ...asked, max_tokens: 50 });
    const found = Object.fromEntries(names(headers).map((name) => [name.slice(12), headers.get(name)]));
    const remaining = Number(found['remaining-tokens']);
    assert.ok(remaining > 19_700 && remaining < 19_830, `${remaining}`);
    assert.deepEqual(found, {
      'limit-requests': '50',
      'remaining-requests': '48',
      'reset-requests': '46m40s',
      'limit-tokens': '20000',
      'remaining-tokens': `${remaining}`,
      'reset-tokens': '40s',
    });
    assert.equal(headers.get('retry-after'), '7');
  });

  test('stand before a stream, in the form of the Messages dialect too', async () => {
    await using portico = await start(upstream, { key: { requests: '5/h', tokens: '1k/m' } });
    upstream.answer = events('event: message_start\ndata: {"type":"message_start"}\n\n');
    const response = await portico.post('/v1/messages', { ...asked, max_tokens: 1, stream: true });
    assert.deepEqual(names(response.headers), [
      'anthropic-ratelimit-requests-limit',
      'anthropic-ratelimit-requests-remaining',
      'anthropic-ratelimit-requests-reset',
      'anthropic-ratelimit-tokens-limit',
      'anthropic-ratelimit-tokens-remaining',
      'anthropic-ratelimit-tokens-reset',
    ]);
    assert.equal(response.headers.get('anthropic-ratelimit-requests-remaining'), '4');
    assert.equal(response.headers.get('anthropic-ratelimit-requests-reset'), '2023-11-14T23:00:00Z');
    await response.text();
  });

  test('of the upstream do not get through beside a limit of another kind, and all do where they are off', async () => {
    const said = chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
    upstream.answer = (res) => void res.writeHead(200, { 'content-type': 'text/event-stream', ...own }).end(said);
    await using held = await start(upstream, { key: { concurrency: 2 } });
    assert.deepEqual(names((await ask(held)).headers), []);
    await using portico = await start(upstream, { key: { requests: '2/m' }, settings: { headers: false } });
    assert.equal((await ask(portico)).headers.get('x-ratelimit-limit-requests'), '9999');
  });

  test('stand on an error of the upstream and of the gateway', async () => {
    await using portico = await start(upstream, { key: { requests: '5/m' } });
    upstream.answer = json({ error: { message: 'no' } }, 400, own);
    assert.equal((await ask(portico)).headers.get('x-ratelimit-limit-requests'), '5');
    upstream.answer = (res) => void res.destroy();
    assert.equal((await ask(portico)).headers.get('x-ratelimit-remaining-requests'), '3');
  });
});
