// Targets in words for records and error messages.
import type { Target } from 'portico';

/** `at its limit of 60 requests per minute`. */
export function fullIn(limit: string): string {
  return `at its limit of ${limit}`;
}

export function nameOf({ provider, account }: Pick<Target, 'provider' | 'account'>): string {
  return `${provider}/${account}`;
}
