// Who made what, known to all threads: a name (of an answer) leads to whoever made it. Kept by hash and in one 64-bit cell
// each, so that no read is torn; the table is bounded, and what is new takes the place of something else.
import { hash32 } from './hash.ts';

const ways = 8;
const buckets = 16_384;

/** Room for 131,072 names. */
export const makersBytes = buckets * ways * BigUint64Array.BYTES_PER_ELEMENT;

export class Makers {
  readonly #cells: BigUint64Array<SharedArrayBuffer>;

  constructor(memory: SharedArrayBuffer, offset: number) {
    this.#cells = new BigUint64Array(memory, offset, buckets * ways);
  }

  remember(name: string, maker: string): void {
    const { first, check } = placeOf(name);
    let at = first + Math.floor(Math.random() * ways);
    for (let way = first; way < first + ways; way += 1) {
      const found = Atomics.load(this.#cells, way);
      if (found !== 0n && Number(found >> 32n) !== check) continue;
      at = way;
      if (found !== 0n) break;
    }
    Atomics.store(this.#cells, at, (BigInt(check) << 32n) | BigInt(hashOf(maker, 0)));
  }

  /** Whether somebody has made it, by the maker's name; undefined where nobody knows. */
  recall(name: string): ((maker: string) => boolean) | undefined {
    const { first, check } = placeOf(name);
    for (let way = first; way < first + ways; way += 1) {
      const found = Atomics.load(this.#cells, way);
      if (found === 0n || Number(found >> 32n) !== check) continue;
      const made = Number(found & 0xffff_ffffn);
      return (maker) => hashOf(maker, 0) === made;
    }
    return undefined;
  }
}

/** Never 0 as a whole: that is an empty cell. */
function placeOf(name: string): { readonly first: number; readonly check: number } {
  return { first: (hashOf(name, 1) % buckets) * ways, check: hashOf(name, 2) || 1 };
}

/** Not negative. */
function hashOf(name: string, start: number): number {
  return hash32(name, start) >>> 0;
}
