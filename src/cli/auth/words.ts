// Times and accounts in the words of a terminal.
import { printable } from '../../core/printable.ts';
import type { AccountStanding } from './standing.ts';

/** `2027-01-31 12:00:00Z`. */
export function moment(at: number): string {
  return new Date(at)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');
}

/** `in 3 h`, `2 d ago`. */
export function distance(at: number, now: number): string {
  const seconds = Math.round(Math.abs(at - now) / 1000);
  const [amount, unit] =
    seconds < 120
      ? [seconds, 's']
      : seconds < 7200
        ? [Math.round(seconds / 60), 'min']
        : seconds < 172_800
          ? [Math.round(seconds / 3600), 'h']
          : [Math.round(seconds / 86_400), 'd'];
  return at >= now ? `in ${amount} ${unit}` : `${amount} ${unit} ago`;
}

export function whenOver(expiresAt: number | undefined, now: number): string {
  return expiresAt === undefined ? 'not said' : `${moment(expiresAt)} (${distance(expiresAt, now)})`;
}

/** `provider/account`. */
export function nameOf({ provider, account }: Pick<AccountStanding, 'provider' | 'account'>): string {
  // Of a file that is no account it is the file's name.
  return printable(provider === '-' ? account : `${provider}/${account}`);
}

export function whoOf({ names }: Pick<AccountStanding, 'names'>): string | undefined {
  return names.email ?? names.accountId;
}

/** Enough to tell one from another. */
export function masked(text: string): string {
  return text.length < 12 ? '***' : `${text.slice(0, 4)}***${text.slice(-4)}`;
}
