// Every strategy by its name, for accounts and for members of groups alike.
import type { AccountStrategy, Strategy } from 'portico';
import { byChance } from './by-chance.ts';
import { cheapest, leastBusy, leastUsed } from './by-measure.ts';
import { byWeight } from './by-weight.ts';
import type { Chooser, Field } from './field.ts';
import { inTurn } from './in-turn.ts';
import { latency } from './latency.ts';
import { sticky } from './sticky.ts';

export const choosers: Readonly<Record<AccountStrategy | Strategy, Chooser>> = {
  'round-robin': inTurn,
  weighted: byWeight,
  random: byChance,
  'least-used': leastUsed,
  'least-busy': leastBusy,
  latency,
  cheapest,
  sticky,
  'fill-first': asListed,
  fallback: asListed,
  // The model map has left out the members whose condition does not hold.
  conditional: asListed,
};

function asListed({ items }: Field): Iterable<number> {
  return items.keys();
}
