// What the scanner finds: where the members of a JSON body's top level stand.
import type { Scalar } from './scalar.ts';

/** A member of the top-level object. Offsets count bytes over the whole body; ends are exclusive. */
export interface Member {
  /** Decoded: `"mod\u0065l"` is `model`. */
  readonly key: string;
  readonly start: number;
  readonly end: number;
  /** Quotes included. */
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
  /** A string, number, boolean or null of at most 1 KiB; undefined for anything else. */
  readonly value: Scalar | undefined;
}

export interface Scanned {
  readonly kind: 'object' | 'other';
  /** Offset just behind the opening brace of the top-level object. */
  readonly open: number;
  /** In file order, repeated keys included. */
  readonly members: readonly Member[];
}
