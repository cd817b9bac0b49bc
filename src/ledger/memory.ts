// Memory that every data thread shares: named cursors, calls in flight and signs of life per thread, whether the gateway
// is draining.
// All of it is 32-bit integers touched only through Atomics, so a number read here is exact without any lock.
import type { Ledger } from '../core/index.ts';

/** Threads that may be alive at once, those that are draining included. */
export const threadSlots = 256;
/** Names of cursors are kept by their hash, so this many distinct names have a cursor of their own. */
export const cursorSlots = 8192;

const slotsProbed = 64;
/** One cache line per thread, so that threads do not slow each other down by counting. */
const stride = 16;
const drainingAt = 0;
/** Behind the calls of a thread, on the same cache line. */
const beatsAt = 1;
const callsAt = stride;
const cursorsAt = callsAt + threadSlots * stride;
const length = cursorsAt + cursorSlots * 2;

/** The memory of one gateway, all zero: nothing in flight, every cursor at its start. */
export function createMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT);
}

/** A thread's view of the shared memory. The control thread has one too; it starts no calls. */
export class SharedLedger implements Ledger {
  readonly #cells: Int32Array<SharedArrayBuffer>;
  readonly #own: number;

  constructor(memory: SharedArrayBuffer, thread: number) {
    this.#cells = new Int32Array(memory);
    this.#own = callsCell(thread);
  }

  next(name: string): number {
    const value = Atomics.add(this.#cells, this.#cursor(name), 1);
    return value & 0x7fffffff;
  }

  callStarted(): void {
    Atomics.add(this.#cells, this.#own, 1);
  }

  callEnded(): void {
    Atomics.sub(this.#cells, this.#own, 1);
  }

  /** Calls in flight in all threads. */
  inFlight(): number {
    let sum = 0;
    for (let thread = 0; thread < threadSlots; thread += 1) sum += this.inFlightOf(thread);
    return sum;
  }

  inFlightOf(thread: number): number {
    return Atomics.load(this.#cells, callsCell(thread));
  }

  /** Says that the thread's event loop turns. */
  beat(): void {
    Atomics.add(this.#cells, this.#own + beatsAt, 1);
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

  /** Forgets the calls of a thread that is gone: nobody is left to end them. */
  clearThread(thread: number): void {
    Atomics.store(this.#cells, callsCell(thread), 0);
  }

  /**
   * The cell that counts for a name: open addressing on its hash, a free place claimed by compare-and-swap. Two names
   * of one hash, and names that find no free place, share a cursor: still fair turns, only not their own.
   */
  #cursor(name: string): number {
    const hash = hashOf(name);
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

/** FNV-1a over UTF-16 units, mixed once more (murmur3's finaliser) so that near names spread. Never 0, which means free. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash ^= hash >>> 16;
  return hash === 0 ? 1 : hash;
}
