// Data threads tell things in batches: at most every 100 ms, or as soon as 256 have gathered.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { Line } from '../../src/gateway/outbox.ts';
import type { Batch } from '../../src/process/channel.ts';
import { BatchingOutbox } from '../../src/process/threads/outbox.ts';
import { HandClock } from '../support/clock.ts';

const line: Line = { time: 0, level: 'info', source: 's', message: 'm', fields: undefined, record: undefined };
const count = { name: 'n', labels: {}, by: 1 };

let clock: HandClock;
let sent: Batch[];
let outbox: BatchingOutbox;

beforeEach(() => {
  clock = new HandClock();
  sent = [];
  outbox = new BatchingOutbox((batch) => sent.push(batch), clock);
});

test('what comes within 100 ms leaves together', () => {
  outbox.line(line);
  clock.advance(99);
  outbox.count(count);
  assert.equal(sent.length, 0);
  clock.advance(1);
  assert.deepEqual(sent, [{ records: [], lines: [line], counts: [count], health: [] }]);
});

test('nothing to tell, nothing sent', () => {
  outbox.line(line);
  clock.advance(100);
  clock.advance(10_000);
  assert.equal(sent.length, 1);
  assert.equal(clock.waiting, 0);
});

test('the 256th entry does not wait', () => {
  for (let index = 0; index < 256; index += 1) outbox.line(line);
  assert.equal(sent[0]?.lines.length, 256);
  outbox.line(line);
  clock.advance(100);
  assert.equal(sent[1]?.lines.length, 1);
});

test('a flush sends at once and leaves nothing behind', () => {
  outbox.line(line);
  outbox.flush();
  outbox.flush();
  clock.advance(100);
  assert.equal(sent.length, 1);
});
