// Ids of calls: sortable by time, unique across threads and restarts.
import { randomBytes } from 'node:crypto';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
/** 16 random characters (80 bits) each, drawn from one call for randomness. */
const pooled = 256;
let pool = '';
let at = 0;

/** `c` + 9 characters of time + 16 random characters. */
export function newCallId(epochMs: number): string {
  if (at === pool.length) refill();
  at += 16;
  return `c${Math.floor(epochMs).toString(32).padStart(9, '0')}${pool.slice(at - 16, at)}`;
}

function refill(): void {
  pool = String.fromCharCode(...randomBytes(pooled * 16).map((byte) => alphabet.charCodeAt(byte & 31)));
  at = 0;
}
