// By weight: a shared cursor walks a sequence in which each stands as often as its share. Turns of members that cannot be
// used go to the others, by weight as well. Weight 0 comes last.
import { throws } from './by-chance.ts';
import { type Field, few, type Means, usableIn } from './field.ts';
import { goldenPick, sharesOf } from './shares.ts';

const turns = 2 ** 31;

export function* byWeight(field: Field, means: Means): Generator<number> {
  const { items, cursor } = field;
  const turn = sharesOf(items)(means.next(cursor));
  yield turn;
  const other = field.usable(turn) ? undefined : spare(field, means);
  if (other !== undefined) yield other;
  const rest = items.map((_, index) => index).filter((index) => index !== turn && index !== other);
  yield* rest.sort((a, b) => (items[b]?.weight ?? 0) - (items[a]?.weight ?? 0));
}

/** Whose the turn is of one that cannot be used; undefined where only those of weight 0 can. */
function spare(field: Field, means: Means): number | undefined {
  const { items, cursor } = field;
  if (items.length > few) {
    for (let time = 0; time < throws; time += 1) {
      const index = sharesOf(items)(Math.floor(means.random() * turns));
      if (field.usable(index)) return index;
    }
  }
  const open = usableIn(field, means);
  const weights = open.map((index) => items[index]?.weight ?? 0);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return total === 0 ? undefined : open[goldenPick(weights, total, means.next(`${cursor}:spare`))];
}
