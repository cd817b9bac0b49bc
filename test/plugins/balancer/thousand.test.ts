// A thousand accounts over the real shared memory: nobody who cools is picked, and turns hold across threads.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type OrderMeans, order } from '../../../plugins/balancer/order/order.ts';
import type { AccountStrategy, Target } from '../../../src/core/index.ts';
import { createMemory, SharedLedger } from '../../../src/ledger/memory.ts';
import { chance, pool } from './means.ts';

const size = 1000;
const names = Array.from({ length: size }, (_, index) => `n${index}`);
const thousand = pool('m', Object.fromEntries(names.map((name, index) => [name, { weight: 1 + (index % 3) }])));

function meansOf(ledger: SharedLedger, strategy: AccountStrategy): OrderMeans {
  return {
    strategy,
    health: ledger.health,
    session: 'c0ffee00deadbeef',
    next: (cursor) => ledger.next(cursor),
    random: chance(7),
    now: Date.now,
    priceOf: () => ({ input: 1, output: 1 }),
  };
}

function pick(means: OrderMeans): Target | undefined {
  for (const { state, target } of order(thousand, means)) if (state === 'usable') return target;
  return undefined;
}

function cool(ledger: SharedLedger, which: (index: number) => boolean): void {
  thousand.targets.forEach((target, index) => {
    if (!which(index)) return;
    const watch = ledger.health.begin(target);
    const cause = { cause: 'rate-limit', scope: 'model', status: 429, hintMs: 60_000 } as const;
    watch.cool({ ...cause, firstMs: 1000, mostMs: 60_000 });
    watch.end();
  });
}

describe('a thousand accounts', () => {
  const strategies = ['round-robin', 'weighted', 'random', 'fill-first', 'least-used', 'least-busy'] as const;
  for (const strategy of [...strategies, 'latency', 'cheapest', 'sticky'] as const) {
    test(`${strategy}: who cools is never picked, also where nearly all do`, () => {
      const ledger = new SharedLedger(createMemory(), 0);
      const means = meansOf(ledger, strategy);
      cool(ledger, (index) => index % 100 !== 7);
      for (let time = 0; time < 300; time += 1) {
        const account = pick(means)?.account ?? '';
        assert.equal(Number(account.slice(1)) % 100, 7, account);
      }
    });
  }

  test('turns are exact over the threads of one memory', () => {
    const memory = createMemory();
    const threads = [0, 1, 2].map((thread) => meansOf(new SharedLedger(memory, thread), 'round-robin'));
    const counts = new Map<string, number>();
    for (let time = 0; time < 3 * size; time += 1) {
      const account = pick(threads[(time * 7) % 3] as OrderMeans)?.account ?? '';
      counts.set(account, (counts.get(account) ?? 0) + 1);
    }
    assert.deepEqual([counts.size, new Set(counts.values())], [size, new Set([3])]);
  });

  test('a turn that falls to one of many that cool goes to the others without favour', () => {
    const ledger = new SharedLedger(createMemory(), 0);
    cool(ledger, (index) => index >= 500);
    const means = meansOf(ledger, 'round-robin');
    const halves = [0, 0];
    for (let time = 0; time < 8 * size; time += 1) {
      const index = Number(pick(means)?.account.slice(1));
      halves[index < 250 ? 0 : 1] = (halves[index < 250 ? 0 : 1] ?? 0) + 1;
    }
    assert.ok(Math.abs((halves[0] ?? 0) - 4000) < 250, halves.join());
  });

  test('the one with the fewest requests under way is found', () => {
    const ledger = new SharedLedger(createMemory(), 0);
    thousand.targets.forEach((target, index) => {
      if (index !== 613) ledger.health.begin(target);
    });
    assert.equal(pick(meansOf(ledger, 'least-busy'))?.account, 'n613');
    assert.equal(pick(meansOf(ledger, 'least-used'))?.account, 'n613');
  });
});
