// The elements of a JSON array one after the other, found without parsing it. The body has been checked: brackets match
// and strings end, as far as the bytes given go.

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;

/** `bytes` begin with the array's bracket. Of an element that they cut off comes what is there. */
export function* elementsOf(bytes: Buffer): Generator<Buffer> {
  let start = 1;
  let depth = 0;
  for (let at = 1; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === quote) at = stringEnd(bytes, at);
    else if (byte === 0x7b || byte === 0x5b) depth += 1;
    else if (byte === 0x7d || byte === 0x5d) depth -= 1;
    else if (byte === comma && depth === 0) {
      yield bytes.subarray(start, at);
      start = at + 1;
    }
    if (depth < 0) return yield* last(bytes.subarray(start, at));
  }
  yield* last(bytes.subarray(start));
}

/** An empty array has none. */
function* last(rest: Buffer): Generator<Buffer> {
  if (rest.toString('latin1', 0, 64).trim() !== '') yield rest;
}

/** Offset of the closing quote. */
function stringEnd(bytes: Buffer, from: number): number {
  for (let at = from + 1; ; at += 1) {
    at = bytes.indexOf(quote, at);
    if (at === -1) return bytes.length;
    let run = at;
    while (bytes[run - 1] === backslash) run -= 1;
    if ((at - run) % 2 === 0) return at;
  }
}
