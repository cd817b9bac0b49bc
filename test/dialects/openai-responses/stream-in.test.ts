// Streams of this dialect, read event by event.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Delta, JsonObject, Part } from '../../../src/core/index.ts';
import { codec, folded, origin, plain, readStream, wire } from './told.ts';

const created = { type: 'response.created', response: { id: 'resp_1', model: 'm', created_at: 5, output: [] } };

function completed(output: readonly unknown[] = [], more: JsonObject = {}): JsonObject {
  return { type: 'response.completed', response: { id: 'resp_1', status: 'completed', output, ...more } };
}

function added(at: number, item: JsonObject): JsonObject {
  return { type: 'response.output_item.added', output_index: at, item };
}

function done(at: number, item: JsonObject): JsonObject {
  return { type: 'response.output_item.done', output_index: at, item };
}

function grown(at: number, type: string, more: JsonObject): JsonObject {
  return { type: `response.${type}`, output_index: at, item_id: 'any', content_index: 0, ...more };
}

function read(...events: JsonObject[]): Delta[] {
  return readStream(wire([created, ...events]));
}

function parts(...events: JsonObject[]): Part[] {
  return plain([...(folded(read(...events, completed())).candidates[0]?.parts ?? [])]);
}

const message = { type: 'message', id: 'msg_1', role: 'assistant', content: [] };
const call = { type: 'function_call', id: 'fc_1', call_id: 'c', name: 'f', arguments: '' };

describe('a stream', () => {
  it('begins with its head and ends with reason, counts and tier', () => {
    const usage = { input_tokens: 3, output_tokens: 2 };
    const deltas = read(
      added(0, call),
      done(0, { ...call, arguments: '{}' }),
      completed([], { usage, service_tier: 'flex' }),
    );
    const { extra: _, ...start } = deltas[0] as Delta & { extra?: unknown };
    assert.deepEqual(start, { type: 'answer-start', id: 'resp_1', model: 'm', created: 5 });
    assert.deepEqual(deltas.at(-2), { type: 'finish', candidate: 0, finish: { reason: 'tool', raw: 'completed' } });
    const end = deltas.at(-1);
    assert.ok(end?.type === 'answer-end' && end.serviceTier === 'flex' && end.usage?.input === 3);
  });

  it('that is cut has no end', () => {
    const types = read(added(0, message), grown(0, 'output_text.delta', { delta: 'Hel' })).map(({ type }) => type);
    assert.deepEqual(types, ['answer-start', 'part-start', 'part-delta']);
  });

  it('need not be announced', () => {
    const [first, second] = readStream(wire([done(0, call)]));
    assert.deepEqual([first?.type, second?.type], ['answer-start', 'part-start']);
  });

  it('may hold anything: what is unknown is passed over', () => {
    const decoder = codec.decodeStream({ origin });
    const strange = [
      '',
      '[DONE]',
      'null',
      '[]',
      '{}',
      '{"type":5}',
      '{"type":"response.novel"}',
      '{"type":"response.output_text.delta","delta":"x"}',
    ];
    for (const data of strange) assert.deepEqual(decoder.event('', data), []);
    assert.deepEqual(parts(added(0, message), grown(0, 'novel.delta', { delta: 'x' }), done(0, message)), [
      { kind: 'text', text: '' },
    ]);
  });

  it('is read by the event’s name where the data does not say its type', () => {
    const decoder = codec.decodeStream({ origin });
    assert.equal(
      decoder.event('response.created', JSON.stringify({ response: created.response }))[0]?.type,
      'answer-start',
    );
  });
});

describe('a message in a stream', () => {
  it('grows piece by piece, each a part; citations and log probabilities come with it', () => {
    const citation = { type: 'url_citation', url: 'u', title: 't', start_index: 0, end_index: 2 };
    const pieces = [
      { type: 'output_text', text: 'Hello', annotations: [citation], logprobs: [{ token: 'Hel' }] },
      { type: 'refusal', refusal: 'No.' },
    ];
    const list = parts(
      added(0, message),
      grown(0, 'content_part.added', { part: { type: 'output_text', text: '', annotations: [] } }),
      grown(0, 'output_text.delta', { delta: 'Hel', logprobs: [{ token: 'Hel' }] }),
      grown(0, 'output_text.delta', { delta: 'lo' }),
      grown(0, 'output_text.annotation.added', { annotation: citation, annotation_index: 0 }),
      grown(0, 'output_text.done', { text: 'Hello' }),
      grown(0, 'content_part.done', { part: pieces[0] }),
      grown(0, 'refusal.delta', { content_index: 1, delta: 'No' }),
      grown(0, 'refusal.done', { content_index: 1, refusal: 'No.' }),
      done(0, { ...message, content: pieces }),
    );
    assert.deepEqual(list, [
      {
        kind: 'text',
        text: 'Hello',
        citations: [{ url: 'u', title: 't', start: 0, end: 2 }],
        logprobs: [{ token: 'Hel' }],
      },
      { kind: 'refusal', text: 'No.' },
    ]);
  });

  it('is heard from whichever event tells it, and once', () => {
    const content = [{ type: 'output_text', text: 'Hello', annotations: [] }];
    const whole = { ...message, content };
    const tellings: readonly (readonly JsonObject[])[] = [
      [added(0, message), grown(0, 'output_text.delta', { delta: 'Hello' }), done(0, message)],
      [added(0, message), grown(0, 'output_text.done', { text: 'Hello' }), done(0, message)],
      [added(0, message), grown(0, 'content_part.done', { part: content[0] }), done(0, whole)],
      [added(0, message), grown(0, 'output_text.delta', { delta: 'Hel' }), done(0, whole)],
      [done(0, whole)],
      [added(0, message), grown(0, 'output_text.delta', { delta: 'Hello' })],
      [done(0, whole), done(0, whole), grown(0, 'output_text.delta', { delta: 'late' })],
    ];
    for (const events of tellings) assert.deepEqual(parts(...events), [{ kind: 'text', text: 'Hello' }]);
    assert.deepEqual(plain(folded(read(completed([whole]))).candidates[0]?.parts), [{ kind: 'text', text: 'Hello' }]);
  });

  it('may have ids that change with every event', () => {
    const list = parts(
      added(0, { ...message, id: 'a' }),
      grown(0, 'output_text.delta', { item_id: 'b', delta: 'Hel' }),
      grown(0, 'output_text.delta', { item_id: 'c', delta: 'lo' }),
      done(0, { ...message, id: 'd', content: [{ type: 'output_text', text: 'Hello' }] }),
    );
    assert.deepEqual(list, [{ kind: 'text', text: 'Hello' }]);
  });
});

describe('other items in a stream', () => {
  it('calls grow by their arguments, custom ones by their input', () => {
    const custom = { type: 'custom_tool_call', id: 'ctc_1', call_id: 'd', name: 'g', input: '' };
    const list = parts(
      added(0, call),
      grown(0, 'function_call_arguments.delta', { delta: '{"a"' }),
      grown(0, 'function_call_arguments.delta', { delta: ':1}' }),
      grown(0, 'function_call_arguments.done', { arguments: '{"a":1}' }),
      done(0, { ...call, arguments: '{"a":1}' }),
      added(1, custom),
      grown(1, 'custom_tool_call_input.delta', { delta: '*** ' }),
      grown(1, 'custom_tool_call_input.done', { input: '*** Begin' }),
      done(1, { ...custom, input: '*** Begin' }),
    );
    assert.deepEqual(list, [
      { kind: 'tool-call', id: 'c', name: 'f', arguments: '{"a":1}', itemId: 'fc_1' },
      { kind: 'tool-call', id: 'd', name: 'g', arguments: '*** Begin', custom: true, itemId: 'ctc_1' },
    ]);
  });

  it('a call that is named late waits for its name', () => {
    const { name: _, ...nameless } = call;
    const events = [added(0, nameless), grown(0, 'function_call_arguments.delta', { delta: '{}' })];
    assert.equal(read(...events).length, 1);
    assert.deepEqual(parts(...events, done(0, call)), [
      { kind: 'tool-call', id: 'c', name: 'f', arguments: '{}', itemId: 'fc_1' },
    ]);
  });

  it('reasoning is a summary in segments or the reasoning itself, its blob as it is in the end', () => {
    const reasoning = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'early' };
    const texts = (type: string, ...all: string[]) => all.map((text) => ({ type, text }));
    const summary = (at: number, type: string, more: JsonObject) =>
      grown(0, `reasoning_summary_${type}`, { summary_index: at, ...more });
    const list = parts(
      added(0, reasoning),
      summary(0, 'part.added', { part: { type: 'summary_text', text: '' } }),
      summary(0, 'text.delta', { delta: 'One.' }),
      summary(0, 'text.done', { text: 'One.' }),
      summary(1, 'part.added', { part: { type: 'summary_text', text: '' } }),
      summary(1, 'text.done', { text: 'Two.' }),
      done(0, { ...reasoning, summary: texts('summary_text', 'One.', 'Two.'), encrypted_content: 'blob' }),
      added(1, { type: 'reasoning', id: 'rs_2', summary: [] }),
      grown(1, 'content_part.added', { part: { type: 'reasoning_text', text: '' } }),
      grown(1, 'reasoning_text.delta', { delta: 'Hm' }),
      grown(1, 'reasoning_text.done', { text: 'Hm.' }),
      done(1, { type: 'reasoning', id: 'rs_2', summary: [], content: texts('reasoning_text', 'Hm.') }),
      done(2, { type: 'reasoning', id: 'rs_3', summary: [], encrypted_content: 'alone' }),
    );
    assert.deepEqual(list, [
      { kind: 'reasoning', text: 'One.\n\nTwo.', summarised: true, id: 'rs_1', opaque: { origin, data: 'blob' } },
      { kind: 'reasoning', text: 'Hm.', id: 'rs_2' },
      { kind: 'reasoning', text: '', id: 'rs_3', opaque: { origin, data: 'alone' } },
    ]);
  });

  it('searches and unknown items come whole when they are done', () => {
    const search = { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search', query: 'q' } };
    const novel = { type: 'novel_call', id: 'n_1', a: 1 };
    const list = parts(
      added(0, { type: 'web_search_call', id: 'ws_1', status: 'in_progress' }),
      grown(0, 'web_search_call.searching', {}),
      done(0, search),
      added(1, { type: 'novel_call', id: 'n_1' }),
      done(1, novel),
    );
    assert.deepEqual(list, [
      { kind: 'search', id: 'ws_1', queries: ['q'] },
      { kind: 'native', dialect: 'openai-responses', type: 'novel_call', raw: novel },
    ]);
  });

  it('that begin while another is open wait for it', () => {
    const other = { ...call, id: 'fc_2', call_id: 'd' };
    const deltas = read(
      added(0, call),
      added(1, other),
      grown(1, 'function_call_arguments.delta', { delta: '[2]' }),
      grown(0, 'function_call_arguments.delta', { delta: '[1]' }),
      done(1, { ...other, arguments: '[2]' }),
      done(0, { ...call, arguments: '[1]' }),
      completed(),
    );
    const order = deltas.flatMap((delta) => ('index' in delta ? [`${delta.type} ${delta.index}`] : []));
    const each = ['part-start', 'part-delta', 'part-end'];
    assert.deepEqual(
      order,
      [0, 1].flatMap((index) => each.map((type) => `${type} ${index}`)),
    );
  });
});

describe('an error in a stream', () => {
  it('is a fault, and nothing follows', () => {
    const errors: readonly JsonObject[] = [
      { type: 'error', code: 'server_error', message: 'boom', param: null },
      { type: 'error', error: { type: 'server_error', code: 'server_error', message: 'boom' } },
      { type: 'response.failed', response: { status: 'failed', error: { code: 'server_error', message: 'boom' } } },
      { error: { message: 'boom', type: 'server_error' } },
    ];
    for (const error of errors) {
      const deltas = read(error, error, completed());
      const [, fault, ...others] = deltas;
      assert.ok(
        fault?.type === 'fault' && fault.message === 'boom' && fault.reason === 'server',
        JSON.stringify(fault),
      );
      assert.deepEqual(others, []);
    }
  });

  it('says what it is where clients act on it', () => {
    const reasons = [
      'context_length_exceeded',
      'insufficient_quota',
      'rate_limit_exceeded',
      'server_is_overloaded',
    ].map((code) => {
      const [, fault] = read({ type: 'response.failed', response: { error: { code, message: 'x' } } });
      return fault?.type === 'fault' ? fault.reason : undefined;
    });
    assert.deepEqual(reasons, ['context-length', 'quota', 'rate-limit', 'overloaded']);
  });
});
