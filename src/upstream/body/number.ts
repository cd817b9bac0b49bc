// The grammar of a JSON number (RFC 8259, section 6) as a step per byte, for a scanner that sees it in pieces.

const afterMinus = 0;
const afterZero = 1;
const inInteger = 2;
const afterPoint = 3;
const inFraction = 4;
const afterExponent = 5;
const afterExponentSign = 6;
const inExponent = 7;

/** The state after a first byte, or -1 where no number begins with it. */
export function numberStart(byte: number): number {
  if (byte === 0x2d) return afterMinus;
  if (byte === 0x30) return afterZero;
  return isDigit(byte) ? inInteger : -1;
}

/** The state after one more byte, or -1 where the byte does not belong to the number. */
export function numberStep(state: number, byte: number): number {
  if (isDigit(byte)) return digitStep(state, byte);
  if (byte === 0x2e) return state === afterZero || state === inInteger ? afterPoint : -1;
  if (byte === 0x65 || byte === 0x45) return mayEnd(state) && state !== inExponent ? afterExponent : -1;
  if (byte === 0x2b || byte === 0x2d) return state === afterExponent ? afterExponentSign : -1;
  return -1;
}

/** Whether what was read so far is a whole number. */
export function mayEnd(state: number): boolean {
  return state === afterZero || state === inInteger || state === inFraction || state === inExponent;
}

function digitStep(state: number, byte: number): number {
  if (state === afterMinus) return byte === 0x30 ? afterZero : inInteger;
  if (state === afterZero) return -1;
  if (state === afterPoint) return inFraction;
  if (state === afterExponent || state === afterExponentSign) return inExponent;
  return state;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
