// Turns by weight. Few and small weights: smooth weighted round-robin, laid out once as a sequence, exact over each round
// (the algorithm is nginx's: raise every item by its weight, take the highest, lower it by the total). Otherwise multiples
// of the golden ratio, which fall into the shares as evenly as numbers can.

/** From the number of a turn to whose it is. */
export type Shares = (turn: number) => number;

/** What laying out a sequence may cost, in steps. */
const longest = 20_000;
const golden = 0.618_033_988_749_894_9;
/** Groups whose members hang on the request are new lists each time: known by their weights. */
const mostRemembered = 256;

const known = new WeakMap<object, Shares>();
const byWeights = new Map<string, Shares>();

export function sharesOf(items: readonly { readonly weight: number }[]): Shares {
  const found = known.get(items);
  if (found !== undefined) return found;
  const weights = items.map(({ weight }) => weight);
  const signature = weights.join();
  const shares = byWeights.get(signature) ?? made(weights);
  if (byWeights.size >= mostRemembered) byWeights.clear();
  byWeights.set(signature, shares);
  known.set(items, shares);
  return shares;
}

/** The index that a turn falls to. */
export function goldenPick(weights: readonly number[], total: number, turn: number): number {
  let left = ((turn * golden) % 1) * total;
  for (let index = 0; index < weights.length; index += 1) {
    left -= weights[index] ?? 0;
    if (left < 0) return index;
  }
  return weights.findLastIndex((weight) => weight > 0);
}

function made(given: readonly number[]): Shares {
  const idle = given.every((weight) => weight === 0);
  const weights = idle ? given.map(() => 1) : given;
  const divisor = weights.reduce(gcd);
  const reduced = weights.map((weight) => weight / divisor);
  const total = reduced.reduce((sum, weight) => sum + weight, 0);
  if (total * weights.length > longest) return spreadOver(weights);
  const sequence = layOut(reduced, total);
  return (turn) => sequence[turn % total] ?? 0;
}

function spreadOver(weights: readonly number[]): Shares {
  let sum = 0;
  const ends = weights.map((weight) => {
    sum += weight;
    return sum;
  });
  return (turn) => {
    const point = ((turn * golden) % 1) * sum;
    let low = 0;
    let high = ends.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) > point) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}

function layOut(weights: readonly number[], total: number): readonly number[] {
  const level = weights.map(() => 0);
  return Array.from({ length: total }, () => {
    let best = 0;
    weights.forEach((weight, index) => {
      level[index] = (level[index] ?? 0) + weight;
      if ((level[index] ?? 0) > (level[best] ?? 0)) best = index;
    });
    level[best] = (level[best] ?? 0) - total;
    return best;
  });
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
