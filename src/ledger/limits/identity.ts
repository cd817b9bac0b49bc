// Who is counted, in 64 bits: a hash of the subject and of the limit's form (kind and window with its time zone, not the
// amount), the same in every thread and after every restart.
import type { Limit, LimitKind, WindowUnit } from '../../core/index.ts';
import { type Hash64, hash64 } from '../hash.ts';
import { groups } from './layout.ts';

export interface Identity extends Hash64 {
  /** Kind and window of the limit as a number, and whether it is passing: that is no part of who it is. */
  readonly form: number;
}

const kinds: Readonly<Record<LimitKind, number>> = { requests: 1, tokens: 2, cost: 3, concurrency: 4 };
const units: Readonly<Record<WindowUnit, number>> = {
  second: 1,
  minute: 2,
  hour: 3,
  day: 4,
  week: 5,
  month: 6,
  total: 7,
};
const sliding = 8;
/** Above the count of the window, which has 14 bits from the seventh on. */
const passingBit = 1 << 24;

export function identityOf(subject: string, limit: Limit, passing = false): Identity {
  const form = formOf(limit);
  // The form comes as one more unit behind the subject: at the start it could be undone by the first letter. UTC adds none.
  const { high, low } = hash64(subject, form, limit.window?.zone);
  return { high, low, form: passing ? form | passingBit : form };
}

export function groupOf({ low }: Identity): number {
  return low & (groups - 1);
}

export function isConcurrency(form: number): boolean {
  return (form & 7) === kinds.concurrency;
}

export function isRate(form: number): boolean {
  return ((form >>> 3) & sliding) !== 0;
}

/** One of many: see `Claim.passing`. */
export function isPassing(form: number): boolean {
  return (form & passingBit) !== 0;
}

/** 24 hexadecimal digits. */
export function writeIdentity({ high, low, form }: Identity): string {
  return [high, low, form].map((part) => (part >>> 0).toString(16).padStart(8, '0')).join('');
}

/** Undefined for what `writeIdentity` did not write. */
export function readIdentity(text: string): Identity | undefined {
  if (!/^[0-9a-f]{24}$/.test(text)) return undefined;
  const [high, low, form] = [0, 8, 16].map((at) => Number.parseInt(text.slice(at, at + 8), 16) | 0);
  return high === undefined || low === undefined || form === undefined ? undefined : { high, low, form };
}

function formOf({ kind, window }: Limit): number {
  if (window === undefined) return kinds[kind];
  const unit = units[window.unit] | (window.shape === 'rate' ? sliding : 0);
  return kinds[kind] | (unit << 3) | (window.count << 7);
}
