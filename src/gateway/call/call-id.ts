// Ids of calls: sortable by time, unique across threads and restarts.
import { randomBytes } from 'node:crypto';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
let pool = Buffer.alloc(0);
let at = 0;

/** `c` + 9 characters of time + 16 random characters (80 bits). */
export function newCallId(epochMs: number): string {
  if (at + 16 > pool.length) {
    pool = randomBytes(4096);
    at = 0;
  }
  let id = `c${Math.floor(epochMs).toString(32).padStart(9, '0')}`;
  for (const end = at + 16; at < end; at += 1) id += alphabet[(pool[at] as number) & 31];
  return id;
}
