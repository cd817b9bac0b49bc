// Which price a model has: the configuration before the provider's list, the specific before the general.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ListedPrice, LoadedPrices } from '../../../src/config/loaded.ts';
import { Prices } from '../../../src/gateway/prices/prices.ts';
import { account, configOf } from '../../support/gateway.ts';

function entry(model: string, input: number, provider?: string): ListedPrice {
  return { model, provider, price: { input, output: 0 } };
}

function pricesOf(
  models: readonly ListedPrice[],
  listed: readonly ListedPrice[] = [],
  more: Partial<LoadedPrices> = {},
) {
  const providers = ['one', 'two'].map((name) => ({ name, url: 'http://127.0.0.1:1', prices: listed }));
  return new Prices(configOf({ providers, prices: { models, ...more } }));
}

function inputOf(prices: Prices, model: string, provider = 'one'): number | undefined {
  return prices.of(provider, model)?.price.input;
}

test('an id is found as it is, and its dated versions with it', () => {
  const prices = pricesOf([entry('gpt-5', 1), entry('gpt-5-mini', 2), entry('claude-x', 3), entry('m-large', 4)]);
  for (const [model, input] of [
    ['gpt-5', 1],
    ['gpt-5-2025-08-07', 1],
    ['gpt-5-mini', 2],
    ['gpt-5-mini-2025-08-07', 2],
    ['claude-x-20250929', 3],
    ['claude-x@20250929', 3],
    ['m-large-2411', 4],
    ['m-large-latest', 4],
    ['gpt-5-pro', undefined],
    ['gpt-55', undefined],
    ['my-gpt-5', undefined],
    ['', undefined],
  ] as const) {
    assert.equal(inputOf(prices, model), input, model);
  }
});

test('a date that has its own entry is not its family', () => {
  const prices = pricesOf([entry('m', 1), entry('m-2025-08-07', 9)]);
  assert.equal(inputOf(prices, 'm-2025-08-07'), 9);
  assert.equal(inputOf(prices, 'm-2025-09-09'), 1);
});

test('an id beats a pattern, a long pattern a short one', () => {
  const prices = pricesOf([entry('*', 1), entry('gpt-*', 2), entry('gpt-5*', 3), entry('gpt-5', 4)]);
  assert.deepEqual(
    ['llama', 'gpt-4', 'gpt-5-mini', 'gpt-5'].map((model) => inputOf(prices, model)),
    [1, 2, 3, 4],
  );
});

test('an entry for one provider holds there only, and before one for all', () => {
  const prices = pricesOf([entry('m', 1), entry('m', 2, 'two'), entry('n', 3, 'two')]);
  assert.deepEqual([inputOf(prices, 'm'), inputOf(prices, 'm', 'two')], [1, 2]);
  assert.deepEqual([inputOf(prices, 'n'), inputOf(prices, 'n', 'two')], [undefined, 3]);
});

test('the configuration comes before the list of the directory, even where that is more specific', () => {
  const prices = pricesOf([entry('gpt-*', 1)], [entry('gpt-5', 2), entry('other', 3)]);
  assert.deepEqual(prices.of('one', 'gpt-5'), { price: { input: 1, output: 0 }, source: 'configured' });
  assert.deepEqual(prices.of('one', 'other'), { price: { input: 3, output: 0 }, source: 'listed' });
  assert.equal(prices.of('nobody', 'other'), undefined);
});

test('what becomes of a model without a price is a policy', () => {
  const fallback = (more: Partial<LoadedPrices>) => pricesOf([], [], more).fallback;
  assert.equal(fallback({ unknown: 'deny' }), undefined);
  assert.deepEqual(fallback({ unknown: 'free' }), { price: { input: 0, output: 0 }, source: 'free' });
  const usual = { input: 5, output: 20 };
  assert.deepEqual(fallback({ unknown: 'default', default: usual }), { price: usual, source: 'default' });
});

test('however many names are asked for, the memory of them is bounded and the answer the same', () => {
  const prices = pricesOf([entry('m*', 7)]);
  for (let count = 0; count < 5000; count += 1) assert.equal(inputOf(prices, `m-${count}`), 7);
  assert.equal(inputOf(prices, 'm-0'), 7);
});

test('what an account knows by another id costs what the provider’s own id costs, unless that id has a price', () => {
  const url = 'http://127.0.0.1:1';
  const accounts = [account('a', url, { rename: { large: 'deployment-7', small: 'priced' } }), account('b', url)];
  const models = { any: false, ids: { large: 'vendor-large', small: 'vendor-small' } };
  const config = configOf({
    providers: [{ name: 'one', url, models, accounts, prices: [entry('vendor-large', 3), entry('vendor-small', 1)] }],
    prices: { models: [entry('priced', 9)] },
  });
  const prices = new Prices(config);
  assert.deepEqual(
    ['deployment-7', 'priced', 'vendor-large', 'unheard-of'].map((id) => prices.of('one', id)?.price.input),
    [3, 9, 3, undefined],
  );
});

test('accounts that rename in a circle hold nothing up', () => {
  const url = 'http://127.0.0.1:1';
  const accounts = [account('a', url, { rename: { x: 'y' } }), account('b', url, { rename: { y: 'x' } })];
  const prices = new Prices(configOf({ providers: [{ name: 'one', url, models: { any: true, ids: {} }, accounts }] }));
  assert.equal(prices.of('one', 'y'), undefined);
});
