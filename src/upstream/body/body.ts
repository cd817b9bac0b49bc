// Reads the body of a request: decompressed, bounded, timed, checked while it arrives and kept as the chunks it came in.
// Nothing is joined or parsed; what policy needs to know of it is in `scanned`.
import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../../core/index.ts';
import { Intake, type IntakeOptions, type Receiver } from './intake.ts';
import { JsonScanner, type Scanned } from './scan.ts';
import { Utf8Check } from './utf8.ts';

export interface BodyOptions extends IntakeOptions {
  /** Top-level fields that may not be repeated: gateway and upstream must not read two different requests. */
  readonly policyFields: readonly string[];
  readonly expectJson: boolean;
}

export interface ReadBody {
  /** After decompression. */
  readonly chunks: Buffer[];
  readonly bytes: number;
  /** Undefined where no JSON was expected. */
  readonly scanned: Scanned | undefined;
}

/**
 * Throws `unsupported-content-type`, `unsupported-encoding`, `body-too-large`, `request-timeout`, `client-closed`,
 * `invalid-request` (damaged compression), `invalid-utf8`, `invalid-json`, `body-too-deep` or `duplicate-field`. After a
 * throw the rest of the body is unread: the connection cannot be used again.
 */
export function readBody(request: IncomingMessage, options: BodyOptions): Promise<ReadBody> {
  return new Promise((resolve, reject) => {
    if (options.expectJson) checkContentType(request.headers['content-type']);
    new Intake(request, options, new Reader(options, resolve, reject));
  });
}

class Reader implements Receiver {
  readonly #policyFields: readonly string[];
  readonly #resolve: (body: ReadBody) => void;
  readonly #reject: (error: unknown) => void;
  readonly #chunks: Buffer[] = [];
  readonly #scanner: JsonScanner | undefined;
  readonly #utf8 = new Utf8Check();
  #bytes = 0;

  constructor(options: BodyOptions, resolve: (body: ReadBody) => void, reject: (error: unknown) => void) {
    this.#policyFields = options.policyFields;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#scanner = options.expectJson ? new JsonScanner() : undefined;
  }

  take(chunk: Buffer): void {
    this.#bytes += chunk.length;
    this.#chunks.push(chunk);
    if (this.#scanner === undefined) return;
    if (!this.#utf8.push(chunk)) throw new GatewayError('invalid-utf8');
    this.#scanner.push(chunk);
  }

  end(): void {
    if (!this.#utf8.end()) throw new GatewayError('invalid-utf8');
    const scanned = this.#scanner?.end();
    if (scanned !== undefined) refuseRepeated(scanned, this.#policyFields);
    this.#resolve({ chunks: this.#chunks, bytes: this.#bytes, scanned });
  }

  fail(error: unknown): void {
    this.#chunks.length = 0;
    this.#reject(error);
  }
}

/** Bodies have few members and policy reads few of them: comparing costs less than a set of them all. */
function refuseRepeated({ members }: Scanned, fields: readonly string[]): void {
  members.forEach(({ key }, index) => {
    if (!fields.includes(key)) return;
    const first = members.findIndex((member) => member.key === key);
    if (first === index) return;
    throw new GatewayError('duplicate-field', { message: `The request body repeats "${key}".`, param: key });
  });
}

function checkContentType(header: string | undefined): void {
  if (isJson(header)) return;
  throw new GatewayError('unsupported-content-type', {
    message: `JSON is expected here, not ${JSON.stringify(typeIn(header))}.`,
  });
}

/** JSON, or nothing said. */
export function isJson(header: string | undefined): boolean {
  if (header === undefined || header === 'application/json') return true;
  const type = typeIn(header);
  if (type === '' || type === 'application/json' || type === 'text/json') return true;
  return type.startsWith('application/') && type.endsWith('+json');
}

function typeIn(header: string | undefined): string {
  return (header?.split(';', 1)[0] ?? '').trim().toLowerCase();
}
