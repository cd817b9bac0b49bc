// Reads a multipart form (RFC 7578) as it arrives: where its parts begin and end, and the values of the few fields that
// policy reads. Files are skipped by the native search for the delimiter and never held. What readers are known to
// understand in different ways is refused.
import { isUtf8 } from 'node:buffer';
import { GatewayError } from '../../../core/index.ts';
import { type PartHead, readingsOf, readPartHead } from './part-head.ts';

/** A field whose value is wanted. Offsets count bytes over the whole body; `end` is exclusive. */
export interface Field {
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

export interface FormScannerOptions {
  readonly boundary: string;
  /** Fields that may come once only. */
  readonly policyFields: readonly string[];
  /** Those of them whose value is kept. */
  readonly wanted: readonly string[];
}

const mostHead = 16 * 1024;
const mostValue = 1024;
const mostParts = 10_000;

const lineBreak = Buffer.from('\r\n');
const headEnd = Buffer.from('\r\n\r\n');
const nothing = Buffer.alloc(0);

type State = 'start' | 'delimited' | 'head' | 'content' | 'over';

export class FormScanner {
  readonly fields = new Map<string, Field>();
  readonly #options: FormScannerOptions;
  readonly #delimiter: Buffer;
  /** The delimiter without its line break. */
  readonly #dashed: Buffer;
  readonly #seen = new Set<string>();
  #state: State = 'start';
  /** Bytes that were not decided about yet: a head, the value of a wanted field, or what may begin a delimiter. */
  #rest: Buffer = nothing;
  /** Offset of `#rest` in the body. */
  #base = 0;
  #parts = 0;
  #atContentStart = false;
  /** The wanted field whose value is being read. */
  #field: string | undefined;

  constructor(options: FormScannerOptions) {
    this.#options = options;
    this.#delimiter = Buffer.from(`\r\n--${options.boundary}`);
    this.#dashed = this.#delimiter.subarray(2);
  }

  /** Throws `invalid-form` or `duplicate-field`; the scanner is of no use afterwards. */
  push(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    for (;;) {
      const next = this.#step(bytes, at);
      if (next === undefined) break;
      at = next;
    }
    const keep = this.#undecided(bytes, at);
    this.#rest = keep === bytes.length ? nothing : bytes.subarray(keep);
    this.#base += keep;
  }

  end(): void {
    if (this.#state !== 'over') refuse('it ends before its last boundary');
  }

  /** Where reading goes on, or undefined when more bytes are needed. */
  #step(bytes: Buffer, at: number): number | undefined {
    switch (this.#state) {
      case 'start':
        return this.#readStart(bytes, at);
      case 'delimited':
        return this.#readDelimited(bytes, at);
      case 'head':
        return this.#readHead(bytes, at);
      case 'content':
        return this.#readContent(bytes, at);
      default:
        return this.#readOver(bytes, at);
    }
  }

  /** The first delimiter opens the body; some senders put a line break before it. */
  #readStart(bytes: Buffer, at: number): number | undefined {
    if (bytes.length < this.#delimiter.length) return undefined;
    const broken = bytes.subarray(at, at + 2).equals(lineBreak);
    const wanted = broken ? this.#delimiter : this.#dashed;
    if (!bytes.subarray(at, at + wanted.length).equals(wanted)) refuse('it does not begin with its boundary');
    this.#state = 'delimited';
    return at + wanted.length;
  }

  #readDelimited(bytes: Buffer, at: number): number | undefined {
    if (bytes.length < at + 2) return undefined;
    if (bytes[at] === 0x2d && bytes[at + 1] === 0x2d) this.#state = 'over';
    else if (bytes[at] === 0x0d && bytes[at + 1] === 0x0a) this.#state = 'head';
    else refuse('a boundary is followed by something else');
    return at + 2;
  }

  #readHead(bytes: Buffer, at: number): number | undefined {
    const end = bytes.indexOf(headEnd, at);
    if ((end < 0 ? bytes.length : end) - at > mostHead) refuse('the head of a part is too long');
    if (end < 0) return undefined;
    const text = bytes.subarray(at, end);
    if (!isUtf8(text)) refuse('the head of a part is not UTF-8');
    this.#begin(readPartHead(text.toString()));
    this.#state = 'content';
    this.#atContentStart = true;
    return end + headEnd.length;
  }

  #begin(head: PartHead): void {
    this.#parts += 1;
    if (this.#parts > mostParts) refuse('it has too many parts');
    const { policyFields, wanted } = this.#options;
    const policed = readingsOf(head.name).find((name) => policyFields.includes(name));
    this.#field = undefined;
    if (policed === undefined) return;
    if (policed !== head.name || head.file || head.encoded) refuse(`the field ${policed} is not a plain one`);
    if (this.#seen.has(policed)) {
      throw new GatewayError('duplicate-field', {
        message: `The form repeats the field "${policed}".`,
        param: policed,
      });
    }
    this.#seen.add(policed);
    if (wanted.includes(policed)) this.#field = policed;
  }

  #readContent(bytes: Buffer, at: number): number | undefined {
    if (this.#atContentStart && bytes.length - at < this.#dashed.length) return undefined;
    const end = this.#findDelimiter(bytes, at);
    this.#readValue(bytes, at, end);
    if (end === undefined) return undefined;
    this.#state = 'delimited';
    return end + this.#delimiter.length;
  }

  /** Some readers take a boundary behind a bare line feed, or right at the beginning, for one; others do not. */
  #findDelimiter(bytes: Buffer, at: number): number | undefined {
    const dashed = this.#dashed;
    for (let found = bytes.indexOf(dashed, at); found >= 0; found = bytes.indexOf(dashed, found + 1)) {
      const before = found === at ? undefined : bytes[found - 1];
      const opens = before === undefined && this.#atContentStart;
      if (before === 0x0a && found - 2 >= at && bytes[found - 2] === 0x0d) return found - 2;
      if (opens || before === 0x0a || before === 0x0d) refuse('a boundary does not stand on a line of its own');
    }
    this.#atContentStart = false;
    return undefined;
  }

  #readValue(bytes: Buffer, at: number, end: number | undefined): void {
    const name = this.#field;
    if (name === undefined) return;
    if ((end ?? bytes.length - this.#delimiter.length) - at > mostValue) refuse(`the field ${name} is too long`);
    if (end === undefined) return;
    const value = bytes.subarray(at, end);
    if (!isUtf8(value)) refuse(`the field ${name} is not UTF-8`);
    this.fields.set(name, { value: value.toString(), start: this.#base + at, end: this.#base + end });
  }

  /** What follows the last boundary is ignored by some and read by others; line breaks hurt nobody. */
  #readOver(bytes: Buffer, at: number): undefined {
    for (let next = at; next < bytes.length; next += 1) {
      if (bytes[next] !== 0x0d && bytes[next] !== 0x0a) refuse('something follows its last boundary');
    }
  }

  /** From where on bytes must be looked at again together with those to come. */
  #undecided(bytes: Buffer, at: number): number {
    if (this.#state === 'over') return bytes.length;
    if (this.#state !== 'content' || this.#field !== undefined) return at;
    if (this.#atContentStart) return at;
    const from = Math.max(at, bytes.length - this.#delimiter.length + 1);
    for (let keep = from; keep < bytes.length; keep += 1) {
      if (bytes[keep] === 0x0d || bytes[keep] === 0x0a) return keep;
    }
    return bytes.length;
  }
}

function refuse(what: string): never {
  throw new GatewayError('invalid-form', { message: `The multipart form is not valid: ${what}.` });
}
