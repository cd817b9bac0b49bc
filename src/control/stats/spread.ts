// How values spread, in buckets of an eighth of a doubling: quantiles within 5 % for a few numbers of memory.

const perDoubling = 8;
const least = 0.1;

export class Spread {
  readonly #counts = new Map<number, number>();

  add(value: number): void {
    const bucket = Math.round(Math.log2(Math.max(value, least)) * perDoubling);
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + 1);
  }

  addAll(other: Spread): void {
    for (const [bucket, count] of other.#counts) this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
  }

  /** The value that this share of all values does not exceed; undefined where there is none. */
  quantile(share: number): number | undefined {
    const sorted = [...this.#counts].sort(([a], [b]) => a - b);
    const wanted = share * sorted.reduce((sum, [, count]) => sum + count, 0);
    let seen = 0;
    for (const [bucket, count] of sorted) {
      seen += count;
      if (seen >= wanted) return Math.round(2 ** (bucket / perDoubling) * 10) / 10;
    }
    return undefined;
  }
}
