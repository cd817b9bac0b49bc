// Shipped price lists: sound, dated, and known for the models people ask for most.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { discover } from '../../src/config/directories/discover.ts';
import { Prices } from '../../src/gateway/prices/prices.ts';
import { configOf, root } from '../support/gateway.ts';

const { definitions } = await discover('providers', [root]);
const priced = [...definitions.values()].filter(({ prices }) => prices.length > 0);
const prices = new Prices(
  configOf({
    providers: priced.map((one) => ({ name: one.directory.name, url: 'http://127.0.0.1:1', prices: one.prices })),
  }),
);

test('every list is valid and says where it was read and when', () => {
  assert.ok(priced.length >= 8);
  for (const { directory, problems } of priced) {
    assert.deepEqual(problems, [], directory.name);
    if (directory.name === 'mock') continue;
    const { source, date } = parse(readFileSync(`${directory.path}/prices.yaml`, 'utf8')) as Record<string, string>;
    assert.match(source ?? '', /^https:/, directory.name);
    assert.match(date ?? '', /^\d{4}-\d{2}-\d{2}$/, directory.name);
  }
});

test('no figure is out of proportion', () => {
  for (const { prices: list } of priced) {
    for (const { model, price } of list) {
      assert.ok(price.input <= 200 && price.output <= 1000, model);
      assert.ok((price.cacheRead ?? 0) <= price.input, model);
      assert.ok((price.cacheWrite ?? price.input) >= price.input, model);
      assert.ok((price.cacheWrite1h ?? price.cacheWrite ?? price.input) >= (price.cacheWrite ?? price.input), model);
      if (price.above === undefined) continue;
      assert.ok(price.above.input >= price.input && price.above.output >= price.output, model);
    }
  }
});

test('a dated id costs what its family costs', () => {
  for (const [provider, model, input, output] of [
    ['openai', 'gpt-5-2025-08-07', 1.25, 10],
    ['openai', 'gpt-5-mini', 0.25, 2],
    ['openai', 'gpt-4o-2024-05-13', 5, 15],
    ['openai', 'gpt-4o-2024-11-20', 2.5, 10],
    ['anthropic', 'claude-haiku-4-5-20251001', 1, 5],
    ['anthropic', 'claude-opus-4-1-20250805', 15, 75],
    ['gemini', 'gemini-2.5-flash', 0.3, 2.5],
    ['mock', 'whatever', 0, 0],
  ] as const) {
    const found = prices.of(provider, model);
    assert.deepEqual([found?.price.input, found?.price.output, found?.source], [input, output, 'listed'], model);
  }
  assert.equal(prices.of('openai', 'a-model-of-tomorrow'), undefined);
});
