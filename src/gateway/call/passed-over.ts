// Who was not tried, and why: gathered until the next attempt, whose record then says it, or until the call ends without one.
import type { PassedOver, Target } from '../../core/index.ts';

/** Of a thousand accounts that all cool it is enough to name some. */
const mostKept = 8;

export interface Passed {
  readonly some: readonly PassedOver[];
  readonly count: number;
}

export function alsoPassed(before: Passed | undefined, { provider, account }: Target, reason: string): Passed {
  const { some, count } = before ?? { some: [], count: 0 };
  if (some.length >= mostKept) return { some, count: count + 1 };
  return { some: [...some, { provider, account, reason }], count: count + 1 };
}

interface Told {
  readonly passed: readonly PassedOver[] | undefined;
  readonly passedCount: number | undefined;
}

/** The usual case, which must cost nothing. */
const nobody: Told = { passed: undefined, passedCount: undefined };

/** As records say it: the number only where not all of them are named. */
export function toldOf(passed: Passed | undefined): Told {
  if (passed === undefined) return nobody;
  const { some, count } = passed;
  return { passed: some, passedCount: count > some.length ? count : undefined };
}
