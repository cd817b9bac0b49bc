// Smooth weighted round-robin laid out once as a sequence, so that a shared cursor makes the shares exact over all
// threads (the algorithm is nginx's: raise every item by its weight, take the highest, lower it by the total).

/** Longer sequences are approximated: weights are scaled to this total. */
const longest = 2000;

const known = new WeakMap<object, readonly number[]>();

/** Indices of `items`, each as often as its share, spread evenly. */
export function weightedSequence(items: readonly { readonly weight: number }[]): readonly number[] {
  let sequence = known.get(items);
  if (sequence === undefined) {
    sequence = layOut(reduced(items.map(({ weight }) => weight)));
    known.set(items, sequence);
  }
  return sequence;
}

function reduced(weights: readonly number[]): number[] {
  const divisor = weights.reduce(gcd);
  const total = weights.reduce((sum, weight) => sum + weight, 0) / divisor;
  if (total <= longest) return weights.map((weight) => weight / divisor);
  return weights.map((weight) => Math.max(1, Math.round((weight / divisor / total) * longest)));
}

function layOut(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
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
