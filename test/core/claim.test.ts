// What claims are settled with where several upstreams worked for one answer: all of it is counted, none of it twice.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AttemptRecord, CallEnd, Claim, Grant, Limit, LimitKind } from '../../src/core/index.ts';
import { settleClaims } from '../../src/core/index.ts';

const window = { shape: 'fixed', unit: 'minute', count: 1 } as const;
const limit = (kind: LimitKind): Limit => ({
  kind,
  amount: 1000,
  window: kind === 'concurrency' ? undefined : window,
  burst: undefined,
});
const claims: readonly Claim[] = (['requests', 'tokens', 'cost', 'concurrency'] as const).map((kind) => ({
  subject: 'key:ci',
  limit: limit(kind),
  amount: kind === 'tokens' ? 700 : kind === 'cost' ? 9000 : 1,
}));
const usage = { input: 100, output: 20, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0, reasoning: 0 };
const end: CallEnd = {
  outcome: 'ok',
  status: 200,
  usage,
  usageSource: 'reported',
  costMicros: 460,
  priceSource: 'listed',
};

function attempt(more: Partial<AttemptRecord>): AttemptRecord {
  const none = { model: undefined, status: 200, failure: undefined, reason: undefined, requestId: undefined };
  const base = {
    provider: 'up',
    account: 'a',
    dialect: 'openai-chat',
    sent: true,
    spanId: '',
    startMs: 0,
    ms: 1,
  } as const;
  return { ...base, ...none, ...more };
}

function settled(attempts: readonly AttemptRecord[], over: CallEnd | undefined): readonly number[] {
  let amounts: readonly number[] = [];
  const grant: Grant = {
    granted: true,
    readings: [],
    settle: (given) => {
      amounts = given;
    },
    release: () => undefined,
  };
  settleClaims(grant, claims, attempts, over);
  return amounts;
}

test('what was given up beside the answer is counted with it: the tokens it read, and the cost that is in the call’s', () => {
  const lost = attempt({ failure: 'gone', inputTokens: 30, costMicros: 60 });
  assert.deepEqual(settled([attempt({}), lost], end), [1, 150, 460, 1]);
  assert.deepEqual(settled([attempt({})], end), [1, 120, 460, 1]);
});

test('where only those are left that were given up, what was reserved is what was used', () => {
  for (const failure of ['discarded', 'gone']) {
    assert.deepEqual(settled([attempt({ failure, inputTokens: 30 })], undefined), [1, 700, 9000, 1]);
  }
});

test('what was never sent has used nothing', () => {
  assert.deepEqual(settled([attempt({ sent: false, failure: 'gone' })], undefined), [0, 0, 0, 0]);
});
