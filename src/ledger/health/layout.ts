// Where the states of accounts lie in shared memory, in cells of four bytes. A target has two slots, one of its account and
// one of the account for its model; sixteen slots make a group under one lock. Pages never touched cost nothing.

export const groups = 16_384;
export const ways = 16;

/** Goes up when any target's standing may have changed. On a cache line of its own: everybody reads it all the time. */
export const versionAt = 0;
export const evictionsAt = 16;
/** Owner of each chunk of holds: thread + 1, 0 for nobody, `clearing` while those of a dead thread are let go. */
export const ownersAt = 32;
export const clearing = -1;
export const chunks = 1024;
export const chunkHolds = 256;

/** Failures whose time a slot remembers; where more are needed to open the circuit, each stands for several. */
export const timesKept = 16;

const groupCells = 768;
const idCells = 32;
const slotsInGroup = 64;
const slotCells = 44;
const groupsAt = 2048;
/** Close together: who looks for the least busy of a thousand reads a thousand of them. */
const countsAt = groupsAt + groups * groupCells;
const holdsAt = countsAt + groups * ways * 2;

export const healthBytes = (holdsAt + chunks * chunkHolds) * Int32Array.BYTES_PER_ELEMENT;

/** The lock of a group: 0, or thread + 1 of who is inside. */
export function lockCell(group: number): number {
  return groupsAt + group * groupCells;
}

/** Odd while somebody changes how a target of the group stands. */
export function sequenceCell(group: number): number {
  return lockCell(group) + 1;
}

/** Two cells: the identity of the slot's target, both 0 where it is free. */
export function idCell(slot: number): number {
  return groupsAt + (slot >>> 4) * groupCells + idCells + (slot & 15) * 2;
}

/** The first cell of a slot; `at` says what is behind it. */
export function slotCell(slot: number): number {
  return groupsAt + (slot >>> 4) * groupCells + slotsInGroup + (slot & 15) * slotCells;
}

/** A slot plus 1, negative for a trial; 0 where nothing is held. */
export function holdCell(hold: number): number {
  return holdsAt + hold;
}

/** Attempts under way at the target of a slot. */
export function inFlightCell(slot: number): number {
  return countsAt + slot * 2;
}

/** Attempts at it, ever. */
export function usedCell(slot: number): number {
  return countsAt + slot * 2 + 1;
}

/** What lies where in a slot. Times take two cells. */
export const at = {
  /** 1 while it is put aside: cooling, or waiting for a trial to pass. */
  aside: 0,
  /** How often it was put aside since it last worked. */
  level: 1,
  /** Number of the cooldown: who began before it has news of before it. */
  serial: 2,
  /** Cause, scope and status in one. */
  about: 3,
  until: 4,
  since: 6,
  /** Who tries it: a number that names the attempt, with its thread in the low byte. */
  trial: 8,
  trialEnds: 9,
  /** Microseconds. */
  firstByte: 13,
  /** Milliseconds, modulo 2^31. */
  firstByteAt: 14,
  answers: 15,
  /** Seconds. */
  touched: 16,
  nextTime: 17,
  /** Failures that none of the times stands for yet. */
  uncounted: 18,
  /** Two cells: the identity of the account, in the slot of one of its models. */
  parent: 20,
  times: 22,
} as const;
