// What a dialect must be able to say. Each file of dialects/ is one of these.
import type { Exchange } from './exchange.ts';

export interface Frame {
  /** The event as it goes over the wire, framing included. */
  readonly text: string;
  /** What opens the stream, carries output, or closes it. */
  readonly kind: 'opening' | 'output' | 'closing';
}

export interface Speech {
  /** Header that carries the id of a request. */
  readonly idHeader: string;
  error(status: number, message: string, retryAfter: number | undefined): unknown;
  /** An error inside a stream. */
  streamError(message: string): string;
}

/** A chat operation: whole, or event by event. */
export interface Chat extends Speech {
  answer(exchange: Exchange): unknown;
  frames(exchange: Exchange): Iterable<Frame>;
  /** Content type of the stream. Default: server-sent events. */
  readonly streamType?: string;
}

export function opening(text: string): Frame {
  return { text, kind: 'opening' };
}

export function closing(text: string): Frame {
  return { text, kind: 'closing' };
}

export function output(text: string): Frame {
  return { text, kind: 'output' };
}
