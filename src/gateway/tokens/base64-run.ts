// Bytes of one alphabet without a space: base64, not words. Long runs are followed in strides, not byte by byte.

/** Words and addresses are shorter, pictures are longer. */
export const shortestRun = 200;
const stride = 4096;

const quote = 0x22;
const backslash = 0x5c;

/** 1 for the bytes of base64 and of its URL form. */
const base64 = new Uint8Array(256);
for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-')
  base64[letter.charCodeAt(0)] = 1;

/** Whether a run stands here: `shortestRun` bytes of it at least. */
export function isRun(bytes: Buffer, at: number): boolean {
  return at + shortestRun <= bytes.length && plainUntil(bytes, at, at + shortestRun) === at + shortestRun;
}

/** Where the run that `at` stands in ends: the length of the bytes where it goes on behind them. */
export function runEnd(bytes: Buffer, at: number): number {
  const found = bytes.indexOf(quote, at);
  const most = found < 0 ? bytes.length : found;
  let sure = at;
  while (sure + stride <= most && isRun(bytes, sure + stride - shortestRun)) sure += stride;
  return plainUntil(bytes, sure, most);
}

/** The first byte from `at` that is of no run, or `end`. */
function plainUntil(bytes: Buffer, at: number, end: number): number {
  for (let index = at; index < end; index += 1) {
    const byte = bytes[index] as number;
    if (byte === backslash && (index + 1 === end || mayEscape(bytes[index + 1]))) continue;
    if (base64[byte] === 0) return index;
  }
  return end;
}

/** Some write the slashes of base64 as `\/`, or break its lines. */
function mayEscape(next: number | undefined): boolean {
  return next === 0x2f || next === 0x6e || next === 0x72;
}
