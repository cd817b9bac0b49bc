// Putting a target aside and taking it back: what one slot says of it. Changes are made inside the lock of the slot's group.
import type { Cooled, CoolingCause } from '../../core/index.ts';
import { at } from './layout.ts';
import type { Slots } from './slots.ts';

/** How long a trial may go without a sign of life of its thread. Milliseconds. */
export const trialMs = 60_000;
/** What clocks of threads and small corrections of the clock may differ by. Milliseconds. */
const slackMs = 1_000;
/** Beyond this doubling has long met any bound. */
const mostLevels = 30;

export type Reason = Omit<Cooled, 'until'>;

export interface Aside extends Cooled {
  readonly since: number;
  /** How often it was put aside since it last worked: 1 for the first time. */
  readonly level: number;
}

/** How long it is to be put aside. Milliseconds. */
export interface Span {
  readonly hintMs: number | undefined;
  readonly firstMs: number;
  readonly mostMs: number;
}

/** What of a slot decides how its target stands. Reused by who reads many. */
export interface Standing {
  aside: boolean;
  /** Cause, scope and status in one: see `reasonOf`. */
  about: number;
  level: number;
  until: number;
  since: number;
  /** 0: nobody tries it. */
  trial: number;
  trialEnds: number;
}

const causes: readonly CoolingCause[] = [
  'credentials',
  'forbidden',
  'model',
  'rate-limit',
  'unavailable',
  'overloaded',
  'failing',
  'rule',
];

/** A time that is `span` away at most, unless the clock was set back: then it is over, so that nothing waits for the old hour. */
function isAhead(time: number, span: number, now: number): boolean {
  return now < time && time - now <= span + slackMs;
}

export function isCooling({ until, since }: Pick<Standing, 'until' | 'since'>, now: number): boolean {
  return isAhead(until, until - since, now);
}

export function isTried({ trial, trialEnds }: Pick<Standing, 'trial' | 'trialEnds'>, now: number): boolean {
  return trial !== 0 && isAhead(trialEnds, trialMs, now);
}

export function isAside(slots: Slots, slot: number): boolean {
  return slots.get(slot, at.aside) === 1;
}

/** Inside the lock; without it use `readStanding`. */
export function readAside(slots: Slots, slot: number): Aside {
  return {
    ...reasonOf(slots.get(slot, at.about)),
    until: slots.time(slot, at.until),
    since: slots.time(slot, at.since),
    level: slots.get(slot, at.level),
  };
}

export function reasonOf(about: number): Reason {
  const status = about >>> 8;
  return {
    cause: causes[about & 15] ?? 'rule',
    scope: (about & 16) === 0 ? 'model' : 'account',
    status: status === 0 ? undefined : status,
  };
}

function aboutOf({ cause, scope, status = 0 }: Reason): number {
  return causes.indexOf(cause) | (scope === 'account' ? 16 : 0) | (status << 8);
}

export function coolingOf(slots: Slots, slot: number, now: number): boolean {
  return isCooling({ until: slots.time(slot, at.until), since: slots.time(slot, at.since) }, now);
}

/**
 * Puts the slot's target aside, or further. `fresh`: the attempt began when the target stood as it does, so its failure is
 * news; one from before the cooldown makes it no harder, and never shorter.
 */
export function putAside(
  slots: Slots,
  slot: number,
  reason: Reason,
  span: Span,
  { fresh, now }: { readonly fresh: boolean; readonly now: number },
): Aside {
  const before = isAside(slots, slot);
  if (before && !fresh) return lengthen(slots, slot, reason, span, now);
  const level = before ? slots.get(slot, at.level) : 0;
  const until = now + lengthOf(span, level);
  const running = before && coolingOf(slots, slot, now) ? slots.time(slot, at.until) : 0;
  const aside = { ...reason, until: Math.max(until, running), since: now, level: Math.min(level + 1, mostLevels) };
  slots.set(slot, at.serial, slots.get(slot, at.serial) + 1);
  write(slots, slot, aside);
  return aside;
}

/** As an earlier life left it. */
export function writeAside(slots: Slots, slot: number, aside: Aside): void {
  slots.set(slot, at.serial, slots.get(slot, at.serial) + 1);
  write(slots, slot, aside);
}

/** It works: nothing is left of what it was put aside for. */
export function clear(slots: Slots, slot: number): void {
  slots.open(slot >>> 4);
  slots.set(slot, at.aside, 0);
  slots.set(slot, at.level, 0);
  slots.set(slot, at.trial, 0);
  slots.close(slot >>> 4);
}

function lengthen(slots: Slots, slot: number, reason: Reason, span: Span, now: number): Aside {
  const aside = readAside(slots, slot);
  // Without a hint it is as long as it would have been, had this failure come first.
  const from = span.hintMs === undefined ? aside.since : now;
  const until = from + lengthOf(span, Math.max(0, aside.level - 1));
  if (until <= aside.until || !isAhead(until, span.mostMs, now)) return aside;
  const longer = { ...aside, ...reason, until };
  write(slots, slot, longer);
  return longer;
}

function lengthOf({ hintMs, firstMs, mostMs }: Span, level: number): number {
  return Math.ceil(Math.max(0, Math.min(mostMs, hintMs ?? firstMs * 2 ** level)));
}

function write(slots: Slots, slot: number, { until, since, level, ...reason }: Aside): void {
  slots.open(slot >>> 4);
  slots.setTime(slot, at.until, until);
  slots.setTime(slot, at.since, since);
  slots.set(slot, at.about, aboutOf(reason));
  slots.set(slot, at.level, level);
  slots.set(slot, at.trial, 0);
  slots.set(slot, at.aside, 1);
  slots.close(slot >>> 4);
}
