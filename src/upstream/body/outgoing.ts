// What is sent to an upstream as a request's body: bytes at hand, or bytes on their way.
import type { IncomingHttpHeaders } from 'node:http';

/** Sent as they are, one after the other. An iterable that throws breaks the upstream request off. */
export type OutgoingBody = readonly Buffer[] | AsyncIterable<Buffer>;

export function isAtHand(body: OutgoingBody): body is readonly Buffer[] {
  return Array.isArray(body);
}

/** The length a client announced for a body that is not compressed, or stays so. */
export function plainLength(headers: IncomingHttpHeaders, asSent = false): number | undefined {
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  const length = headers['content-length'];
  return length === undefined || (!asSent && encoding !== '' && encoding !== 'identity') ? undefined : Number(length);
}
