// How the targets of one list stand, for who chooses among them. Asked many times per request, so it remembers what it saw:
// as long as nothing has changed anywhere, a usable target costs a comparison.
import type { Clock, Standing, Standings, Target } from '../../core/index.ts';
import { reasonOf, type Standing as Slot } from './aside.ts';
import { expectedMs } from './first-byte.ts';
import { type Key, type Keys, keysOf } from './identity.ts';
import type { Slots } from './slots.ts';
import { emptyStanding, isWorse, readStanding, type State, stateOf } from './stand.ts';

const usable: Standing = { state: 'usable' };

/** What is remembered of a target that somebody has put aside. */
interface Remembered {
  readonly account: Slot;
  readonly model: Slot;
}

const nothing: Slot = emptyStanding();

export class View implements Standings {
  readonly #slots: Slots;
  readonly #clock: Clock;
  readonly #keys: readonly Keys[];
  /** The version of the table at which each was looked at; -1: never. */
  readonly #seen: Int32Array;
  readonly #accounts: Found;
  readonly #models: Found;
  readonly #aside: (Remembered | undefined)[];

  constructor(slots: Slots, clock: Clock, targets: readonly Target[]) {
    this.#slots = slots;
    this.#clock = clock;
    this.#keys = targets.map(keysOf);
    this.#seen = new Int32Array(targets.length).fill(-1);
    this.#accounts = new Found(targets.length);
    this.#models = new Found(targets.length);
    this.#aside = new Array<Remembered | undefined>(targets.length).fill(undefined);
  }

  state(index: number, time?: number): State {
    if (this.#seen[index] !== this.#slots.roughVersion()) this.#look(index);
    const aside = this.#aside[index];
    if (aside === undefined) return 'usable';
    const now = time ?? this.#clock.now();
    const account = stateOf(aside.account, now);
    const model = stateOf(aside.model, now);
    return isWorse(account, 0, model, 0) ? account : model;
  }

  standing(index: number): Standing {
    if (this.#seen[index] !== this.#slots.roughVersion()) this.#look(index);
    const aside = this.#aside[index];
    if (aside === undefined) return usable;
    const now = this.#clock.now();
    const account = stateOf(aside.account, now);
    const model = stateOf(aside.model, now);
    const whole = isWorse(account, aside.account.until, model, aside.model.until);
    const state = whole ? account : model;
    if (state === 'usable') return usable;
    const { about, until } = whole ? aside.account : aside.model;
    return { state, ...reasonOf(about), until };
  }

  inFlight(index: number): number {
    const slot = this.#slotIn(this.#accounts, index);
    return slot < 0 ? 0 : this.#slots.inFlight(slot);
  }

  used(index: number): number {
    const slot = this.#slotIn(this.#accounts, index);
    return slot < 0 ? 0 : this.#slots.used(slot);
  }

  firstByteMs(index: number, time?: number): number | undefined {
    const slot = this.#slotIn(this.#models, index);
    return slot < 0 ? undefined : expectedMs(this.#slots, slot, time ?? this.#clock.now());
  }

  #slotIn(found: Found, index: number): number {
    if (this.#seen[index] !== this.#slots.roughVersion()) this.#look(index);
    return found.slot[index] ?? -1;
  }

  #look(index: number): void {
    const keys = this.#keys[index];
    if (keys === undefined) return;
    // Asked before it is looked at: what changes meanwhile is looked at again.
    const version = this.#slots.version();
    const changed = this.#accounts.turn(this.#slots, index, keys.account);
    if (this.#models.turn(this.#slots, index, keys.model) || changed) {
      const account = this.#read(this.#accounts.slot[index] ?? -1);
      const model = this.#read(this.#models.slot[index] ?? -1);
      // Somebody is stuck in a change: what was seen last holds until he is gone.
      if (account === undefined || model === undefined) return this.#forget(index);
      this.#aside[index] = account.aside || model.aside ? { account, model } : undefined;
    }
    this.#seen[index] = version;
  }

  #forget(index: number): void {
    this.#accounts.sequence[index] = never;
    this.#models.sequence[index] = never;
  }

  #read(slot: number): Slot | undefined {
    if (slot < 0) return nothing;
    const found = emptyStanding();
    return readStanding(this.#slots, slot, found) ? found : undefined;
  }
}

/** Odd, so it is the number of no complete change. */
const never = -1;

/** Where the slots of the targets are, as long as nothing has changed in their groups. */
class Found {
  readonly slot: Int32Array;
  readonly sequence: Int32Array;

  constructor(length: number) {
    this.slot = new Int32Array(length).fill(-1);
    this.sequence = new Int32Array(length).fill(never);
  }

  /** Looks where it is now, if need be: whether it was needed. */
  turn(slots: Slots, index: number, key: Key): boolean {
    const sequence = slots.sequence(key.group);
    if (this.sequence[index] === sequence) return false;
    this.slot[index] = slots.find(key);
    // One that is being changed is looked at again.
    this.sequence[index] = (sequence & 1) === 0 ? sequence : never;
    return true;
  }
}
