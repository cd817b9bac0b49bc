// The time of a call on the clocks of a time zone, as conditions ask for it.
import { localTime } from '../../../ledger/window/local-time.ts';

export interface Moment {
  readonly hour: bigint;
  readonly minute: bigint;
  /** `mon` to `sun`. */
  readonly weekday: string;
  /** `14:30`. */
  readonly time: string;
}

const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const minuteMs = 60_000;
/** The last minute that was asked for, by zone: most calls ask for the same. */
const last = new Map<string, { readonly minute: number; readonly moment: Moment }>();

/** `now` in epoch milliseconds. */
export function momentIn(zone: string, now: number): Moment {
  const minute = Math.floor(now / minuteMs);
  const known = last.get(zone);
  if (known?.minute === minute) return known.moment;
  const local = new Date(localTime(zone, minute * minuteMs));
  const moment = {
    hour: BigInt(local.getUTCHours()),
    minute: BigInt(local.getUTCMinutes()),
    weekday: weekdays[local.getUTCDay()] ?? '',
    time: local.toISOString().slice(11, 16),
  };
  last.set(zone, { minute, moment });
  return moment;
}
