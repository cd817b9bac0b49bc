// Responses, read.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Answer, type Finish, GatewayError, type JsonObject } from '../../../src/core/index.ts';
import { codec, origin, plain, reply } from './told.ts';

function read(output: readonly unknown[], more: JsonObject = {}): Answer {
  return codec.decodeAnswer({ id: 'resp_1', status: 'completed', output, ...more }, { origin });
}

const call = { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' };
const refusal = { type: 'message', role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] };

describe('a response', () => {
  it('tells why it ended: by its status, its details and its items', () => {
    const endings: readonly (readonly [readonly unknown[], JsonObject, Finish])[] = [
      [[], {}, { reason: 'end', raw: 'completed' }],
      [[call], {}, { reason: 'tool', raw: 'completed' }],
      [[refusal], {}, { reason: 'refusal', raw: 'completed' }],
      [
        [],
        { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } },
        { reason: 'length', raw: 'max_output_tokens' },
      ],
      [
        [],
        { status: 'incomplete', incomplete_details: { reason: 'content_filter' } },
        { reason: 'filtered', raw: 'content_filter' },
      ],
      [[], { status: 'incomplete', incomplete_details: { reason: 'novel' } }, { reason: 'other', raw: 'novel' }],
      [[], { status: 'cancelled' }, { reason: 'other', raw: 'cancelled' }],
    ];
    for (const [items, more, finish] of endings) assert.deepEqual(read(items, more).candidates[0]?.finish, finish);
  });

  it('has items as parts: texts with citations, refusals, calls, reasoning with its blob, searches, others', () => {
    const annotation = { type: 'url_citation', url: 'u', title: 't', start_index: 0, end_index: 2 };
    const parts = read([
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 's' }], encrypted_content: 'blob' },
      {
        type: 'message',
        id: 'msg_1',
        role: 'assistant',
        content: [{ type: 'output_text', text: 'Hi', annotations: [annotation], logprobs: [{ token: 'Hi' }] }],
      },
      refusal,
      { ...call, id: 'fc_1', namespace: 'ns' },
      { type: 'web_search_call', id: 'ws_1', action: { type: 'search', query: 'q' } },
      { type: 'image_generation_call', id: 'ig_1', result: 'QUJD' },
    ]).candidates[0]?.parts;
    assert.deepEqual(plain(parts), [
      { kind: 'reasoning', text: 's', summarised: true, id: 'rs_1', opaque: { origin, data: 'blob' } },
      {
        kind: 'text',
        text: 'Hi',
        citations: [{ url: 'u', title: 't', start: 0, end: 2 }],
        logprobs: [{ token: 'Hi' }],
      },
      { kind: 'refusal', text: 'No.' },
      { kind: 'tool-call', id: 'c', name: 'f', namespace: 'ns', arguments: '{}', itemId: 'fc_1' },
      { kind: 'search', id: 'ws_1', queries: ['q'] },
      {
        kind: 'native',
        dialect: 'openai-responses',
        type: 'image_generation_call',
        raw: { type: 'image_generation_call', id: 'ig_1', result: 'QUJD' },
      },
    ]);
  });

  it('that failed, or is none, is an error', () => {
    assert.throws(() => codec.decodeAnswer({ id: 'x' }, { origin }), { code: 'upstream-invalid' });
    const failed = { status: 'failed', output: [], error: { code: 'server_error', message: 'It broke.' } };
    assert.throws(() => codec.decodeAnswer(failed, { origin }), { code: 'upstream-failed', message: 'It broke.' });
    const long = { ...failed, error: { code: 'context_length_exceeded', message: 'Too long.' } };
    assert.throws(
      () => codec.decodeAnswer(long, { origin }),
      (error) => error instanceof GatewayError && error.fault?.reason === 'context-length',
    );
  });

  it('whose counts are of this dialect is counted inclusively', () => {
    const usage = {
      input_tokens: 10,
      input_tokens_details: { cached_tokens: 4, cache_write_tokens: 1 },
      output_tokens: 5,
      output_tokens_details: { reasoning_tokens: 2 },
      total_tokens: 15,
    };
    const all = read([], { usage });
    assert.deepEqual(all.usage, { input: 10, output: 5, cacheRead: 4, cacheWrite: 1, cacheWrite1h: 0, reasoning: 2 });
    // And so is an answer of another dialect, zeros and all.
    const { extra: _, ...foreign } = all;
    assert.deepEqual(codec.encodeAnswer(foreign, reply()).usage, usage);
  });

  it('is changed where the answer was', () => {
    const before = read([
      {
        type: 'message',
        id: 'msg_1',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text: 'secret', annotations: [] }],
      },
    ]);
    const [candidate] = before.candidates;
    const [part] = candidate?.parts ?? [];
    assert.ok(candidate !== undefined && part?.kind === 'text');
    const after = codec.encodeAnswer(
      { ...before, candidates: [{ ...candidate, parts: [{ ...part, text: '***' }] }] },
      reply(),
    );
    const content = [{ type: 'output_text', text: '***', annotations: [] }];
    assert.deepEqual(after.output, [{ type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content }]);
  });
});
