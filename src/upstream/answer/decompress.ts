// Undoes an upstream's content encoding. Portico asks for none; some upstreams compress all the same, and clients
// that were not asked might not understand it.
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { GatewayError, type Sink, type Source } from '../../core/index.ts';

const decoders = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/** The source with its encoding undone; the same source when there is none. Throws `upstream-invalid` for an unknown one. */
export function decompress(source: Source, encoding: string | undefined): Source {
  const name = encoding?.trim().toLowerCase() ?? 'identity';
  if (name === 'identity' || name === '') return source;
  const make = decoders[name as keyof typeof decoders];
  if (make === undefined) {
    throw new GatewayError('upstream-invalid', { message: `The upstream answered in an unknown encoding (${name}).` });
  }
  return new Decompressed(source, make());
}

type Decoder = ReturnType<(typeof decoders)[keyof typeof decoders]>;

class Decompressed implements Source, Sink {
  readonly #source: Source;
  readonly #decoder: Decoder;

  constructor(source: Source, decoder: Decoder) {
    this.#source = source;
    this.#decoder = decoder;
  }

  flow(sink: Sink): void {
    const decoder = this.#decoder;
    decoder.on('data', (chunk: Buffer) => {
      if (!sink.data(chunk)) decoder.pause();
    });
    decoder.on('end', () => sink.end());
    decoder.on('error', (error) => {
      this.#source.abort(error);
      sink.fail(error);
    });
    decoder.on('drain', () => this.#source.resume());
    this.#source.flow(this);
  }

  resume(): void {
    this.#decoder.resume();
  }

  abort(reason: Error): void {
    this.#source.abort(reason);
  }

  data(chunk: Buffer): boolean {
    const open = this.#decoder.write(chunk);
    // A stream's events must leave as they come, not when the decoder's buffer is full.
    if (open) this.#decoder.flush?.(() => undefined);
    return open;
  }

  end(): void {
    this.#decoder.end();
  }

  fail(error: Error): void {
    this.#decoder.destroy(error);
  }
}
