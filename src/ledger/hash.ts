// Hashes of names: the same in every thread and after every restart, for counts, cursors and cooldowns are found by them.

/** Two halves of 64 bits; the lower is never 0, so that two cells of 0 can mean a free place. */
export interface Hash64 {
  readonly high: number;
  readonly low: number;
}

/** Of a text, one more unit behind it, and what follows that. */
export function hash64(text: string, unit?: number, more = ''): Hash64 {
  const { length } = text;
  const end = unit === undefined ? length : length + 1 + more.length;
  let high = 0x9e3779b9;
  let low = 0x7f4a7c15;
  for (let index = 0; index < end; index += 1) {
    const next =
      index < length ? text.charCodeAt(index) : index === length ? (unit ?? 0) : more.charCodeAt(index - length - 1);
    high = Math.imul(high ^ next, 0x85ebca6b);
    low = Math.imul(low ^ next, 0x5f356495);
    low ^= high >>> 15;
  }
  high = mix(high ^ Math.imul(low, 0x27d4eb2f));
  low = mix(low ^ high);
  return { high, low: low === 0 ? 1 : low };
}

/** FNV-1a over UTF-16 units from a start of its own, mixed so that near names spread. Signed. */
export function hash32(text: string, start = 0): number {
  let hash = 0x811c9dc5 ^ Math.imul(start, 0x9e3779b1);
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return mix(hash);
}

/** The finaliser of murmur3. */
function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
