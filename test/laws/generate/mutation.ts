// JSON gone wrong: members missing, of another type, nested too deep, unknown ones added.
import fc from 'fast-check';
import type { JsonObject } from '../../../src/core/index.ts';

const strange = fc.constantFrom<unknown>(
  null,
  0,
  -1,
  1e308,
  true,
  '',
  'no such word',
  '{"cut":',
  [],
  {},
  [null],
  [[]],
  { type: 'no_such_type' },
  { type: null },
  ['text'],
);

export interface Mutation {
  /** Which of all places, modulo their number. */
  readonly place: number;
  readonly operation: 'remove' | 'replace' | 'nest' | 'add' | 'double';
  readonly value: unknown;
}

export const mutations = fc.array(
  fc.record({
    place: fc.nat(10_000),
    operation: fc.constantFrom('remove' as const, 'replace' as const, 'replace' as const, 'nest', 'add', 'double'),
    value: strange,
  }),
  { minLength: 1, maxLength: 3 },
) as fc.Arbitrary<Mutation[]>;

/** A copy that went wrong; the top stays an object. */
export function spoilt(value: JsonObject, all: readonly Mutation[]): JsonObject {
  const copy = JSON.parse(JSON.stringify(value)) as JsonObject;
  for (const mutation of all) {
    const places = placesIn(copy);
    const place = places[mutation.place % Math.max(places.length, 1)];
    if (place !== undefined) apply(place, mutation);
  }
  return copy;
}

interface Place {
  readonly holder: Record<string, unknown> | unknown[];
  readonly key: string | number;
}

function placesIn(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  const keys = Array.isArray(value) ? value.map((_, index) => index) : Object.keys(value);
  return keys.flatMap((key) => [{ holder, key }, ...placesIn(holder[key])]);
}

function apply({ holder, key }: Place, { operation, value: given }: Mutation): void {
  // Another mutation may change it in turn.
  const value = structuredClone(given);
  const members = holder as Record<string | number, unknown>;
  switch (operation) {
    case 'remove':
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete members[key];
      return;
    case 'replace':
      members[key] = value;
      return;
    case 'nest':
      members[key] = [{ inside: members[key] }];
      return;
    case 'add':
      if (Array.isArray(holder)) holder.push(value);
      else members.no_such_member = value;
      return;
    default:
      if (Array.isArray(holder)) holder.push(structuredClone(holder[Number(key)]));
  }
}
