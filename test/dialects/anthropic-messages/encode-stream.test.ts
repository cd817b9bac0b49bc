// Streams as clients of this dialect are told them.
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Delta, Finish, JsonObject, Part, PartEnding, ReplyFacts, Usage } from '../../../src/core/index.ts';
import { unwrap } from '../../../src/dialects/canonical/envelope.ts';
import { checkMessageStream, eventsOf } from './grammar.ts';
import { folded, here, inside, replying, streamed, written } from './setting.ts';

const usage: Usage = { input: 50, output: 9, cacheRead: 40, cacheWrite: 0, cacheWrite1h: 0, reasoning: 0 };

interface Told {
  readonly part: Part;
  readonly deltas?: readonly string[];
  readonly set?: PartEnding;
}

function* stream(
  parts: readonly Told[],
  finish: Finish = { reason: 'end' },
  end: { usage?: Usage } = { usage },
): Generator<Delta> {
  yield { type: 'answer-start' };
  for (const [index, { part, deltas = [], set }] of parts.entries()) {
    yield { type: 'part-start', candidate: 0, index, part };
    for (const text of deltas) yield { type: 'part-delta', candidate: 0, index, text };
    yield { type: 'part-end', candidate: 0, index, ...(set === undefined ? {} : { set }) };
  }
  yield { type: 'finish', candidate: 0, finish };
  yield { type: 'answer-end', ...end };
}

/** The bodies of the events, which are a legal stream. */
function told(deltas: Iterable<Delta>, reply?: ReplyFacts): JsonObject[] {
  const events = eventsOf(written(deltas, reply));
  checkMessageStream(events);
  return events.map(({ data }) => JSON.parse(data) as JsonObject);
}

/** The blocks between message_start and message_delta. */
function blocks(...parts: Told[]): JsonObject[] {
  return told(stream(parts)).slice(1, -2);
}

const text: Told = { part: { kind: 'text', text: '' }, deltas: ['Hel', 'lo'] };

test('a text, from the first event to the last', () => {
  assert.equal(
    written(stream([text])),
    [
      'event: message_start',
      'data: {"type":"message_start","message":{"id":"msg_call0123","type":"message","role":"assistant","model":"some-model","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":321,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":0},"output_tokens":0,"inference_geo":null,"server_tool_use":null,"service_tier":null},"stop_details":null,"container":null}}',
      '',
      'event: content_block_start',
      'data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}',
      '',
      'event: content_block_delta',
      'data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hel"}}',
      '',
      'event: content_block_delta',
      'data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"lo"}}',
      '',
      'event: content_block_stop',
      'data: {"type":"content_block_stop","index":0}',
      '',
      'event: message_delta',
      'data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"input_tokens":10,"cache_creation_input_tokens":0,"cache_read_input_tokens":40,"output_tokens":9,"server_tool_use":null}}',
      '',
      'event: message_stop',
      'data: {"type":"message_stop"}',
      '',
      '',
    ].join('\n'),
  );
});

test('thinking is signed once, before its block stops', () => {
  const part: Part = { kind: 'reasoning', text: '' };
  const set = { opaque: { origin: here, data: 'sig' } };
  assert.deepEqual(blocks({ part, deltas: ['Hm'], set }), [
    { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hm' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'sig' } },
    { type: 'content_block_stop', index: 0 },
  ]);
});

test('a blob without words is a block, too; one of another vendor is wrapped', () => {
  const part: Part = {
    kind: 'reasoning',
    text: '',
    opaque: { origin: 'gemini/gemini', data: 'blob', carries: 'next' },
  };
  const [start, signature] = blocks({ part });
  assert.equal(inside(start, 'content_block', 'type'), 'thinking');
  const blob = unwrap(String(inside(signature, 'delta', 'signature')));
  assert.deepEqual(blob, { origin: 'gemini/gemini', data: 'blob', carries: 'next' });
});

test('what was withheld comes whole', () => {
  const opaque = { origin: here, data: 'dark' };
  for (const told of [
    { part: { kind: 'reasoning', text: '', redacted: true, opaque } as const },
    { part: { kind: 'reasoning', text: '' } as const, set: { redacted: true, opaque } },
  ]) {
    assert.deepEqual(blocks(told), [
      { type: 'content_block_start', index: 0, content_block: { type: 'redacted_thinking', data: 'dark' } },
      { type: 'content_block_stop', index: 0 },
    ]);
  }
});

test('a call: an empty piece of input first, then the arguments as they come', () => {
  const part: Part = { kind: 'tool-call', id: 'call_1', name: 'f', arguments: '' };
  const pieces = blocks({ part, deltas: ['{"a"', ':1}'] });
  assert.deepEqual(pieces[0]?.content_block, { type: 'tool_use', id: 'call_1', name: 'f', input: {} });
  const json = pieces.slice(1, -1).map(({ delta }) => (delta as JsonObject).partial_json);
  assert.deepEqual(json, ['', '{"a"', ':1}']);
});

test('free text of a call is told as an object', () => {
  const part: Part = { kind: 'tool-call', id: 'call_1', name: 'patch', arguments: '', custom: true };
  const smile = '\u{1f600}';
  const pieces = blocks({ part, deltas: ['a "b"\n', smile.slice(0, 1), smile.slice(1)] });
  const json = pieces.slice(1, -1).map(({ delta }) => (delta as JsonObject).partial_json);
  assert.deepEqual(JSON.parse(json.join('')), { input: `a "b"\n${smile}` });
});

test('a search comes as two blocks', () => {
  const part: Part = { kind: 'search', id: 'ws_1', queries: ['q'], results: [{ url: 'https://x' }] };
  const types = blocks({ part }, text).map(
    (event) => (event.content_block as JsonObject | undefined)?.type ?? event.type,
  );
  assert.deepEqual(types, [
    'server_tool_use',
    'content_block_delta',
    'content_block_stop',
    'web_search_tool_result',
    'content_block_stop',
    'text',
    'content_block_delta',
    'content_block_delta',
    'content_block_stop',
  ]);
});

test('blanks are held until something is said; a block that says nothing is none', () => {
  const pieces = blocks(
    { part: { kind: 'text', text: '' }, deltas: ['\n', '\n'] },
    { part: { kind: 'reasoning', text: '' } },
    { part: { kind: 'text', text: '\n' }, deltas: [' ', 'Hi'] },
  );
  assert.deepEqual(
    pieces.map(({ index }) => index),
    [0, 0, 0],
  );
  assert.deepEqual(pieces[1]?.delta, { type: 'text_delta', text: '\n Hi' });
});

test('a text of blanks goes in front of the next text, and is forgotten before anything else', () => {
  const blank: Told = { part: { kind: 'text', text: '' }, deltas: ['\n'] };
  const call: Told = { part: { kind: 'tool-call', id: 'a', name: 'f', arguments: '{}' } };
  assert.deepEqual(inside(blocks(blank, text), 1, 'delta', 'text'), '\nHel');
  assert.deepEqual(inside(blocks(blank, call, text), 5, 'delta', 'text'), 'Hel');
  const carried = { origin: 'gemini/gemini', data: 'blob', carries: 'next' } as const;
  const carrier: Told = { part: { kind: 'reasoning', text: '', opaque: carried } };
  assert.deepEqual(inside(blocks(blank, carrier, text), 4, 'delta', 'text'), '\nHel');
});

test('citations are told as they come, also before the words', () => {
  const place = { candidate: 0, index: 0 };
  const deltas: Delta[] = [
    { type: 'answer-start' },
    { type: 'part-start', ...place, part: { kind: 'text', text: '' } },
    { type: 'part-delta', ...place, text: '', citations: [{ url: 'https://x', quote: 'Sun' }] },
    { type: 'part-delta', ...place, text: 'Hot.' },
    { type: 'part-end', ...place },
    { type: 'answer-end', usage },
  ];
  const kinds = told(deltas)
    .slice(2, -3)
    .map(({ delta }) => (delta as JsonObject).type);
  assert.deepEqual(kinds, ['citations_delta', 'text_delta']);
  const late: Told = { ...text, set: { citations: [{ url: 'https://x', start: 0, end: 3 }] } };
  const last = blocks(late).at(-2)?.delta as JsonObject;
  assert.equal((last.citation as JsonObject).cited_text, 'Hel');
});

test('the input is told at first as far as it can be guessed, in the end as it was', () => {
  const events = told(stream([text]));
  assert.equal(inside(events, 0, 'message', 'usage', 'input_tokens'), 321);
  assert.equal(inside(events.at(-2), 'usage', 'input_tokens'), 10);
  const nothing = told(stream([text]), replying({ estimateInput: () => 0 }));
  assert.equal(inside(nothing, 0, 'message', 'usage', 'input_tokens'), 1);
});

test('where nobody counted, the counts are guessed', () => {
  const events = told(stream([{ ...text, deltas: ['12345678'] }], undefined, {}));
  assert.deepEqual(events.at(-2)?.usage, {
    input_tokens: 321,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    output_tokens: 2,
    server_tool_use: null,
  });
});

test('a refusal is text, and the end says so', () => {
  const events = told(stream([{ part: { kind: 'refusal', text: '' }, deltas: ['No.'] }], { reason: 'refusal' }));
  assert.deepEqual(events[2]?.delta, { type: 'text_delta', text: 'No.' });
  assert.equal(inside(events.at(-2), 'delta', 'stop_reason'), 'refusal');
});

test('second answers, pictures and things of other vendors are left out', () => {
  const reply = replying();
  const deltas: Delta[] = [
    { type: 'answer-start' },
    { type: 'part-start', candidate: 1, index: 0, part: { kind: 'text', text: 'other' } },
    { type: 'part-delta', candidate: 1, index: 0, text: 'more' },
    { type: 'part-end', candidate: 1, index: 0 },
    ...[...stream([{ part: { kind: 'native', dialect: 'gemini', type: 'executableCode', raw: {} } }])].slice(1),
  ];
  assert.equal(told(deltas, reply).length, 3);
  assert.deepEqual(reply.told, ['candidates', 'executableCode']);
});

test('without a start, or with parts left open, it is a legal stream all the same', () => {
  const deltas: Delta[] = [
    { type: 'part-start', candidate: 0, index: 0, part: { kind: 'text', text: 'A' } },
    { type: 'part-start', candidate: 0, index: 1, part: { kind: 'tool-call', id: 'a', name: 'f', arguments: '{}' } },
    { type: 'answer-end' },
  ];
  assert.equal(inside(told(deltas).at(-2), 'delta', 'stop_reason'), 'end_turn');
  assert.equal(told([{ type: 'answer-end' }]).length, 3);
});

test('nothing is said of an end that did not come', () => {
  const deltas = [...stream([text])].slice(0, 3);
  assert.doesNotMatch(written(deltas), /message_delta|message_stop|content_block_stop/);
});

test('what is written is read as it was meant', () => {
  const parts: Told[] = [
    { part: { kind: 'reasoning', text: '' }, deltas: ['Hm'], set: { opaque: { origin: here, data: 'sig' } } },
    text,
    { part: { kind: 'tool-call', id: 'a', name: 'f', arguments: '' }, deltas: ['{"a":', '1}'] },
  ];
  const meant = folded(stream(parts, { reason: 'tool' })).answer();
  const { candidates, usage: counted } = folded(streamed(written(stream(parts, { reason: 'tool' })))).answer();
  assert.deepEqual(candidates[0]?.parts, meant.candidates[0]?.parts);
  assert.equal(candidates[0]?.finish.reason, 'tool');
  assert.deepEqual(counted, usage);
});
