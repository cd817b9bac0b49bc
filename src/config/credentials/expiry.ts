// When a token ends, in the forms credential files write it: RFC 3339, epoch seconds or milliseconds, seconds left.
import type { ExpiryForm } from '../loaded-credential.ts';

export interface Expiry {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly form: ExpiryForm;
}

/** Numbers below are seconds left (three years are fewer), those above are epoch milliseconds. */
const leastSeconds = 1e8;
const leastMilliseconds = 1e11;

/** The last moment there is: https://tc39.es/ecma262/#sec-time-values-and-time-range. */
const lastMoment = 8.64e15;

/** Epoch milliseconds that a date can have; whoever wrote others meant no time. */
export function asMoment(at: number): number | undefined {
  return at > 0 && at <= lastMoment ? at : undefined;
}

/** `since` (epoch ms) is when a count of seconds left began. Undefined for what is no time, or the zero time of a vendor. */
export function readExpiry(value: unknown, since: number): Expiry | undefined {
  const number = typeof value === 'string' && /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value;
  if (typeof number === 'string') {
    const at = asMoment(Date.parse(number));
    return at === undefined ? undefined : { at, form: 'rfc3339' };
  }
  if (typeof number !== 'number' || !Number.isFinite(number) || number <= 0) return undefined;
  if (number > lastMoment) return undefined;
  if (number >= leastMilliseconds) return { at: number, form: 'milliseconds' };
  if (number >= leastSeconds) return { at: number * 1000, form: 'seconds' };
  return { at: since + number * 1000, form: 'left' };
}

export function writeExpiry(at: number, form: ExpiryForm, now: number): string | number {
  if (form === 'rfc3339') return new Date(at).toISOString();
  if (form === 'milliseconds') return Math.round(at);
  return form === 'seconds' ? Math.round(at / 1000) : Math.max(0, Math.round((at - now) / 1000));
}
