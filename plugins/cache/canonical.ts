// One text for all bodies that mean the same JSON: names sorted, no white space, escapes alike. What could be read in two
// ways has none, for whoever answers may read it the other way.
import { isUtf8 } from 'node:buffer';

export interface Canonical {
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Every name of a member and every `type`, however deep. */
  readonly words: ReadonlySet<string>;
}

/** A number with more digits than a double holds, as it was written. */
class LongNumber {
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  toString(): string {
    return this.#source;
  }
}

const manyDigits = /\d{16}/;

/** Undefined where the body is no JSON object, or one with a name twice. `ignored` are names at the top level that stay out. */
export function canonical(bytes: Buffer, ignored: ReadonlySet<string>): Canonical | undefined {
  if (!isUtf8(bytes)) return undefined;
  const text = bytes.toString();
  try {
    const body: unknown = manyDigits.test(text) ? JSON.parse(text, exact) : JSON.parse(text);
    if (!isObject(body)) return undefined;
    const written = new Writing();
    const members = Object.keys(body).sort();
    const kept = members.map((name) => [name, written.member(name, body[name])] as const);
    if (written.names !== namesIn(text)) return undefined;
    const parts = kept.filter(([name]) => !ignored.has(name)).map(([, part]) => part);
    return { text: `{${parts.join(',')}}`, body, words: written.words };
  } catch {
    // No JSON, or nested deeper than can be walked: for others to refuse.
    return undefined;
  }
}

/** The third argument is in Node since 21; the compiler does not know it yet. */
function exact(_name: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined) return value;
  return manyDigits.test(context.source) ? new LongNumber(context.source) : value;
}

class Writing {
  readonly words = new Set<string>();
  names = 0;

  member(name: string, value: unknown): string {
    this.names += 1;
    this.words.add(name);
    if (name === 'type' && typeof value === 'string') this.words.add(value);
    return `${JSON.stringify(name)}:${this.#value(value)}`;
  }

  #value(value: unknown): string {
    if (typeof value === 'string') return JSON.stringify(value);
    if (Array.isArray(value)) return `[${value.map((each) => this.#value(each)).join(',')}]`;
    if (!isObject(value)) return String(value);
    const members = Object.keys(value).sort();
    return `{${members.map((name) => this.member(name, value[name])).join(',')}}`;
  }
}

/** Names of members in a JSON text; more than a parser finds where one stands twice in an object. */
function namesIn(text: string): number {
  let names = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === colon) names += 1;
    else if (code === quote) at = endOfString(text, at);
  }
  return names;
}

const quote = 0x22;
const colon = 0x3a;
const backslash = 0x5c;

/** Where the quotation mark is that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end >= 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end < 0 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
  let before = at - 1;
  while (text.charCodeAt(before) === backslash) before -= 1;
  return (at - before) % 2 === 0;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof LongNumber);
}
