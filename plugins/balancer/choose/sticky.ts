// Always the same for one session: weighted rendezvous hashing. Each has a score for the session and the highest is asked;
// while it cannot be used the second is, and when it is back so is the session. Others that come or go move nobody else.
import type { Field, Means } from './field.ts';
import { inTurn } from './in-turn.ts';

export function sticky(field: Field, means: Means): Iterable<number> {
  return means.session === undefined ? inTurn(field, means) : byScore(field, means.session, means.now());
}

function* byScore(field: Field, session: string, now: number): Generator<number> {
  const high = Number.parseInt(session.slice(0, 8), 16) | 0;
  const low = Number.parseInt(session.slice(8, 16), 16) | 0;
  const { length } = field.items;
  const even = isEven(field);
  let best = 0;
  let open = -1;
  let [most, mostOpen] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let index = 0; index < length; index += 1) {
    const score = scoreOf(field, index, high, low, even);
    if (score > most) [most, best] = [score, index];
    if (score > mostOpen && field.usable(index, now)) [mostOpen, open] = [score, index];
  }
  yield best;
  if (open !== best && open !== -1) yield open;
  const rest: [index: number, score: number][] = [];
  for (let index = 0; index < length; index += 1) {
    if (index !== best && index !== open) rest.push([index, scoreOf(field, index, high, low, even)]);
  }
  for (const [index] of rest.sort(([, a], [, b]) => b - a)) yield index;
}

/** Logarithmic method: shares are as the weights, exactly. Weight 0 ranks below all others, in an order of its own. */
function scoreOf(field: Field, index: number, high: number, low: number, even: boolean): number {
  const chance = (mix(field.hash(index) ^ high, low) + 0.5) / 0x1_0000_0000;
  if (even) return chance;
  const weight = field.items[index]?.weight ?? 0;
  return weight === 0 ? -1e9 / chance : Math.log(chance) / weight;
}

const known = new WeakMap<object, boolean>();

/** Whether all weights are the same: then the chances alone make the order. */
function isEven({ items }: Field): boolean {
  let even = known.get(items);
  if (even === undefined) {
    even = items.every(({ weight }) => weight === items[0]?.weight);
    known.set(items, even);
  }
  return even;
}

/** Murmur3's finaliser over both words. */
function mix(one: number, other: number): number {
  let hash = Math.imul(one ^ (one >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13) ^ other, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
