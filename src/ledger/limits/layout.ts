// Where the counts of limits lie in shared memory, in cells of four bytes. A count has a slot; sixteen slots make a group
// under one lock. A record is one thread's hold on a slot; a thread owns records by the chunk. Pages never touched cost
// nothing.

/** Threads that may be alive at once, those that are draining included. */
export const threadSlots = 256;
export const groups = 8192;
export const ways = 16;

export const chunks = 1024;
export const chunkRecords = 256;
/** Reservations of tokens, money and concurrency that can be open at once, all threads together. */
export const recordCount = chunks * chunkRecords;

export const evictionsAt = 0;
/** Goes up when something is given back while somebody listens. */
export const bellAt = 16;
/** Listeners of all threads, and behind it those of each. */
export const listenersAt = 32;
/** One bit per group: holds what the next checkpoint must see. */
export const dirtyAt = 512;
export const dirtyWords = groups / 32;
/** Owner of each chunk: thread + 1, 0 for nobody, `clearing` while what a dead thread held is let go. */
export const ownersAt = 1024;
export const clearing = -1;

const groupCells = 256;
const idCells = 32;
const slotsInGroup = 64;
const slotCells = 12;
const recordCells = 6;
const groupsAt = 2048;
const recordsAt = groupsAt + groups * groupCells;

export const limitBytes = (recordsAt + recordCount * recordCells) * Int32Array.BYTES_PER_ELEMENT;

/** The lock of a group: 0, or thread + 1 of who is inside. */
export function lockCell(group: number): number {
  return groupsAt + group * groupCells;
}

/** How often something of the group was given back. */
export function releasesCell(group: number): number {
  return lockCell(group) + 1;
}

/** Two cells: the identity of the slot's count, both 0 where it is free. */
export function idCell(slot: number): number {
  return groupsAt + (slot >>> 4) * groupCells + idCells + (slot & 15) * 2;
}

/** Form, generation, changed, (none), then the numbers. */
export function slotCell(slot: number): number {
  return groupsAt + (slot >>> 4) * groupCells + slotsInGroup + (slot & 15) * slotCells;
}

/** State, generation, then the numbers: amount, end. */
export function recordCell(record: number): number {
  return recordsAt + record * recordCells;
}
