// What shapes of files an account can be written in, and what they are called: the word in their member `type`, the member
// everything stands in, else their number.
import type { Household } from '../../config/credentials/owner.ts';
import type { AccountFileShape } from '../../core/index.ts';

export interface NamedShape {
  readonly name: string;
  readonly shape: AccountFileShape;
}

/** Of this directory, in its order. */
export function shapesOf({ shapes }: Household, directory: string): NamedShape[] {
  return (shapes.get(directory) ?? []).map((shape, index) => ({ name: nameOf(shape) ?? String(index + 1), shape }));
}

/** By name, by any of its types, or by number. */
export function findShape(known: readonly NamedShape[], wanted: string): NamedShape | undefined {
  const word = wanted.toLowerCase();
  const named = known.find(({ name, shape }) => {
    return name.toLowerCase() === word || shape.type?.some((type) => type.toLowerCase() === word) === true;
  });
  return named ?? (/^\d+$/.test(wanted) ? known[Number(wanted) - 1] : undefined);
}

function nameOf({ type, has = [] }: AccountFileShape): string | undefined {
  if (type !== undefined) return type[0];
  const [member] = has[0]?.includes('.') === true ? has[0].split('.') : [];
  return member;
}
