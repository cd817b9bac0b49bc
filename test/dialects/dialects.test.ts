// What every dialect owes the gateway.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ErrorCode, errors, type Failure } from '../../src/core/index.ts';
import { dialectNames, dialects } from '../../src/dialects/index.ts';
import { EventSplitter } from '../../src/dialects/sse.ts';
import { laterUsage } from '../../src/dialects/usage.ts';

function failure(code: ErrorCode): Failure {
  return { code, status: errors[code].status, message: errors[code].message, param: undefined, callId: 'call-1' };
}

const codes = Object.keys(errors) as ErrorCode[];

for (const name of dialectNames) {
  const dialect = dialects[name];
  describe(name, () => {
    it('tells every error as JSON with the message and the id of the call', () => {
      for (const code of codes) {
        const { status, body } = dialect.encodeError(failure(code));
        assert.ok(status >= 400 && status < 600);
        assert.ok(JSON.stringify(JSON.parse(body)).includes(errors[code].message));
        assert.match(body, /call-1/);
      }
    });

    it('reads its own errors in band as errors, and never as an answer', () => {
      for (const code of codes) {
        const events = new EventSplitter().push(Buffer.from(dialect.encodeStreamError(failure(code))));
        const meanings = events.map(({ event, data }) => dialect.readEvent(event, data));
        assert.ok(meanings.length > 0);
        for (const meaning of meanings) assert.ok(meaning.error?.includes(errors[code].message), code);
      }
    });

    it('has a heartbeat that means nothing', () => {
      const [beat, ...more] = new EventSplitter().push(Buffer.from(dialect.heartbeat));
      assert.ok(beat);
      assert.deepEqual(more, []);
      const { lifecycle, terminal, error, usage } = dialect.readEvent(beat.event, beat.data);
      assert.deepEqual([lifecycle, terminal, error, usage], [true, false, undefined, undefined]);
    });

    it('never throws on what it does not know', () => {
      const odd = [
        '',
        'x',
        '[]',
        '1',
        'null',
        '{}',
        '{"type":5}',
        '{"choices":[null]}',
        '{"choices":{}}',
        '{"error":null}',
      ];
      const nested = [
        '{"usage":[]}',
        '{"usage":{"input_tokens":"5"}}',
        '{"candidates":[{"content":{"parts":[null]}}]}',
      ];
      for (const data of [...odd, ...nested]) {
        const meaning = dialect.readEvent('unheard-of', data);
        assert.deepEqual([meaning.error, meaning.usage, meaning.terminal], [undefined, undefined, false], data);
      }
      for (const answer of [undefined, null, 5, 'x', [], {}, { usage: null }]) {
        assert.equal(dialect.readUsage(answer), undefined);
      }
    });

    it('names every path once', () => {
      const paths = dialect.endpoints.map(({ method, path }) => `${method} ${path}`);
      assert.deepEqual(paths, [...new Set(paths)]);
    });
  });
}

describe('errors', () => {
  const table: readonly (readonly [
    ErrorCode,
    readonly [number, string],
    readonly [number, string],
    readonly [number, string],
  ])[] = [
    ['invalid-json', [400, 'invalid_request_error'], [400, 'invalid_request_error'], [400, 'INVALID_ARGUMENT']],
    ['invalid-key', [401, 'invalid_request_error'], [401, 'authentication_error'], [401, 'UNAUTHENTICATED']],
    ['model-not-allowed', [403, 'invalid_request_error'], [403, 'permission_error'], [403, 'PERMISSION_DENIED']],
    ['unknown-model', [404, 'invalid_request_error'], [404, 'not_found_error'], [404, 'NOT_FOUND']],
    ['body-too-large', [413, 'invalid_request_error'], [413, 'request_too_large'], [413, 'INVALID_ARGUMENT']],
    ['upstream-rate-limited', [429, 'requests'], [429, 'rate_limit_error'], [429, 'RESOURCE_EXHAUSTED']],
    ['client-closed', [499, 'invalid_request_error'], [499, 'timeout_error'], [499, 'CANCELLED']],
    ['internal', [500, 'server_error'], [500, 'api_error'], [500, 'INTERNAL']],
    ['not-offered', [501, 'server_error'], [501, 'api_error'], [501, 'UNIMPLEMENTED']],
    ['no-account', [503, 'service_unavailable_error'], [529, 'overloaded_error'], [503, 'UNAVAILABLE']],
    ['upstream-timeout', [504, 'server_error'], [504, 'timeout_error'], [504, 'DEADLINE_EXCEEDED']],
  ];
  for (const [code, openai, anthropic, gemini] of table) {
    it(`${code} has the status and the type that clients of each dialect know`, () => {
      const told = (name: 'openai-chat' | 'openai-responses' | 'anthropic-messages' | 'gemini') => {
        const { status, body } = dialects[name].encodeError(failure(code));
        const { error } = JSON.parse(body) as { error: { type?: string; status?: string } };
        return [status, error.type ?? error.status];
      };
      assert.deepEqual(told('openai-chat'), openai);
      assert.deepEqual(told('openai-responses'), openai);
      assert.deepEqual(told('anthropic-messages'), anthropic);
      assert.deepEqual(told('gemini'), gemini);
    });
  }

  it('have exactly the shape of the dialect', () => {
    const wrong: Failure = { ...failure('unknown-model'), param: 'model', retryAfterMs: 1200 };
    assert.deepEqual(JSON.parse(dialects['openai-chat'].encodeError(wrong).body), {
      error: {
        message: 'No such model. (request id: call-1)',
        type: 'invalid_request_error',
        param: 'model',
        code: 'model_not_found',
      },
    });
    assert.deepEqual(JSON.parse(dialects['anthropic-messages'].encodeError(wrong).body), {
      type: 'error',
      error: { type: 'not_found_error', message: 'No such model.' },
      request_id: 'call-1',
    });
    assert.deepEqual(JSON.parse(dialects.gemini.encodeError(wrong).body), {
      error: {
        code: 404,
        message: 'No such model.',
        status: 'NOT_FOUND',
        details: [
          { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'UNKNOWN_MODEL', domain: 'portico' },
          { '@type': 'type.googleapis.com/google.rpc.RequestInfo', requestId: 'call-1' },
          { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '2s' },
        ],
      },
    });
  });
});

describe('usage', () => {
  it('counts cached tokens once, whoever reports them', () => {
    const expected = { input: 100, output: 50, cacheRead: 60, cacheWrite: 10, cacheWrite1h: 0, reasoning: 20 };
    const chat = {
      prompt_tokens: 100,
      completion_tokens: 50,
      prompt_tokens_details: { cached_tokens: 60, cache_write_tokens: 10 },
      completion_tokens_details: { reasoning_tokens: 20 },
    };
    const responses = {
      input_tokens: 100,
      output_tokens: 50,
      input_tokens_details: { cached_tokens: 60, cache_write_tokens: 10 },
      output_tokens_details: { reasoning_tokens: 20 },
    };
    const messages = {
      input_tokens: 30,
      output_tokens: 50,
      cache_read_input_tokens: 60,
      cache_creation_input_tokens: 10,
      output_tokens_details: { thinking_tokens: 20 },
    };
    const generate = {
      promptTokenCount: 90,
      toolUsePromptTokenCount: 10,
      candidatesTokenCount: 30,
      thoughtsTokenCount: 20,
      cachedContentTokenCount: 60,
    };
    assert.deepEqual(dialects['openai-chat'].readUsage({ usage: chat }), expected);
    assert.deepEqual(dialects['openai-responses'].readUsage({ usage: responses }), expected);
    assert.deepEqual(dialects['anthropic-messages'].readUsage({ usage: messages }), expected);
    const { gemini } = dialects;
    assert.deepEqual(gemini.readUsage({ usageMetadata: generate }), { ...expected, cacheWrite: 0 });
    assert.deepEqual(gemini.readUsage([{}, { usageMetadata: generate }, {}]), { ...expected, cacheWrite: 0 });
  });

  it('adds reasoning to the output where the total shows that it was left out', () => {
    const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 45 };
    const details = { completion_tokens_details: { reasoning_tokens: 30 } };
    assert.equal(dialects['openai-chat'].readUsage({ usage: { ...usage, ...details } })?.output, 35);
  });

  it('of a stream whose last report leaves the input out keeps the first', () => {
    const { readEvent } = dialects['anthropic-messages'];
    const start = {
      type: 'message_start',
      message: { usage: { input_tokens: 9, output_tokens: 1, cache_read_input_tokens: 4 } },
    };
    const last = { type: 'message_delta', usage: { output_tokens: 7 } };
    const reports = [start, last].map((event) => readEvent(event.type, JSON.stringify(event)).usage);
    assert.deepEqual(laterUsage(reports[0], reports[1]), {
      input: 13,
      output: 7,
      cacheRead: 4,
      cacheWrite: 0,
      cacheWrite1h: 0,
      reasoning: 0,
    });
  });

  it('is found where smaller vendors put it', () => {
    const { readUsage } = dialects['openai-chat'];
    assert.equal(readUsage({ x_groq: { usage: { prompt_tokens: 3, completion_tokens: 4 } } })?.output, 4);
    assert.equal(readUsage({ choices: [{ usage: { prompt_tokens: 3, completion_tokens: 4 } }] })?.input, 3);
    assert.equal(readUsage({ meta: { tokens: { input_tokens: 3 } } })?.input, 3);
    assert.equal(readUsage({ usage: { total_tokens: 6 } })?.input, 6);
  });
});

describe('what may be held back', () => {
  const lifecycle = (name: 'openai-chat' | 'openai-responses' | 'anthropic-messages' | 'gemini', data: unknown) =>
    dialects[name].readEvent('', JSON.stringify(data)).lifecycle;

  it('is an announcement, not a word of the answer', () => {
    const chat = (delta: unknown) => lifecycle('openai-chat', { choices: [{ index: 0, delta, finish_reason: null }] });
    assert.ok(chat({ role: 'assistant', content: '', refusal: null }));
    assert.ok(lifecycle('openai-chat', { choices: [], prompt_filter_results: [] }));
    assert.ok(!chat({ role: 'assistant', content: 'Hi' }));
    assert.ok(!chat({ reasoning_content: 'Hm' }));
    assert.ok(!chat({ tool_calls: [{ index: 0 }] }));

    assert.ok(lifecycle('openai-responses', { type: 'response.created', response: {} }));
    assert.ok(lifecycle('openai-responses', { type: 'response.output_item.added', item: { type: 'message' } }));
    assert.ok(!lifecycle('openai-responses', { type: 'response.output_item.added', item: { type: 'function_call' } }));
    assert.ok(!lifecycle('openai-responses', { type: 'response.output_text.delta', delta: 'Hi' }));
    assert.ok(!lifecycle('openai-responses', { type: 'response.something_new' }));

    const block = (content: unknown) => ({ type: 'content_block_start', index: 0, content_block: content });
    assert.ok(lifecycle('anthropic-messages', { type: 'message_start', message: {} }));
    assert.ok(lifecycle('anthropic-messages', block({ type: 'text', text: '' })));
    assert.ok(!lifecycle('anthropic-messages', block({ type: 'tool_use', id: 'x', name: 'y', input: {} })));

    const parts = (...list: unknown[]) => ({ candidates: [{ content: { role: 'model', parts: list } }] });
    assert.ok(lifecycle('gemini', parts({ text: '' })));
    assert.ok(!lifecycle('gemini', parts({ text: 'Hi' })));
    assert.ok(!lifecycle('gemini', parts({ functionCall: { name: 'f' } })));
  });
});

describe('a page of models', () => {
  const models = [{ id: 'a', provider: 'p', created: 0 }];
  const ask = (name: 'anthropic-messages' | 'gemini', query: string) => () =>
    dialects[name].encodeModels(models, { query: new URLSearchParams(query) });

  it('that cannot be is refused, naming the parameter', () => {
    assert.throws(ask('anthropic-messages', 'after_id=gone'), { code: 'invalid-request', param: 'after_id' });
    assert.throws(ask('anthropic-messages', 'limit=0'), { code: 'invalid-request', param: 'limit' });
    assert.throws(ask('gemini', 'pageToken=gone'), { code: 'invalid-request', param: 'pageToken' });
    assert.throws(ask('gemini', 'pageSize=-1'), { code: 'invalid-request', param: 'pageSize' });
  });

  it('that is the last says so', () => {
    const { has_more, last_id } = ask('anthropic-messages', '')() as { has_more: boolean; last_id: string };
    assert.deepEqual([has_more, last_id], [false, 'a']);
    assert.ok(!('nextPageToken' in (ask('gemini', '')() as object)));
  });
});
