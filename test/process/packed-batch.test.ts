// A batch that was packed and unpacked says the same, and a record that lines speak of crosses once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallRecord } from '../../src/core/index.ts';
import type { Line } from '../../src/gateway/outbox.ts';
import { packBatch, unpackBatch } from '../../src/process/threads/packed-batch.ts';

const record = {
  id: 'c1',
  path: '/v1/"quoted"\u2028',
  attempts: [{ provider: 'p', ms: 1.5 }],
} as unknown as CallRecord;
const lineOf = (about: CallRecord | undefined): Line => ({
  time: 1,
  level: 'info',
  source: 'logger',
  message: 'request',
  fields: { a: 1, b: null },
  record: about,
});

test('records, lines and counts arrive as they were', () => {
  const batch = {
    records: [record],
    lines: [lineOf(undefined), lineOf(record)],
    counts: [{ name: 'n', labels: { a: 'b' }, by: 2 }],
    health: [{ id: 'a', accountId: 'b', provider: 'p', account: 'a', scope: 'account' as const, trial: true }],
  };
  assert.deepEqual(unpackBatch(packBatch(batch)), batch);
});

test('a record crosses once, however many lines are about it', () => {
  const packed = packBatch({ records: [record], lines: [lineOf(record), lineOf(record)], counts: [], health: [] });
  assert.equal(packed.split('"c1"').length - 1, 1);
});

test('a line about a record of another batch carries it', () => {
  const unpacked = unpackBatch(packBatch({ records: [], lines: [lineOf(record)], counts: [], health: [] }));
  assert.deepEqual(unpacked.lines[0]?.record, record);
});
