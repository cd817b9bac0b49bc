// The common case of a scan: a string or an integer that is short and lies within one chunk, so that nothing about it
// has to be remembered.

/** Offset behind the quote that ends a string, if it comes before `limit`; else -1. */
export function stringEnd(chunk: Buffer, from: number, limit: number): number {
  let at = from;
  while (at < limit) {
    const byte = chunk[at];
    if (byte === 0x22) return at + 1;
    at += byte === 0x5c ? 2 : 1;
  }
  return -1;
}

/** Offset behind a plain integer that ends before the chunk does; -1 for anything else. */
export function integerEnd(chunk: Buffer, from: number): number {
  const first = chunk[from] ?? 0;
  if (first < 0x30 || first > 0x39) return -1;
  let at = from + 1;
  let next = chunk[at];
  while (next !== undefined && next >= 0x30 && next <= 0x39) {
    at++;
    next = chunk[at];
  }
  const leadingZero = first === 0x30 && at > from + 1;
  // A point or an exponent makes it another kind of number.
  return leadingZero || next === undefined || next === 0x2e || next === 0x65 || next === 0x45 ? -1 : at;
}
