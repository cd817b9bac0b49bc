// An upstream's error, in whatever shape, is read as what it means.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Fault, FaultReason } from '../../../src/core/index.ts';
import { faultOf, readError } from '../../../src/dialects/canonical/read-error.ts';
import { anthropic, gemini, openai } from './shapes.ts';

function read(status: number, body: unknown, headers: Record<string, string> = {}): Fault {
  return readError(status, headers, typeof body === 'string' ? body : JSON.stringify(body));
}

const quotaText = 'You exceeded your current quota, please check your plan and billing details.';

describe('official errors', () => {
  const cases: readonly (readonly [status: number, body: unknown, reason: FaultReason])[] = [
    [400, openai('bad value', 'invalid_request_error', 'invalid_value', 'messages[0]'), 'invalid-request'],
    [401, openai('Incorrect API key provided.', 'invalid_request_error', 'invalid_api_key'), 'credentials'],
    [429, openai(quotaText, 'insufficient_quota', 'insufficient_quota'), 'quota'],
    [429, openai('Rate limit reached', 'requests', 'rate_limit_exceeded'), 'rate-limit'],
    [404, openai('The model `x` does not exist', 'invalid_request_error', 'model_not_found'), 'unknown-model'],
    [
      400,
      openai("Unsupported parameter: 'n'", 'invalid_request_error', 'unsupported_parameter'),
      'unsupported-parameter',
    ],
    [400, openai('rejected', 'invalid_request_error', 'content_policy_violation'), 'content-policy'],
    [403, openai('Country not supported', 'request_forbidden', 'unsupported_country_region_territory'), 'forbidden'],
    [500, openai('The server had an error', 'server_error', null), 'server'],
    [503, openai('overloaded', 'service_unavailable_error', null), 'overloaded'],
    [400, anthropic('invalid_request_error', 'messages: at least one message is required'), 'invalid-request'],
    [400, anthropic('invalid_request_error', 'prompt is too long: 200001 tokens > 200000 maximum'), 'context-length'],
    [401, anthropic('authentication_error', 'invalid x-api-key'), 'credentials'],
    [402, anthropic('billing_error', 'Your credit balance is too low.'), 'quota'],
    [400, anthropic('invalid_request_error', 'Your credit balance is too low to access the API.'), 'quota'],
    [403, anthropic('permission_error', 'no permission'), 'forbidden'],
    [404, anthropic('not_found_error', 'model: nope'), 'unknown-model'],
    [404, anthropic('not_found_error', 'file not here'), 'not-found'],
    [413, anthropic('request_too_large', 'Request exceeds the maximum size'), 'too-large'],
    [429, anthropic('rate_limit_error', 'This request would exceed your limit'), 'rate-limit'],
    [500, anthropic('api_error', 'Internal server error'), 'server'],
    [504, anthropic('timeout_error', 'Request timed out'), 'timeout'],
    [529, anthropic('overloaded_error', 'Overloaded'), 'overloaded'],
    [400, gemini(400, 'INVALID_ARGUMENT', 'Please use a valid role: user, model.'), 'invalid-request'],
    [400, gemini(400, 'FAILED_PRECONDITION', 'User location is not supported for the API use.'), 'forbidden'],
    [403, gemini(403, 'PERMISSION_DENIED', 'denied'), 'forbidden'],
    [404, gemini(404, 'NOT_FOUND', 'models/x is not found for API version v1beta'), 'unknown-model'],
    [404, gemini(404, 'NOT_FOUND', 'Not found: cache content metadata 87.'), 'not-found'],
    [429, gemini(429, 'RESOURCE_EXHAUSTED', quotaText), 'rate-limit'],
    [499, gemini(499, 'CANCELLED', 'The operation was cancelled.'), 'timeout'],
    [500, gemini(500, 'INTERNAL', 'An internal error has occurred.'), 'server'],
    [503, gemini(503, 'UNAVAILABLE', 'The model is overloaded.'), 'overloaded'],
    [504, gemini(504, 'DEADLINE_EXCEEDED', 'Deadline expired.'), 'timeout'],
  ];
  for (const [status, body, reason] of cases) {
    it(`${status} ${JSON.stringify(body).slice(0, 90)} is ${reason}`, () => {
      const fault = read(status, body);
      assert.equal(fault.reason, reason);
      assert.equal(fault.status, status);
    });
  }

  it('reads a bad Gemini key, which comes with 400, as credentials', () => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }];
    const fault = read(400, gemini(400, 'INVALID_ARGUMENT', 'API key not valid.', details));
    assert.deepEqual([fault.reason, fault.status, fault.code], ['credentials', 401, 'API_KEY_INVALID']);
  });

  it('keeps the code and the parameter', () => {
    const fault = read(400, openai('bad value', 'invalid_request_error', 'invalid_value', 'messages[0]'));
    assert.deepEqual([fault.code, fault.param], ['invalid_value', 'messages[0]']);
  });

  it('finds the parameter in the text where no field names it', () => {
    const text = "Unsupported parameter: 'temperature' is not supported with this model.";
    assert.equal(read(400, openai(text, 'invalid_request_error', null)).param, 'temperature');
  });
});

describe("vendors' errors", () => {
  const cases: readonly (readonly [string, number, unknown, FaultReason, string])[] = [
    ['a bare string', 400, { error: 'no such thing' }, 'invalid-request', 'no such thing'],
    [
      'a string beside a code',
      400,
      { code: 'x', error: 'Incorrect API key provided.' },
      'credentials',
      'Incorrect API key provided.',
    ],
    ['detail', 401, { detail: 'Invalid API Key' }, 'credentials', 'Invalid API Key'],
    [
      'a list of details',
      422,
      { detail: [{ loc: ['body', 'messages'], msg: 'field required' }] },
      'invalid-request',
      'field required',
    ],
    ['message', 500, { object: 'error', message: 'broken', code: 1234 }, 'server', 'broken'],
    ['an array', 429, [{ error: { code: 429, message: 'slow', status: 'RESOURCE_EXHAUSTED' } }], 'rate-limit', 'slow'],
    ['a numeric code', 401, { error: { message: 'Missing header', code: 401 } }, 'credentials', 'Missing header'],
    [
      'an unspecific type',
      401,
      { error: { message: 'Unauthorized', type: 'api_error' } },
      'credentials',
      'Unauthorized',
    ],
    [
      'JSON in the message',
      400,
      { error: { message: '{"error":{"message":"too long","code":"context_length_exceeded"}}' } },
      'context-length',
      'too long',
    ],
    [
      'JSON behind words',
      400,
      { error: { message: 'BadRequestError: {"error":{"message":"bad","code":"invalid_value"}}' } },
      'invalid-request',
      'bad',
    ],
    [
      'metadata.raw',
      429,
      {
        error: {
          message: 'Provider returned error',
          code: 429,
          metadata: { raw: '{"error":{"message":"slow down please"}}' },
        },
      },
      'rate-limit',
      'slow down please',
    ],
    [
      'base_resp',
      400,
      { base_resp: { status_code: 1008, status_msg: 'insufficient balance' } },
      'quota',
      'insufficient balance',
    ],
    ['plain text', 503, 'no healthy upstream', 'overloaded', 'no healthy upstream'],
    [
      'a web page',
      502,
      '<html><body>Bad Gateway at edge-7</body></html>',
      'server',
      'The upstream answered 502 with a web page.',
    ],
    ['nothing', 500, '', 'server', 'The upstream failed (500) and did not say why.'],
    ['broken JSON', 500, '{"error": {', 'server', 'The upstream failed (500) and did not say why.'],
    ['an empty object', 429, {}, 'rate-limit', 'The upstream failed (429) and did not say why.'],
    ['null', 400, 'null', 'invalid-request', 'null'],
  ];
  for (const [name, status, body, reason, message] of cases) {
    it(`${name} (${status})`, () => {
      const fault = read(status, body);
      assert.deepEqual([fault.reason, fault.message], [reason, message]);
    });
  }

  it('makes nothing of what is neither a number nor a text', () => {
    const odd = { toString: 1, valueOf: 1 };
    for (const name of ['status', 'code', 'status_code', 'message', 'type']) {
      assert.equal(faultOf({ error: { message: 'x', [name]: odd } }).status, 500, name);
    }
    assert.equal(read(422, { detail: [{ loc: ['body', odd, 'a'], msg: 'x' }] }).param, 'a');
  });

  it('never throws, however deep or odd the body', () => {
    let deep: unknown = 'end';
    for (let at = 0; at < 200; at++) deep = { error: deep };
    for (const body of [
      deep,
      [[]],
      { error: [] },
      { error: { message: 7 } },
      { detail: [1] },
      { error: { details: 'x' } },
    ])
      assert.ok(read(400, body).message.length > 0);
  });
});

describe('a prompt that is too long', () => {
  const texts: readonly (readonly [string, number | undefined, number | undefined])[] = [
    ['prompt is too long: 3333404 tokens > 200000 maximum', 3333404, 200000],
    ['The input token count (1250074) exceeds the maximum number of tokens allowed (1048576).', 1250074, 1048576],
    [
      "This model's maximum context length is 128000 tokens. However, your messages resulted in 128005 tokens.",
      128005,
      128000,
    ],
    [
      "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens (4900 in the messages, 100 in the completion).",
      5000,
      4096,
    ],
    [
      "This endpoint's maximum context length is 200000 tokens. However, you requested about 2500021 tokens (2500021 of text input).",
      2500021,
      200000,
    ],
    ["This model's maximum prompt length is 131072 but the request contains 131145 tokens.", 131145, 131072],
    [
      'Prompt contains 131073 tokens and 0 draft tokens, too large for model with 131072 maximum context length',
      131073,
      131072,
    ],
    [
      'input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000, decrease input length',
      209573,
      200000,
    ],
    ['Requested tokens (5000) exceed context window of 4096', 5000, 4096],
    ['prompt too long; exceeded max context length by 1119046 tokens', undefined, undefined],
    ['Your input exceeds the context window of this model.', undefined, undefined],
    ['The total length of all messages is too long. Please reduce the length of the messages.', undefined, undefined],
    ['Range of input length should be [1, 129024]', undefined, undefined],
  ];
  for (const [text, given, allowed] of texts) {
    it(text.slice(0, 70), () => {
      const fault = read(400, openai(text, 'invalid_request_error', null));
      assert.equal(fault.reason, 'context-length');
      assert.deepEqual(fault.tokens, given === undefined ? undefined : { given, allowed });
    });
  }

  it('takes the numbers from fields where they stand there', () => {
    const error = {
      code: 400,
      message: 'the request exceeds the available context size',
      type: 'exceed_context_size_error',
      n_prompt_tokens: 9,
      n_ctx: 8,
    };
    assert.deepEqual(read(400, { error }).tokens, { given: 9, allowed: 8 });
  });

  it('is not what a rate of tokens is called', () => {
    const text = 'Rate limit reached on tokens per min: too many tokens. Please reduce the length of the messages.';
    assert.equal(read(429, openai(text, 'tokens', 'rate_limit_exceeded')).reason, 'rate-limit');
  });

  it('is not too much output asked for', () => {
    const text =
      "This model's maximum context length is 4096 tokens and your request has 10 input tokens (5000 > 4096 - 10).";
    const fault = read(400, openai(text, 'invalid_request_error', null));
    assert.deepEqual([fault.reason, fault.tokens], ['invalid-request', undefined]);
  });
});

describe('an error in band', () => {
  const cases: readonly (readonly [string, unknown, FaultReason, number])[] = [
    ['of Anthropic', anthropic('overloaded_error', 'Overloaded'), 'overloaded', 503],
    ['of OpenAI Chat', openai('broken', 'server_error', null), 'server', 500],
    [
      'of OpenAI Responses, flat',
      { type: 'error', code: 'rate_limit_exceeded', message: 'slow', param: null },
      'rate-limit',
      429,
    ],
    [
      'of OpenAI Responses, failed',
      { type: 'response.failed', response: { status: 'failed', error: { code: 'server_error', message: 'x' } } },
      'server',
      500,
    ],
    ['of Gemini', gemini(503, 'UNAVAILABLE', 'The model is overloaded.'), 'overloaded', 503],
    ['of a vendor, with its status', { error: { code: 502, message: 'Network connection lost.' } }, 'server', 502],
    ['that is nothing', undefined, 'server', 500],
  ];
  for (const [name, value, reason, status] of cases) {
    it(name, () => {
      const fault = faultOf(value);
      assert.deepEqual([fault.reason, fault.status], [reason, status]);
    });
  }
});
