// By chance, each as likely as the other.
import { type Field, type Means, usableIn } from './field.ts';

/** After so many misses hardly any can be used, and looking at all of them is better. */
export const throws = 32;

export function* byChance(field: Field, means: Means): Generator<number> {
  const first = usableByChance(field, means);
  if (first !== undefined) yield first;
  yield* shuffled(field, means, first);
}

/** Any of those that may be asked; undefined where none may. */
export function usableByChance(field: Field, means: Means, but = -1): number | undefined {
  const { random } = means;
  const { length } = field.items;
  for (let time = 0; time < throws; time += 1) {
    const index = Math.floor(random() * length);
    if (index !== but && field.usable(index)) return index;
  }
  const open = usableIn(field, means).filter((index) => index !== but);
  return open[Math.floor(random() * open.length)];
}

function shuffled(field: Field, { random }: Means, but: number | undefined): number[] {
  const mixed = field.items.map((_, index) => index).filter((index) => index !== but);
  for (let at = mixed.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [mixed[at], mixed[other]] = [mixed[other] as number, mixed[at] as number];
  }
  return mixed;
}
