// The one with the least of something: requests so far, requests under way, price. Equals take turns.
import type { Chooser, Field, Means } from './field.ts';

type Measure = (field: Field, index: number) => number;

/** Counts wrap, so they are compared by how far they are from the first's. */
export const leastUsed = least((field, index) => ((field.used(index) - field.used(0)) << 1) >> 1);
export const leastBusy = least((field, index) => field.inFlight(index));
/** What has no known price comes last. */
export const cheapest = least((field, index) => field.price(index) ?? Number.POSITIVE_INFINITY);

/** Those with the least among the ones that may be asked; used within one pick only. */
const equals: number[] = [];

function least(measure: Measure): Chooser {
  return function* leastFirst(field, means) {
    const first = bestOf(field, measure, means);
    if (first !== undefined) yield first;
    const rest: [index: number, measure: number][] = [];
    for (let index = 0; index < field.items.length; index += 1) {
      if (index !== first) rest.push([index, measure(field, index)]);
    }
    // Infinity less infinity is no number.
    rest.sort(([, a], [, b]) => (a === b ? 0 : a - b));
    for (const [index] of rest) yield index;
  };
}

function bestOf(field: Field, measure: Measure, { next }: Means): number | undefined {
  const { length } = field.items;
  let best = Number.POSITIVE_INFINITY;
  equals.length = 0;
  for (let index = 0; index < length; index += 1) {
    const value = measure(field, index);
    if (value > best || !field.usable(index)) continue;
    if (value < best) equals.length = 0;
    best = value;
    equals.push(index);
  }
  return equals.length < 2 ? equals[0] : equals[next(`${field.cursor}:equals`) % equals.length];
}
