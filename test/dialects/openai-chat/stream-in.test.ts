// Streams of the dialect, as vendors send them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../src/core/index.ts';
import { codecs } from '../../../src/dialects/openai-chat/codecs.ts';
import { replyFor } from './kit.ts';
import { calls, chunk, done, type Event, head, origin, parts, piece, read, role, stop } from './read-kit.ts';

test('text, its finish, its usage', () => {
  const told = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
  const { deltas, answer } = read(
    role,
    chunk({ content: 'Hel' }),
    chunk({ content: 'lo' }),
    stop,
    { ...head, choices: [], usage: told },
    done,
  );
  assert.deepEqual(
    deltas.map(({ type }) => type),
    ['answer-start', 'part-start', 'part-delta', 'part-delta', 'part-end', 'finish', 'answer-end'],
  );
  assert.deepEqual(parts(answer), [{ kind: 'text', text: 'Hello' }]);
  assert.equal(answer.usage?.output, 2);
  assert.deepEqual([answer.id, answer.model, answer.created], ['x', 'm', 1]);
});

test('reasoning by either name, then text, then calls: each is a part', () => {
  for (const name of ['reasoning_content', 'reasoning']) {
    const { answer } = read(
      role,
      chunk({ [name]: 'be' }),
      chunk({ [name]: 'cause', content: '' }),
      chunk({ content: 'a' }),
      calls(piece(0, { id: 'c', type: 'function' }, '{}', 'f')),
      chunk({}, { finish_reason: 'tool_calls' }),
      done,
    );
    assert.deepEqual(parts(answer), [
      { kind: 'reasoning', text: 'because' },
      { kind: 'text', text: 'a' },
      { kind: 'tool-call', id: 'c', name: 'f', arguments: '{}' },
    ]);
    assert.equal(answer.candidates[0]?.finish.reason, 'tool');
  }
});

test('both names with the same text say it once', () => {
  const { answer } = read(role, chunk({ reasoning: 'r', reasoning_content: 'r' }), stop, done);
  assert.deepEqual(parts(answer), [{ kind: 'reasoning', text: 'r' }]);
});

test("Mistral's thinking in the content", () => {
  const { answer } = read(
    chunk({ role: 'assistant', content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'r' }] }] }),
    chunk({ content: [{ type: 'text', text: 'a' }] }),
    chunk({ content: 'b' }),
    stop,
    done,
  );
  assert.deepEqual(parts(answer), [
    { kind: 'reasoning', text: 'r' },
    { kind: 'text', text: 'ab' },
  ]);
});

test('bug 30: usage with choices beside it, in every chunk, or where Groq puts it', () => {
  const told = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
  const last = { prompt_tokens: 1, completion_tokens: 5, total_tokens: 6 };
  const empty = { ...chunk({ role: 'assistant', content: '' }), usage: last };
  const inputs: Event[][] = [
    [role, chunk({ content: 'a' }), stop, empty, done],
    [{ ...role, usage: told }, { ...chunk({ content: 'a' }), usage: told }, { ...stop, usage: last }, done],
    [role, chunk({ content: 'a' }), { ...stop, x_groq: { usage: last } }, done],
    [role, chunk({ content: 'a' }), chunk({}, { finish_reason: 'stop', usage: last }), done],
    [{ ...role, usage: null }, chunk({ content: 'a' }), stop, { ...head, choices: null, usage: last }, done],
  ];
  for (const events of inputs) {
    const { answer } = read(...events);
    assert.deepEqual(parts(answer), [{ kind: 'text', text: 'a' }]);
    assert.equal(answer.usage?.output, 5);
    assert.equal(answer.candidates[0]?.finish.reason, 'end');
  }
});

test('bug 31: the end is [DONE], or the last byte once all choices have finished; else there is none', () => {
  const ended = (...events: Event[]) => read(...events).fold.ended;
  assert.equal(ended(role, chunk({ content: 'a' }), stop, done), true);
  assert.equal(ended(role, chunk({ content: 'a' }), stop), true);
  assert.equal(ended(role, chunk({ content: 'a' }), done), true);
  assert.equal(ended(role, chunk({ content: 'a' })), false);
  assert.equal(ended(role), false);
  assert.equal(ended(done), false);
  assert.equal(ended(), false);
  const second = { ...head, choices: [{ index: 1, delta: { content: 'b' }, finish_reason: null }] };
  assert.equal(ended(role, second, stop), false);
});

test('an error in band is a fault, and nothing follows it', () => {
  const failed = { error: { message: 'The server had an error', type: 'server_error', param: null, code: null } };
  const { deltas, fold } = read(role, chunk({ content: 'a' }), failed, chunk({ content: 'b' }), stop, done);
  assert.equal(deltas.at(-1)?.type, 'fault');
  assert.equal(fold.fault?.reason, 'server');
  assert.match(String(fold.fault?.message), /had an error/);
  assert.equal(read({ object: 'error', message: 'vLLM says no', code: 400 }).fold.fault?.status, 400);
});

test('an error event that holds no JSON is a fault as well', () => {
  const [fault] = codecs.chat.decodeStream({ origin }).event('error', 'overloaded');
  assert.equal(fault?.type, 'fault');
});

test('a stream gathered is an answer of the dialect: content, usage and what the vendor told besides', () => {
  const told = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
  const { answer } = read(
    { ...role, system_fingerprint: 'fp', service_tier: 'default' },
    calls(piece(0, { id: 'a' }, '{}', 'f')),
    { ...chunk({}, { finish_reason: 'tool_calls' }), x_groq: { usage: told } },
    done,
  );
  const body = codecs.chat.encodeAnswer(answer, replyFor().reply);
  const call = { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } };
  const { usage, ...rest } = body;
  assert.equal((usage as JsonObject).total_tokens, 3);
  assert.deepEqual(rest, {
    id: 'x',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    system_fingerprint: 'fp',
    service_tier: 'default',
    choices: [
      { index: 0, message: { role: 'assistant', content: null, tool_calls: [call] }, finish_reason: 'tool_calls' },
    ],
  });
});

test('several choices, each a candidate', () => {
  const of = (index: number, delta: JsonObject, finish_reason: string | null = null) => ({
    ...head,
    choices: [{ index, delta, finish_reason }],
  });
  const { answer } = read(
    of(0, { content: 'a' }),
    of(1, { content: 'b' }),
    of(0, { content: 'A' }),
    of(1, {}, 'length'),
    of(0, {}, 'stop'),
    done,
  );
  assert.deepEqual(
    [parts(answer, 0), parts(answer, 1)],
    [[{ kind: 'text', text: 'aA' }], [{ kind: 'text', text: 'b' }]],
  );
  assert.deepEqual(
    answer.candidates.map(({ finish }) => finish.reason),
    ['end', 'length'],
  );
});

test('blobs: on a call where it stands, of reasoning wherever they come', () => {
  const signed = calls({ ...piece(0, { id: 'a' }, '{}', 'f'), extra_content: { google: { thought_signature: 's' } } });
  assert.deepEqual(read(role, signed, stop, done).answer.candidates[0]?.parts[0]?.opaque, { origin, data: 's' });
  const details = (entry: JsonObject, more: JsonObject = {}) =>
    chunk({ reasoning_details: [{ index: 0, ...entry }], ...more });
  const { answer } = read(
    role,
    details({ type: 'reasoning.text', text: 'be' }, { reasoning: 'be' }),
    details({ type: 'reasoning.text', text: 'cause', signature: 'sig' }, { reasoning: 'cause' }),
    chunk({ content: 'a' }),
    details({ type: 'reasoning.encrypted', data: 'blob' }),
    stop,
    done,
  );
  const whole = [
    { index: 0, type: 'reasoning.text', text: 'because', signature: 'sig' },
    { index: 0, type: 'reasoning.encrypted', data: 'blob' },
  ];
  assert.deepEqual(parts(answer), [
    { kind: 'reasoning', text: 'because' },
    { kind: 'text', text: 'a' },
    { kind: 'reasoning', text: '', opaque: { origin, data: JSON.stringify(whole) } },
  ]);
});

test('refusals, citations, log probabilities, pictures', () => {
  const cited = {
    type: 'url_citation',
    url_citation: { start_index: 0, end_index: 1, url: 'https://host/', title: 't' },
  };
  const logprobs = { content: [{ token: 'a', logprob: -1 }], refusal: null };
  const { answer } = read(
    chunk({ content: 'a' }, { logprobs }),
    chunk({ annotations: [cited] }),
    chunk({ images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }] }),
    chunk({ refusal: 'no' }),
    stop,
    done,
  );
  assert.deepEqual(parts(answer), [
    {
      kind: 'text',
      text: 'a',
      logprobs: logprobs.content,
      citations: [{ url: 'https://host/', title: 't', start: 0, end: 1 }],
    },
    { kind: 'media', media: 'image', source: { type: 'data', mimeType: 'image/png', base64: 'AAAA' } },
    { kind: 'refusal', text: 'no' },
  ]);
  assert.equal(answer.candidates[0]?.finish.reason, 'refusal');
});

test("Azure's first chunk has neither id nor choice: the answer begins with the next", () => {
  const lead = { choices: [], created: 0, id: '', model: '', object: '', prompt_filter_results: [] };
  const { deltas, answer } = read(lead, role, chunk({ content: 'a' }), stop, done);
  assert.equal(deltas[0]?.type, 'answer-start');
  assert.equal(answer.id, 'x');
});

test('a whole message instead of deltas', () => {
  const { answer } = read(
    { ...head, choices: [{ index: 0, message: { role: 'assistant', content: 'a' }, finish_reason: 'stop' }] },
    done,
  );
  assert.deepEqual(parts(answer), [{ kind: 'text', text: 'a' }]);
});

test('odd events do not throw', () => {
  const odd: Event[] = [
    '',
    'no json',
    '[]',
    '"x"',
    { choices: 5 },
    { choices: [null] },
    { choices: [{ delta: 5 }] },
    { choices: [{ delta: { content: 5, tool_calls: [null, 5, {}, { function: 5 }] } }] },
    {
      choices: [
        { delta: { content: [null, 5, { type: 'new' }], annotations: [5], images: [5], reasoning_details: [5] } },
      ],
    },
    ' [DONE] ',
  ];
  read(...odd);
});
