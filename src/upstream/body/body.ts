// Reads the body of a request: decompressed, bounded, timed, checked while it arrives and kept as the chunks it came in.
// Nothing is joined or parsed; what policy needs to know of it is in `scanned`.
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { type Alarm, type Clock, type ErrorCode, GatewayError } from '../../core/index.ts';
import { decode, decoderFor } from './request-encoding.ts';
import { JsonScanner, type Scanned } from './scan.ts';
import { Utf8Check } from './utf8.ts';

export interface BodyOptions {
  /** Bytes after decompression. */
  readonly maxBytes: number;
  /** Top-level fields that may not be repeated: gateway and upstream must not read two different requests. */
  readonly policyFields: readonly string[];
  readonly expectJson: boolean;
  readonly clock: Clock;
  /** Milliseconds for the whole body to arrive; 0 is off. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
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
    if (Number(request.headers['content-length'] ?? 0) > options.maxBytes) throw new GatewayError('body-too-large');
    if (options.signal.aborted || request.destroyed) throw new GatewayError('client-closed');
    const decoder = decoderFor(request.headers['content-encoding']);
    const reader = new BodyReader(request, decoder ?? request, options, resolve, reject);
    if (decoder !== undefined) decode(request, decoder, () => reader.fail('invalid-request', damaged));
  });
}

const damaged = 'The request body could not be decompressed.';

class BodyReader {
  readonly #request: IncomingMessage;
  /** The request, or the decoder it flows through. */
  readonly #stream: Readable;
  readonly #options: BodyOptions;
  readonly #resolve: (body: ReadBody) => void;
  readonly #reject: (error: unknown) => void;
  readonly #chunks: Buffer[] = [];
  readonly #scanner: JsonScanner | undefined;
  readonly #utf8 = new Utf8Check();
  readonly #alarm: Alarm | undefined;
  #bytes = 0;
  #stopped = false;

  constructor(
    request: IncomingMessage,
    stream: Readable,
    options: BodyOptions,
    resolve: (body: ReadBody) => void,
    reject: (error: unknown) => void,
  ) {
    this.#request = request;
    this.#stream = stream;
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#scanner = options.expectJson ? new JsonScanner() : undefined;
    if (options.timeoutMs > 0) {
      this.#alarm = options.clock.after(options.timeoutMs, () => this.fail('request-timeout'));
    }
    options.signal.addEventListener('abort', this.#left);
    request.on('close', this.#left).on('error', this.#left);
    stream.on('data', this.#take).on('end', this.#finish);
  }

  /** Gives up: stops reading and rejects. */
  fail(code: ErrorCode, message?: string): void {
    this.#stop(new GatewayError(code, message === undefined ? {} : { message }));
  }

  /** A request also closes after its last byte, which may be before the decoder has given out its own. */
  readonly #left = (): void => {
    if (!this.#request.complete || this.#options.signal.aborted) this.fail('client-closed');
  };

  readonly #take = (chunk: Buffer): void => {
    this.#bytes += chunk.length;
    try {
      if (this.#bytes > this.#options.maxBytes) throw new GatewayError('body-too-large');
      this.#chunks.push(chunk);
      if (this.#scanner === undefined) return;
      if (!this.#utf8.push(chunk)) throw new GatewayError('invalid-utf8');
      this.#scanner.push(chunk);
    } catch (error) {
      this.#stop(error);
    }
  };

  readonly #finish = (): void => {
    try {
      if (!this.#utf8.end()) throw new GatewayError('invalid-utf8');
      const scanned = this.#scanner?.end();
      if (scanned !== undefined) refuseRepeated(scanned, this.#options.policyFields);
      this.#release();
      this.#resolve({ chunks: this.#chunks, bytes: this.#bytes, scanned });
    } catch (error) {
      this.#stop(error);
    }
  };

  #stop(error: unknown): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#release();
    this.#chunks.length = 0;
    // A connection that breaks while the error is being told must not end the process.
    this.#request.on('error', () => undefined).pause();
    if (this.#stream !== this.#request) {
      this.#request.unpipe();
      this.#stream.destroy();
    }
    this.#reject(error);
  }

  #release(): void {
    this.#alarm?.cancel();
    this.#options.signal.removeEventListener('abort', this.#left);
    this.#request.off('close', this.#left).off('error', this.#left);
    this.#stream.off('data', this.#take).off('end', this.#finish);
  }
}

function refuseRepeated(scanned: Scanned, fields: readonly string[]): void {
  const seen = new Set<string>();
  for (const { key } of scanned.members) {
    if (seen.has(key) && fields.includes(key)) {
      throw new GatewayError('duplicate-field', { message: `The request body repeats "${key}".`, param: key });
    }
    seen.add(key);
  }
}

/** JSON, or nothing said. */
function checkContentType(header: string | undefined): void {
  if (header === undefined || header === 'application/json') return;
  const type = (header.split(';', 1)[0] ?? '').trim().toLowerCase();
  if (type === '' || type === 'application/json' || type === 'text/json') return;
  if (type.startsWith('application/') && type.endsWith('+json')) return;
  throw new GatewayError('unsupported-content-type', {
    message: `JSON is expected here, not ${JSON.stringify(type)}.`,
  });
}
