// The faster of two picked by chance ("power of two choices"): no herd runs to the fastest. Who has not answered yet is
// tried first; and now and then chance alone decides, or what was slow once would never be measured again.
import { usableByChance } from './by-chance.ts';
import type { Field, Means } from './field.ts';

const explored = 1 / 20;

export function* latency(field: Field, means: Means): Generator<number> {
  const first = fasterOfTwo(field, means);
  if (first !== undefined) yield first;
  const rest = field.items.map((_, index) => index).filter((index) => index !== first);
  const now = means.now();
  const ms = (index: number) => field.firstByteMs(index, now) ?? Number.MAX_VALUE;
  yield* rest.sort((a, b) => ms(a) - ms(b));
}

function fasterOfTwo(field: Field, means: Means): number | undefined {
  const one = usableByChance(field, means);
  if (one === undefined || means.random() < explored) return one;
  const other = usableByChance(field, means, one);
  if (other === undefined) return one;
  return (field.firstByteMs(other) ?? 0) < (field.firstByteMs(one) ?? 0) ? other : one;
}
