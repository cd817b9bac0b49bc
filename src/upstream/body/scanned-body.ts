// A body whose bytes were made here, as if they had been read from a client.
import type { ReadBody } from './body.ts';
import { JsonScanner } from './scan.ts';

/** `chunks` are JSON. */
export function scannedBody(chunks: Buffer[]): ReadBody {
  const scanner = new JsonScanner();
  let bytes = 0;
  for (const chunk of chunks) {
    bytes += chunk.length;
    scanner.push(chunk);
  }
  return { chunks, bytes, scanned: scanner.end() };
}
