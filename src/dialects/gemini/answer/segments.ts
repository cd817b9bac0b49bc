// Where in the text a citation stands. This API counts bytes of UTF-8, the canonical model UTF-16 code units.
import type { JsonObject } from '../../../core/index.ts';
import { asCount, asString } from '../../json.ts';

/** The text parts of an answer, each with its index among all parts. */
export interface Told {
  readonly text: string;
  readonly index: number;
}

export interface Spot {
  /** Which of the text parts. */
  readonly at: number;
  readonly start: number;
  readonly end: number;
}

export class Segments {
  readonly #told: readonly Told[];
  readonly #joined: string;
  readonly #bytes: Buffer;

  constructor(told: readonly Told[]) {
    this.#told = told;
    this.#joined = told.length === 1 ? (told[0]?.text ?? '') : told.map(({ text }) => text).join('');
    this.#bytes = Buffer.from(this.#joined);
  }

  /** Undefined where there is no text. The words cited win over offsets that do not fit them. */
  find({ startIndex, endIndex, partIndex, text }: JsonObject): Spot | undefined {
    const quote = asString(text) ?? '';
    const [from, to] = [asCount(startIndex) ?? 0, asCount(endIndex)];
    const named = this.#told.findIndex(({ index }) => index === partIndex);
    const namedText = named === -1 ? undefined : this.#told[named]?.text;
    if (namedText !== undefined) {
      const bytes = Buffer.from(namedText);
      return { at: named, ...range(namedText, bytes, from, to ?? bytes.length, quote) };
    }
    if (this.#told.length === 0) return undefined;
    return this.#within(range(this.#joined, this.#bytes, from, to ?? this.#bytes.length, quote));
  }

  /** From an offset into all texts to one into the text it falls in. */
  #within({ start, end }: { readonly start: number; readonly end: number }): Spot {
    let before = 0;
    let at = 0;
    for (const [index, { text }] of this.#told.entries()) {
      at = index;
      if (start < before + text.length || index === this.#told.length - 1) break;
      before += text.length;
    }
    const longest = this.#told[at]?.text.length ?? 0;
    return { at, start: Math.max(0, start - before), end: Math.min(longest, end - before) };
  }
}

function range(text: string, bytes: Buffer, from: number, to: number, quote: string): { start: number; end: number } {
  const start = units(text, bytes, from);
  const end = units(text, bytes, to);
  if (quote === '' || text.slice(start, end) === quote) return { start, end };
  const found = text.indexOf(quote);
  return found === -1 ? { start, end } : { start: found, end: found + quote.length };
}

function units(text: string, bytes: Buffer, offset: number): number {
  // Nothing but ASCII: both count the same.
  if (bytes.length === text.length) return Math.min(offset, text.length);
  return bytes.toString('utf8', 0, offset).length;
}

/** Bytes in front of a UTF-16 offset. */
export function byteOffset(text: string, offset: number): number {
  return Buffer.byteLength(text.slice(0, offset));
}
