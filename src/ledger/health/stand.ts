// How a slot's target stands, read without a lock: all of one moment, or not at all.
import { isCooling, isTried, type Standing as Slot } from './aside.ts';
import { at } from './layout.ts';
import type { Slots } from './slots.ts';

const tries = 100;

export type State = 'usable' | 'cooling' | 'trial' | 'tried';

/** False where somebody is changing it for too long: he is dead, or has lost his processor. */
export function readStanding(slots: Slots, slot: number, into: Slot): boolean {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const sequence = slots.sequence(slot >>> 4);
    if ((sequence & 1) === 1) continue;
    into.aside = slots.get(slot, at.aside) === 1;
    if (into.aside) {
      into.about = slots.get(slot, at.about);
      into.level = slots.get(slot, at.level);
      into.until = slots.time(slot, at.until);
      into.since = slots.time(slot, at.since);
      into.trial = slots.get(slot, at.trial);
      into.trialEnds = slots.time(slot, at.trialEnds);
    }
    if (slots.sequence(slot >>> 4) === sequence) return true;
  }
  return false;
}

export function stateOf(slot: Slot, now: number): State {
  if (!slot.aside) return 'usable';
  if (isCooling(slot, now)) return 'cooling';
  return isTried(slot, now) ? 'tried' : 'trial';
}

export function emptyStanding(): Slot {
  return { aside: false, about: 0, level: 0, until: 0, since: 0, trial: 0, trialEnds: 0 };
}

const badness: Readonly<Record<State, number>> = { usable: 0, trial: 1, tried: 2, cooling: 3 };

/** Whether the first is the worse; of two that cool, the one that cools longer. */
export function isWorse(state: State, until: number, other: State, otherUntil: number): boolean {
  return badness[state] > badness[other] || (badness[state] === badness[other] && until > otherUntil);
}
