// Memory that every data thread shares: named cursors, calls in flight and signs of life per thread, whether the gateway
// is draining. These are 32-bit integers touched only through Atomics, so a number read here is exact without any lock.
// Behind them lie the tables of who made what, of how accounts do, and of limits.
import {
  type Claim,
  type Clock,
  type Grant,
  type Ledger,
  type Reading,
  type Refusal,
  type RetryBudget,
  systemClock,
} from '../core/index.ts';
import { hash32 } from './hash.ts';
import type { HealthChange } from './health/change.ts';
import { SharedHealth } from './health/health.ts';
import { healthBytes } from './health/layout.ts';
import { clearThread, lapse } from './limits/absent.ts';
import { checkpoint, type LedgerEntry, restore } from './limits/checkpoint.ts';
import { freed } from './limits/freed.ts';
import { limitBytes, threadSlots } from './limits/layout.ts';
import { read, reserve } from './limits/reserve.ts';
import { openTable, type Table } from './limits/table.ts';
import { Vigil } from './limits/vigil.ts';
import { Makers, makersBytes } from './makers.ts';

/** Names of cursors are kept by their hash, so this many distinct names have a cursor of their own. */
export const cursorSlots = 8192;

export { threadSlots };

const slotsProbed = 64;
/** One cache line per thread, so that threads do not slow each other down by counting. */
const stride = 16;
const drainingAt = 0;
/** Behind the calls of a thread, on the same cache line. */
const beatsAt = 1;
const retriesAt = 2;
const callsAt = stride;
const cursorsAt = callsAt + threadSlots * stride;
const length = cursorsAt + cursorSlots * 2;
/** On pages of their own. */
const makersAt = pageBehind(length * Int32Array.BYTES_PER_ELEMENT);
const healthAt = pageBehind(makersAt + makersBytes);
const limitsAt = pageBehind(healthAt + healthBytes);

/** The memory of one gateway, all zero: nothing in flight, every cursor at its start. */
export function createMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(limitsAt + limitBytes);
}

/** A thread's view of the shared memory. The control thread has one too; it starts no calls. */
export class SharedLedger implements Ledger, RetryBudget {
  readonly health: SharedHealth;
  readonly makers: Makers;
  readonly #cells: Int32Array<SharedArrayBuffer>;
  readonly #own: number;
  readonly #table: Table;
  readonly #vigil: Vigil;

  /** `onHealth` hears of accounts that this thread puts aside and takes back. */
  constructor(
    memory: SharedArrayBuffer,
    thread: number,
    clock: Clock = systemClock,
    onHealth?: (change: HealthChange) => void,
  ) {
    this.#cells = new Int32Array(memory, 0, length);
    this.#own = callsCell(thread);
    this.#table = openTable(memory, limitsAt, thread, clock);
    this.#vigil = new Vigil(thread);
    this.makers = new Makers(memory, makersAt);
    this.health = new SharedHealth(memory, healthAt, thread, clock, onHealth);
  }

  reserve(claims: readonly Claim[]): Promise<Grant | Refusal> {
    return reserve(this.#table, claims);
  }

  read(claims: readonly Claim[]): Promise<readonly Reading[]> {
    return read(this.#table, claims);
  }

  freed(claims: readonly Claim[], signal: AbortSignal): Promise<void> {
    return freed(this.#table, claims, signal);
  }

  /** Settled counts that have changed since the last call, in any thread. For one caller, the one that keeps them. */
  checkpoint(): readonly LedgerEntry[] {
    return checkpoint(this.#table);
  }

  /** Puts counts of an earlier life back; those whose window is over are left out. */
  restore(entries: readonly LedgerEntry[]): void {
    restore(this.#table, entries);
  }

  /** Counts that had to make room for others while they still counted, since the start. */
  evictions(): number {
    return this.#table.evictions();
  }

  next(name: string): number {
    const value = Atomics.add(this.#cells, this.#cursor(name), 1);
    return value & 0x7fffffff;
  }

  peek(name: string): number {
    return Atomics.load(this.#cells, this.#cursor(name)) & 0x7fffffff;
  }

  callStarted(): void {
    Atomics.add(this.#cells, this.#own, 1);
  }

  callEnded(): void {
    Atomics.sub(this.#cells, this.#own, 1);
  }

  /** Part of the calls in flight may be retries: see `RetryBudget`. */
  begin(share: number, least: number): (() => void) | undefined {
    const most = Math.max(least, Math.floor(this.inFlight() * share));
    if (this.#sum(retriesAt) >= most) return undefined;
    const cell = this.#own + retriesAt;
    Atomics.add(this.#cells, cell, 1);
    let open = true;
    return () => {
      if (open) Atomics.sub(this.#cells, cell, 1);
      open = false;
    };
  }

  /** Calls in flight in all threads. */
  inFlight(): number {
    return this.#sum(0);
  }

  #sum(of: number): number {
    let sum = 0;
    for (let thread = 0; thread < threadSlots; thread += 1) sum += Atomics.load(this.#cells, callsCell(thread) + of);
    return sum;
  }

  inFlightOf(thread: number): number {
    return Atomics.load(this.#cells, callsCell(thread));
  }

  /** Says that the thread's event loop turns, and lets go what threads hold whose loops have not turned for long. */
  beat(): void {
    Atomics.add(this.#cells, this.#own + beatsAt, 1);
    this.health.beat();
    for (const thread of this.#vigil.look(this.#table.records, (other) => this.beatsOf(other)))
      lapse(this.#table, thread);
  }

  /** How often a thread has said so; a thread for which this stands still hangs. */
  beatsOf(thread: number): number {
    return Atomics.load(this.#cells, callsCell(thread) + beatsAt);
  }

  setDraining(draining: boolean): void {
    Atomics.store(this.#cells, drainingAt, draining ? 1 : 0);
  }

  draining(): boolean {
    return Atomics.load(this.#cells, drainingAt) === 1;
  }

  /** Forgets the calls of a thread that is gone, and lets go all it had reserved: nobody is left to end them. */
  clearThread(thread: number): void {
    Atomics.store(this.#cells, callsCell(thread), 0);
    Atomics.store(this.#cells, callsCell(thread) + retriesAt, 0);
    // A sign of life: whoever takes the number next must not be taken for one that hangs.
    Atomics.add(this.#cells, callsCell(thread) + beatsAt, 1);
    clearThread(this.#table, thread);
    this.health.clearThread(thread);
  }

  /**
   * The cell that counts for a name: open addressing on its hash, a free place claimed by compare-and-swap. Two names
   * of one hash, and names that find no free place, share a cursor: still fair turns, only not their own.
   */
  #cursor(name: string): number {
    // Never 0, which means free.
    const hash = hash32(name) || 1;
    for (let probe = 0; probe < slotsProbed; probe += 1) {
      const cell = cursorsAt + (((hash >>> 0) + probe) % cursorSlots) * 2;
      const found = Atomics.compareExchange(this.#cells, cell, 0, hash);
      if (found === 0 || found === hash) return cell + 1;
    }
    return cursorsAt + ((hash >>> 0) % cursorSlots) * 2 + 1;
  }
}

function callsCell(thread: number): number {
  if (!Number.isInteger(thread) || thread < 0 || thread >= threadSlots)
    throw new RangeError(`no thread slot ${thread}`);
  return callsAt + thread * stride;
}

function pageBehind(bytes: number): number {
  return Math.ceil(bytes / 4096) * 4096;
}
