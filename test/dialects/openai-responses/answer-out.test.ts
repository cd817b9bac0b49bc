// Answers of other dialects, told as responses.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Answer, Finish, JsonObject, Part } from '../../../src/core/index.ts';
import { responseOfItem } from '../../../src/dialects/openai-responses/ids.ts';
import { asked, codec, decoded, encoded, reply } from './told.ts';

function answer(parts: readonly Part[], finish: Finish = { reason: 'end' }): Answer {
  return { id: 'their-id', model: 'theirs', candidates: [{ index: 0, parts, finish }] };
}

function told(parts: readonly Part[], finish?: Finish): JsonObject {
  return codec.encodeAnswer(answer(parts, finish), reply());
}

function output(...parts: Part[]): JsonObject[] {
  return told(parts).output as JsonObject[];
}

describe('an answer of another dialect', () => {
  it('is a whole response that repeats the request', () => {
    const conversation = decoded({
      model: 'm',
      instructions: 'Be brief.',
      input: 'Hi',
      tools: [
        { type: 'function', name: 'f' },
        { type: 'namespace', name: 'ns', description: 'd', tools: [{ type: 'custom', name: 'c' }] },
      ],
      tool_choice: { type: 'function', name: 'f' },
      parallel_tool_calls: false,
      temperature: 0.5,
      reasoning: { effort: 'low' },
      text: { format: { type: 'json_object' }, verbosity: 'low' },
      store: false,
      metadata: { a: 'b' },
      prompt_cache_key: 'k',
      service_tier: 'flex',
      max_output_tokens: 9,
      user: 'u',
    });
    const { output: items, ...response } = codec.encodeAnswer(
      answer([{ kind: 'text', text: 'Hello' }]),
      reply(conversation),
    );
    assert.equal((items as unknown[]).length, 1);
    assert.deepEqual(response, {
      id: 'resp_portico_call-1',
      object: 'response',
      created_at: 1_700_000_000,
      completed_at: 1_700_000_000,
      status: 'completed',
      background: false,
      error: null,
      incomplete_details: null,
      instructions: 'Be brief.',
      max_output_tokens: 9,
      max_tool_calls: null,
      metadata: { a: 'b' },
      model: 'theirs',
      parallel_tool_calls: false,
      previous_response_id: null,
      prompt_cache_key: 'k',
      reasoning: { effort: 'low', summary: null },
      safety_identifier: null,
      service_tier: 'flex',
      store: false,
      temperature: 0.5,
      text: { format: { type: 'json_object' }, verbosity: 'low' },
      tool_choice: { type: 'function', name: 'f' },
      tools: [
        { type: 'function', name: 'f', parameters: null, strict: false },
        { type: 'namespace', name: 'ns', description: 'd', tools: [{ type: 'custom', name: 'c' }] },
      ],
      top_logprobs: 0,
      top_p: 1,
      truncation: 'disabled',
      usage: {
        input_tokens: 0,
        input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
        output_tokens: 0,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 0,
      },
      user: 'u',
    });
  });

  it('has one message for all that is said in a row, and ids that are the same each time', () => {
    const parts: Part[] = [
      { kind: 'text', text: 'a' },
      { kind: 'refusal', text: 'b' },
      { kind: 'tool-call', id: 'c', name: 'f', arguments: '' },
      { kind: 'text', text: 'd' },
    ];
    const items = output(...parts);
    assert.deepEqual(
      items.map(({ type }) => type),
      ['message', 'function_call', 'message'],
    );
    assert.deepEqual(items[0]?.content, [
      { type: 'output_text', text: 'a', annotations: [], logprobs: [] },
      { type: 'refusal', refusal: 'b' },
    ]);
    assert.equal(items[1]?.arguments, '{}');
    assert.deepEqual(output(...parts), items);
    const ids = items.map(({ id }) => String(id));
    assert.ok(ids[0]?.startsWith('msg_') && ids[1]?.startsWith('fc_') && new Set(ids).size === 3);
  });

  it('has no message that says nothing', () => {
    assert.deepEqual(output({ kind: 'text', text: '' }), []);
  });

  it('has calls of custom tools and of namespaces as such', () => {
    const [custom, grouped] = output(
      { kind: 'tool-call', id: 'c', name: 'apply_patch', arguments: '*** Begin', custom: true },
      { kind: 'tool-call', id: 'd', name: 'f', namespace: 'ns', arguments: '{}' },
    );
    assert.deepEqual(
      { ...custom, id: String(custom?.id).slice(0, 4) },
      {
        id: 'ctc_',
        type: 'custom_tool_call',
        status: 'completed',
        call_id: 'c',
        name: 'apply_patch',
        input: '*** Begin',
      },
    );
    assert.equal(grouped?.namespace, 'ns');
  });

  it('has reasoning as a summary, its blob wrapped with the name of who issued it', () => {
    const signed: Part = {
      kind: 'reasoning',
      text: 'Hm.',
      opaque: { origin: 'anthropic-messages/anthropic', data: 'sig' },
    };
    const [item] = output(signed);
    assert.deepEqual(item?.summary, [{ type: 'summary_text', text: 'Hm.' }]);
    // The client sends it back.
    const [turn] = decoded({ model: 'm', input: [item] }).turns;
    const [part] = turn?.parts ?? [];
    assert.deepEqual(part?.kind === 'reasoning' && part.opaque, signed.opaque);
  });

  it('marks reasoning that nobody signed, which the vendor of this dialect could not look up', () => {
    const [item] = output({ kind: 'reasoning', id: 'rs_of_another', text: 'Hm.' });
    const conversation = decoded({ model: 'm', input: [item, { role: 'user', content: 'more' }] });
    assert.deepEqual(encoded(conversation).body.input, [{ role: 'user', content: 'more' }]);
    const [part] = conversation.turns[0]?.parts ?? [];
    assert.deepEqual(part?.kind === 'reasoning' && [part.text, part.opaque], ['Hm.', undefined]);
  });

  it('has ids that lead back to the response', () => {
    const ids = output(
      { kind: 'reasoning', id: 'of another', text: 'Hm.' },
      { kind: 'text', text: 'Hello' },
      { kind: 'search', id: 'srv_1', queries: ['q'] },
      { kind: 'tool-call', id: 'c', name: 'f', arguments: '{}' },
    ).map(({ id }) => String(id));
    assert.equal(new Set(ids).size, 4);
    assert.deepEqual(new Set(ids.map(responseOfItem)), new Set(['resp_portico_call-1']));
    assert.deepEqual([responseOfItem('msg_68ac3a038ac7bb2b'), responseOfItem('call_c_0')], [undefined, undefined]);
  });

  it('has searches, pictures, and citations with all that is demanded of them', () => {
    const items = output(
      { kind: 'search', id: 'srv_1', queries: ['q'], results: [{ url: 'u', title: 't' }] },
      { kind: 'media', media: 'image', source: { type: 'data', mimeType: 'image/png', base64: 'QUJD' } },
      { kind: 'text', text: 'Hello', citations: [{ url: 'u' }, { title: 'a page' }] },
    );
    assert.deepEqual(items[0], {
      id: items[0]?.id,
      type: 'web_search_call',
      status: 'completed',
      action: { type: 'search', query: 'q', queries: ['q'], sources: [{ type: 'url', url: 'u' }] },
    });
    assert.deepEqual([items[1]?.type, items[1]?.result], ['image_generation_call', 'QUJD']);
    const [piece] = (items[2]?.content ?? []) as JsonObject[];
    assert.deepEqual(piece?.annotations, [
      { type: 'url_citation', url: 'u', title: 'u', start_index: 0, end_index: 5 },
    ]);
  });

  it('loses what has no item here, and says so', () => {
    const lost: string[] = [];
    const parts: Part[] = [
      { kind: 'native', dialect: 'gemini', type: 'executableCode', raw: {} },
      { kind: 'media', media: 'audio', source: { type: 'data', mimeType: 'audio/wav', base64: '' } },
      { kind: 'text', text: 'x', citations: [{ quote: 'page 3' }] },
    ];
    const two = [
      { index: 0, parts, finish: { reason: 'end' as const } },
      { index: 1, parts, finish: { reason: 'end' as const } },
    ];
    codec.encodeAnswer({ candidates: two }, reply(asked({}), lost));
    assert.deepEqual(lost, ['further answers', 'executableCode', 'audio', 'citations of documents']);
  });

  it('ends as this dialect ends', () => {
    const endings: readonly (readonly [Finish, unknown, unknown])[] = [
      [{ reason: 'tool' }, 'completed', null],
      [{ reason: 'stop-string' }, 'completed', null],
      [{ reason: 'paused' }, 'completed', null],
      [{ reason: 'other' }, 'completed', null],
      [{ reason: 'length' }, 'incomplete', { reason: 'max_output_tokens' }],
      [{ reason: 'context' }, 'incomplete', { reason: 'max_output_tokens' }],
      [{ reason: 'filtered' }, 'incomplete', { reason: 'content_filter' }],
      [{ reason: 'bad-call' }, 'failed', null],
    ];
    for (const [finish, status, details] of endings) {
      const response = told([{ kind: 'text', text: 'x' }], finish);
      assert.deepEqual([response.status, response.incomplete_details], [status, details], finish.reason);
      assert.equal(response.completed_at !== undefined, status === 'completed', finish.reason);
    }
  });

  it('was served at a tier that has a name here, or at none that is told', () => {
    const tiers = ['standard', 'priority', 'on_demand', undefined].map((serviceTier) => {
      const { candidates } = answer([]);
      return codec.encodeAnswer({ candidates, ...(serviceTier === undefined ? {} : { serviceTier }) }, reply())
        .service_tier;
    });
    assert.deepEqual(tiers, ['default', 'priority', undefined, undefined]);
  });

  it('that declined without words has a refusal', () => {
    const { output: items } = told([{ kind: 'text', text: 'x' }], { reason: 'refusal', message: 'Not this.' }) as {
      output: JsonObject[];
    };
    assert.deepEqual((items[0]?.content as JsonObject[] | undefined)?.[1], { type: 'refusal', refusal: 'Not this.' });
  });
});
