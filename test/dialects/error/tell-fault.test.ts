// What an upstream of one dialect said, as each dialect tells its clients: status, code and the words they act on.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DialectName, Failure, Fault, FaultReason } from '../../../src/core/index.ts';
import { readError } from '../../../src/dialects/canonical/read-error.ts';
import { dialectNames, dialects } from '../../../src/dialects/index.ts';
import { noCorpus, recorded } from '../../support/corpus.ts';

function failure(fault: Partial<Fault>, more: Partial<Failure> = {}): Failure {
  const whole: Fault = { type: 'fault', reason: 'server', status: 500, message: 'what it said', ...fault };
  return {
    code: 'upstream-failed',
    status: 502,
    message: 'ours',
    param: undefined,
    callId: 'call-1',
    fault: whole,
    ...more,
  };
}

interface Told {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what comes off the wire
  readonly error: any;
}

function tell(dialect: DialectName, failed: Failure): Told {
  const { status, body } = dialects[dialect].encodeError(failed);
  return { status, error: JSON.parse(body).error };
}

type Row = readonly [
  reason: FaultReason,
  from: number,
  chat: readonly [number, string, string | null],
  messages: readonly [number, string],
  gemini: readonly [number, string],
];

const rows: readonly Row[] = [
  [
    'invalid-request',
    422,
    [422, 'invalid_request_error', null],
    [400, 'invalid_request_error'],
    [400, 'INVALID_ARGUMENT'],
  ],
  [
    'context-length',
    400,
    [400, 'invalid_request_error', 'context_length_exceeded'],
    [400, 'invalid_request_error'],
    [400, 'INVALID_ARGUMENT'],
  ],
  [
    'unsupported-parameter',
    400,
    [400, 'invalid_request_error', 'unsupported_parameter'],
    [400, 'invalid_request_error'],
    [400, 'INVALID_ARGUMENT'],
  ],
  [
    'credentials',
    401,
    [401, 'invalid_request_error', 'invalid_api_key'],
    [401, 'authentication_error'],
    [401, 'UNAUTHENTICATED'],
  ],
  [
    'quota',
    402,
    [429, 'insufficient_quota', 'insufficient_quota'],
    [402, 'billing_error'],
    [429, 'RESOURCE_EXHAUSTED'],
  ],
  ['forbidden', 400, [403, 'invalid_request_error', null], [403, 'permission_error'], [403, 'PERMISSION_DENIED']],
  [
    'unknown-model',
    400,
    [404, 'invalid_request_error', 'model_not_found'],
    [404, 'not_found_error'],
    [404, 'NOT_FOUND'],
  ],
  ['not-found', 404, [404, 'invalid_request_error', null], [404, 'not_found_error'], [404, 'NOT_FOUND']],
  ['conflict', 409, [409, 'invalid_request_error', null], [409, 'conflict_error'], [409, 'ABORTED']],
  ['too-large', 413, [413, 'invalid_request_error', null], [413, 'request_too_large'], [413, 'INVALID_ARGUMENT']],
  ['rate-limit', 429, [429, 'requests', 'rate_limit_exceeded'], [429, 'rate_limit_error'], [429, 'RESOURCE_EXHAUSTED']],
  [
    'overloaded',
    529,
    [503, 'service_unavailable_error', 'service_unavailable'],
    [529, 'overloaded_error'],
    [503, 'UNAVAILABLE'],
  ],
  [
    'overloaded',
    503,
    [503, 'service_unavailable_error', 'service_unavailable'],
    [529, 'overloaded_error'],
    [503, 'UNAVAILABLE'],
  ],
  ['timeout', 408, [504, 'server_error', 'timeout'], [504, 'timeout_error'], [504, 'DEADLINE_EXCEEDED']],
  ['server', 500, [500, 'server_error', 'server_error'], [500, 'api_error'], [500, 'INTERNAL']],
  ['server', 529, [500, 'server_error', 'server_error'], [500, 'api_error'], [503, 'UNAVAILABLE']],
];

describe('status and code', () => {
  for (const [reason, from, chat, messages, gemini] of rows) {
    it(`${reason} (${from})`, () => {
      const failed = failure({ reason, status: from });
      for (const dialect of ['openai-chat', 'openai-responses'] as const) {
        const { status, error } = tell(dialect, failed);
        assert.deepEqual([status, error.type, error.code], chat, dialect);
      }
      const a = tell('anthropic-messages', failed);
      assert.deepEqual([a.status, a.error.type], messages);
      const g = tell('gemini', failed);
      assert.deepEqual([g.status, g.error.status], gemini);
      assert.equal(g.error.code, g.status);
    });
  }

  it('529 leaves the gateway in its own dialect only', () => {
    for (const dialect of dialectNames) {
      for (const [reason, status] of rows) {
        const told = tell(dialect, failure({ reason, status })).status;
        assert.ok(told !== 529 || dialect === 'anthropic-messages', `${dialect} ${reason}`);
      }
    }
  });

  it('the upstream’s words stand in every dialect, in band too', () => {
    for (const dialect of dialectNames) {
      const failed = failure({});
      assert.match(tell(dialect, failed).error.message, /what it said/);
      assert.match(dialects[dialect].encodeStreamError(failed), /what it said/);
      assert.doesNotMatch(dialects[dialect].encodeStreamError(failed), /ours/);
    }
  });

  it('a code of the same family is kept, words of another are not', () => {
    const told = (code: string) =>
      tell('openai-chat', failure({ reason: 'invalid-request', status: 400, code })).error.code;
    assert.deepEqual(
      [told('invalid_value'), told('INVALID_ARGUMENT'), told('invalid_request_error')],
      ['invalid_value', null, null],
    );
  });

  it('a refused prompt has a code that Codex does not retry', () => {
    const failed = failure({ reason: 'content-policy', status: 400 });
    assert.equal(tell('openai-responses', failed).error.code, 'invalid_prompt');
    assert.equal(tell('openai-chat', failed).error.code, 'content_policy_violation');
  });
});

describe('a prompt that is too long', () => {
  const tokens = { given: 250_000, allowed: 200_000 };

  it('is told Claude Code in the words it compacts on', () => {
    const message = (fault: Partial<Fault>) =>
      tell('anthropic-messages', failure({ reason: 'context-length', status: 400, ...fault })).error.message;
    assert.equal(message({ tokens }), 'prompt is too long: 250000 tokens > 200000 maximum');
    assert.equal(message({}), 'prompt is too long: what it said');
    const own = 'prompt is too long: 3 tokens > 2 maximum';
    assert.equal(message({ message: own, tokens: { given: 3, allowed: 2 } }), own);
  });

  it('is told clients of Gemini in the words of that API', () => {
    const message = (fault: Partial<Fault>) =>
      tell('gemini', failure({ reason: 'context-length', status: 400, ...fault })).error.message;
    assert.equal(
      message({ tokens }),
      'The input token count (250000) exceeds the maximum number of tokens allowed (200000).',
    );
    assert.equal(message({}), 'The input token count exceeds the maximum number of tokens allowed. what it said');
  });

  it('has its code in the event that Codex reads', () => {
    const event = dialects['openai-responses'].encodeStreamError(failure({ reason: 'context-length', status: 400 }));
    assert.match(event, /"status":"failed","error":\{"code":"context_length_exceeded"/);
  });
});

describe('the time to wait and the parameter', () => {
  it('stand in the details of Gemini', () => {
    const { error } = tell(
      'gemini',
      failure({ reason: 'rate-limit', status: 429, retryAfterMs: 25_400, param: 'contents' }),
    );
    const of = (type: string) => error.details.find((detail: { '@type': string }) => detail['@type'].endsWith(type));
    assert.equal(of('RetryInfo').retryDelay, '26s');
    assert.equal(of('BadRequest').fieldViolations[0].field, 'contents');
  });

  it('used-up money has no time to wait', () => {
    const { error } = tell('gemini', failure({ reason: 'quota', status: 402 }));
    assert.ok(!JSON.stringify(error).includes('RetryInfo'));
  });

  it('stand in the words that Codex reads in band', () => {
    const tellBand = (message: string) =>
      dialects['openai-responses'].encodeStreamError(
        failure({ reason: 'rate-limit', status: 429, message, retryAfterMs: 2_100 }),
      );
    assert.match(tellBand('slow'), /slow \(request id: call-1\) Please try again in 3s\./);
    assert.doesNotMatch(tellBand('Please try again in 2.1s'), /try again in 3s/);
  });

  it('the parameter stands in the bodies of OpenAI', () => {
    const { error } = tell('openai-chat', failure({ reason: 'invalid-request', status: 400, param: 'tools[0]' }));
    assert.equal(error.param, 'tools[0]');
    assert.equal(tell('openai-chat', failure({ reason: 'unknown-model', status: 404 })).error.param, 'model');
  });
});

describe('recorded errors', { skip: noCorpus }, () => {
  /** By the name of the case; the first that fits. What fits none is a bad request or a place that is not served. */
  const named: readonly (readonly [RegExp, FaultReason])[] = [
    [/azure.*handles_context_length|gemini-2_5-flash_handles_context_length_exceeded_errors$/, 'rate-limit'],
    [/insufficient_quota|-402|openai-error\.1/, 'quota'],
    [/api-key$|auth_error|invalid_api_keys|uses_context-specific|-401/, 'credentials'],
    [/context_length_exceeded/, 'context-length'],
    [/legacy-parameter|temperature-error/, 'unsupported-parameter'],
    [/prompt-blocked/, 'content-policy'],
    [/api-not-enabled|permission-denied|-403/, 'forbidden'],
    [/unknown-model|model-not-found|missing_model|completion_404|create_api_error|error-404/, 'unknown-model'],
    [/cache-not-found/, 'not-found'],
    [/-413/, 'too-large'],
    [/-429|quota-exceeded/, 'rate-limit'],
    [/-503|-529/, 'overloaded'],
    [/-504|-499/, 'timeout'],
    [/-500/, 'server'],
  ];

  for (const dialect of dialectNames) {
    it(dialect, () => {
      const failed = recorded(dialect).filter(({ status }) => status >= 400);
      assert.ok(failed.length > 5);
      for (const { name, status, response, responseText, sse } of failed) {
        const text = responseText ?? (response === undefined ? (sse ?? '') : JSON.stringify(response));
        const fault = readError(status, {}, text);
        const expected = named.find(([pattern]) => pattern.test(name))?.[1];
        if (expected !== undefined) assert.equal(fault.reason, expected, name);
        else assert.ok(['invalid-request', 'forbidden'].includes(fault.reason), `${name}: ${fault.reason}`);
        assert.ok(fault.message.length > 0, name);
        assert.doesNotMatch(JSON.stringify(fault), /https?:|googleapis\.com|AIz|org-x|123456/, name);
      }
    });
  }
});
