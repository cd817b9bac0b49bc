// What a strategy chooses from: the accounts of one tier, or the members of a group.

export interface Field {
  /** By index. The same list is the same object. */
  readonly items: readonly { readonly weight: number }[];
  /** Names the cursor that all threads share. */
  readonly cursor: string;
  /** Whether it may be asked; `now` spares who asks of many at once the looks at the clock. */
  usable(index: number, now?: number): boolean;
  /** Requests under way. */
  inFlight(index: number): number;
  /** Requests so far; wraps at 2^31. */
  used(index: number): number;
  /** Milliseconds to the first byte, on average; undefined where nothing is known. */
  firstByteMs(index: number, now?: number): number | undefined;
  /** What tokens cost, as one figure; undefined where nobody knows. */
  price(index: number): number | undefined;
  /** 32 bits that hang on its name alone. */
  hash(index: number): number;
}

/** What a strategy decides by. */
export interface Means {
  /** The next number of a cursor. */
  next(cursor: string): number;
  /** From 0 to below 1. */
  random(): number;
  /** Epoch milliseconds. */
  now(): number;
  /** Whose conversation the request belongs to, in hexadecimal; undefined where nothing tells. */
  readonly session: string | undefined;
}

/**
 * Every index once, in the order in which they are to be asked. Lazy: most calls need the first only. One that cannot be
 * used stands where it would have its turn; whoever walks leaves it out.
 */
export type Chooser = (field: Field, means: Means) => Iterable<number>;

/** Of up to so many all are looked at to be exact; of more than that chance is as fair, and does not grow with them. */
export const few = 64;

/** Indices of those that may be asked now. */
export function usableIn(field: Field, { now }: Means): number[] {
  const found: number[] = [];
  const at = now();
  for (let index = 0; index < field.items.length; index += 1) if (field.usable(index, at)) found.push(index);
  return found;
}
