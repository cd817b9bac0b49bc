// Who was passed over stands on the record of the attempt that followed, or of the call where none did.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alsoPassed, toldOf } from '../../../src/gateway/call/passed-over.ts';

const target = { provider: 'up', account: 'a', model: 'm', priority: 0, weight: 1 };

test('nobody passed over leaves nothing', () => {
  assert.deepEqual(toldOf(undefined), { passed: undefined, passedCount: undefined });
});

test('each is kept with its reason, and no count where all are named', () => {
  const passed = alsoPassed(undefined, target, 'cooling 42 s after 429');
  assert.deepEqual(toldOf(passed), {
    passed: [{ provider: 'up', account: 'a', reason: 'cooling 42 s after 429' }],
    passedCount: undefined,
  });
});

test('of a thousand eight are named, and all are counted', () => {
  let passed: ReturnType<typeof alsoPassed> | undefined;
  for (let index = 0; index < 1000; index += 1) {
    passed = alsoPassed(passed, { ...target, account: `a${index}` }, 'cooling');
  }
  const told = toldOf(passed);
  assert.equal(told.passed?.length, 8);
  assert.equal(told.passed?.[7]?.account, 'a7');
  assert.equal(told.passedCount, 1000);
});
