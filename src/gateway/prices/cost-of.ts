// What an exchange cost: every token once, at the price of its kind.
import type { Price, Usage } from '../../core/index.ts';

/** Micro-dollars, rounded up: nothing that costs is free. */
export function costOf(usage: Usage, price: Price): number {
  const { input, output, cacheRead, cacheWrite, cacheWrite1h } = usage;
  const above = price.above !== undefined && input > price.above.tokens ? price.above : undefined;
  const paid = above ?? price;
  const shortWrite = paid.cacheWrite ?? paid.input;
  const fresh = Math.max(0, input - cacheRead - cacheWrite);
  const cost =
    fresh * paid.input +
    cacheRead * (paid.cacheRead ?? paid.input) +
    Math.max(0, cacheWrite - cacheWrite1h) * shortWrite +
    cacheWrite1h * (paid.cacheWrite1h ?? shortWrite) +
    output * paid.output;
  // Prices are decimal fractions: a sum that is whole may come out a billionth above it.
  return Math.max(0, Math.ceil(cost - 1e-6));
}
