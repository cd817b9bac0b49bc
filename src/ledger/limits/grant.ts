// What was reserved, until the truth is known.
import type { Grant, Reading } from '../../core/index.ts';
import type { Hold } from './hold.ts';
import type { Table } from './table.ts';
import { settle } from './take.ts';

export class Reservation implements Grant {
  readonly granted = true;
  readonly readings: readonly Reading[];
  readonly #table: Table;
  readonly #holds: readonly Hold[];
  #open = true;

  constructor(table: Table, holds: readonly Hold[], readings: readonly Reading[]) {
    this.#table = table;
    this.#holds = holds;
    this.readings = readings;
  }

  settle(amounts: readonly number[]): void {
    if (!this.#open) return;
    this.#open = false;
    this.#finish(amounts, 0);
  }

  release(): void {
    this.settle(this.#holds.map(() => 0));
  }

  /** One count after the other: nobody waits for the truth of two. */
  #finish(amounts: readonly number[], from: number): void {
    const { locks, clock, bell } = this.#table;
    for (const [index, hold] of this.#holds.entries()) {
      if (index < from) continue;
      if (!locks.take(hold.group)) {
        setImmediate(() => this.#finish(amounts, index));
        return;
      }
      try {
        const gaveBack = settle(hold, this.#table, truthOf(hold, amounts[index]), clock.now());
        if (gaveBack) bell.ring(hold.group);
      } finally {
        locks.free(hold.group);
      }
    }
  }
}

/** A number that is none would spoil the count for the rest of its window: then what was reserved stands. */
function truthOf(hold: Hold, amount: number | undefined): number {
  return amount !== undefined && Number.isFinite(amount) ? Math.max(0, amount) : hold.claim.amount;
}
