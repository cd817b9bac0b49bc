// The answer a stream stands for: the same however it is cut, and none where the stream is broken.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Sink, Source } from 'portico';
import { EventsToResponse } from '../../../providers/codex/events-to-response.ts';

const item = { type: 'message', content: [{ type: 'output_text', text: 'Grüße, 世界' }] };
const events = [
  { type: 'response.created', response: { id: 'r', status: 'in_progress', output: [] } },
  { type: 'response.output_item.done', output_index: 1, item: { type: 'function_call', name: 'f' } },
  { type: 'response.output_item.done', output_index: 0, item },
  { type: 'response.completed', response: { id: 'r', status: 'completed', output: [] } },
];
const answer = { id: 'r', status: 'completed', output: [item, { type: 'function_call', name: 'f' }] };

function written(some: readonly object[], end: string): Buffer {
  return Buffer.from(some.map((event) => `event: x${end}data: ${JSON.stringify(event)}${end}${end}`).join(''));
}

/** What comes of pieces: the answer, or the code of the error. */
function folded(pieces: readonly Buffer[]): unknown {
  let told: unknown;
  let broken = 0;
  const source: Source = {
    resume: () => undefined,
    abort: () => {
      broken += 1;
    },
    flow(sink) {
      for (const piece of pieces) sink.data(piece);
      sink.end();
    },
  };
  const chunks: Buffer[] = [];
  const sink: Sink = {
    data: (chunk) => chunks.push(chunk) > 0,
    end() {
      assert.equal(told, undefined, 'it ends once');
      told = JSON.parse(Buffer.concat(chunks).toString());
    },
    fail(error) {
      assert.equal(told, undefined, 'it ends once');
      told = [Object(error).code, broken];
    },
  };
  new EventsToResponse(source).flow(sink);
  return told;
}

test('cut anywhere, with any line ends, with or without the last of them: the same answer', () => {
  const text = fc.constantFrom('\n', '\r\n').chain((end) => fc.boolean().map((trimmed) => ({ end, trimmed })));
  fc.assert(
    fc.property(text, fc.array(fc.nat(600), { maxLength: 12 }), ({ end, trimmed }, cuts) => {
      const whole = written(events, end);
      const bytes = trimmed ? whole.subarray(0, whole.toString('latin1').trimEnd().length) : whole;
      const places = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
      const pieces = places.slice(1).map((place, index) => bytes.subarray(places[index], place));
      assert.deepEqual(folded(pieces), answer);
    }),
    { numRuns: 200 },
  );
});

test('items that stand in the last event are taken from there', () => {
  const last = { type: 'response.incomplete', response: { id: 'r', status: 'incomplete', output: [item] } };
  assert.deepEqual(folded([written([...events.slice(0, 2), last], '\n')]), last.response);
});

test('errors are told as such', () => {
  const error = { code: 'server_error', message: 'It broke.' };
  const failed = { type: 'response.failed', response: { id: 'r', status: 'failed', error } };
  assert.deepEqual(folded([written([failed], '\n')]), { error });
  assert.deepEqual(folded([written([{ type: 'error', error }], '\n')]), { error });
  assert.deepEqual(folded([written([{ type: 'error', ...error }], '\n')]), { error: { type: 'error', ...error } });
});

test('a stream that ends too soon, holds no JSON or does not end is no answer', () => {
  assert.deepEqual(folded([written(events.slice(0, 3), '\n')]), ['upstream-truncated', 0]);
  assert.deepEqual(folded([Buffer.from('data: {"type"\n\n'), written(events, '\n')]), ['upstream-invalid', 1]);
  const noise = Buffer.alloc(1024 * 1024, ':');
  assert.deepEqual(folded(new Array(65).fill(noise)), ['upstream-invalid', 1]);
});
