// The official SDKs take what is told of another dialect's error for the error it is: class, status, code.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { ApiError, GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import type { DialectName, FaultReason } from '../../../src/core/index.ts';
import { dialects } from '../../../src/dialects/index.ts';
import { Upstream } from '../../support/upstream.ts';

let server: Upstream;
before(async () => {
  server = await Upstream.start(() => undefined);
});
after(() => server[Symbol.asyncDispose]());

function tells(dialect: DialectName, reason: FaultReason, status: number): void {
  const fault = { type: 'fault', reason, status, message: 'what it said', retryAfterMs: 1000 } as const;
  const failure = { code: 'upstream-failed', status, message: '', param: undefined, callId: 'call-1', fault } as const;
  const told = dialects[dialect].encodeError(failure);
  server.answer = (res) => {
    res.writeHead(told.status, { 'content-type': 'application/json' });
    res.end(told.body);
  };
}

type Class = new (...args: never[]) => Error;

function mustBe(type: Class, error: unknown): void {
  assert.ok(error instanceof type, String(error));
}

/** What the call threw. */
// biome-ignore lint/suspicious/noExplicitAny: errors of three SDKs
async function thrown(call: () => Promise<unknown>): Promise<any> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new assert.AssertionError({ message: 'it was taken for an answer' });
}

const options = () => ({ apiKey: 'k', baseURL: server.url, maxRetries: 0 });
const messages = [{ role: 'user' as const, content: 'Hi' }];

describe('OpenAI', () => {
  const cases: readonly (readonly [FaultReason, number, Class, string | null])[] = [
    ['invalid-request', 400, OpenAI.BadRequestError, null],
    ['context-length', 400, OpenAI.BadRequestError, 'context_length_exceeded'],
    ['credentials', 401, OpenAI.AuthenticationError, 'invalid_api_key'],
    ['forbidden', 403, OpenAI.PermissionDeniedError, null],
    ['unknown-model', 404, OpenAI.NotFoundError, 'model_not_found'],
    ['conflict', 409, OpenAI.ConflictError, null],
    ['rate-limit', 429, OpenAI.RateLimitError, 'rate_limit_exceeded'],
    ['quota', 402, OpenAI.RateLimitError, 'insufficient_quota'],
    ['overloaded', 529, OpenAI.InternalServerError, 'service_unavailable'],
    ['server', 500, OpenAI.InternalServerError, 'server_error'],
  ];
  for (const [reason, status, type, code] of cases) {
    it(reason, async () => {
      const client = new OpenAI(options());
      tells('openai-chat', reason, status);
      const chat = await thrown(() => client.chat.completions.create({ model: 'm', messages }));
      mustBe(type, chat);
      tells('openai-responses', reason, status);
      const response = await thrown(() => client.responses.create({ model: 'm', input: 'Hi' }));
      mustBe(type, response);
      assert.deepEqual([chat.code ?? null, response.code ?? null], [code, code]);
      assert.match(chat.message, /what it said/);
    });
  }
});

describe('Anthropic', () => {
  const cases: readonly (readonly [FaultReason, number, Class, string])[] = [
    ['invalid-request', 422, Anthropic.BadRequestError, 'invalid_request_error'],
    ['context-length', 400, Anthropic.BadRequestError, 'invalid_request_error'],
    ['credentials', 401, Anthropic.AuthenticationError, 'authentication_error'],
    ['forbidden', 403, Anthropic.PermissionDeniedError, 'permission_error'],
    ['unknown-model', 404, Anthropic.NotFoundError, 'not_found_error'],
    ['rate-limit', 429, Anthropic.RateLimitError, 'rate_limit_error'],
    ['quota', 429, Anthropic.APIError, 'billing_error'],
    ['overloaded', 503, Anthropic.InternalServerError, 'overloaded_error'],
    ['timeout', 408, Anthropic.InternalServerError, 'timeout_error'],
    ['server', 500, Anthropic.InternalServerError, 'api_error'],
  ];
  for (const [reason, status, type, word] of cases) {
    it(reason, async () => {
      tells('anthropic-messages', reason, status);
      const client = new Anthropic(options());
      const error = await thrown(() => client.messages.create({ model: 'm', max_tokens: 9, messages }));
      mustBe(type, error);
      assert.equal(error.error.error.type, word);
      assert.match(error.message, /what it said/);
    });
  }
});

describe('Gemini', () => {
  const cases: readonly (readonly [FaultReason, number, number, string])[] = [
    ['invalid-request', 422, 400, 'INVALID_ARGUMENT'],
    ['credentials', 401, 401, 'UNAUTHENTICATED'],
    ['rate-limit', 429, 429, 'RESOURCE_EXHAUSTED'],
    ['overloaded', 529, 503, 'UNAVAILABLE'],
    ['timeout', 408, 504, 'DEADLINE_EXCEEDED'],
  ];
  for (const [reason, given, status, word] of cases) {
    it(reason, async () => {
      tells('gemini', reason, given);
      const client = new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: server.url } });
      const error = await thrown(() => client.models.generateContent({ model: 'm', contents: 'Hi' }));
      assert.ok(error instanceof ApiError);
      assert.equal(error.status, status);
      assert.equal(JSON.parse(error.message).error.status, word);
    });
  }
});
