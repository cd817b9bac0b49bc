// The one with the least of something: requests so far, requests under way, price. Equals take turns.
import type { Chooser, Field, Means } from './field.ts';

type Measure = (index: number) => number;

/** Counts wrap, so they are compared by how far they are from the first's. */
export const leastUsed = least((field) => {
  const first = field.used(0);
  return (index) => ((field.used(index) - first) << 1) >> 1;
});
export const leastBusy = least((field) => (index) => field.inFlight(index));
/** What has no known price comes last. */
export const cheapest = least((field) => (index) => field.price(index) ?? Number.POSITIVE_INFINITY);

/** Those with the least among the ones that may be asked, as many as were counted; used within one pick only. */
const equals: number[] = [];

function least(measureIn: (field: Field) => Measure): Chooser {
  return function* leastFirst(field, means) {
    const measure = measureIn(field);
    const first = bestOf(field, measure, means);
    if (first !== undefined) yield first;
    const rest: [index: number, measure: number][] = [];
    for (let index = 0; index < field.items.length; index += 1) {
      if (index !== first) rest.push([index, measure(index)]);
    }
    // Infinity less infinity is no number.
    rest.sort(([, a], [, b]) => (a === b ? 0 : a - b));
    for (const [index] of rest) yield index;
  };
}

function bestOf(field: Field, measure: Measure, { next, now }: Means): number | undefined {
  const { length } = field.items;
  const at = now();
  let best = Number.POSITIVE_INFINITY;
  let count = 0;
  for (let index = 0; index < length; index += 1) {
    const value = measure(index);
    if (value > best || !field.usable(index, at)) continue;
    if (value < best) count = 0;
    best = value;
    equals[count] = index;
    count += 1;
  }
  if (count === 0) return undefined;
  return count === 1 ? equals[0] : equals[next(`${field.cursor}:equals`) % count];
}
