// In turn, exact over all threads: the turn is a number of a shared cursor. Turns that fall to members which cannot be used
// are dealt out among the others by a cursor of their own (by chance where they are many), so that no neighbour gets all.
import { usableByChance } from './by-chance.ts';
import { type Field, few, type Means, usableIn } from './field.ts';

export function* inTurn(field: Field, means: Means): Generator<number> {
  const { length } = field.items;
  const turn = means.next(field.cursor) % length;
  const usable = field.usable(turn);
  if (!usable) yield turn;
  const from = usable ? turn : spare(field, means, turn);
  for (let step = 0; step < length; step += 1) {
    const index = (from + step) % length;
    if (usable || index !== turn) yield index;
  }
}

function spare(field: Field, means: Means, turn: number): number {
  if (field.items.length > few) return usableByChance(field, means) ?? turn;
  const open = usableIn(field, means);
  return open.length === 0 ? turn : (open[means.next(`${field.cursor}:spare`) % open.length] ?? turn);
}
