// What of a credential may go where: secrets into headers, URLs to a vendor.
import { isSafeEndpoint } from './safe-endpoint.ts';

/** What servers of HTTP take of all headers together, at most: Node's own, for one. */
const largestHeader = 16 * 1024;

/** Characters of any token: what is longer is none, and thousands of such would fill the memory. */
export const longestToken = 64 * 1024;

/** Printable ASCII, as RFC 6749 (appendix A.12) and the headers of HTTP have it, of a length that a server takes. */
export function isSendable(secret: string): boolean {
  return secret.length <= largestHeader && /^[ -~]+$/.test(secret);
}

/**
 * A URL that a credential file may name: nobody on the way may read or change what is sent there. A host alone, as some
 * vendors write it, is reached by TLS. Undefined for any other.
 */
export function safeUrl(text: string): string | undefined {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  return isSafeEndpoint(url) && !/[\s?#\\]/.test(url) ? url : undefined;
}
