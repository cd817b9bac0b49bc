// Arithmetic of money: every token once, at the price of its kind, in whole micro-dollars.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Usage } from '../../../src/core/index.ts';
import { costOf } from '../../../src/gateway/prices/cost-of.ts';

function usage(counts: Partial<Usage>): Usage {
  return { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0, reasoning: 0, ...counts };
}

const price = { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75, cacheWrite1h: 6 };

test('a dollar per million is a micro-dollar per token', () => {
  assert.equal(costOf(usage({ input: 1000, output: 100 }), price), 4500);
});

test('reasoning is part of the output and counts once', () => {
  assert.equal(costOf(usage({ output: 100, reasoning: 80 }), price), 1500);
});

test('cached tokens count once, each at the price of its kind', () => {
  const mixed = usage({ input: 10_000, cacheRead: 6000, cacheWrite: 3000, cacheWrite1h: 1000 });
  assert.equal(costOf(mixed, price), 1000 * 3 + 6000 * 0.3 + 2000 * 3.75 + 1000 * 6);
});

test('what has no price of its own costs what input costs', () => {
  const mixed = usage({ input: 10_000, cacheRead: 6000, cacheWrite: 3000, cacheWrite1h: 1000 });
  assert.equal(costOf(mixed, { input: 2, output: 8 }), 20_000);
});

test('writes for an hour cost what other writes cost unless they are priced apart', () => {
  const written = usage({ input: 1000, cacheWrite: 1000, cacheWrite1h: 1000 });
  assert.equal(costOf(written, { input: 2, output: 8, cacheWrite: 5 }), 5000);
});

test('a long input raises the price of all of it', () => {
  const tiered = { ...price, above: { tokens: 200_000, input: 6, output: 22.5, cacheRead: 0.6 } };
  assert.equal(costOf(usage({ input: 200_000, output: 10 }), tiered), 600_150);
  assert.equal(costOf(usage({ input: 200_001, output: 10 }), tiered), 200_001 * 6 + 225);
  assert.equal(costOf(usage({ input: 300_000, cacheRead: 300_000 }), tiered), 180_000);
});

test('what costs less than a micro-dollar is not free', () => {
  assert.equal(costOf(usage({ input: 1 }), { input: 0.02, output: 0 }), 1);
  assert.equal(costOf(usage({ input: 150 }), { input: 0.02, output: 0 }), 3);
  assert.equal(costOf(usage({ input: 3, output: 7 }), { input: 0.1, output: 0.1 }), 1);
});

test('nothing costs nothing, and figures that contradict each other never earn money', () => {
  assert.equal(costOf(usage({}), price), 0);
  assert.equal(costOf(usage({ input: 10, cacheRead: 1000 }), price), 300);
  assert.equal(costOf(usage({ input: 1000, cacheWrite: 10, cacheWrite1h: 20 }), price), 990 * 3 + 120);
});
