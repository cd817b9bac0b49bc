// Decoders for compressed request bodies.
import type { IncomingMessage } from 'node:http';
import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { GatewayError } from '../../core/index.ts';

const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/** A decoder for the header's one encoding, or undefined where there is none. Throws `unsupported-encoding`. */
export function decoderFor(header: string | undefined): Transform | undefined {
  if (header === undefined) return undefined;
  const name = header.trim().toLowerCase();
  if (name === '' || name === 'identity') return undefined;
  const make = Object.hasOwn(decoders, name) ? decoders[name] : undefined;
  if (make !== undefined) return make();
  throw new GatewayError('unsupported-encoding', {
    message: `The content encoding ${JSON.stringify(name)} is not supported; send gzip, br, zstd, deflate or none.`,
  });
}

/** Lets the request flow through the decoder. `damaged` is called when its bytes are not what the header says. */
export function decode(request: IncomingMessage, decoder: Transform, damaged: () => void): void {
  decoder.on('error', damaged);
  request.pipe(decoder);
}
