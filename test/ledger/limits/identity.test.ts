// Who is counted: the same for the same subject and window, another for every other.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readLimits } from '../../../src/core/index.ts';
import { groupOf, identityOf, readIdentity, writeIdentity } from '../../../src/ledger/limits/identity.ts';
import { groups } from '../../../src/ledger/limits/layout.ts';

const limits = readLimits({
  requests: ['1/s', '1/m', '1/2m', '1/h', '1/day', '1/week', '1/month', '1/total'],
  rate: ['1/s', '1/m'],
  tokens: ['1/m', '1/day'],
  cost: ['1 USD/day'],
  concurrency: 1,
});

test('no two of half a million counts are taken for one, not even by half of their identity', () => {
  const subjects = Array.from({ length: 12_000 }, (_, index) => [
    `key:${index}`,
    `ip:10.${index >> 8}.${index & 255}.1`,
    `${index} a`,
  ]);
  const seen = new Set<string>();
  const highs = new Set<number>();
  let count = 0;
  for (const subject of subjects.flat()) {
    for (const limit of limits) {
      const identity = identityOf(subject, limit);
      seen.add(`${identity.high} ${identity.low}`);
      highs.add(identity.high);
      count += 1;
    }
  }
  assert.equal(seen.size, count);
  // As many as chance would make equal in 32 bits (about 30), and not many more.
  assert.ok(count - highs.size < 60, `${count - highs.size}`);
});

test('counts spread over the groups', () => {
  const filled = new Uint32Array(groups);
  const [limit] = limits;
  assert.ok(limit);
  for (let index = 0; index < groups * 4; index += 1) {
    const group = groupOf(identityOf(`key:team-${index}`, limit));
    filled[group] = (filled[group] ?? 0) + 1;
  }
  assert.ok(Math.max(...filled) <= 16, `${Math.max(...filled)}`);
});

test('an identity is read as it was written', () => {
  for (const limit of limits) {
    const identity = identityOf('key:ci', limit);
    assert.deepEqual(readIdentity(writeIdentity(identity)), identity);
  }
  assert.equal(readIdentity('0123'), undefined);
});

test('amounts are no part of it', () => {
  const [few, many] = [readLimits({ tokens: '5/m' })[0], readLimits({ tokens: '7k/m' })[0]];
  assert.ok(few && many);
  assert.deepEqual(identityOf('key:ci', few), identityOf('key:ci', many));
});
