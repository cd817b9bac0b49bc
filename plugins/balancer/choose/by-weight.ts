// By weight: a shared cursor walks a sequence in which each stands as often as its share. Turns of members that cannot be
// used go to the others, by weight as well. Weight 0 comes last.
import { type Field, type Means, usableIn } from './field.ts';
import { goldenPick, sharesOf } from './shares.ts';

export function* byWeight(field: Field, means: Means): Generator<number> {
  const { items, cursor } = field;
  const turn = sharesOf(items)(means.next(cursor));
  let other: number | undefined;
  yield turn;
  if (!field.usable(turn)) {
    const open = usableIn(field);
    const weights = open.map((index) => items[index]?.weight ?? 0);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    if (total > 0) other = open[goldenPick(weights, total, means.next(`${cursor}:spare`))];
    if (other !== undefined) yield other;
  }
  const rest = items.map((_, index) => index).filter((index) => index !== turn && index !== other);
  yield* rest.sort((a, b) => (items[b]?.weight ?? 0) - (items[a]?.weight ?? 0));
}
