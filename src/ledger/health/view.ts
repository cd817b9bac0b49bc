// How the targets of one list stand, for who chooses among them. Asked many times per request, so it remembers what it saw:
// as long as nothing has changed anywhere, a usable target costs a comparison.
import type { Clock, Standing, Standings, Target } from '../../core/index.ts';
import { reasonOf, type Standing as Slot } from './aside.ts';
import { expectedMs } from './first-byte.ts';
import { type Keys, keysOf } from './identity.ts';
import { at } from './layout.ts';
import type { Slots } from './slots.ts';
import { emptyStanding, isWorse, readStanding, type State, stateOf } from './stand.ts';

const usable: Standing = { state: 'usable' };

/** What is remembered of a target that somebody has put aside. */
interface Remembered {
  readonly account: Slot;
  readonly model: Slot;
}

export class View implements Standings {
  readonly #slots: Slots;
  readonly #clock: Clock;
  readonly #keys: readonly Keys[];
  /** The version at which each was looked at; -1: never. */
  readonly #seen: Int32Array;
  readonly #aside: (Remembered | undefined)[];

  constructor(slots: Slots, clock: Clock, targets: readonly Target[]) {
    this.#slots = slots;
    this.#clock = clock;
    this.#keys = targets.map(keysOf);
    this.#seen = new Int32Array(targets.length).fill(-1);
    this.#aside = new Array<Remembered | undefined>(targets.length).fill(undefined);
  }

  state(index: number): State {
    if (this.#seen[index] !== this.#slots.roughVersion()) this.#look(index);
    const aside = this.#aside[index];
    if (aside === undefined) return 'usable';
    const now = this.#clock.now();
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
    const slot = this.#accountSlot(index);
    return slot < 0 ? 0 : this.#slots.get(slot, at.inFlight);
  }

  used(index: number): number {
    const slot = this.#accountSlot(index);
    return slot < 0 ? 0 : this.#slots.get(slot, at.used) & 0x7fffffff;
  }

  firstByteMs(index: number): number | undefined {
    const key = this.#keys[index]?.model;
    const slot = key === undefined ? -1 : this.#slots.find(key);
    return slot < 0 ? undefined : expectedMs(this.#slots, slot, this.#clock.now());
  }

  #accountSlot(index: number): number {
    const key = this.#keys[index]?.account;
    return key === undefined ? -1 : this.#slots.find(key);
  }

  #look(index: number): void {
    const keys = this.#keys[index];
    if (keys === undefined) return;
    // Asked before it is looked at: what changes meanwhile is looked at again.
    const version = this.#slots.version();
    const account = this.#read(this.#slots.find(keys.account));
    const model = this.#read(this.#slots.find(keys.model));
    // Somebody is stuck in a change: what was seen last holds until he is gone.
    if (account === undefined || model === undefined) return;
    this.#aside[index] = account.aside || model.aside ? { account, model } : undefined;
    this.#seen[index] = version;
  }

  #read(slot: number): Slot | undefined {
    if (slot < 0) return nothing;
    if (this.#slots.get(slot, at.aside) === 0) return nothing;
    const found = emptyStanding();
    return readStanding(this.#slots, slot, found) ? found : undefined;
  }
}

const nothing: Slot = emptyStanding();
