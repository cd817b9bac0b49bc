// Waiting for somebody to give something back.
import type { Claim } from '../../core/index.ts';
import { Hold } from './hold.ts';
import { ascending } from './reserve.ts';
import type { Table } from './table.ts';

export function freed({ bell }: Table, claims: readonly Claim[], signal: AbortSignal): Promise<void> {
  return bell.freed(ascending(claims.map((claim) => new Hold(claim))), signal);
}
