// What a stream of events must be like (wire.md 9.1): clients throw, or lose a call, on anything else.
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../../../src/core/index.ts';

interface Open {
  readonly at: number;
  readonly id: unknown;
  readonly type: unknown;
  /** Pieces of content or of a summary. */
  pieces: number;
  /** The piece that is open: its text so far. */
  piece: { readonly type: unknown; text: string; told: boolean; annotations: number } | undefined;
  /** Arguments or input so far. */
  text: string;
}

const added = 'response.output_item.added';

/** `events`: parsed data of each, or the text of a whole stream. Throws on the first that is out of order. */
export function checkResponsesStream(events: readonly JsonObject[] | string): void {
  const list = typeof events === 'string' ? parse(events) : events;
  assert.equal(list[0]?.type, 'response.created', 'the first event is response.created');
  assert.equal(list[1]?.type, 'response.in_progress', 'the second event is response.in_progress');
  const done: unknown[] = [];
  let open: Open | undefined;
  for (const [at, event] of list.entries()) {
    assert.equal(event.sequence_number, at, `sequence_number of event ${at} (${event.type})`);
    if (at < 2) {
      checkBegun(event);
      continue;
    }
    const type = String(event.type);
    if (type === added) open = opened(event, open, done.length);
    else if (type === 'response.output_item.done') {
      done.push(closed(event, open));
      open = undefined;
    } else if (ends.has(type)) {
      assert.equal(open, undefined, `${type} while an item is open`);
      assert.equal(at, list.length - 1, `${type} is the last event`);
      checkEnded(type, event, done);
    } else if (type === 'error')
      assert.equal(list[at + 1]?.type, 'response.failed', 'error goes before response.failed');
    else within(type, event, open);
  }
  assert.ok(ends.has(String(list.at(-1)?.type)), 'the stream has an end');
}

const ends = new Set(['response.completed', 'response.incomplete', 'response.failed']);

function parse(sse: string): JsonObject[] {
  const blocks = sse.split('\n\n').filter((block) => block !== '' && !block.startsWith(':'));
  return blocks.map((block) => {
    const [, name, data] = /^event: (\S+)\ndata: ([^\r\n]*)$/.exec(block) ?? [];
    assert.ok(data !== undefined, `an event that is not one name and one line of data: ${block.slice(0, 80)}`);
    const event = JSON.parse(data) as JsonObject;
    assert.equal(event.type, name, 'the name of an event is its type');
    return event;
  });
}

function checkBegun({ response }: JsonObject): void {
  const { status, output, id, object, created_at: created, model } = response as JsonObject;
  assert.equal(status, 'in_progress');
  assert.deepEqual(output, []);
  assert.equal(object, 'response');
  assert.ok(typeof id === 'string' && typeof created === 'number' && typeof model === 'string');
}

function checkEnded(type: string, { response }: JsonObject, done: readonly unknown[]): void {
  const { status, output } = response as JsonObject;
  assert.equal(`response.${status}`, type, 'the status is that of the event');
  if (type !== 'response.failed') assert.deepEqual(output, done, 'the response repeats all items');
}

function opened(event: JsonObject, before: Open | undefined, at: number): Open {
  assert.equal(before, undefined, 'an item opens while another is open');
  assert.equal(event.output_index, at, 'output_index is dense');
  const { id, type } = event.item as JsonObject;
  assert.ok(typeof id === 'string' && id !== '', `an id of the ${type} item`);
  return { at, id, type, pieces: 0, piece: undefined, text: '' };
}

function closed(event: JsonObject, open: Open | undefined): JsonObject {
  assert.ok(open !== undefined, 'an item is done that was not open');
  const item = event.item as JsonObject;
  assert.equal(event.output_index, open.at);
  assert.deepEqual([item.id, item.type], [open.id, open.type], 'an item keeps its id and type');
  assert.equal(open.piece, undefined, 'an item is done while a piece of it is open');
  if (item.type === 'message') assert.equal((item.content as unknown[]).length, open.pieces, 'all pieces were told');
  if (item.type === 'function_call') assert.equal(item.arguments, open.text, 'all arguments were told');
  if (item.type === 'custom_tool_call') assert.equal(item.input, open.text, 'all input was told');
  return item;
}

/** Events between the first and the last of an item. */
function within(type: string, event: JsonObject, open: Open | undefined): void {
  assert.ok(open !== undefined, `${type} without an open item`);
  assert.equal(event.output_index, open.at, `output_index of ${type}`);
  assert.equal(event.item_id, open.id, `item_id of ${type}`);
  const verb = type.slice(type.lastIndexOf('.') + 1);
  if (type.startsWith('response.content_part.') || type.startsWith('response.reasoning_summary_part.')) {
    return verb === 'added' ? beginPiece(event, open) : endPiece(event, open);
  }
  if (type === 'response.function_call_arguments.delta' || type === 'response.custom_tool_call_input.delta') {
    open.text += String(event.delta);
    return;
  }
  if (type === 'response.function_call_arguments.done') return assert.equal(event.arguments, open.text);
  if (type === 'response.custom_tool_call_input.done') return assert.equal(event.input, open.text);
  if (type === 'response.output_text.annotation.added') return annotate(event, open);
  if (pieceOf[type.slice(0, -verb.length - 1)] !== undefined) return growPiece(type, verb, event, open);
  assert.match(type, /^response\.(web_search|image_generation)_call\.\w+$/, `an event unknown to clients: ${type}`);
}

const pieceOf: Readonly<Record<string, string>> = {
  'response.output_text': 'output_text',
  'response.refusal': 'refusal',
  'response.reasoning_text': 'reasoning_text',
  'response.reasoning_summary_text': 'summary_text',
};

function indexOf(event: JsonObject): unknown {
  return event.content_index ?? event.summary_index;
}

function beginPiece(event: JsonObject, open: Open): void {
  assert.equal(open.piece, undefined, 'a piece opens while another is open');
  assert.equal(indexOf(event), open.pieces, 'pieces are numbered without gaps');
  open.piece = { type: (event.part as JsonObject).type, text: '', told: false, annotations: 0 };
}

function growPiece(type: string, verb: string, event: JsonObject, open: Open): void {
  const { piece } = open;
  assert.ok(piece !== undefined, `${type} without an open piece`);
  assert.equal(indexOf(event), open.pieces);
  assert.equal(pieceOf[type.slice(0, -verb.length - 1)], piece.type, `${type} in a piece of another kind`);
  assert.ok(!piece.told, `${type} after the text was told whole`);
  if (verb === 'delta') {
    assert.ok(typeof event.delta === 'string');
    if (piece.type === 'output_text') assert.ok(Array.isArray(event.logprobs), 'logprobs of a delta');
    piece.text += event.delta;
    return;
  }
  assert.equal(verb, 'done');
  assert.equal(event.text ?? event.refusal, piece.text, 'the whole text is what its deltas were');
  piece.told = true;
}

function annotate(event: JsonObject, open: Open): void {
  assert.ok(open.piece !== undefined && !open.piece.told, 'an annotation belongs to the open piece');
  assert.equal(event.annotation_index, open.piece.annotations, 'annotations are numbered without gaps');
  open.piece.annotations += 1;
}

function endPiece(event: JsonObject, open: Open): void {
  const { piece } = open;
  assert.ok(piece !== undefined, 'a piece is done that was not open');
  assert.ok(piece.told, 'a piece is done before its text was told whole');
  const part = event.part as JsonObject;
  assert.equal(part.type, piece.type);
  assert.ok(isDeepStrictEqual(part.text ?? part.refusal, piece.text), 'the piece has the whole text');
  if (Array.isArray(part.annotations))
    assert.equal(part.annotations.length, piece.annotations, 'all annotations were told');
  open.piece = undefined;
  open.pieces += 1;
}
