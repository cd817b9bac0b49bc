// Events come out the same however the bytes are cut, and none of the bytes is lost.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { EventSplitter, type SseEvent } from '../../src/dialects/sse.ts';
import { cut } from '../support/cut.ts';

function split(chunks: readonly Buffer[]): SseEvent[] {
  const splitter = new EventSplitter();
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
}

const said = (events: readonly SseEvent[]) =>
  events.filter(({ data }) => data !== '').map(({ event, data }) => ({ event, data }));

/** What the reference parser reads from the whole text. */
function reference(bytes: Buffer): { event: string; data: string }[] {
  const events: { event: string; data: string }[] = [];
  const parser = createParser({ onEvent: ({ event, data }) => events.push({ event: event ?? '', data }) });
  parser.feed(bytes.toString());
  return events.filter(({ data }) => data !== '');
}

const lineEnds = fc.constantFrom('\n', '\r\n', '\r');
const words = fc.string({
  unit: fc.constantFrom('a', ' ', ':', '{', '"', '模', '🙂', '\u0000', '\ufeff'),
  maxLength: 8,
});
const lines = fc
  .tuple(fc.constantFrom('data:', 'data: ', 'data', 'event: ', ': ', 'id: ', 'retry: ', 'x', '', ''), words, lineEnds)
  .map(([field, word, end]) => (field === '' ? end : field + word.replaceAll('\u0000', '') + end));
const streams = fc
  .tuple(fc.boolean(), fc.array(lines, { maxLength: 20 }))
  .map(([marked, parts]) => Buffer.from(`${marked ? '\ufeff' : ''}${parts.join('')}`));
const cuts = fc.array(fc.nat(), { maxLength: 20 });

describe('an event stream', () => {
  it('has the events eventsource-parser finds, at every chunking', () => {
    fc.assert(
      fc.property(streams, cuts, (body, places) => {
        const splitter = new EventSplitter();
        const events = cut(body, places).flatMap((chunk) => splitter.push(chunk));
        assert.deepEqual(said(events), reference(body));
      }),
      { numRuns: 2000 },
    );
  });

  it('is, event by event, the bytes that came', () => {
    fc.assert(
      fc.property(streams, cuts, (body, places) => {
        const joined = Buffer.concat(split(cut(body, places)).map(({ bytes }) => bytes));
        assert.deepEqual(joined, body);
      }),
      { numRuns: 1000 },
    );
  });

  it('gives an event as soon as its blank line is there', () => {
    for (const end of ['\n\n', '\r\n\r\n', '\r\r']) {
      const [event, ...more] = new EventSplitter().push(Buffer.from(`event: ping\ndata: 1${end}`));
      assert.deepEqual([event?.event, event?.data, more], ['ping', '1', []], JSON.stringify(end));
    }
  });

  it('passes a comment on at once', () => {
    const events = new EventSplitter().push(Buffer.from(': keepalive\n\n'));
    assert.deepEqual(
      events.map(({ data, bytes }) => [data, bytes.toString()]),
      [['', ': keepalive\n\n']],
    );
  });

  it('keeps a character that is cut in two', () => {
    const body = Buffer.from('data: 模🙂\n\n');
    assert.deepEqual(said(split([...body].map((byte) => Buffer.from([byte])))), [{ event: '', data: '模🙂' }]);
  });

  it('reads what is left at its end, blank line or not', () => {
    assert.deepEqual(said(split([Buffer.from('data: [DONE]')])), [{ event: '', data: '[DONE]' }]);
    assert.deepEqual(split([Buffer.from([0xef, 0xbb])])[0]?.bytes, Buffer.from([0xef, 0xbb]));
    assert.deepEqual(split([]), []);
  });

  it('says how much waits for the rest of its event', () => {
    const splitter = new EventSplitter();
    splitter.push(Buffer.from('data: 1\n\ndata: 2'));
    assert.equal(splitter.pending, 7);
    splitter.push(Buffer.from('\n\n'));
    assert.equal(splitter.pending, 0);
  });
});
