// What the table knows of one account, or of one account for one model, for people who look.
import type { Aside } from './aside.ts';
import { reasonOf } from './aside.ts';
import { firstByteMs } from './first-byte.ts';
import type { Key } from './identity.ts';
import { emptyStanding, readStanding, type State, stateOf } from './stand.ts';
import type { Table } from './table.ts';

export interface HealthFigures {
  readonly state: State;
  readonly aside: Aside | undefined;
  /** Of an account, all its models together. */
  readonly inFlight: number;
  readonly used: number;
  readonly firstByteMs: number | undefined;
}

const unknown: HealthFigures = { state: 'usable', aside: undefined, inFlight: 0, used: 0, firstByteMs: undefined };

export function figuresOf({ slots, clock }: Table, key: Key): HealthFigures {
  const slot = slots.find(key);
  if (slot < 0) return unknown;
  const standing = emptyStanding();
  readStanding(slots, slot, standing);
  const { about, until, since, level } = standing;
  return {
    state: stateOf(standing, clock.now()),
    aside: standing.aside ? { ...reasonOf(about), until, since, level } : undefined,
    inFlight: slots.inFlight(slot),
    used: slots.used(slot),
    firstByteMs: firstByteMs(slots, slot),
  };
}
