// The official clients understand what the dialects say: pages of models, errors, errors in the middle of a stream.
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { ApiError, GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import type { Dialect, Failure, ModelEntry } from '../../src/core/index.ts';
import { dialects } from '../../src/dialects/index.ts';

const models: ModelEntry[] = ['a', 'b', 'c', 'vendor/d', 'e'].map((id) => ({
  id,
  provider: 'here',
  created: 1_700_000_000_000,
}));
const ids = models.map(({ id }) => id);
const failure: Failure = {
  code: 'no-account',
  status: 503,
  message: 'No account.',
  param: undefined,
  callId: 'call-7',
};

let server: Server;
let base: string;
let dialect: Dialect;
let streaming: boolean;

/** Lists models on GET; fails on POST, at once or within a stream. */
before(async () => {
  server = createServer((request, response) => {
    response.setHeader(
      'content-type',
      streaming && request.method === 'POST' ? 'text/event-stream' : 'application/json',
    );
    const url = new URL(request.url ?? '/', base);
    if (request.method === 'GET')
      return response.end(JSON.stringify(dialect.encodeModels(models, { query: url.searchParams })));
    if (streaming) return response.end(dialect.heartbeat + dialect.encodeStreamError(failure));
    const { status, body } = dialect.encodeError(failure);
    return response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

after(() => server.close());

async function collect<Item>(pages: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of pages) items.push(item);
  return items;
}

const openai = () => new OpenAI({ baseURL: `${base}/v1`, apiKey: 'x', maxRetries: 0 });
const anthropic = () => new Anthropic({ baseURL: base, apiKey: 'x', maxRetries: 0 });
const google = () => new GoogleGenAI({ apiKey: 'x', httpOptions: { baseUrl: base } });

describe('model lists', () => {
  it('are read by the OpenAI client', async () => {
    dialect = dialects['openai-chat'];
    const list = await collect(openai().models.list());
    assert.deepEqual(
      list.map(({ id }) => id),
      ids,
    );
    assert.equal(list[0]?.created, 1_700_000_000);
  });

  it('are walked page by page by the Anthropic client, in both directions', async () => {
    dialect = dialects['anthropic-messages'];
    const forward = await collect(anthropic().models.list({ limit: 2 }));
    assert.deepEqual(
      forward.map(({ id }) => id),
      ids,
    );
    const back = await collect(anthropic().models.list({ limit: 2, before_id: 'e' }));
    assert.deepEqual(back.map(({ id }) => id).sort(), ['a', 'b', 'c', 'vendor/d']);
    assert.equal(forward[0]?.created_at, '2023-11-14T22:13:20Z');
  });

  it('are walked page by page by the Google client', async () => {
    dialect = dialects.gemini;
    const list = await collect(await google().models.list({ config: { pageSize: 2 } }));
    assert.deepEqual(
      list.map(({ name }) => name),
      ids.map((id) => `models/${id}`),
    );
  });
});

describe('errors', () => {
  const chat = { model: 'm', messages: [{ role: 'user' as const, content: 'Hi' }] };

  it('reach the OpenAI client, before and within a stream', async () => {
    dialect = dialects['openai-chat'];
    streaming = false;
    await assert.rejects(openai().chat.completions.create(chat), {
      status: 503,
      code: 'no_account',
      message: /call-7/,
    });
    streaming = true;
    const stream = await openai().chat.completions.create({ ...chat, stream: true });
    await assert.rejects(collect(stream), /No account/);
  });

  it('reach the OpenAI client of the responses dialect', async () => {
    dialect = dialects['openai-responses'];
    streaming = false;
    await assert.rejects(openai().responses.create({ model: 'm', input: 'Hi' }), { status: 503 });
    streaming = true;
    const stream = await openai().responses.create({ model: 'm', input: 'Hi', stream: true });
    await assert.rejects(collect(stream), /No account/);
  });

  it('reach the Anthropic client, an overload as 529', async () => {
    dialect = dialects['anthropic-messages'];
    const message = { ...chat, max_tokens: 5 };
    streaming = false;
    await assert.rejects(anthropic().messages.create(message), {
      status: 529,
      message: /overloaded_error.*No account/,
    });
    streaming = true;
    await assert.rejects(collect(await anthropic().messages.create({ ...message, stream: true })), /overloaded_error/);
  });

  it('reach the Google client', async () => {
    dialect = dialects.gemini;
    streaming = false;
    await assert.rejects(google().models.generateContent({ model: 'm', contents: 'Hi' }), (error) => {
      return error instanceof ApiError && error.status === 503 && error.message.includes('UNAVAILABLE');
    });
    streaming = true;
    await assert.rejects(
      async () => collect(await google().models.generateContentStream({ model: 'm', contents: 'Hi' })),
      /UNAVAILABLE/,
    );
  });
});
