// A limit in words, for messages to clients.
import type { Limit, LimitWindow } from './limit.ts';

/** `60 requests per minute`, `5 USD per day (Europe/Berlin)`, `8 requests at once`. */
export function describeLimit(limit: Limit): string {
  return `${describeAmount(limit, limit.amount)} ${describeWindow(limit.window)}`;
}

/** An amount in the unit of the limit: `1,200 tokens`, `0.25 USD`. */
export function describeAmount({ kind }: Limit, amount: number): string {
  if (kind === 'cost') return `${Number((amount / 1e6).toFixed(6))} USD`;
  const whole = Math.max(0, Math.floor(amount));
  const word = kind === 'tokens' ? 'token' : 'request';
  return `${whole.toLocaleString('en-US')} ${word}${whole === 1 ? '' : 's'}`;
}

function describeWindow(window: LimitWindow | undefined): string {
  if (window === undefined) return 'at once';
  if (window.unit === 'total') return 'in total';
  const span = window.count === 1 ? window.unit : `${window.count} ${window.unit}s`;
  return window.zone === undefined ? `per ${span}` : `per ${span} (${window.zone})`;
}
