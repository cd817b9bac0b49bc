// An error in the middle of a stream, as the different clients of this dialect need it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Failure, JsonObject } from '../../../src/core/index.ts';
import { openaiResponses } from '../../../src/dialects/openai-responses/index.ts';
import { eventsOf, readStream } from './told.ts';

const failure: Failure = {
  code: 'upstream-failed',
  status: 502,
  message: 'It broke.',
  param: undefined,
  callId: 'call-1',
};

describe('an error told in a stream', () => {
  const [error, failed] = eventsOf(openaiResponses.encodeStreamError(failure));

  it('is both events that clients look for', () => {
    assert.deepEqual([error?.type, failed?.type], ['error', 'response.failed']);
  });

  it('is numbered beyond all that went before: a client that checks overlooks it otherwise', () => {
    const numbers = [error?.sequence_number, failed?.sequence_number] as number[];
    assert.ok(numbers.every(Number.isInteger) && (numbers[0] ?? 0) > 1_000_000 && numbers[1] === (numbers[0] ?? 0) + 1);
  });

  it('is of the response that was announced', () => {
    const response = failed?.response as JsonObject;
    assert.deepEqual([response.id, response.status], ['resp_portico_call-1', 'failed']);
  });

  it('keeps the code that clients act on', () => {
    const fault = { type: 'fault' as const, reason: 'context-length' as const, status: 400, message: 'Too long.' };
    const text = openaiResponses.encodeStreamError({ ...failure, fault });
    const [, told] = eventsOf(text);
    assert.match(JSON.stringify(told), /"code":"context_length_exceeded"/);
    const [read] = readStream(text);
    assert.ok(read?.type === 'fault' && read.reason === 'context-length');
  });
});
