// A reservation over several limits: all of it or nothing. It holds the locks of all its groups at once, so that nobody
// ever sees half of it.
import type { Claim, Grant, Reading, Refusal } from '../../core/index.ts';
import { Reservation } from './grant.ts';
import { Hold } from './hold.ts';
import type { Table } from './table.ts';
import { settle, take } from './take.ts';

export async function reserve(table: Table, claims: readonly Claim[]): Promise<Grant | Refusal> {
  const holds = claims.map((claim) => new Hold(claim));
  const groups = ascending(holds);
  const done = attempt(table, holds, groups);
  return done ?? retry(() => attempt(table, holds, groups));
}

export async function read(table: Table, claims: readonly Claim[]): Promise<readonly Reading[]> {
  const holds = claims.map((claim) => new Hold(claim));
  const groups = ascending(holds);
  const done = look(table, holds, groups);
  return done ?? retry(() => look(table, holds, groups));
}

/** Each once: the order in which all threads lock. */
export function ascending(holds: readonly Hold[]): readonly number[] {
  const first = holds[0];
  if (holds.length === 1 && first !== undefined) return [first.group];
  return [...new Set(holds.map(({ group }) => group))].sort((a, b) => a - b);
}

/** A lock that could not be had is tried again when the event loop has turned. */
async function retry<T>(once: () => T | undefined): Promise<T> {
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve));
    const done = once();
    if (done !== undefined) return done;
  }
}

function attempt(table: Table, holds: readonly Hold[], groups: readonly number[]): Grant | Refusal | undefined {
  if (!table.locks.takeAll(groups)) return undefined;
  try {
    // Not before the lock: a window that has turned for one thread must not turn back for the next.
    const now = table.clock.now();
    for (const hold of holds) hold.look(table.slots, now);
    const refused = holds.flatMap((hold, index) => (hold.fits(aheadOf(holds, index)) ? [] : [index]));
    if (refused.length > 0) return refusal(holds, refused, now);
    const readings = holds.map((hold) => hold.reading(together(holds, hold), now));
    takeAll(table, holds, now);
    return new Reservation(table, holds, readings);
  } finally {
    table.locks.freeAll(groups);
  }
}

function look(table: Table, holds: readonly Hold[], groups: readonly number[]): readonly Reading[] | undefined {
  if (!table.locks.takeAll(groups)) return undefined;
  try {
    const now = table.clock.now();
    for (const hold of holds) hold.look(table.slots, now);
    return holds.map((hold) => hold.reading(0, now));
  } finally {
    table.locks.freeAll(groups);
  }
}

function takeAll(table: Table, holds: readonly Hold[], now: number): void {
  try {
    for (const hold of holds) take(hold, table, now);
  } catch (thrown) {
    for (const hold of holds) if (hold.taken !== undefined) settle(hold, table, 0, now);
    throw thrown;
  }
}

function refusal(holds: readonly Hold[], refused: readonly number[], now: number): Refusal {
  const waits = refused.map((index) => holds[index]?.waitMs(aheadOf(holds, index), now));
  const retryAfterMs = waits.includes(undefined) ? undefined : Math.max(...waits.map((ms) => ms ?? 0));
  return { granted: false, readings: holds.map((hold) => hold.reading(0, now)), refused, retryAfterMs };
}

/** What earlier claims of the same reservation take of the same count. */
function aheadOf(holds: readonly Hold[], index: number): number {
  let ahead = 0;
  const own = holds[index];
  for (let before = 0; before < index; before += 1) {
    const other = holds[before];
    if (own !== undefined && other !== undefined && own.isOf(other)) ahead += other.claim.amount;
  }
  return ahead;
}

/** What all claims of the reservation take of the count of one of them. */
function together(holds: readonly Hold[], own: Hold): number {
  let sum = 0;
  for (const hold of holds) if (own.isOf(hold)) sum += hold.claim.amount;
  return sum;
}
