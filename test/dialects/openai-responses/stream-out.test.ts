// Answers of other dialects, told as streams of this one.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Answer, Delta, Finish, JsonObject, Part, PartEnding, Usage } from '../../../src/core/index.ts';
import { unfold } from '../../../src/dialects/canonical/unfold.ts';
import { checkResponsesStream } from './grammar.ts';
import { asked, decoded, eventsOf, folded, readStream, reply, writeStream } from './told.ts';

interface Piece {
  readonly part: Part;
  readonly texts?: readonly string[];
  readonly set?: PartEnding;
}

const usage: Usage = { input: 3, output: 2, cacheRead: 1, cacheWrite: 0, cacheWrite1h: 0, reasoning: 1 };

function deltasOf(pieces: readonly Piece[], finish: Finish = { reason: 'end' }): Delta[] {
  const grown = pieces.flatMap(({ part, texts = [], set }, index): Delta[] => [
    { type: 'part-start', candidate: 0, index, part },
    ...texts.map((text): Delta => ({ type: 'part-delta', candidate: 0, index, text })),
    { type: 'part-end', candidate: 0, index, ...(set === undefined ? {} : { set }) },
  ]);
  const end: Delta = { type: 'answer-end', usage };
  return [
    { type: 'answer-start', id: 'their-id', model: 'theirs' },
    ...grown,
    { type: 'finish', candidate: 0, finish },
    end,
  ];
}

function told(pieces: readonly Piece[], finish?: Finish, lost: string[] = []): JsonObject[] {
  const text = writeStream(deltasOf(pieces, finish), reply(undefined, lost));
  checkResponsesStream(text);
  return eventsOf(text);
}

function typesOf(events: readonly JsonObject[]): string[] {
  return events.map(({ type }) => String(type).replace('response.', ''));
}

function ended(events: readonly JsonObject[]): JsonObject {
  return events.at(-1)?.response as JsonObject;
}

/** What was said, without what a dialect has its own way to say. */
function gist({ candidates }: Answer): unknown {
  return candidates[0]?.parts.map((part) => [
    part.kind,
    'text' in part ? part.text : 'arguments' in part && part.arguments,
  ]);
}

const text: Piece = { part: { kind: 'text', text: '' }, texts: ['Hel', 'lo'] };
const call: Piece = { part: { kind: 'tool-call', id: 'c', name: 'f', arguments: '' }, texts: ['{"a"', ':1}'] };
const reasoning: Piece = {
  part: { kind: 'reasoning', text: '' },
  texts: ['Hm', '.'],
  set: { opaque: { origin: 'anthropic-messages/anthropic', data: 'sig' } },
};

describe('a stream told in this dialect', () => {
  it('is in the order that clients insist on', () => {
    assert.deepEqual(typesOf(told([reasoning, text, call])), [
      'created',
      'in_progress',
      'output_item.added',
      'reasoning_summary_part.added',
      'reasoning_summary_text.delta',
      'reasoning_summary_text.delta',
      'reasoning_summary_text.done',
      'reasoning_summary_part.done',
      'output_item.done',
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'output_item.added',
      'function_call_arguments.delta',
      'function_call_arguments.delta',
      'function_call_arguments.done',
      'output_item.done',
      'completed',
    ]);
  });

  it('says the same as the whole answer would', () => {
    const pieces = [reasoning, text, call, text];
    const answer = folded(deltasOf(pieces));
    const heard = folded(readStream(writeStream(deltasOf(pieces))));
    assert.deepEqual(gist(heard), gist(answer));
    assert.deepEqual(heard.usage, answer.usage);
    assert.deepEqual(ended(told(pieces)), ended(eventsOf(writeStream(unfold(answer)))));
  });

  it('announces what was asked and the model that answers', () => {
    const conversation = decoded({
      model: 'm',
      input: 'Hi',
      tools: [{ type: 'function', name: 'f' }],
      temperature: 0.5,
    });
    const [first, second] = eventsOf(writeStream(deltasOf([text]), reply(conversation)));
    const response = first?.response as JsonObject;
    assert.deepEqual(
      [response.id, response.model, response.temperature, (response.tools as unknown[]).length, response.status],
      ['resp_portico_call-1', 'theirs', 0.5, 1, 'in_progress'],
    );
    assert.deepEqual(second?.response, response);
  });

  it('has one message with several pieces for text and refusal in a row', () => {
    const events = told([text, { part: { kind: 'refusal', text: '' }, texts: ['No.'] }, text]);
    const [message, ...others] = ended(events).output as JsonObject[];
    assert.deepEqual(others, []);
    assert.deepEqual(
      (message?.content as JsonObject[] | undefined)?.map((piece) => piece.text ?? piece.refusal),
      ['Hello', 'No.', 'Hello'],
    );
  });

  it('takes what is given at once, and fills in arguments that never came', () => {
    const events = told([
      { part: { kind: 'text', text: 'Hello' } },
      { part: { kind: 'tool-call', id: 'c', name: 'f', arguments: '{"a":1}' } },
      { part: { kind: 'tool-call', id: 'd', name: 'f', arguments: '' } },
    ]);
    const [message, ...calls] = ended(events).output as JsonObject[];
    assert.equal((message?.content as JsonObject[] | undefined)?.[0]?.text, 'Hello');
    assert.deepEqual(
      calls.map((item) => item.arguments),
      ['{"a":1}', '{}'],
    );
  });

  it('tells free text of a custom tool as such', () => {
    const events = told([
      { part: { kind: 'tool-call', id: 'c', name: 'apply_patch', arguments: '', custom: true }, texts: ['*** Begin'] },
    ]);
    assert.deepEqual(typesOf(events).slice(3, 6), [
      'custom_tool_call_input.delta',
      'custom_tool_call_input.done',
      'output_item.done',
    ]);
  });

  it('tells a search in its steps, a picture when it is there', () => {
    const events = told([
      { part: { kind: 'search', id: 'ws_1', queries: ['q'] } },
      { part: { kind: 'media', media: 'image', source: { type: 'data', mimeType: 'image/png', base64: 'QUJD' } } },
    ]);
    assert.deepEqual(typesOf(events).slice(2, 8), [
      'output_item.added',
      'web_search_call.in_progress',
      'web_search_call.searching',
      'web_search_call.completed',
      'output_item.done',
      'output_item.added',
    ]);
    assert.equal((events[7]?.item as JsonObject | undefined)?.result, null);
  });

  it('tells citations with offsets at once, others when the text is whole', () => {
    const located = { url: 'u', title: 't', start: 0, end: 2 };
    const cite = (citations: readonly JsonObject[]): Delta => ({
      type: 'part-delta',
      candidate: 0,
      index: 0,
      text: '',
      citations,
    });
    const deltas = deltasOf([text]);
    const before = [...deltas.slice(0, 2), cite([located, { url: 'v' }, located]), ...deltas.slice(2)];
    const written = writeStream(before);
    checkResponsesStream(written);
    const annotations = eventsOf(written)
      .filter(({ annotation }) => annotation !== undefined)
      .map(({ annotation }) => annotation as JsonObject);
    assert.deepEqual(
      annotations.map(({ url, end_index: end }) => [url, end]),
      [
        ['u', 2],
        ['v', 5],
        ['u', 2],
      ],
    );
    const [message] = ended(eventsOf(written)).output as JsonObject[];
    assert.deepEqual((message?.content as JsonObject[] | undefined)?.[0]?.annotations, annotations);
  });

  it('has no message for text that stays empty, and says what it lost', () => {
    const lost: string[] = [];
    const events = told(
      [
        { part: { kind: 'text', text: '' } },
        { part: { kind: 'native', dialect: 'gemini', type: 'executableCode', raw: {} } },
      ],
      undefined,
      lost,
    );
    assert.deepEqual(typesOf(events), ['created', 'in_progress', 'completed']);
    assert.deepEqual(lost, ['executableCode']);
  });

  it('tells no more than one answer', () => {
    const lost: string[] = [];
    const second = deltasOf([text]).map((delta) => ('candidate' in delta ? { ...delta, candidate: 1 } : delta));
    assert.deepEqual(typesOf(eventsOf(writeStream(second, reply(asked({}), lost)))), [
      'created',
      'in_progress',
      'completed',
    ]);
    assert.ok(lost.includes('further answers'));
  });

  it('ends with the event of its reason', () => {
    const last = (finish: Finish) => typesOf(told([text], finish)).at(-1);
    assert.equal(last({ reason: 'length' }), 'incomplete');
    assert.equal(last({ reason: 'filtered' }), 'incomplete');
    assert.equal(last({ reason: 'bad-call' }), 'failed');
    assert.equal(last({ reason: 'tool' }), 'completed');
    const declined = told([text], { reason: 'refusal', message: 'Not this.' });
    assert.ok(typesOf(declined).includes('refusal.delta'));
  });

  it('has not ended before the answer has', () => {
    const cut = deltasOf([text]).slice(0, -1);
    assert.ok(!/response\.(completed|incomplete|failed)/.test(writeStream(cut)));
  });

  it('is the same, byte for byte, each time', () => {
    assert.equal(writeStream(deltasOf([reasoning, text, call])), writeStream(deltasOf([reasoning, text, call])));
  });
});
