// Answers of the dialect, and answers of others in its shape.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer, Candidate, JsonObject, Part } from '../../../src/core/index.ts';
import { unwrap } from '../../../src/dialects/canonical/envelope.ts';
import { codecs } from '../../../src/dialects/openai-chat/codecs.ts';
import { object, replyFor } from './kit.ts';

const { chat } = codecs;
const origin = 'openai-chat/groq';
const usage = { input: 10, output: 7, cacheRead: 4, cacheWrite: 1, cacheWrite1h: 0, reasoning: 3 };

function completion(message: JsonObject, finish_reason: string | null = 'stop', more: JsonObject = {}): JsonObject {
  return {
    id: 'x',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, message, finish_reason }],
    ...more,
  };
}

function decoded(message: JsonObject, finish_reason: string | null = 'stop'): Candidate {
  const [candidate] = chat.decodeAnswer(completion({ role: 'assistant', ...message }, finish_reason), {
    origin,
  }).candidates;
  assert.ok(candidate);
  return candidate;
}

function encoded(parts: readonly Part[], more: Partial<Answer> = {}, finish: Candidate['finish'] = { reason: 'end' }) {
  const { reply, lost } = replyFor();
  const body = chat.encodeAnswer({ candidates: [{ index: 0, parts, finish }], ...more }, reply);
  const [choice] = body.choices as JsonObject[];
  return { body, choice: choice ?? {}, message: object(choice?.message) ?? {}, lost };
}

const call = { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } };

test('finish reasons', () => {
  const reason = (raw: string | null, message: JsonObject = { content: 'a' }) => decoded(message, raw).finish;
  assert.deepEqual(reason('stop'), { reason: 'end', raw: 'stop' });
  assert.deepEqual(reason('length'), { reason: 'length', raw: 'length' });
  assert.deepEqual(reason('model_length'), { reason: 'length', raw: 'model_length' });
  assert.deepEqual(reason('content_filter'), { reason: 'filtered', raw: 'content_filter' });
  assert.deepEqual(reason('function_call', { function_call: { name: 'f', arguments: '{}' } }).reason, 'tool');
  assert.deepEqual(reason('stop', { content: null, refusal: 'no' }).reason, 'refusal');
  assert.deepEqual(reason('insufficient_system_resource'), { reason: 'other', raw: 'insufficient_system_resource' });
  assert.deepEqual(reason(null), { reason: 'end' });
});

test('bug 32: `stop` although tools were called means that tools were called', () => {
  assert.deepEqual(decoded({ content: null, tool_calls: [call] }, 'stop').finish, { reason: 'tool', raw: 'stop' });
  const { choice } = encoded([{ kind: 'tool-call', id: 'a', name: 'f', arguments: '{}' }], {}, { reason: 'end' });
  assert.equal(choice.finish_reason, 'tool_calls');
});

test('canonical reasons in the words of the dialect', () => {
  const word = (reason: Candidate['finish']['reason'], parts: Part[] = []) =>
    encoded(parts, {}, { reason }).choice.finish_reason;
  const reasons = [
    'end',
    'stop-string',
    'paused',
    'other',
    'bad-call',
    'length',
    'context',
    'tool',
    'filtered',
    'refusal',
  ] as const;
  assert.deepEqual(
    reasons.map((reason) => word(reason)),
    ['stop', 'stop', 'stop', 'stop', 'stop', 'length', 'length', 'tool_calls', 'content_filter', 'content_filter'],
  );
  assert.equal(word('refusal', [{ kind: 'refusal', text: 'no' }]), 'stop');
});

test('an answer of another dialect has every member that the official types demand', () => {
  const { body } = encoded([{ kind: 'text', text: 'hi' }], { usage, id: 'msg_1', serviceTier: 'standard' });
  assert.deepEqual(body, {
    id: 'chatcmpl-call-1',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: 'upstream-model',
    service_tier: 'default',
    choices: [
      { index: 0, message: { role: 'assistant', content: 'hi', refusal: null }, logprobs: null, finish_reason: 'stop' },
    ],
    usage: {
      prompt_tokens: 10,
      completion_tokens: 7,
      total_tokens: 17,
      prompt_tokens_details: { cached_tokens: 4, cache_write_tokens: 1 },
      completion_tokens_details: { reasoning_tokens: 3 },
    },
  });
});

test('usage changed on its way shows, beside what the vendor told', () => {
  const raw = { prompt_tokens: 10, completion_tokens: 7, total_tokens: 17, cost: 0.5 };
  const answer = chat.decodeAnswer(completion({ role: 'assistant', content: 'a' }, 'stop', { usage: raw }), { origin });
  const more = { ...answer, usage: { ...usage, input: 20 } };
  assert.deepEqual(chat.encodeAnswer(more, replyFor().reply).usage, {
    prompt_tokens: 20,
    completion_tokens: 7,
    total_tokens: 27,
    cost: 0.5,
  });
});

test('nothing said is an empty text; nothing but calls is null', () => {
  assert.equal(encoded([]).message.content, '');
  assert.equal(encoded([{ kind: 'tool-call', id: 'a', name: 'f', arguments: '{}' }]).message.content, null);
});

test('several texts are one, and citations say where in it', () => {
  const cited = encoded([
    { kind: 'text', text: 'It is ' },
    { kind: 'text', text: 'warm', citations: [{ url: 'https://host/', title: 't', quote: 'warm today' }] },
    { kind: 'search', id: 's', queries: ['q'] },
    { kind: 'text', text: 'Bye.', citations: [{ url: 'https://host/b', start: 0, end: 3 }, { title: 'page 3' }] },
  ]);
  assert.equal(cited.message.content, 'It is warmBye.');
  assert.deepEqual(cited.message.annotations, [
    { type: 'url_citation', url_citation: { start_index: 6, end_index: 10, title: 't', url: 'https://host/' } },
    {
      type: 'url_citation',
      url_citation: { start_index: 10, end_index: 13, title: 'https://host/b', url: 'https://host/b' },
    },
  ]);
  assert.deepEqual(cited.lost.toSorted(), ['citations', 'search']);
});

test('reasoning is `reasoning_content`; each blob stands in an envelope that says what it signs', () => {
  const from = 'anthropic-messages/anthropic';
  const { message } = encoded([
    { kind: 'reasoning', text: 'one', opaque: { origin: from, data: 's1' }, id: 'r' },
    { kind: 'reasoning', text: 'two', opaque: { origin: from, data: 's2' } },
    { kind: 'reasoning', text: '', redacted: true, opaque: { origin: from, data: 's3' } },
    { kind: 'text', text: 'a' },
  ]);
  assert.equal(message.reasoning_content, 'one\n\ntwo');
  const details = message.reasoning_details as JsonObject[];
  assert.deepEqual(
    details.map(({ data, ...rest }) => ({ ...rest, ...unwrap(String(data)) })),
    [
      { type: 'reasoning.encrypted', format: 'portico', index: 0, id: 'r', start: 0, end: 3, origin: from, data: 's1' },
      { type: 'reasoning.encrypted', format: 'portico', index: 1, start: 5, end: 8, origin: from, data: 's2' },
      {
        type: 'reasoning.encrypted',
        format: 'portico',
        index: 2,
        redacted: true,
        start: 8,
        end: 8,
        origin: from,
        data: 's3',
      },
    ],
  );
});

test("a vendor's own reasoning details are a blob of its own and go back as they were", () => {
  const details = [{ type: 'reasoning.encrypted', data: 'x', index: 0 }];
  const answer = chat.decodeAnswer(
    completion({ role: 'assistant', content: 'a', reasoning: 'r', reasoning_details: details }),
    { origin },
  );
  const [reasoning] = answer.candidates[0]?.parts ?? [];
  assert.deepEqual(reasoning?.opaque, { origin, data: JSON.stringify(details) });
  const [choice] = chat.encodeAnswer(answer, replyFor().reply).choices as JsonObject[];
  assert.deepEqual(object(choice?.message)?.reasoning_details, details);
});

test('signatures on calls, ids made up where there are none: always the same', () => {
  const parts: Part[] = [
    { kind: 'tool-call', id: '', name: 'f', arguments: '{}', opaque: { origin: 'gemini/gemini', data: 's' } },
    { kind: 'tool-call', id: '', name: 'f', arguments: '{}' },
  ];
  const [first, second] = encoded(parts).message.tool_calls as JsonObject[];
  assert.match(String(first?.id), /^call_[0-9a-f]{24}$/);
  assert.notEqual(first?.id, second?.id);
  assert.deepEqual(encoded(parts).message.tool_calls, [first, second]);
  const google = object(object(first?.extra_content)?.google);
  assert.deepEqual(unwrap(String(google?.thought_signature)), { origin: 'gemini/gemini', data: 's' });
});

test('custom calls, pictures, several answers', () => {
  const { message } = encoded([
    { kind: 'media', media: 'image', source: { type: 'data', mimeType: 'image/png', base64: 'AAAA' } },
    { kind: 'tool-call', id: 'a', name: 'apply_patch', arguments: '*** Begin', custom: true },
  ]);
  assert.deepEqual(message.images, [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }]);
  assert.deepEqual(message.tool_calls, [
    { id: 'a', type: 'custom', custom: { name: 'apply_patch', input: '*** Begin' } },
  ]);
  const candidate = (index: number): Candidate => ({
    index,
    parts: [{ kind: 'text', text: `${index}` }],
    finish: { reason: 'end' },
  });
  const body = chat.encodeAnswer({ candidates: [candidate(0), candidate(1)] }, replyFor().reply);
  assert.deepEqual(
    (body.choices as JsonObject[]).map(({ index }) => index),
    [0, 1],
  );
});

test('log probabilities are of the text', () => {
  const content = [{ token: 'a', logprob: -1, bytes: null, top_logprobs: [] }];
  const body = completion({ role: 'assistant', content: 'a' });
  const [choice] = body.choices as JsonObject[];
  const answer = chat.decodeAnswer(
    { ...body, choices: [{ ...choice, logprobs: { content, refusal: null } }] },
    { origin },
  );
  const [text] = answer.candidates[0]?.parts ?? [];
  assert.deepEqual(text?.kind === 'text' ? text.logprobs : undefined, content);
  assert.deepEqual(encoded([{ kind: 'text', text: 'a', logprobs: content }]).choice.logprobs, {
    content,
    refusal: null,
  });
});

test('a body without choices is no answer', () => {
  assert.throws(() => chat.decodeAnswer({ error: { message: 'boom' } }, { origin }), {
    code: 'upstream-invalid',
    message: /boom/,
  });
  assert.throws(() => chat.decodeAnswer({}, { origin }), { code: 'upstream-invalid' });
});

test('odd answers do not throw', () => {
  for (const choices of [
    [],
    [null],
    [{}],
    [{ message: null }],
    [{ message: { content: 5, tool_calls: [null, {}, { function: 3 }] } }],
  ]) {
    chat.decodeAnswer({ choices }, { origin });
  }
});
