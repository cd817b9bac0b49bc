// Reads a JSON body as it arrives, byte by byte, without parsing it: checks its structure (brackets, commas, colons,
// literals, numbers, depth) and notes where the members of the top level stand, so that one of them can be replaced
// without touching another byte. Chunks are never joined; long strings are skipped by the native search for a quote.
// What it lets through on purpose: raw control characters and unknown escapes inside strings. They cannot move the
// end of a string, so gateway and upstream still read the same structure, and the upstream says what it thinks of them.
import { GatewayError } from '../../core/index.ts';
import { mayEnd, numberStart, numberStep } from './number.ts';
import { decodeKey, decodeScalar } from './scalar.ts';
import type { Member, Scanned } from './scanned.ts';
import { integerEnd, stringEnd } from './short-token.ts';

export type { Member, Scanned } from './scanned.ts';

export const maxDepth = 512;
const scalarLimit = 1024;
/** Up to here a loop beats the call into the native search. */
const nearBytes = 16;

// What the next byte belongs to.
const wantValue = 0;
const wantValueOrClose = 1;
const wantKey = 2;
const wantKeyOrClose = 3;
const wantColon = 4;
const wantNext = 5;
const complete = 6;
const inString = 7;
const inNumber = 8;
const inLiteral = 9;

const quote = 0x22;
const backslash = 0x5c;
const byteOrderMark = [0xef, 0xbb, 0xbf];

export class JsonScanner {
  readonly #members: Member[] = [];
  /** True for an object, false for an array: the containers we are in. */
  readonly #stack: boolean[] = [];
  #kind: 'object' | 'other' = 'other';
  #open = 0;
  #state = wantValue;
  /** Offset of the current chunk in the body. */
  #base = 0;
  #bom = 0;
  /** The current chunk as text, once it was asked for. */
  #text: string | undefined;
  #isKey = false;
  /** The last chunk ended right behind a backslash. */
  #escaped = false;
  #numberState = -1;
  #literal = '';
  #matched = 0;
  /** Offset of the string, number or literal being read. */
  #tokenStart = 0;
  /** Its bytes in earlier chunks, at the top level only: nobody asks for the others. */
  #carry: Buffer[] | undefined;
  #key = '';
  #keyStart = 0;
  #keyEnd = 0;
  #valueStart = 0;

  /** Throws `invalid-json` or `body-too-deep`; the scanner is of no use afterwards. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) at = this.#read(chunk, at);
    if (this.#state >= inString && this.#stack.length === 1) {
      this.#carry ??= [];
      this.#carry.push(chunk.subarray(Math.max(0, this.#tokenStart - this.#base)));
    }
    this.#base += chunk.length;
    this.#text = undefined;
  }

  end(): Scanned {
    if (this.#state === inNumber && mayEnd(this.#numberState)) this.#endValue(Buffer.alloc(0), 0, true);
    if (this.#state !== complete || this.#bom % 3 !== 0) this.#fail(0, 'it ends too early');
    return { kind: this.#kind, open: this.#open, members: this.#members };
  }

  #read(chunk: Buffer, at: number): number {
    switch (this.#state) {
      case inString:
        return this.#readString(chunk, at);
      case inNumber:
        return this.#readNumber(chunk, at);
      case inLiteral:
        return this.#readLiteral(chunk, at);
      default:
        return this.#readStructure(chunk, at);
    }
  }

  /** Whitespace, brackets, commas and colons, and below the top level whatever is short and lies within the chunk. */
  #readStructure(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) continue;
      if (byte === 0x2c && this.#state === wantNext) {
        this.#state = this.#stack[this.#stack.length - 1] ? wantKey : wantValue;
      } else if (byte === 0x3a && this.#state === wantColon) {
        this.#state = wantValue;
      } else if (byte === 0x7b || byte === 0x5b) {
        this.#beginContainer(at, byte === 0x7b);
      } else if (byte === 0x7d || byte === 0x5d) {
        this.#endContainer(chunk, at, byte === 0x7d);
      } else {
        const end = this.#stack.length > 1 ? this.#skipShort(chunk, at, byte) : -1;
        if (end === -1) return byte === quote ? this.#beginString(at) : this.#beginScalar(at, byte);
        at = end - 1;
      }
    }
    return chunk.length;
  }

  /** Where the short string or integer that begins here ends; -1 for anything else, nothing being changed then. */
  #skipShort(chunk: Buffer, at: number, byte: number): number {
    const isKey = this.#state === wantKey || this.#state === wantKeyOrClose;
    if (byte === quote && (isKey || this.#state <= wantValueOrClose)) {
      const end = stringEnd(chunk, at + 1, Math.min(chunk.length, at + nearBytes));
      if (end !== -1) this.#state = isKey ? wantColon : wantNext;
      return end;
    }
    if (this.#state > wantValueOrClose) return -1;
    const end = integerEnd(chunk, at);
    if (end !== -1) this.#state = wantNext;
    return end;
  }

  #beginString(at: number): number {
    if (this.#state === wantKey || this.#state === wantKeyOrClose) {
      this.#isKey = true;
    } else {
      if (this.#state > wantValueOrClose) this.#fail(at);
      this.#beginValue(at);
      this.#isKey = false;
    }
    this.#tokenStart = this.#base + at;
    this.#state = inString;
    return at + 1;
  }

  #beginScalar(at: number, byte: number): number {
    if (this.#state > wantValueOrClose) this.#fail(at);
    const offset = this.#base + at;
    if (offset === this.#bom && byte === byteOrderMark[offset]) {
      this.#bom++;
      return at + 1;
    }
    this.#beginValue(at);
    this.#tokenStart = offset;
    this.#numberState = numberStart(byte);
    if (this.#numberState !== -1) {
      this.#state = inNumber;
      return at + 1;
    }
    this.#literal = byte === 0x74 ? 'true' : byte === 0x66 ? 'false' : byte === 0x6e ? 'null' : '';
    if (this.#literal === '') this.#fail(at);
    this.#matched = 1;
    this.#state = inLiteral;
    return at + 1;
  }

  #beginContainer(at: number, isObject: boolean): void {
    if (this.#state > wantValueOrClose) this.#fail(at);
    this.#beginValue(at);
    if (this.#stack.push(isObject) > maxDepth) throw new GatewayError('body-too-deep');
    if (isObject && this.#stack.length === 1) {
      this.#kind = 'object';
      this.#open = this.#base + at + 1;
    }
    this.#state = isObject ? wantKeyOrClose : wantValueOrClose;
  }

  #endContainer(chunk: Buffer, at: number, isObject: boolean): void {
    const mayClose = this.#state === wantNext || this.#state === (isObject ? wantKeyOrClose : wantValueOrClose);
    if (!mayClose || this.#stack.pop() !== isObject) this.#fail(at);
    this.#endValue(chunk, at + 1, false);
  }

  #readString(chunk: Buffer, from: number): number {
    let at = from;
    if (this.#escaped) {
      this.#escaped = false;
      at++;
    }
    if (at >= chunk.length) return chunk.length;
    const text = this.#textOf(chunk);
    for (;;) {
      const found = text.indexOf('"', at);
      const stop = found === -1 ? chunk.length : found;
      let run = stop;
      while (run > at && chunk[run - 1] === backslash) run--;
      const escaped = (stop - run) % 2 === 1;
      if (found !== -1 && !escaped) return this.#endString(chunk, found + 1);
      if (found === -1) {
        this.#escaped = escaped;
        return chunk.length;
      }
      at = found + 1;
    }
  }

  /** One character for each byte: a string is searched several times as fast as a Buffer, copy included. */
  #textOf(chunk: Buffer): string {
    const text = this.#text ?? chunk.toString('latin1');
    this.#text = text;
    return text;
  }

  #endString(chunk: Buffer, at: number): number {
    if (!this.#isKey) {
      this.#endValue(chunk, at, true);
      return at;
    }
    if (this.#stack.length === 1) {
      this.#keyStart = this.#tokenStart;
      this.#keyEnd = this.#base + at;
      this.#key = decodeKey(this.#token(chunk, at)) ?? this.#fail(at, 'key that cannot be read');
    }
    this.#state = wantColon;
    return at;
  }

  #readNumber(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const next = numberStep(this.#numberState, chunk[at] ?? 0);
      if (next === -1) {
        if (!mayEnd(this.#numberState)) this.#fail(at);
        this.#endValue(chunk, at, true);
        return at;
      }
      this.#numberState = next;
    }
    return chunk.length;
  }

  #readLiteral(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      if (chunk[at] !== this.#literal.charCodeAt(this.#matched)) this.#fail(at);
      this.#matched++;
      if (this.#matched < this.#literal.length) continue;
      this.#endValue(chunk, at + 1, true);
      return at + 1;
    }
    return chunk.length;
  }

  #beginValue(at: number): void {
    if (this.#stack.length === 1) this.#valueStart = this.#base + at;
  }

  #endValue(chunk: Buffer, at: number, scalar: boolean): void {
    const depth = this.#stack.length;
    this.#state = depth === 0 ? complete : wantNext;
    if (depth !== 1 || this.#kind !== 'object') return;
    const valueEnd = this.#base + at;
    const short = scalar && valueEnd - this.#valueStart <= scalarLimit;
    this.#members.push({
      key: this.#key,
      start: this.#keyStart,
      end: valueEnd,
      keyStart: this.#keyStart,
      keyEnd: this.#keyEnd,
      valueStart: this.#valueStart,
      valueEnd,
      value: short ? decodeScalar(this.#token(chunk, at)) : undefined,
    });
    this.#carry = undefined;
  }

  /** Text of the token that ends at `at`. */
  #token(chunk: Buffer, at: number): string {
    const start = this.#tokenStart - this.#base;
    if (start >= 0) return chunk.toString('utf8', start, at);
    const text = Buffer.concat([...(this.#carry ?? []), chunk.subarray(0, at)]).toString('utf8');
    this.#carry = undefined;
    return text;
  }

  #fail(at: number, why = 'unexpected character'): never {
    throw new GatewayError('invalid-json', {
      message: `The request body is not valid JSON: ${why} at byte ${this.#base + at}.`,
    });
  }
}
