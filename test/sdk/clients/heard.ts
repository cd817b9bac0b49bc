// What a client made of a stream, and the fetch that gives it one without a socket.
import type { DialectName } from '../../../src/core/index.ts';
import type { Call } from '../said/said.ts';

export interface Heard {
  readonly text: string;
  readonly calls: readonly Pick<Call, 'name' | 'arguments'>[];
  /** The word of the client's dialect or, of the Vercel SDK, its own. */
  readonly finish: string;
  readonly usage: { readonly input: number; readonly output: number };
}

export interface Client {
  readonly name: string;
  readonly dialect: DialectName;
  /** Throws what the SDK throws. */
  listen(body: string, tools: readonly string[]): Promise<Heard>;
}

/** Every call is answered with this stream. */
export function answering(body: string): typeof fetch {
  return () => Promise.resolve(new Response(body, { headers: { 'content-type': 'text/event-stream' } }));
}
